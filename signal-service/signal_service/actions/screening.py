"""Screens over the newest values of every symbol."""

from __future__ import annotations

import math
from time import perf_counter

import numpy as np
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.ipc import Progress, Router

from signal_service.context import SignalContext
from signal_service.screening.fields import SYNONYMS
from signal_service.screening.queries import Criterion, Query, field_name, run
from signal_service.screening.snapshot import Snapshot
from signal_service.work.snapshot import Standing

_TOLD = ("close", "change")  # of every row that says nothing else
_US_A_VALUE = 0.002  # a criterion on a symbol, ordering included


async def screen(request: signals.ScreenRequest, ctx: SignalContext) -> signals.ScreenReply:
    """Serve the symbols that match. Errors: invalid_input, service_unavailable."""
    progress = Progress(request)

    def tell(standing: Standing) -> None:
        part = signals.ScreenPart(symbols=standing.symbols, of=standing.of)
        progress.tell(standing.symbols / standing.of if standing.of else 0.0, part)

    built = await ctx.screens.now(tell if progress.wanted else None)
    began = perf_counter()
    snapshot, query = built.snapshot, _query_of(request)
    told = _fields_of(request, snapshot)
    cost_us = _US_A_VALUE * len(snapshot) * (1 + len(query.every) + len(query.some) + len(query.none))
    found = await ctx.cpu.run(run, query, snapshot, cost_us=cost_us)
    return signals.ScreenReply(
        rows=[_row(snapshot, row, told) for row in found.rows],
        fields=told,
        matched=found.matched,
        symbols=len(snapshot),
        next_cursor=found.cursor,
        as_of=snapshot.newest_day.isoformat() if snapshot.newest_day is not None else None,
        built_at=built.at,
        time_ms=round((perf_counter() - began) * 1000.0, 4),
    )


async def list_screen_fields(_request: Empty, ctx: SignalContext) -> signals.ListScreenFieldsReply:
    """Serve the fields, and how many symbols have each. Errors: service_unavailable."""
    snapshot = (await ctx.screens.now()).snapshot
    known = (~np.isnan(snapshot.values)).sum(axis=1).tolist()
    listed = [
        signals.ScreenField(
            name=one.name,
            title=one.title,
            unit=one.unit,
            group=one.group,
            known=count,
            names=list(snapshot.categories["industry"]) if one.name == "industry" else None,
        )
        for one, count in zip(snapshot.fields, known, strict=True)
    ]
    return signals.ListScreenFieldsReply(
        fields=listed,
        count=len(listed),
        symbols=len(snapshot),
        as_of=snapshot.newest_day.isoformat() if snapshot.newest_day is not None else None,
    )


def register(router: Router[SignalContext]) -> None:
    router.handles(signals.SCREEN)(screen)
    router.handles(signals.LIST_SCREEN_FIELDS)(list_screen_fields)


def _query_of(request: signals.ScreenRequest) -> Query:
    every, some, none = (
        tuple(Criterion(one.field, one.op, one.value) for one in part)
        for part in (request.criteria, request.any, request.none)
    )
    return Query(every, some, none, request.sort, request.descending, request.limit, request.cursor)


def _fields_of(request: signals.ScreenRequest, snapshot: Snapshot) -> list[str]:
    """What each row tells: the fields asked for, else those that the question is about."""
    if request.fields is not None:
        wanted = [field_name(name, snapshot, f"fields[{place}]") for place, name in enumerate(request.fields)]
    else:
        asked = [*request.criteria, *request.any, *request.none]
        named = [name for one in asked for name in (one.field, one.value) if isinstance(name, str)]
        wanted = [*_TOLD, *(SYNONYMS.get(name, name) for name in [*named, request.sort])]
    # a row names its symbol and industry anyway, and the name of one may be a criterion's value
    kept = (name for name in wanted if name in snapshot.places and name not in snapshot.categories)
    return list(dict.fromkeys(kept))


def _row(snapshot: Snapshot, row: int, told: list[str]) -> signals.ScreenRow:
    symbol, day = snapshot.symbols[row], snapshot.days[row]
    company = snapshot.companies.get(symbol)
    values = {name: float(snapshot.values[snapshot.places[name], row]) for name in told}
    return signals.ScreenRow(
        symbol=symbol,
        name=company.name if company is not None else None,
        industry=company.industry if company is not None else None,
        bar_date=day.isoformat() if day is not None else None,
        values={name: None if math.isnan(value) else value for name, value in values.items()},
    )
