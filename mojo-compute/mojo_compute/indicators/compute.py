"""The facade over the kernels: checks everything they rely on, handles missing bars.

Where a formula stands is in `Indicator.source`. Results are equal to TA-Lib's within 1e-9
of the larger of outputs and inputs, with the same warm-up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts.indicators import Indicator, Parameters
from chitti_shared.errors import ComputationError, InvalidInput

from mojo_compute.engines import Engines, Kernel
from mojo_compute.indicators.plans import floors_of
from mojo_compute.kernels.arrays import INTEGER, Floats, Values, as_floats, dtypes_of, leave_empty
from mojo_compute.kernels.checks import all_above_zero, all_finite

AS_DECLARED: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Computed:
    """The series of one indicator, in declared order, each as long as the inputs.

    `stable_from` is the first bar that the start of history moves by less than 1e-6
    relative, None where the series is too short for one. `elapsed_s` is the kernel's time.
    """

    outputs: tuple[Values, ...]
    lookback: int
    stable_from: int | None
    engine: str
    elapsed_s: float


def compute(
    indicator: Indicator,
    inputs: Mapping[str, npt.ArrayLike],
    parameters: Parameters,
    engines: Engines,
    called: Mapping[str, str] = AS_DECLARED,
    *,
    prices: bool = False,
) -> Computed:
    """Compute one indicator of one series.

    Parameters
    ----------
    indicator : Indicator
        What to compute.
    inputs : mapping of str to array_like, shape (n,)
        The declared inputs by name, oldest bar first; NaN or None: the bar is missing.
    parameters : mapping
        Every parameter, resolved and within its bounds.
    engines : Engines
        Kernel sets to choose from.
    called : mapping of str to str
        What errors call an input where the caller has another name for it.
    prices : bool
        Whether the inputs of an indicator of prices must be some: above 0, a volume 0 or more.
        Without it any finite numbers will do, such as another indicator's values or a spread.

    Returns
    -------
    Computed
        NaN where there is no value: in the warm-up, and by missing bars as the
        indicator's class has it (windowed: while the window holds one; recursive: on the
        missing bars themselves). Integers are 0 there.

    Raises
    ------
    InvalidInput
        Not one-dimensional, unequal lengths, infinite, not above 0, too short, a high below its low.
    ComputationError
        A result is not finite (inputs near the ends of the float range).
    EngineUnavailable
        No engine has the kernel.
    """
    names = [called.get(name, name) for name in indicator.inputs]
    series = [_as_series(name, inputs[one]) for name, one in zip(names, indicator.inputs, strict=True)]
    length = _common_length(indicator, names, series)
    missing = _missing_bars(names, series, floors_of(indicator, prices=prices))
    _check_ranges(indicator, series)
    lookback = indicator.lookback(parameters)
    settled = lookback + (indicator.settling(parameters) if indicator.settling else 0)
    engine, kernel = engines.kernel(indicator.name)
    numbers = tuple(parameters.values())

    started = perf_counter()
    if missing is None:
        _check_length(indicator, parameters, lookback, length, 0)
        outputs = _run(kernel, series, numbers, indicator)
    elif indicator.is_recursive(parameters):
        present = np.flatnonzero(~missing)
        _check_length(indicator, parameters, lookback, len(present), length - len(present))
        found = _run(kernel, [one[present] for one in series], numbers, indicator)
        if indicator.positions:
            for values in found:
                values[lookback:] = present[cast("npt.NDArray[np.int32]", values[lookback:])]
        outputs = tuple(_scattered(values, present, length) for values in found)
        settled = int(present[settled]) if settled < len(present) else length
    else:
        _check_length(indicator, parameters, lookback, length, 0)
        outputs = _run_between_gaps(kernel, series, numbers, indicator, missing, lookback)
    elapsed_s = perf_counter() - started
    _check_finite(indicator, names, series, outputs, lookback, gaps=missing is not None or indicator.sparse)
    return Computed(outputs, lookback, settled if settled < length else None, engine, elapsed_s)


def _run(
    kernel: Kernel, series: Sequence[Floats], numbers: Sequence[float], indicator: Indicator
) -> tuple[Values, ...]:
    outputs = tuple(np.empty(len(series[0]), dtype) for dtype in dtypes_of(indicator))
    kernel(*series, *numbers, *outputs)
    return outputs


def _run_between_gaps(
    kernel: Kernel,
    series: Sequence[Floats],
    numbers: Sequence[float],
    indicator: Indicator,
    missing: npt.NDArray[np.bool_],
    lookback: int,
) -> tuple[Values, ...]:
    """What a windowed indicator has on each run of bars that is long enough; nothing elsewhere."""
    outputs = tuple(_empty(len(missing), dtype) for dtype in dtypes_of(indicator))
    edges = np.flatnonzero(np.diff(np.concatenate(([True], missing, [True])).astype(np.int8)))
    for first, last in edges.reshape(-1, 2).tolist():
        if last - first > lookback:
            found = _run(kernel, [one[first:last] for one in series], numbers, indicator)
            for output, values in zip(outputs, found, strict=True):
                output[first:last] = values
    return outputs


def _as_series(name: str, values: npt.ArrayLike) -> Floats:
    if type(values) is np.ndarray and values.dtype == np.float64 and values.ndim == 1 and _is_plain(values.flags):
        return values
    try:
        series = as_floats(values)
    except (OverflowError, TypeError, ValueError) as error:
        raise InvalidInput(f"{name} must be numbers: {error}", field=name, constraint="numbers or null") from error
    if series.ndim != 1:
        raise InvalidInput(f"{name} must be one series, found shape {series.shape}", field=name, constraint="1-D")
    return series


def _is_plain(flags: Any) -> bool:
    return flags.c_contiguous and flags.aligned  # type: ignore[no-any-return]


def _common_length(indicator: Indicator, names: Sequence[str], series: Sequence[Floats]) -> int:
    lengths = {len(one) for one in series}
    if len(lengths) > 1:
        found = ", ".join(f"{name} {len(one)}" for name, one in zip(names, series, strict=True))
        raise InvalidInput(
            f"{indicator.name} needs series of one length, found {found}",
            field=names[0],
            constraint="equal lengths",
        )
    return lengths.pop()


def _missing_bars(
    names: Sequence[str], series: Sequence[Floats], floors: Sequence[int]
) -> npt.NDArray[np.bool_] | None:
    """Which bars lack an input; None: none does. Checks range on the way."""
    missing: npt.NDArray[np.bool_] | None = None
    for name, values, floor in zip(names, series, floors, strict=True):
        if not len(values) or (all_above_zero(values) if floor >= 0 else all_finite(values, 0)):
            continue
        least, most = values.min(), values.max()
        if np.isnan(least):  # a missing value makes both NaN
            absent = np.isnan(values)
            missing = absent if missing is None else missing | absent
            least, most = np.fmin.reduce(values), np.fmax.reduce(values)
        if np.isinf(least) or np.isinf(most):
            raise InvalidInput(f"{name} must be finite, found Infinity", field=name, constraint="finite")
        if floor >= 0:
            _check_floor(name, values, float(least), floor)
    return missing


def _check_ranges(indicator: Indicator, series: Sequence[Floats]) -> None:
    """A bar's high is never below its low."""
    if "high" not in indicator.inputs or "low" not in indicator.inputs:
        return
    high, low = (series[indicator.inputs.index(name)] for name in ("high", "low"))
    if (high < low).any():
        index = int(np.flatnonzero(high < low)[0])
        raise InvalidInput(
            f"high ({high[index]}) is below low ({low[index]}) at index {index}",
            field="high",
            constraint="high >= low",
            index=index,
        )


