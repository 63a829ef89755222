"""`chitti screen`: symbols whose newest values match criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chitti_cli.running import err, load_settings, out, run, write_record

if TYPE_CHECKING:
    from chitti_shared.contracts.signals import ListScreenFieldsReply, ScreenReply, ScreenRequest
    from chitti_shared.settings import Settings
    from rich.table import Table

_FORM = 'FIELD OP VALUE, as "rsi_14 < 30", "close > sma_200", "sector in IT, Pharma", "pe between 5 and 20".'


def screen(
    criteria: Annotated[list[str] | None, typer.Argument(help=f"All must match: {_FORM}")] = None,
    any_of: Annotated[list[str] | None, typer.Option("--any", help="One of these must match. Repeatable.")] = None,
    none_of: Annotated[list[str] | None, typer.Option("--none", help="None of these may match. Repeatable.")] = None,
    sort: Annotated[str, typer.Option(help="The field that rows are ordered by.")] = "symbol",
    descending: Annotated[bool, typer.Option("--desc", help="Greatest first.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="So many rows.")] = 50,
    after: Annotated[str | None, typer.Option(metavar="CURSOR", help="The page after one of before.")] = None,
    show: Annotated[str | None, typer.Option(metavar="FIELDS", help="Columns, as close,pe,return_1y.")] = None,
    list_fields: Annotated[bool, typer.Option("--list", help="Name the fields that there are, and end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the daemon's reply for a program.")] = False,
) -> None:
    """Find symbols by their newest prices, indicators, figures, news, rules and patterns."""
    settings = load_settings()
    if list_fields:
        fields = run(known_fields(settings), settings)
        if as_json:
            write_record(fields)
        else:
            out.print(table_of_fields(fields))
        return

    async def work() -> ScreenReply:
        request = request_of(criteria or [], any_of or [], none_of or [], sort, descending, limit, after, show)
        return await ask(settings, request)

    found = run(work(), settings)
    if as_json:
        write_record(found)
        return
    out.print(table_of(found))
    more = f"; the next page: --after {found.next_cursor}" if found.next_cursor else ""
    out.print(
        f"{found.matched} of {found.symbols} symbols match, bars up to {found.as_of} ({found.time_ms:.2f} ms){more}",
        highlight=False,
        soft_wrap=True,
    )


def request_of(
    criteria: list[str],
    any_of: list[str],
    none_of: list[str],
    sort: str,
    descending: bool,
    limit: int,
    after: str | None,
    show: str | None,
) -> ScreenRequest:
    """The request that the options mean. Errors: Problem."""
    from chitti_shared.contracts.signals import ScreenRequest

    from chitti_cli.criteria import criterion_of
    from chitti_cli.problem import Problem

    every = [criterion_of(text) for text in criteria]
    none = [criterion_of(text) for text in none_of]
    some = [criterion_of(text) for text in any_of]
    if any(opposite for _one, opposite in (*some, *none)):
        raise Problem("`not in` stands among the criteria that must all match, not behind --any or --none")
    return ScreenRequest(
        criteria=[one for one, opposite in every if not opposite],
        any=[one for one, _ in some],
        none=[*(one for one, opposite in every if opposite), *(one for one, _ in none)],
        sort=sort,
        descending=descending,
        limit=limit,
        cursor=after,
        fields=[name.strip() for name in show.split(",") if name.strip()] if show is not None else None,
        progress=True,
    )


async def ask(settings: Settings, request: ScreenRequest) -> ScreenReply:
    """Screen; tells meanwhile how far the snapshot of a daemon that has just started is."""
    from chitti_shared.contracts.signals import SCREEN, SIGNAL_SERVICE, ScreenPart

    from chitti_cli.sockets import LONG_S, client_of

    with err.status("screening ...") as status:

        def tell(_progress: float, part: ScreenPart) -> None:
            status.update(f"reading the market: {part.symbols} of {part.of} symbols")

        async with client_of(SIGNAL_SERVICE, settings) as client:
            found: ScreenReply = await client.call(SCREEN, request, timeout_s=LONG_S, on_partial=tell)
            return found


async def known_fields(settings: Settings) -> ListScreenFieldsReply:
    """The fields that screens know."""
    from chitti_shared.contracts.action import Empty
    from chitti_shared.contracts.signals import LIST_SCREEN_FIELDS, SIGNAL_SERVICE

    from chitti_cli.sockets import client_of

    async with client_of(SIGNAL_SERVICE, settings) as client:
        fields: ListScreenFieldsReply = await client.call(LIST_SCREEN_FIELDS, Empty())
        return fields


def table_of(found: ScreenReply) -> Table:
    """A row for each symbol; what isn't known is a dash."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("symbol", style="bold cyan", no_wrap=True)
    for name in found.fields:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("industry", style="dim")
    for row in found.rows:
        values = [row.values[name] for name in found.fields]
        cells = ("-" if value is None else f"{value:,.2f}" for value in values)
        table.add_row(row.symbol, *cells, row.industry or "")
    return table


def table_of_fields(fields: ListScreenFieldsReply) -> Table:
    """A row for each field: its name, unit, what it is, how many symbols have it."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("field", "unit", "known", "what it is"):
        table.add_column(title, justify="right" if title == "known" else "left", no_wrap=title != "what it is")
    for one in fields.fields:
        table.add_row(f"[bold cyan]{one.name}[/]", one.unit, str(one.known), one.title)
    return table
