"""Bars of many symbols laid on one calendar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.checks import MOST_BARS, PRICES, written
from mojo_compute.backtesting.data import Bars, Times
from mojo_compute.kernels.arrays import Floats


def aligned(parts: Sequence[Bars]) -> Bars:
    """Bars of one symbol each on the union of their calendars; where a symbol has no bar, NaN.

    Volumes that aren't known are 0 in a row of them, which says the same.

    Raises
    ------
    InvalidInput
        No symbols, one that is there twice, bars without times, days beside shorter bars, a calendar too long.
    """
    if not parts:
        raise InvalidInput("no symbols: expected at least one", field="symbols", constraint="not empty")
    if len(parts) == 1:
        return parts[0]
    _check_symbols(parts)
    calendars = [_times(part) for part in parts]
    _check_kinds(parts, calendars)
    times = np.unique(np.concatenate(calendars))
    if len(times) > MOST_BARS:
        raise InvalidInput(
            f"the calendar of all symbols has {len(times):,} bars: at most {MOST_BARS:,}",
            field="dates",
            constraint=f"<= {MOST_BARS} bars",
        )
    places = [np.searchsorted(times, calendar) for calendar in calendars]
    columns = {name: np.full((len(parts), len(times)), np.nan) for name in PRICES}
    for name, column in columns.items():
        for row, (part, place) in enumerate(zip(parts, places, strict=True)):
            column[row, place] = getattr(part, name)[0]
    return Bars(
        columns["open"],
        columns["high"],
        columns["low"],
        columns["close"],
        volume=_volumes(parts, places, len(times)),
        times=times,
        symbols=tuple(part.symbols[0] for part in parts),
    )


def _check_symbols(parts: Sequence[Bars]) -> None:
    seen: set[str] = set()
    for part in parts:
        if len(part.symbols) != 1:
            raise InvalidInput(
                f"bars of {len(part.symbols)} symbols: expected those of one", field="symbols", constraint="one each"
            )
        symbol = part.symbols[0]
        if symbol in seen:
            raise InvalidInput(f"{symbol or 'a nameless symbol'} is there twice", field="symbols", constraint="unique")
        seen.add(symbol)


def _times(part: Bars) -> Times:
    if part.times is None:
        raise InvalidInput(
            f"{part.symbols[0] or 'a symbol'} has no dates: many symbols are put together by them",
            field="dates",
            constraint="dates beside the prices",
        )
    return part.times


def _check_kinds(parts: Sequence[Bars], calendars: Sequence[Times]) -> None:
    """Daily bars begin at midnight, shorter ones never all do."""
    daily = [bool((times == times.astype("datetime64[D]")).all()) for times in calendars]
    if len(set(daily)) == 1:
        return
    day, short = daily.index(True), daily.index(False)
    raise InvalidInput(
        f"{parts[day].symbols[0]} has bars of days, {parts[short].symbols[0]} shorter ones "
        f"({written(calendars[short][-1])}): expected one kind",
        field="dates",
        constraint="days or times, not both",
    )


def _volumes(
    parts: Sequence[Bars], places: Sequence[np.ndarray[tuple[int], np.dtype[np.intp]]], count: int
) -> Floats | None:
    if all(part.volume is None for part in parts):
        return None
    volumes = np.full((len(parts), count), np.nan)
    for row, (part, place) in enumerate(zip(parts, places, strict=True)):
        volumes[row, place] = 0.0 if part.volume is None else part.volume[0]
    return volumes
