"""Patterns of a symbol, found when they are asked for."""

from __future__ import annotations

import time
from datetime import date, datetime

from chitti_shared.contracts import signals
from chitti_shared.contracts.signals.patterns import BY_NAME
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Router

from signal_service.context import SignalContext
from signal_service.patterns import catalogue
from signal_service.patterns.outcomes import outcome_of
from signal_service.patterns.pattern import Pattern
from signal_service.storage.patterns import Key
from signal_service.work.scans import Scan


async def scan_patterns(request: signals.ScanPatternsRequest, ctx: SignalContext) -> signals.ScanPatternsReply:
    """Find the patterns of a symbol. Errors: invalid_input, not_found."""
    started = time.perf_counter()
    since = _day_of(request.since)
    scans, refused = await ctx.scans.of([request.symbol], _names_of(request), since=since)
    if request.symbol in refused:
        raise refused[request.symbol]
    scan = scans[request.symbol]
    known = await ctx.patterns.found_at(scan.symbol, since or date.min)
    newest_first = sorted(scan.patterns, key=lambda one: (-one.last, -one.quality, one.name))
    found = [_told(one, scan, known) for one in newest_first if one.quality >= request.min_quality]
    matching = [one for one in found if request.status in (None, one.status)]
    return signals.ScanPatternsReply(
        symbol=scan.symbol,
        as_of=scan.date_of(-1),
        bars=len(scan.bars),
        patterns=matching[: request.limit],
        matched=len(matching),
        time_ms=(time.perf_counter() - started) * 1e3,
    )


def register(router: Router[SignalContext]) -> None:
    router.handles(signals.SCAN_PATTERNS)(scan_patterns)


def _names_of(request: signals.ScanPatternsRequest) -> list[str]:
    """The patterns that the request's names, families and direction leave."""
    names = [
        name
        for name in sorted(catalogue.known_names(request.names))
        if (request.families is None or BY_NAME[name].family in request.families)
        and request.direction in (None, BY_NAME[name].direction)
    ]
    if not names:
        raise InvalidInput(
            "no pattern is of the names, families and direction asked for",
            field="names",
            constraint="a pattern of the families and direction asked for",
        )
    return names


def _day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError as error:
        raise InvalidInput(f"{text} is no day: {error}", field="since", constraint="YYYY-MM-DD") from error


def _told(pattern: Pattern, scan: Scan, known: dict[Key, datetime]) -> signals.FoundPattern:
    kind = BY_NAME[pattern.name]
    outcome = outcome_of(pattern, kind.direction, scan.bars)
    first, last = scan.date_of(pattern.first), scan.date_of(pattern.last)
    return signals.FoundPattern(
        name=kind.name,
        title=kind.title,
        family=kind.family,
        direction=kind.direction,
        first_date=first,
        last_date=last,
        points=[
            signals.PatternPoint(date=scan.date_of(point.bar), price=point.price, role=point.role)
            for point in pattern.points
        ],
        quality=pattern.quality,
        target=pattern.target,
        invalidation=pattern.invalidation,
        status=None if outcome is None else outcome.status,
        settled_date=None if outcome is None or outcome.bar is None else scan.date_of(outcome.bar),
        found_at=known.get((kind.name, first, last)),
    )
