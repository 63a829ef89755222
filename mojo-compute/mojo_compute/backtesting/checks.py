"""Bars and signals judged before a run: what is wrong, where, and what was expected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.data import Bars, Times
from mojo_compute.backtesting.signals import Signals
from mojo_compute.kernels.arrays import Floats, as_floats

FEWEST_BARS, MOST_BARS = 2, 1_000_000
PRICES = ("open", "high", "low", "close")

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\+05:30)?)?", re.ASCII)
_FLAGS = ("entries", "exits", "short_entries", "short_exits")
_ABOVE_ZERO = ("limit", "stop", "stop_distance", "target_distance", "trail_distance")


def times_of(dates: Sequence[str], field: str = "dates") -> Times:
    """ISO days (2025-09-30) or date-times in Indian time (2025-09-30T09:15) as times; they must rise.

    Raises
    ------
    InvalidInput
        No such day, unsorted or repeated ones; `details.index` says where.
    """
    days = [_parts(text, index, field) for index, text in enumerate(dates)]
    try:
        times = np.array(days, "datetime64[s]")
    except ValueError:
        for index, text in enumerate(days):
            _moment(text, index, field)
        raise
    check_rising(times, field)
    return times


def _parts(text: str, index: int, field: str) -> str:
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        _refuse_date(text, index, field)
    day, clock = found.groups()
    return day if clock is None else f"{day}T{clock}"


def _moment(text: str, index: int, field: str) -> None:
    try:
        np.datetime64(text, "s")
    except ValueError:
        _refuse_date(text, index, field)


def _refuse_date(text: object, index: int, field: str) -> NoReturn:
    raise InvalidInput(
        f"{field}[{index}] is {text!r}: expected a day (2025-09-30) or a time in India (2025-09-30T09:15)",
        field=field,
        constraint="ISO 8601",
        index=index,
    )


def check_rising(times: Times, field: str = "dates") -> None:
    """Raise InvalidInput unless each time is later than the one before."""
    wrong = np.flatnonzero(np.diff(times) <= np.timedelta64(0, "s"))
    if not len(wrong):
        return
    index = int(wrong[0]) + 1
    this, before = written(times[index]), written(times[index - 1])
    problem = f"repeats {this}" if this == before else f"({this}) is before {field}[{index - 1}] ({before})"
    raise InvalidInput(
        f"{field}[{index}] {problem}: expected dates that rise", field=field, constraint="sorted, unique", index=index
    )


def written(time: np.datetime64) -> str:
    """A day as one, any other time with its minutes."""
    day = time.astype("datetime64[D]")
    return str(day) if time == day else str(time.astype("datetime64[s]"))


def bars_of(
    columns: Mapping[str, npt.ArrayLike | None],
    times: Times | None,
    symbol: str = "",
    execution: Execution | None = None,
) -> Bars:
    """The bars of one symbol, every one of them whole and possible.

    Parameters
    ----------
    columns : mapping
        `open`, `high`, `low`, `close` and perhaps `volume`, each of n numbers; or `close` alone, which then
        stands for all four, for runs that look at closes only.
    times : ndarray of datetime64[s], shape (n,), or None
        As `times_of` gives them.
    symbol : str
        Whose bars they are, for messages and for `Bars.symbols`.
    execution : Execution or None
        Of the run, where `close` may be alone.

    Raises
    ------
    InvalidInput
        Columns that are missing or of unequal lengths, fewer than 2 bars or more than 1,000,000, a price that is
        missing, infinite or not above 0, a high or low that isn't one; a volume that is missing or negative;
        `close` alone with fills at the open or stops within the bar.
    """
    given = {name: _floats(name, values) for name, values in columns.items() if values is not None}
    if "close" not in given:
        raise InvalidInput("close is missing: expected open, high, low and close", field="close", constraint="required")
    missing = [name for name in PRICES if name not in given]
    if missing == ["open", "high", "low"]:
        _check_closes_suffice(execution)
        given |= dict.fromkeys(missing, given["close"])
    elif missing:
        raise InvalidInput(
            f"{missing[0]} is missing beside the other prices: expected open, high, low and close, or close alone",
            field=missing[0],
            constraint="open, high, low and close",
        )
    _check_lengths(given, times, symbol)
    for name in PRICES:
        _check_prices(name, given[name], times)
    _check_order(given, times)
    volume = given.get("volume")
    if volume is not None:
        _check(~((volume >= 0) & (volume < np.inf)), "volume", volume, "a number that isn't negative", ">= 0", times)
    rows = {name: values.reshape(1, -1) for name, values in given.items()}
    return Bars(rows["open"], rows["high"], rows["low"], rows["close"], rows.get("volume"), times, (symbol,))


def _floats(name: str, values: npt.ArrayLike) -> Floats:
    try:
        found = as_floats(values)
    except (OverflowError, TypeError, ValueError) as error:
        raise InvalidInput(f"{name} is no array of numbers: {error}", field=name, constraint="numbers") from error
    if found.ndim != 1:
        raise InvalidInput(
            f"{name} has {found.ndim} dimensions: expected one series", field=name, constraint="one series"
        )
    return found


def _check_closes_suffice(execution: Execution | None) -> None:
    if execution is None or execution.fill == "next_open":
        raise InvalidInput(
            "only closes are given: fill next_open needs opens; give open, high, low and close, or fill close or "
            "next_close",
            field="open",
            constraint="open, high, low and close",
        )
    for name in ("stop_loss", "take_profit", "trailing_stop"):
        if getattr(execution, name) is not None:
            raise InvalidInput(
                f"only closes are given: {name} needs each bar's high and low",
                field="high",
                constraint=f"open, high, low and close beside {name}",
            )


def _check_lengths(given: Mapping[str, Floats], times: Times | None, symbol: str) -> None:
    count, whose = len(given["close"]), f" of {symbol}" if symbol else ""
    for name, length in [*((name, len(values)) for name, values in given.items()), ("dates", _length(times, count))]:
        if length != count:
            raise InvalidInput(
                f"{name}{whose} has {length} values, close has {count}: expected equal lengths",
                field=name,
                constraint="len == len(close)",
            )
    if count < FEWEST_BARS:
        found = "no bars" if count == 0 else "one bar"
        raise InvalidInput(
            f"{found}{whose}: a backtest needs at least {FEWEST_BARS}",
            field="close",
            constraint=f">= {FEWEST_BARS} bars",
        )
    if count > MOST_BARS:
        raise InvalidInput(
            f"{count:,} bars{whose}: at most {MOST_BARS:,}", field="close", constraint=f"<= {MOST_BARS} bars"
        )


def _length(times: Times | None, count: int) -> int:
    return count if times is None else len(times)


def _check_prices(name: str, values: Floats, times: Times | None) -> None:
    _check(~((values > 0) & (values < np.inf)), name, values, "a price above 0", "> 0", times)


def _check(
    wrong: npt.NDArray[np.bool_], name: str, values: Floats, expected: str, constraint: str, times: Times | None
) -> None:
    """Raise InvalidInput about the first wrong value of a column."""
    if not wrong.any():
        return
    index = int(wrong.argmax())
    found = "missing" if np.isnan(values[index]) else f"{values[index]:g}"
    raise InvalidInput(
        f"{name}[{index}]{_on(times, index)} is {found}: expected {expected}",
        field=name,
        constraint=constraint,
        **_where(times, index),
    )


def _check_order(given: Mapping[str, Floats], times: Times | None) -> None:
    high, low = given["high"], given["low"]
    for name in ("low", "open", "close"):
        _check_pair(high < given[name], "high", high, name, given[name], times)
    for name in ("open", "close"):
        _check_pair(low > given[name], "low", low, name, given[name], times)


def _check_pair(
    wrong: npt.NDArray[np.bool_], name: str, values: Floats, other: str, others: Floats, times: Times | None
) -> None:
    if not wrong.any():
        return
    index, relation = int(wrong.argmax()), "below" if name == "high" else "above"
    raise InvalidInput(
        f"{name}[{index}]{_on(times, index)} is {values[index]:g}, {relation} {other} ({others[index]:g})",
        field=name,
        constraint=f"{name} {'>=' if name == 'high' else '<='} {other}",
        **_where(times, index),
    )


def _on(times: Times | None, index: int) -> str:
    return "" if times is None else f" on {written(times[index])}"


def _where(times: Times | None, index: int) -> dict[str, int | str]:
    return {"index": index} if times is None else {"index": index, "date": written(times[index])}


def check_signals(bars: Bars, signals: Signals, execution: Execution) -> None:
    """Raise InvalidInput unless signals fit the bars, and the bars have what the execution needs."""
    given = {name: values for name in Signals.__slots__ if (values := getattr(signals, name)) is not None}
    if not given.keys() & {*_FLAGS, "weights"}:
        raise InvalidInput("signals hold neither entries nor weights", field="entries", constraint="entries or weights")
    for name, values in given.items():
        _check_shape(name, values, bars)
        if name in _FLAGS and "weights" in given:
            raise InvalidInput(f"{name} stand beside weights: expected one of the two", field=name, constraint="alone")
        if name in _FLAGS and values.dtype != np.bool_:
            raise InvalidInput(f"{name} are {values.dtype}: expected true or false", field=name, constraint="bool")
        if name not in _FLAGS:
            _check_numbers(name, values, bars)
    check_settings(bars, execution)


def check_settings(bars: Bars, execution: Execution) -> None:
    """Raise InvalidInput unless the bars have what the settings need."""
    _check_volume(bars, execution)
    if execution.slippage_ticks > 0 and execution.tick_size == 0:
        raise InvalidInput(
            f"slippage_ticks is {execution.slippage_ticks:g}, and tick_size is 0: there is no tick to slip by",
            field="slippage_ticks",
            constraint="0, or a tick_size above 0",
        )


def _check_shape(name: str, values: npt.NDArray[np.generic], bars: Bars) -> None:
    if values.shape != bars.close.shape:
        raise InvalidInput(
            f"{name} have the shape {values.shape}: expected that of the bars, {bars.close.shape}",
            field=name,
            constraint="shape of the bars",
        )


def _check_numbers(name: str, values: Floats, bars: Bars) -> None:
    wrong = np.isinf(values)
    if name in _ABOVE_ZERO:
        wrong |= values <= 0
    if wrong.any():
        row, bar = (int(place) for place in np.argwhere(wrong)[0])
        raise InvalidInput(
            f"{name} of bar {bar}{_on(bars.times, bar)} is {values[row, bar]:g}: expected a finite number"
            f"{' above 0' if name in _ABOVE_ZERO else ''} or none",
            field=name,
            constraint="> 0" if name in _ABOVE_ZERO else "finite",
            row=row,
            **_where(bars.times, bar),
        )


def _check_volume(bars: Bars, execution: Execution) -> None:
    for name in ("slippage_volume", "volume_limit"):
        if getattr(execution, name) == 0:
            continue
        if bars.volume is None:
            raise InvalidInput(f"{name} needs the volume of the bars", field="volume", constraint=f"with {name}")
        unknown = ~(np.nansum(bars.volume, axis=1) > 0)
        if unknown.any():
            symbol = bars.symbols[int(unknown.argmax())]
            raise InvalidInput(
                f"{name} needs volume: every bar{f' of {symbol}' if symbol else ''} has 0",
                field="volume",
                constraint=f"with {name}",
            )
