"""Lists of what a daemon keeps: JSON lines for a program, a page for a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
import typer
from chitti_shared.market_time import IST
from rich.console import RenderableType

from chitti_cli.running import out, write_record

Record = TypeVar("Record", bound=msgspec.Struct)
AsJsonLines = Annotated[bool, typer.Option("--json", help="Print JSON lines for a program.")]


def show_list(
    records: list[Record], page_of: Callable[[list[Record]], RenderableType], nothing: str, *, as_json: bool
) -> None:
    """Print records: each as a line of JSON, or all as one page; `nothing` tells a person that there are none."""
    if as_json:
        for record in records:
            write_record(record)
    elif not records:
        out.print(nothing, highlight=False)
    else:
        out.print(page_of(records))


def clock(moment: str | datetime) -> str:
    """`30 Sep 17:26` in Indian time."""
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{known.astimezone(IST):%d %b %H:%M}"
