"""`chitti patterns`: what stands in a symbol's bars, as a table and as a picture."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chitti_cli.problem import Problem
from chitti_cli.running import load_settings, out, run, write_record

if TYPE_CHECKING:
    from chitti_shared.contracts.market import GetPricesReply
    from chitti_shared.contracts.signals import FoundPattern, ScanPatternsReply
    from chitti_shared.settings import Settings
    from rich.table import Table

SHOWN_BARS = 120  # of a picture, at least
DRAWN = 12  # patterns of a picture: more hide the bars
_COLOURS = {"bullish": "green", "bearish": "red", "neutral": "yellow"}
_STATUS = {"active": "bold", "reached": "green", "failed": "red"}


def patterns(
    symbol: Annotated[str, typer.Argument(help="An NSE symbol, as TCS.")],
    name: Annotated[list[str] | None, typer.Option(help="Only this pattern: docs/SIGNALS.md. Repeatable.")] = None,
    family: Annotated[
        list[str] | None,
        typer.Option(help="shape, level, gap, extreme, divergence, squeeze, crossing or candlestick. Repeatable."),
    ] = None,
    status: Annotated[str | None, typer.Option(help="active, reached or failed.")] = None,
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Completed on this day or later.")] = None,
    min_quality: Annotated[float, typer.Option(min=0.0, max=1.0, help="0 to 1.")] = 0.0,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The newest so many.")] = 20,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.png", help="Draw the newest of them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines for a program.")] = False,
) -> None:
    """Show the patterns of a symbol's stored bars, the newest last."""
    settings = load_settings()
    wanted: dict[str, Any] = {
        "symbol": symbol.upper(), "names": name, "families": family, "status": status, "since": since,
        "min_quality": min_quality, "limit": limit,
    }  # fmt: skip
    found = run(scanned(settings, wanted), settings)
    for one in reversed(found.patterns) if as_json else ():
        write_record(one)
    if not as_json:
        out.print(table_of(found) if found.patterns else f"no such patterns in {found.bars} bars of {found.symbol}")
    if plot is not None:
        run(pictured(settings, found, plot), settings)


async def scanned(settings: Settings, wanted: dict[str, Any]) -> ScanPatternsReply:
    """The patterns that were asked for, by their own words."""
    import msgspec
    from chitti_shared.contracts import signals

    from chitti_cli.sockets import client_of

    given = {key: value for key, value in wanted.items() if value is not None}
    try:
        request = msgspec.convert(given, signals.ScanPatternsRequest)
    except msgspec.ValidationError as error:
        raise Problem(f"what was asked for is not understood: {error}", "see: chitti patterns --help") from error
    async with client_of(signals.SIGNAL_SERVICE, settings) as client:
        reply: ScanPatternsReply = await client.call(signals.SCAN_PATTERNS, request)
        return reply


async def pictured(settings: Settings, found: ScanPatternsReply, path: Path) -> None:
    """Write a picture of patterns over all stored bars of their symbol."""
    from chitti_shared.contracts import compute, market

    from chitti_cli.sockets import client_of

    async with client_of(compute.MOJO_COMPUTE, settings) as client:
        request = market.GetPricesRequest(symbol=found.symbol)
        prices: GetPricesReply = await client.call(market.GET_PRICES, request, reply_as="binary")
    draw(found, prices, path)


def table_of(found: ScanPatternsReply) -> Table:
    """A row for each pattern, the newest last."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("since", "until", "pattern", "quality", "target", "fails beyond", "stands"):
        table.add_column(title, justify="right" if title in ("quality", "target", "fails beyond") else "left")
    for one in reversed(found.patterns):
        stands = Text(one.status or "-", style=_STATUS.get(one.status or "", "dim"))
        if one.settled_date is not None:
            stands.append(f" {one.settled_date}", style="dim")
        table.add_row(
            str(one.first_date),
            str(one.last_date),
            Text(one.title, style=_COLOURS[one.direction]),
            f"{one.quality:.2f}",
            _price(one.target),
            _price(one.invalidation),
            stands,
        )
    return table


def draw(found: ScanPatternsReply, prices: GetPricesReply, path: Path) -> None:
    """Write a picture of the newest patterns over their bars.

    Raises
    ------
    Problem
        The file can't be written.
    """
    from chitti_cli.report.charts import draw_candles, draw_levels, draw_pattern, save_small
    from chitti_cli.report.plots import PAPER, dressed, new_figure

    bars = candles_of(prices)
    places = {day: number for number, day in enumerate(bars.dates)}
    shown = [one for one in found.patterns if one.first_date in places][:DRAWN]
    end = len(bars.dates)
    first = min([max(end - SHOWN_BARS, 0), *(places[one.first_date] for one in shown)])
    figure = new_figure(10.0, 5.0)
    axes = figure.subplots()
    dressed(axes, PAPER)
    draw_candles(axes, bars, first, end)
    colours = {"bullish": PAPER.up, "bearish": PAPER.down, "neutral": PAPER.equity}
    for number, one in enumerate(shown):
        drawn = drawn_of(one, places)
        draw_pattern(axes, drawn, colours[one.direction])
        if number == 0:
            draw_levels(axes, drawn, end)
        bar, price, _role = drawn.points[-1]
        axes.annotate(
            one.title, (bar, price), (4, 6), textcoords="offset points", fontsize=7, color=colours[one.direction]
        )
    axes.set_title(f"{found.symbol}: patterns until {found.as_of}", fontsize=10, loc="left", color=PAPER.ink)
    try:
        save_small(figure, path)
    except OSError as error:
        raise Problem(f"can't write {path}: {error.strerror}") from error


def candles_of(prices: GetPricesReply) -> Any:
    """The bars of a reply, as a chart takes them."""
    import numpy as np
    from chitti_shared.errors import ServiceUnavailable
    from msgspec import UNSET

    from chitti_cli.report.charts import Candles

    columns = (prices.open, prices.high, prices.low, prices.close)
    if prices.dates is UNSET or any(column is UNSET for column in columns):
        raise ServiceUnavailable("get_prices answered without its columns", kind="mojo-compute")
    dates = [date.fromisoformat(day) for day in prices.dates]
    return Candles(dates, *(np.asarray(column, dtype=np.float64) for column in columns))


def drawn_of(pattern: FoundPattern, places: dict[date, int]) -> Any:
    """A pattern by numbers of bars."""
    from chitti_cli.report.charts import Drawn

    points = [(places[point.date], point.price, point.role) for point in pattern.points]
    return Drawn(points, places[pattern.first_date], places[pattern.last_date], pattern.target, pattern.invalidation)


def _price(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"
