"""`chitti alerts`: the stored ones that meet conditions, or all from now on that do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from chitti_cli.moments import moment_of
from chitti_cli.running import fail, load_settings, run

_WHEN = "YYYY-MM-DD, YYYY-MM-DDTHH:MM, or 90m, 6h, 2d ago."


def alerts(
    symbol: Annotated[list[str] | None, typer.Option(help="Only this company, as TCS. Repeatable.")] = None,
    sector: Annotated[str | None, typer.Option(help="An NSE industry, or Banking, IT, Pharma.")] = None,
    kind: Annotated[str | None, typer.Option(help="technical, news, fundamental or combined.")] = None,
    rule: Annotated[str | None, typer.Option(help="The rule that raised it: chitti rules.")] = None,
    direction: Annotated[str | None, typer.Option(help="bullish or bearish.")] = None,
    min_impact: Annotated[float | None, typer.Option(help="0 to 100.")] = None,
    min_confidence: Annotated[float | None, typer.Option(help="0 to 1; leaves out those not known.")] = None,
    watchlist: Annotated[bool, typer.Option(help="Only companies on the watchlist.")] = False,
    since: Annotated[str | None, typer.Option(metavar="TIME", help=f"Raised then or later: {_WHEN}")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Raised before; as --since.")] = None,
    outcome: Annotated[str | None, typer.Option(help="pending, hit or miss.")] = None,
    acknowledged: Annotated[
        bool | None, typer.Option("--acknowledged/--unseen", help="Marked as seen, or not.", show_default=False)
    ] = None,
    expired: Annotated[
        bool | None, typer.Option("--expired/--current", help="Whether its time is over.", show_default=False)
    ] = None,
    sort: Annotated[str, typer.Option(help="newest, impact or confidence.")] = "newest",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Without --follow: the first so many.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Show each alert as it is committed.")] = False,
    from_start: Annotated[bool, typer.Option(help="With --follow: begin with the oldest alert kept.")] = False,
    after: Annotated[str | None, typer.Option(help="With --follow: go on after this event id.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines for a program.")] = False,
) -> None:
    """The alerts that meet all conditions: the newest stored ones, or with --follow all from now on."""
    from chitti_cli import listing

    settings, now = load_settings(), datetime.now(UTC)
    wanted = {
        "symbols": [one.upper() for one in symbol] if symbol else None, "sector": sector, "kind": kind, "rule": rule,
        "direction": direction, "min_impact": min_impact, "min_confidence": min_confidence,
        "watchlist": watchlist or None,
    }  # fmt: skip
    stored = {
        "since": moment_of(since, now, "--since"), "until": moment_of(until, now, "--until"), "outcome": outcome,
        "acknowledged": acknowledged, "expired": expired, "sort": sort if sort != "newest" else None,
    }  # fmt: skip
    wanted, stored = _given(wanted), _given(stored)
    if follow:
        if stored:
            fail(f"{', '.join(stored)}: only stored alerts are listed by that, so it can't go with --follow")
        work = listing.follow(settings, wanted, after=after, from_start=from_start, as_json=as_json)
    elif from_start or after:
        fail("--from-start and --after go with --follow")
    else:
        work = listing.stored(settings, wanted | stored, limit, as_json=as_json)
    run(work, settings)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
