"""Arithmetic over whole series, readable."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mojo_compute.engines.readable.windows import fill_windowed
from mojo_compute.kernels.arrays import Floats


def _of_one(function: Callable[[Floats], Floats]) -> Callable[[Floats, Floats], None]:
    def transform(values: Floats, out: Floats) -> None:
        with np.errstate(all="ignore"):  # outside its domain a function is NaN
            out[:] = function(values)

    return transform


def _of_two(function: Callable[[Floats, Floats], Floats]) -> Callable[[Floats, Floats, Floats], None]:
    def operator(one: Floats, other: Floats, out: Floats) -> None:
        with np.errstate(all="ignore"):
            out[:] = function(one, other)

    return operator


def cumsum(values: Floats, out: Floats) -> None:
    out[:] = np.cumsum(values)


def highest(values: Floats, period: int, out: Floats) -> None:
    fill_windowed(np.max, values, period, out)


def lowest(values: Floats, period: int, out: Floats) -> None:
    fill_windowed(np.min, values, period, out)


def minmax(values: Floats, period: int, low: Floats, high: Floats) -> None:
    lowest(values, period, low)
    highest(values, period, high)


def total(values: Floats, period: int, out: Floats) -> None:
    fill_windowed(np.sum, values, period, out)


def maxindex(values: Floats, period: int, out: Floats) -> None:
    """A new extreme or an equal one takes over; when it leaves the window, the oldest of the greatest does."""
    out[: period - 1] = np.nan
    at = -1
    for bar in range(period - 1, len(values)):
        first = bar - period + 1
        if at < first:
            at = first + int(values[first : bar + 1].argmax())
        elif values[bar] >= values[at]:
            at = bar
        out[bar] = at


def minindex(values: Floats, period: int, out: Floats) -> None:
    maxindex(-values, period, out)


def minmaxindex(values: Floats, period: int, low: Floats, high: Floats) -> None:
    minindex(values, period, low)
    maxindex(values, period, high)


SERIES: dict[str, Callable[..., None]] = {
    "acos": _of_one(np.arccos),
    "asin": _of_one(np.arcsin),
    "atan": _of_one(np.arctan),
    "ceil": _of_one(np.ceil),
    "cos": _of_one(np.cos),
    "cosh": _of_one(np.cosh),
    "exp": _of_one(np.exp),
    "floor": _of_one(np.floor),
    "ln": _of_one(np.log),
    "log10": _of_one(np.log10),
    "sin": _of_one(np.sin),
    "sinh": _of_one(np.sinh),
    "sqrt": _of_one(np.sqrt),
    "tan": _of_one(np.tan),
    "tanh": _of_one(np.tanh),
    "add": _of_two(np.add),
    "div": _of_two(np.divide),
    "mult": _of_two(np.multiply),
    "sub": _of_two(np.subtract),
    "cumsum": cumsum,
    "max": highest,
    "min": lowest,
    "minmax": minmax,
    "sum": total,
    "maxindex": maxindex,
    "minindex": minindex,
    "minmaxindex": minmaxindex,
}
