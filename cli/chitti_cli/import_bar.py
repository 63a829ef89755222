"""The bar that shows how far an import is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chitti_shared.contracts.market import ImportPricesPart
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

Show = Callable[[float, ImportPricesPart], None]


@contextmanager
def import_bar(console: Console, name: str) -> Iterator[Show]:
    """A bar while the block runs, gone after it; nothing where the output is not a terminal."""
    columns = (
        TextColumn(escape(name)),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(name, total=1.0, note="sending")
        yield lambda progress, part: bars.update(task, completed=progress, note=note_of(part))


def note_of(part: ImportPricesPart) -> str:
    """What is being done, and how many rows that made so far."""
    if part.stage == "reading":
        return f"reading: {part.rows_read:,} rows"
    return f"storing: {part.rows_stored + part.rows_unchanged:,} of {part.rows_read:,} rows"
