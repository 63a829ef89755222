"""`chitti news`: the stored articles, the newest last, as a log has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from chitti_cli.moments import moment_of
from chitti_cli.running import load_settings, out, run, write_record

Moment = Annotated[
    str | None, typer.Option(metavar="TIME", help="YYYY-MM-DD[THH:MM] in Indian time, or 90m, 6h, 2d ago.")
]


def news(
    symbol: Annotated[str | None, typer.Option(help="Those that name one company.")] = None,
    sector: Annotated[str | None, typer.Option(help="Those on an industry, as IT or Banking.")] = None,
    sentiment: Annotated[str | None, typer.Option(help="bullish, bearish or neutral; of the symbol if given.")] = None,
    source: Annotated[str | None, typer.Option(help="Name or host of a publisher.")] = None,
    event: Annotated[str | None, typer.Option(help="results, order_win, rating, deal, dividend, macro, ...")] = None,
    since: Moment = None,
    until: Moment = None,
    search: Annotated[str | None, typer.Option(metavar="TEXT", help="Words in title and summary.")] = None,
    leads: Annotated[bool, typer.Option("--leads", help="Without those that repeat earlier news.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The newest so many.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines for a program.")] = False,
) -> None:
    """Show the newest articles, with what they say about whom."""
    from chitti_cli import articles

    now = datetime.now(UTC)
    wanted: dict[str, Any] = {
        "symbol": symbol and symbol.upper(),
        "sector": sector,
        "sentiment": sentiment,
        "source": source,
        "event": event,
        "since": moment_of(since, now, "--since"),
        "until": moment_of(until, now, "--until"),
        "q": search,
        "leads_only": leads or None,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    settings = load_settings()
    found = run(articles.newest(settings, {**given, "limit": limit}), settings)
    for article in reversed(found):
        if as_json:
            write_record(article)
        else:
            out.print(articles.block_of(article))
    if not found and not as_json:
        out.print(
            "no such articles" if given else "no articles yet; `chitti ingest FILE` takes some in", highlight=False
        )