def _check_floor(name: str, values: Floats, least: float, floor: int) -> None:
    if least > 0 or (floor == 0 and least == 0) or np.isnan(least):
        return
    index = int(np.flatnonzero(values == least)[0])
    bound = ">= 0" if floor == 0 else "> 0"
    raise InvalidInput(
        f"{name} must be {bound}, found {least} at index {index}",
        field=name,
        constraint=f"{name} {bound}",
        index=index,
    )


def _check_length(indicator: Indicator, parameters: Parameters, lookback: int, present: int, absent: int) -> None:
    if present > lookback:
        return
    gaps = f" and {absent} missing" if absent else ""
    for name, value in parameters.items():
        if name.endswith("period") and value > present:
            message = f"{name} ({value}) exceeds data length ({present}{gaps})"
            raise InvalidInput(message, field=name, constraint=indicator.fits, needed=lookback + 1, found=present)
    given = " with " + ", ".join(f"{name} {value}" for name, value in parameters.items()) if parameters else ""
    field = next((name for name in parameters if name.endswith("period")), "prices")
    raise InvalidInput(
        f"{indicator.name}{given} needs {lookback + 1} bars, found {present}{gaps}",
        field=field,
        constraint=indicator.fits,
        needed=lookback + 1,
        found=present,
    )


def _check_finite(
    indicator: Indicator,
    names: Sequence[str],
    series: Sequence[Floats],
    outputs: Sequence[Values],
    lookback: int,
    *,
    gaps: bool,
) -> None:
    """Warm-up and gaps are NaN by design; anything else that is not finite is a failure."""
    for name, values in zip(indicator.outputs, outputs, strict=True):
        if values.dtype == INTEGER or all_finite(cast("Floats", values), lookback):
            continue
        later = values[lookback:]
        least, most = (np.fmin, np.fmax) if gaps else (np.minimum, np.maximum)
        low, high = least.reduce(later), most.reduce(later)
        if np.isinf(low) or np.isinf(high) or (np.isnan(low) and not gaps):
            if indicator.domain:
                raise _beyond_domain(indicator, names, series, values)
            raise ComputationError(
                f"{indicator.name}: {name} left the range of 64-bit floats", indicator=indicator.name
            )


def _beyond_domain(
    indicator: Indicator, names: Sequence[str], series: Sequence[Floats], values: Values
) -> InvalidInput:
    index = int(np.flatnonzero(np.isinf(values))[0])
    found = " and ".join(f"{name} {one[index]}" for name, one in zip(names, series, strict=True))
    return InvalidInput(
        f"{indicator.name} of {found} at index {index} is infinite",
        field=names[-1],
        constraint=indicator.domain,
        index=index,
    )


def _scattered(values: Values, present: npt.NDArray[np.intp], length: int) -> Values:
    full = _empty(length, values.dtype)
    full[present] = values
    return full


def _empty(length: int, dtype: npt.DTypeLike) -> Values:
    made: Values = np.empty(length, dtype)
    leave_empty(made)
    return made
