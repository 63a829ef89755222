"""What an operator does to whole series. A number that is not known is NaN; a truth is told by two flags.

A condition is true, false or unknown on a bar (a comparison with a null is unknown). It is computed as one array of
flags, "known to be true", or as another one, "known to be false", where a `not` above it asks for that.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from mojo_compute.backtesting.signals import Flags
from mojo_compute.kernels.arrays import Floats

Number = Floats | float
Truth = Flags | bool
Combine = Callable[[Flags, Flags], Flags]


def add(first: Number, second: Number) -> Number:
    return finite(np.add(first, second))


def subtract(first: Number, second: Number) -> Number:
    return finite(np.subtract(first, second))


def multiply(first: Number, second: Number) -> Number:
    return finite(np.multiply(first, second))


def divide(first: Number, second: Number) -> Number:
    """NaN where the divisor is 0."""
    return finite(np.divide(first, second))


def finite(values: Number) -> Number:
    """Values with NaN for those beyond the range of floats."""
    beyond = np.isinf(values)
    if not beyond.any():
        return values
    return np.where(beyond, np.nan, values)


def differs(first: Number, second: Number) -> Truth:
    """Whether both are known and not equal: NaN differs from nothing."""
    return np.less(first, second) | np.greater(first, second)


def earlier_number(values: Number, bars: int, length: int) -> Floats:
    """What it was so many bars before; NaN on the first bars."""
    out = np.empty(length)
    out[:bars] = np.nan
    out[bars:] = values if np.ndim(values) == 0 else values[: max(length - bars, 0)]  # type: ignore[index]
    return out


def earlier_truth(flags: Truth, bars: int, length: int) -> Flags:
    """The flag of so many bars before; not known on the first bars."""
    out = np.empty(length, np.bool_)
    out[:bars] = False
    out[bars:] = flags if np.ndim(flags) == 0 else flags[: max(length - bars, 0)]  # type: ignore[index]
    return out


def on_some(flags: Truth, bars: int, length: int) -> Flags:
    """Whether the flag is set on at least one of the last `bars` bars."""
    return _over_window(as_flags(flags, length), bars, np.logical_or)


def on_each(flags: Truth, bars: int, length: int) -> Flags:
    """Whether there are `bars` bars and the flag is set on each of them."""
    return _over_window(as_flags(flags, length), bars, np.logical_and)


def bars_since(flags: Truth, length: int) -> Floats:
    """Bars since the flag was last set: 0 where it is, NaN until it was for the first time."""
    numbers = np.arange(length, dtype=np.float64)
    last = np.maximum.accumulate(np.where(flags, numbers, -1.0)) if length else numbers
    return np.where(last < 0.0, np.nan, numbers - last)


def as_flags(flags: Truth, length: int) -> Flags:
    return flags if isinstance(flags, np.ndarray) else np.full(length, flags, np.bool_)


def as_numbers(values: Number, length: int) -> Floats:
    return values if isinstance(values, np.ndarray) and values.ndim else np.full(length, values, np.float64)


def known_bars(inputs: list[Floats], lookback: int, *, recursive: bool) -> Flags:
    """Where an indicator of `lookback` has a value, by where its inputs have one.

    Parameters
    ----------
    recursive : bool
        Whether it steps over missing bars; else it has no value while the window holds one.
    """
    if not any(np.isnan(one.min()) for one in inputs if len(one)):  # nothing is missing: both ways are one
        everywhere: Flags = np.ones(len(inputs[0]), dtype=np.bool_)
        everywhere[:lookback] = False
        return everywhere
    present: Flags = ~np.logical_or.reduce([np.isnan(one) for one in inputs])
    if not recursive:
        return _over_window(present, lookback + 1, np.logical_and)
    present[np.flatnonzero(present)[:lookback]] = False
    return present


def _over_window(flags: Flags, bars: int, combine: Callable[..., npt.NDArray[np.bool_]]) -> Flags:
    """Windows of doubled length, until one more step makes `bars`."""
    width = 1
    while width < bars:
        step = min(width, bars - width)
        flags = combine(flags, earlier_truth(flags, step, len(flags)))
        width += step
    return flags
