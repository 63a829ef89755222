"""What a caller of `backtest` gave, as the engine and the strategies take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

import numpy as np
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.checks import bars_of, check_rising, times_of, written
from mojo_compute.backtesting.data import Bars, Data, Times
from mojo_compute.backtesting.signals import Flags, Signals
from mojo_compute.kernels.arrays import FLOAT, Floats, as_floats
from mojo_compute.kernels.checks import all_above_zero, all_within_ranges

Given = Data | Bars | Mapping[str, Any]

PRICES = ("open", "high", "low", "close")
FLAGS = frozenset({"entries", "exits", "short_entries", "short_exits"})
FLAG = np.dtype(np.bool_)
SIGNALS = tuple(one.name for one in fields(Signals))
_every_signal = attrgetter(*SIGNALS)
_SECONDS = np.dtype("datetime64[s]")


def data_of(given: Given, execution: Execution | None = None) -> Data:
    """Data, checked.

    Parameters
    ----------
    given : Data, Bars or mapping
        A mapping holds the columns of one symbol: `close`, perhaps `open`, `high`, `low`, `volume`, `dates` (ISO) and
        `symbol`.
    execution : Execution or None
        Of the run, where there are closes alone.

    Raises
    ------
    InvalidInput
        Shapes that differ, times that don't rise, prices that are none.
    """
    if isinstance(given, Mapping):
        return Data(_of_columns(given, execution))
    if isinstance(given, Bars):
        return Data(settled(given))
    bars = settled(given.bars)
    return given if bars is given.bars else replace(given, bars=bars)


def _of_columns(given: Mapping[str, Any], execution: Execution | None) -> Bars:
    known = {*PRICES, "volume", "dates", "symbol"}
    if unknown := [name for name in given if name not in known]:
        raise InvalidInput(
            f"prices have no column {unknown[0]!r}: expected {', '.join(sorted(known))}",
            field=str(unknown[0]),
            constraint=f"one of {', '.join(sorted(known))}",
        )
    dates = given.get("dates")
    columns = {name: given.get(name) for name in (*PRICES, "volume")}
    return bars_of(columns, None if dates is None else times_of(dates), str(given.get("symbol", "")), execution)


def signals_of(given: Any) -> Signals:
    """What a strategy answered, as tables with a row for each symbol.

    One symbol's may be plain rows, and anything that becomes an array: lists, a column of a data frame. Flags may be
    0 and 1.

    Raises
    ------
    InvalidInput
        No `Signals`, or an array that isn't one of flags or of numbers.
    """
    if not isinstance(given, Signals):
        raise InvalidInput(
            f"a strategy answers Signals, found {type(given).__name__}", field="signals", constraint="Signals"
        )
    changed: dict[str, Any] = {}
    for name, values in zip(SIGNALS, _every_signal(given), strict=True):
        if values is None:
            continue
        wanted = FLAG if name in FLAGS else FLOAT
        if type(values) is np.ndarray and values.ndim == 2 and values.dtype is wanted and values.flags.c_contiguous:
            continue
        changed[name] = _flags(name, values) if name in FLAGS else _table(name, values)
    return replace(given, **changed) if changed else given


def _flags(name: str, values: Any) -> Flags:
    found = np.asarray(values)
    if found.dtype.kind in "iuf" and np.isin(found, (0, 1)).all():
        found = found.astype(FLAG)
    if found.dtype != FLAG:
        raise InvalidInput(f"{name} are {found.dtype}: expected true or false", field=name, constraint="bool")
    return np.ascontiguousarray(np.atleast_2d(found))


def settled(bars: Bars) -> Bars:
    """The same bars as contiguous tables of one shape with times in seconds, checked. Errors: InvalidInput."""
    tables = {name: _table(name, getattr(bars, name)) for name in PRICES}
    shape = tables["close"].shape
    if not shape[0] or not shape[1]:
        raise InvalidInput("there are no bars", field="close", constraint="1 bar or more")
    if bars.volume is not None:
        tables["volume"] = _table("volume", bars.volume)
    for name, values in tables.items():
        if values.shape != shape:
            raise InvalidInput(
                f"{name} has the shape {values.shape}, close {shape}: expected equal ones",
                field=name,
                constraint="shape of close",
            )
    if len(bars.symbols) != shape[0]:
        raise InvalidInput(
            f"{len(bars.symbols)} symbols for {shape[0]} rows of bars", field="symbols", constraint="one for each row"
        )
    times = None if bars.times is None else _times(bars.times, shape[1])
    _check_prices(tables, times)
    _check_volume(tables, times)
    same = times is bars.times and all(values is getattr(bars, name) for name, values in tables.items())
    if same:
        return bars
    opened, high, low, close = (tables[name] for name in PRICES)
    return Bars(opened, high, low, close, tables.get("volume"), times, bars.symbols)


def _table(name: str, values: Any) -> Floats:
    if type(values) is np.ndarray and values.dtype is FLOAT and values.ndim == 2 and values.flags.c_contiguous:
        return values
    try:
        found = as_floats(values)
    except (OverflowError, TypeError, ValueError) as error:
        raise InvalidInput(f"{name} is no table of numbers: {error}", field=name, constraint="numbers") from error
    if found.ndim not in (1, 2):
        raise InvalidInput(
            f"{name} has {found.ndim} dimensions: expected a row for each symbol", field=name, constraint="(m, n)"
        )
    return np.ascontiguousarray(np.atleast_2d(found))


def _times(times: Times, count: int) -> Times:
    found = times if getattr(times, "dtype", None) is _SECONDS else np.asarray(times)
    if found.dtype.kind != "M" or found.shape != (count,):
        raise InvalidInput(
            f"times are {found.dtype} of shape {found.shape}: expected datetime64 of shape ({count},)",
            field="dates",
            constraint="a time for each bar",
        )
    if found.dtype != _SECONDS:
        found = found.astype(_SECONDS)
    if np.isnat(found[0]) or not (found[1:] > found[:-1]).all():  # NaT is never greater
        check_rising(found)
        raise InvalidInput("times are missing", field="dates", constraint="a time for each bar")
    return found


def _check_prices(tables: Mapping[str, Floats], times: Times | None) -> None:
    """Prices above 0, or none of the four; highs that are no less than lows."""
    gaps = False
    for name in PRICES:
        values = tables[name]
        if all_above_zero(values.reshape(-1)):
            continue
        gaps = True
        wrong = (values <= 0.0) | np.isinf(values)
        if wrong.any():
            raise _refused(name, values, wrong, "expected a price above 0, or NaN where there is no bar", times)
    absent = np.isnan(tables["close"]) if gaps else None
    for name in PRICES[:3] if gaps else ():
        wrong = np.isnan(tables[name]) != absent
        if wrong.any():
            raise _refused(name, tables[name], wrong, "expected four prices, or none where there is no bar", times)
    opened, high, low, close = (tables[name] for name in PRICES)
    if all_within_ranges(*(values.reshape(-1) for values in (opened, high, low, close))):
        return
    crossed = (high < low) | (high < opened) | (high < close)
    if crossed.any():
        raise _refused("high", high, crossed, "expected no less than the low, the open and the close", times)
    raise _refused("low", low, (low > opened) | (low > close), "expected no more than the open and the close", times)


def _check_volume(tables: Mapping[str, Floats], times: Times | None) -> None:
    """Volumes of 0 and more, or NaN where there is none."""
    volume = tables.get("volume")
    if volume is None or all_above_zero(volume.reshape(-1)):
        return
    wrong = (volume < 0.0) | np.isinf(volume)
    if wrong.any():
        raise _refused("volume", volume, wrong, "expected 0 or more", times)


def _refused(name: str, values: Floats, wrong: Any, expected: str, times: Times | None) -> InvalidInput:
    row, bar = (int(place) for place in np.argwhere(wrong)[0])
    when = "" if times is None else f" on {written(times[bar])}"
    return InvalidInput(
        f"{name}[{row}, {bar}]{when} is {values[row, bar]:g}: {expected}",
        field=name,
        constraint="> 0, or NaN",
        row=row,
        index=bar,
    )
