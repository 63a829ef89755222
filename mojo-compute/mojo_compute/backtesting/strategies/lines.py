"""Strategies that are crossings of two lines, as data.

A sweep computes each distinct `Line` once for all of its combinations; one backtest computes them as they come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

import numpy as np
from chitti_shared.contracts.indicators import BY_NAME

from mojo_compute import indicators as ta
from mojo_compute.backtesting.signals import Flags
from mojo_compute.kernels.arrays import INTEGER, Floats, Values

Columns = Mapping[str, Floats]  # open, high, low, close of one symbol's own bars
Numbers = tuple[tuple[str, int | float], ...]  # parameters, in declared order
Field = Literal["entries", "exits", "short_entries", "short_exits"]


class Line(NamedTuple):
    """A series made of bars; equal ones are the same line.

    Parameters
    ----------
    source : str
        An indicator, or a column of the bars.
    parameters : tuple of (str, number)
        All those of the indicator.
    output : str
        Which of its outputs; empty: the only one.
    shift : int
        Bars by which it lies behind: the value of bar t - shift stands at t.
    """

    source: str
    parameters: Numbers = ()
    output: str = ""
    shift: int = 0

    @property
    def lookback(self) -> int:
        """Bars before its first value."""
        return self.shift + _lookback(self.source, self.parameters)


@lru_cache(4096)
def _lookback(source: str, parameters: Numbers) -> int:
    declared = BY_NAME.get(source)
    return declared.lookback(dict(parameters)) if declared else 0


@lru_cache(4096)
def _call(source: str, parameters: Numbers) -> tuple[Callable[..., Any], tuple[str, ...], tuple[int | float, ...]]:
    """How an indicator is computed: the function, its inputs, its parameters by position."""
    return getattr(ta, source), BY_NAME[source].inputs, tuple(value for _name, value in parameters)


class Crossing(NamedTuple):
    """Where one line crosses another one, or a level.

    Parameters
    ----------
    line, other : Line, Line or float
    above : bool
        Crosses above: before at most the other, now more. Else below: before at least the other, now less.
    fields : tuple of str
        The signals that it gives.
    """

    line: Line
    other: Line | float
    above: bool
    fields: tuple[Field, ...]


LONG: tuple[Field, ...] = ("entries", "short_exits")
SHORT: tuple[Field, ...] = ("exits", "short_entries")
CLOSE = Line("close")


def _line(source: str, output: str = "", shift: int = 0, **parameters: float) -> Line:
    return Line(source, tuple(parameters.items()), output, shift)


def _both(line: Line, other: Line | float) -> tuple[Crossing, ...]:
    return Crossing(line, other, True, LONG), Crossing(line, other, False, SHORT)


def _sma(fast_period: int, slow_period: int) -> tuple[Crossing, ...]:
    return _both(_line("sma", period=fast_period), _line("sma", period=slow_period))


def _ema(fast_period: int, slow_period: int) -> tuple[Crossing, ...]:
    return _both(_line("ema", period=fast_period), _line("ema", period=slow_period))


def _rsi(period: int, oversold: float, overbought: float) -> tuple[Crossing, ...]:
    rsi = _line("rsi", period=period)
    return Crossing(rsi, oversold, True, LONG), Crossing(rsi, overbought, False, SHORT)


def _macd(fast_period: int, slow_period: int, signal_period: int) -> tuple[Crossing, ...]:
    periods = {"fast_period": fast_period, "slow_period": slow_period, "signal_period": signal_period}
    return _both(_line("macd", "macd_line", **periods), _line("macd", "signal_line", **periods))


def _bollinger(period: int, std_dev: float) -> tuple[Crossing, ...]:
    def band(output: str) -> Line:
        return _line("bollinger", output, period=period, std_dev_up=std_dev, std_dev_down=std_dev, ma_type=0)

    middle = band("middle_band")
    return (
        Crossing(CLOSE, band("lower_band"), True, ("entries",)),
        Crossing(CLOSE, middle, True, ("exits",)),
        Crossing(CLOSE, band("upper_band"), False, ("short_entries",)),
        Crossing(CLOSE, middle, False, ("short_exits",)),
    )


def _donchian(entry_period: int, exit_period: int) -> tuple[Crossing, ...]:
    def band(output: str, period: int) -> Line:
        return _line("donchian", output, 1, period=period)

    return (
        Crossing(CLOSE, band("upper_band", entry_period), True, ("entries",)),
        Crossing(CLOSE, band("lower_band", exit_period), False, ("exits",)),
        Crossing(CLOSE, band("lower_band", entry_period), False, ("short_entries",)),
        Crossing(CLOSE, band("upper_band", exit_period), True, ("short_exits",)),
    )


def _supertrend(period: int, multiplier: float) -> tuple[Crossing, ...]:
    return _both(_line("supertrend", "trend", period=period, multiplier=multiplier), 0.0)


_RULES: dict[str, Callable[..., tuple[Crossing, ...]]] = {
    "sma_crossover": _sma,
    "ema_crossover": _ema,
    "rsi_reversion": _rsi,
    "macd_cross": _macd,
    "bollinger_reversion": _bollinger,
    "donchian_breakout": _donchian,
    "supertrend": _supertrend,
}
CROSSING_STRATEGIES = frozenset(_RULES)


def crossings_of(strategy_id: str, own: Mapping[str, Any]) -> tuple[Crossing, ...]:
    """The crossings that a strategy of `CROSSING_STRATEGIES` is made of.

    Parameters
    ----------
    strategy_id : str
    own : mapping
        All of its own parameters, as `split` gives them.
    """
    return _RULES[strategy_id](**own)


def lookback_of(crossings: tuple[Crossing, ...]) -> int:
    """Bars before the first one on which any of them can be seen: one more than a line needs."""
    lines = [line for one in crossings for line in (one.line, one.other) if isinstance(line, Line)]
    return max(line.lookback for line in lines) + 1


class Lines:
    """The lines of one series of bars, each indicator computed once.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (n,)
        A symbol's own bars, none of them missing.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._computed: dict[tuple[str, Numbers], Any] = {}
        self._values: dict[Line, Floats | None] = {}

    def values(self, line: Line) -> Floats | None:
        """NaN where there is no value, in the warm-up; None: there are too few bars for any."""
        try:
            return self._values[line]
        except KeyError:
            found = self._values[line] = self._evaluate(line)
            return found

    def flags(self, one: Crossing) -> Flags | None:
        """Where they cross; None: nowhere, since there are too few bars."""
        line = self.values(one.line)
        other = self.values(one.other) if isinstance(one.other, Line) else one.other
        return None if line is None or other is None else crossing(line, other, above=one.above)

    def _evaluate(self, line: Line) -> Floats | None:
        column = self._columns.get(line.source)
        if column is not None:
            return _as_line(column, line)
        if len(self._columns["close"]) <= line.lookback:
            return None
        key = (line.source, line.parameters)
        found = self._computed.get(key)
        if found is None:
            function, inputs, numbers = _call(*key)
            found = self._computed[key] = function(*[self._columns[name] for name in inputs], *numbers)
        return _as_line(getattr(found, line.output) if line.output else found, line)


def _as_line(values: Values, line: Line) -> Floats:
    if values.dtype == INTEGER:  # a state, whose warm-up is 0
        states = values.astype(np.float64)
        states[: line.lookback - line.shift] = np.nan
    else:
        states = cast("Floats", values)
    if not line.shift:
        return states
    shifted = np.empty_like(states)
    shifted[: line.shift] = np.nan
    shifted[line.shift :] = states[: -line.shift]
    return shifted


def crossing(line: Floats, other: Floats | float, *, above: bool) -> Flags:
    """Where a line crosses another one or a level: never where a value is missing now or was before.

    Parameters
    ----------
    line, other : ndarray, shape (n,), or a float for `other`
    above : bool
        True: before at most, now more. False: before at least, now less.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    if not isinstance(other, np.ndarray):
        before = now = other
    else:
        before, now = other[:-1], other[1:]  # type: ignore[assignment]
    flags = np.empty(len(line), np.bool_)
    flags[0] = False
    rest = flags[1:]
    if above:
        np.greater(line[1:], now, out=rest)
        rest &= line[:-1] <= before
    else:
        np.less(line[1:], now, out=rest)
        rest &= line[:-1] >= before
    return flags
