"""One indicator of many series at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts.indicators import Indicator, Parameters
from chitti_shared.errors import ChittiError, InvalidInput

from mojo_compute.engines import Engines, Kernel
from mojo_compute.indicators.compute import compute
from mojo_compute.indicators.plans import floors_of, range_of
from mojo_compute.kernels.arrays import Floats, Starts
from mojo_compute.kernels.checks import all_above_zero, all_finite


@dataclass(frozen=True, slots=True)
class PanelComputed:
    """The outputs of all series, one behind the other as the inputs; NaN where a series has an error.

    Parameters
    ----------
    outputs : tuple of ndarray, shape (starts[-1],)
    errors : dict of int to ChittiError
        Why a series has no values, by its number.
    """

    outputs: tuple[Floats, ...]
    errors: dict[int, ChittiError]
    engine: str
    elapsed_s: float


def starts_of(lengths: Sequence[int] | npt.NDArray[np.int64]) -> Starts:
    """Where each series of a panel begins, and where the last one ends."""
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def compute_panel(
    indicator: Indicator,
    inputs: Mapping[str, Floats],
    starts: Starts,
    parameters: Parameters,
    engines: Engines,
    threads: int = 1,
    *,
    prices: bool = False,
) -> PanelComputed:
    """Compute one indicator of many series; each has the values that `compute` gives it alone.

    Parameters
    ----------
    indicator : Indicator
    inputs : mapping of str to ndarray, shape (starts[-1],)
        The declared inputs, contiguous float64, series behind series.
    starts : ndarray of int64, shape (series + 1,)
    parameters : mapping
        Every parameter, resolved and within its bounds.
    engines : Engines
    threads : int
        How many threads share the series.
    prices : bool
        As `compute` has it.

    Raises
    ------
    EngineUnavailable
        No engine has the kernel.
    """
    started = perf_counter()
    arrays = tuple(inputs[name] for name in indicator.inputs)
    engine, kernel = engines.kernel(indicator.name)
    outputs = tuple(np.empty(int(starts[-1])) for _ in indicator.outputs)
    errors: dict[int, ChittiError] = {}
    lookback = indicator.lookback(parameters)
    if hasattr(kernel, "run_panel") and _usual(indicator, arrays, prices=prices):
        _run_threads(kernel, arrays, tuple(map(float, parameters.values())), outputs, starts, lookback + 1, threads)
        doubtful = _doubtful(indicator, outputs, starts, lookback)
    else:
        doubtful = list(range(len(starts) - 1))
    for number in doubtful:
        _run_alone(number, indicator, inputs, starts, parameters, engines, outputs, errors, prices=prices)
    return PanelComputed(outputs, errors, engine, perf_counter() - started)


def _usual(indicator: Indicator, arrays: Sequence[Floats], *, prices: bool) -> bool:
    """Whether all bars are there and in range."""
    for values, floor in zip(arrays, floors_of(indicator, prices=prices), strict=True):
        if not (all_above_zero(values) if floor == 1 else all_finite(values, 0)):
            return False
        if floor == 0 and (values < 0.0).any():
            return False
    high, low = range_of(indicator)
    return high < 0 or bool((arrays[high] >= arrays[low]).all())


def _run_threads(
    kernel: Kernel,
    arrays: tuple[Floats, ...],
    numbers: tuple[float, ...],
    outputs: tuple[Floats, ...],
    starts: Starts,
    least: int,
    threads: int,
) -> None:
    series = len(starts) - 1
    edges = [series * number // threads for number in range(threads + 1)]

    def work(first: int, last: int) -> None:
        kernel.run_panel(arrays, numbers, outputs, starts, first, last, least)  # type: ignore[attr-defined]

    if threads == 1:
        work(0, series)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, edges[:-1], edges[1:]))


def _doubtful(indicator: Indicator, outputs: Sequence[Floats], starts: Starts, lookback: int) -> list[int]:
    """The series that are too short, or whose values are not all finite: `compute` says why."""
    lengths = np.diff(starts)
    found = set(np.flatnonzero(lengths <= lookback).tolist())
    for values in outputs:
        expected = int(np.minimum(lengths, lookback).sum())
        absent = np.isnan(values)
        if not indicator.sparse and np.count_nonzero(absent) != expected:
            late = np.flatnonzero(absent)
            number = np.searchsorted(starts, late, side="right") - 1
            found.update(number[late - starts[number] >= lookback].tolist())
        infinite = np.flatnonzero(np.isinf(values))
        found.update((np.searchsorted(starts, infinite, side="right") - 1).tolist())
    return sorted(found)


def _run_alone(
    number: int,
    indicator: Indicator,
    inputs: Mapping[str, Floats],
    starts: Starts,
    parameters: Parameters,
    engines: Engines,
    outputs: Sequence[Floats],
    errors: dict[int, ChittiError],
    *,
    prices: bool,
) -> None:
    part = slice(int(starts[number]), int(starts[number + 1]))
    try:
        own = {name: inputs[name][part] for name in indicator.inputs}
        done = compute(indicator, own, parameters, engines, prices=prices)
    except ChittiError as error:
        errors[number] = error
        for values in outputs:
            values[part] = np.nan
        return
    for values, found in zip(outputs, done.outputs, strict=True):
        values[part] = found


def panel_arrays(
    indicator: Indicator, arrays: Sequence[npt.ArrayLike], lengths: Sequence[int] | None
) -> tuple[dict[str, Floats], Starts, tuple[int, ...]]:
    """A caller's panel as flat inputs and starts, and the shape its outputs shall have. Errors: InvalidInput."""
    if len(arrays) != len(indicator.inputs):
        wanted = ", ".join(indicator.inputs)
        raise InvalidInput(f"{indicator.name} reads {wanted}", field=indicator.inputs[0], constraint=wanted)
    made = [np.ascontiguousarray(one, dtype=np.float64) for one in arrays]
    shape = made[0].shape
    if any(one.shape != shape for one in made):
        raise InvalidInput("all inputs of a panel have one shape", field=indicator.inputs[0], constraint="equal shapes")
    if lengths is None:
        if len(shape) != 2:
            raise InvalidInput("a panel has two dimensions, or lengths", field="lengths", constraint="shape (m, n)")
        lengths = [shape[1]] * shape[0]
    elif len(shape) != 1 or min(lengths, default=0) < 0 or sum(lengths) != shape[0]:
        raise InvalidInput("lengths must add up to a flat panel", field="lengths", constraint="sum(lengths) == n")
    flat = {name: one.reshape(-1) for name, one in zip(indicator.inputs, made, strict=True)}
    return flat, starts_of(lengths), shape
