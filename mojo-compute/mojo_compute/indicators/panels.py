"""Many indicators of many series at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from operator import index
from time import perf_counter
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts.indicators import Indicator, Parameters
from chitti_shared.errors import ChittiError, InvalidInput

from mojo_compute.engines import Engines
from mojo_compute.indicators.compute import AS_DECLARED, compute
from mojo_compute.indicators.plans import floors_of, range_of
from mojo_compute.indicators.tasks import Task, Wanted, tasks_of
from mojo_compute.kernels.arrays import FLOAT, Floats, Marks, Starts, Values, as_floats, dtypes_of, leave_empty

_CROSSED = 64  # of the marks that `look_at` makes: a high below its low
_CHUNK = 65_536  # bars whose columns stay in the processor's cache while several indicators are computed
_MOST_COLUMNS = 6
_STREAMED = 6_000_000  # values read and written in all that no cache holds until they are read again
_WRITTEN_PAST = 4_000_000  # where the kernel itself writes past the caches, which costs nothing
_MOST_THREADS = 64
_PIECES = 4  # of each thread's share: who is held up leaves the rest to the others
_IN_STEP = 8  # series that many kernels take together
_LARGE = 16_384  # values of an array that malloc by default maps anew each time

_Look = tuple[int, tuple[int, ...] | None, int, int]  # unfit marks, and how else the kernel looks at its inputs


@dataclass(frozen=True, slots=True)
class PanelComputed:
    """The outputs of all series, one behind the other as the inputs; NaN, or 0 of integers, where one has an error.

    Parameters
    ----------
    outputs : tuple of ndarray, shape (starts[-1],)
    errors : dict of int to ChittiError
        Why a series has no values, by its number.
    engine : str
    elapsed_s : float
        Time in this indicator's kernel, all threads together.
    """

    outputs: tuple[Values, ...]
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
    """Compute one indicator of many series: `compute_panels` for one."""
    return compute_panels([(indicator, parameters)], inputs, starts, engines, threads, prices=prices)[0]


def compute_panels(
    wanted: Sequence[Wanted],
    inputs: Mapping[str, Floats],
    starts: Starts,
    engines: Engines,
    threads: int = 1,
    *,
    prices: bool = False,
    called: Mapping[str, str] = AS_DECLARED,
    between: Callable[[], None] | None = None,
) -> list[PanelComputed]:
    """Compute indicators of many series; each series has the values that `compute` gives it alone.

    The series are looked at once for all indicators, and are taken in chunks that fit the
    processor's cache.

    Parameters
    ----------
    wanted : sequence of (Indicator, parameters)
        Every parameter resolved and within its bounds.
    inputs : mapping of str to ndarray, shape (starts[-1],)
        What the indicators read, contiguous float64, series behind series.
    starts : ndarray of int64, shape (series + 1,)
    engines : Engines
    threads : int
        How many threads share the series.
    prices, called
        As `compute` has them.
    between : callable
        Called before each indicator of each chunk; may raise to give the work up.

    Raises
    ------
    EngineUnavailable
        No engine has a kernel.
    """
    length = int(starts[-1])
    done = [
        PanelComputed(tuple(room_for(length, kind) for kind in dtypes_of(one)), {}, engines.kernel(one.name)[0], 0.0)
        for one, _parameters in wanted
    ]
    work = _Work(wanted, inputs, starts, engines, done, prices, called, between)
    pieces = list(_chunks(starts, threads, _CHUNK if len(wanted) > 1 else int(starts[-1])))
    spent = work.run_shared(pieces, min(threads, len(pieces)))
    total = np.sum(spent, axis=0) if spent else np.zeros(len(wanted))
    return [
        PanelComputed(one.outputs, one.errors, one.engine, float(seconds))
        for one, seconds in zip(done, total, strict=True)
    ]


def room_for(length: int, dtype: npt.DTypeLike = FLOAT) -> Values:
    """An array to be filled, in memory that is kept between calls where that saves time."""
    if length < _LARGE:
        return np.empty(length, dtype)
    try:
        from mojo_compute.kernels._pool import Block
    except ImportError:  # no compiled kernels here
        return np.empty(length, dtype)
    return np.frombuffer(memoryview(Block(length * np.dtype(dtype).itemsize)), dtype)


@cache
def _helpers() -> ThreadPoolExecutor:
    """Threads that wait for panels: to start one takes as long as a tenth of a panel."""
    return ThreadPoolExecutor(_MOST_THREADS - 1, thread_name_prefix="panels")


os.register_at_fork(after_in_child=_helpers.cache_clear)  # a child process has none of its parent's threads


def _chunks(starts: Starts, threads: int, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of series of about `most` bars, several for each of many threads."""
    series = len(starts) - 1
    pieces = threads * _PIECES if threads > 1 else 1
    bars = max(min(most, -(-int(starts[-1]) // pieces)), 1)
    first = 0
    while first < series:
        last = int(np.searchsorted(starts, starts[first] + bars, side="right")) - 1
        last = min(max(last, first + 1), series)
        if last < series and last - first > _IN_STEP:  # kernels take so many at once, and what is left one by one
            last -= (last - first) % _IN_STEP
        yield first, last
        first = last


class _Work:
    """What the threads of one call share."""

    def __init__(
        self,
        wanted: Sequence[Wanted],
        inputs: Mapping[str, Floats],
        starts: Starts,
        engines: Engines,
        done: Sequence[PanelComputed],
        prices: bool,
        called: Mapping[str, str],
        between: Callable[[], None] | None,
    ) -> None:
        self.wanted, self.inputs, self.starts, self.engines, self.done = wanted, inputs, starts, engines, done
        self.prices, self.called, self.between = prices, called, between
        self.tasks = tasks_of(wanted, engines)
        floors: dict[tuple[str, int], None] = {}
        for task in self.tasks:
            floors.update(dict.fromkeys(zip(task.inputs, self._floors(task), strict=True)))
        self.columns = list(floors)
        arrays = len({name for name, _floor in self.columns}) + sum(len(one.outputs) for one, _parameters in wanted)
        self.moved = arrays * int(starts[-1])
        compiled = sum(task.kernel is not None for task in self.tasks)
        self.looked = compiled > 1 and len(self.columns) <= _MOST_COLUMNS
        self.looks = [self._looks(task) for task in self.tasks]

    def _floors(self, task: Task) -> tuple[int, ...]:
        return floors_of(self.wanted[task.members[0]][0], task.inputs, prices=self.prices)

    def _looks(self, task: Task) -> _Look:
        """How the series of a task are looked at: by the marks that make them unfit, or by the kernel."""
        floors = self._floors(task)
        if not self.looked:
            return 0, floors, *range_of(task.inputs)
        read = list(zip(task.inputs, floors, strict=True))
        unfit = sum(1 << number for number, column in enumerate(self.columns) if column in read)
        return unfit | (_CROSSED if {"high", "low"} <= set(task.inputs) else 0), None, -1, -1

    def run_all(self, pieces: Iterable[tuple[int, int]]) -> list[list[float]]:
        return [self.run(first, last) for first, last in pieces]

    def run_shared(self, pieces: Sequence[tuple[int, int]], threads: int) -> list[list[float]]:
        """Each thread takes the next piece when it has done one; this thread is one of them."""
        left = iter(pieces)
        shares = [_helpers().submit(self.run_all, left) for _ in range(threads - 1)]
        try:
            spent = self.run_all(left)
        finally:
            for _piece in left:  # after an error nobody shall begin another
                pass
            shares = [share for share in shares if not share.cancel()]
            wait(shares)
        return spent + [seconds for share in shares for seconds in share.result()]

    def run(self, first: int, last: int) -> list[float]:
        """Compute everything for the series first..last-1; the seconds that each indicator took."""
        bars = slice(int(self.starts[first]), int(self.starts[last]))
        starts = self.starts[first : last + 1] - self.starts[first]
        columns = {name: values[bars] for name, values in self.inputs.items()}
        found = self._look(columns, starts)
        spare = np.empty(bars.stop - bars.start) if any(None in task.slots for task in self.tasks) else None
        spent = [0.0] * len(self.wanted)
        for task, look in zip(self.tasks, self.looks, strict=True):
            if self.between is not None:
                self.between()
            began = perf_counter()
            outputs = tuple(spare if slot is None else self.done[slot[0]].outputs[slot[1]][bars] for slot in task.slots)
            for number in self._run_task(task, look, columns, starts, found, outputs):
                for member in task.members:
                    self._run_alone(member, first + number)
            for member in task.members:
                spent[member] = (perf_counter() - began) / len(task.members)
        return spent

    def _look(self, columns: Mapping[str, Floats], starts: Starts) -> Marks:
        """What is unusual about each series, found once where several indicators read it."""
        found = np.zeros(len(starts) - 1, dtype=np.uint8)
        if self.looked:
            from mojo_compute.kernels._kernel import look_at

            names = [name for name, _floor in self.columns]
            look_at(
                tuple(columns[name] for name in names),
                tuple(floor for _name, floor in self.columns),
                *range_of(names),
                starts,
                found,
            )
        return found

    def _run_task(
        self,
        task: Task,
        look: _Look,
        columns: Mapping[str, Floats],
        starts: Starts,
        found: Marks,
        outputs: tuple[Any, ...],
    ) -> list[int]:
        """Compute what is usual; the numbers of the series that `compute` has to look at."""
        if task.kernel is None:
            return list(range(len(starts) - 1))
        unfit, *rest = look
        marks = found.copy()
        left = task.kernel.run_panel(
            tuple(columns[name] for name in task.inputs),
            task.numbers,
            outputs,
            starts,
            marks,
            unfit,
            task.lookbacks,
            task.sparse,
            *rest,
            self.moved >= (_WRITTEN_PAST if task.kernel.writes_past else _STREAMED),
        )
        return np.flatnonzero(marks & (unfit | 128)).tolist() if left else []

    def _run_alone(self, member: int, number: int) -> None:
        (indicator, parameters), done = self.wanted[member], self.done[member]
        part = slice(int(self.starts[number]), int(self.starts[number + 1]))
        own = {name: self.inputs[name][part] for name in indicator.inputs}
        try:
            alone = compute(indicator, own, parameters, self.engines, self.called, prices=self.prices)
        except ChittiError as error:
            done.errors[number] = error
            for values in done.outputs:
                leave_empty(values[part])
            return
        for values, found in zip(done.outputs, alone.outputs, strict=True):
            values[part] = found


def panel_arrays(
    indicator: Indicator, arrays: Sequence[npt.ArrayLike], lengths: Sequence[int] | None
) -> tuple[dict[str, Floats], Starts, tuple[int, ...]]:
    """A caller's panel as flat inputs and starts, and the shape its outputs shall have. Errors: InvalidInput."""
    if len(arrays) != len(indicator.inputs):
        wanted = ", ".join(indicator.inputs)
        raise InvalidInput(f"{indicator.name} reads {wanted}", field=indicator.inputs[0], constraint=wanted)
    try:
        made = [as_floats(one) for one in arrays]
    except (OverflowError, TypeError, ValueError) as error:
        raise InvalidInput(
            f"a panel must be rows of numbers of one length, or flat with lengths: {error}",
            field=indicator.inputs[0],
            constraint="shape (m, n), or lengths",
        ) from error
    shape = made[0].shape
    if any(one.shape != shape for one in made):
        raise InvalidInput("all inputs of a panel have one shape", field=indicator.inputs[0], constraint="equal shapes")
    if lengths is None:
        if len(shape) != 2:
            raise InvalidInput("a panel has two dimensions, or lengths", field="lengths", constraint="shape (m, n)")
        lengths = [shape[1]] * shape[0]
    elif len(shape) != 1 or not _fit(lengths := _whole(lengths), shape[0]):
        raise InvalidInput("lengths must add up to a flat panel", field="lengths", constraint="sum(lengths) == n")
    flat = {name: one.reshape(-1) for name, one in zip(indicator.inputs, made, strict=True)}
    return flat, starts_of(lengths), shape


def _fit(lengths: Sequence[int], bars: int) -> bool:
    return min(lengths, default=0) >= 0 and sum(lengths) == bars


def _whole(lengths: Iterable[SupportsIndex]) -> list[int]:
    try:
        return [index(one) for one in lengths]
    except TypeError as error:
        raise InvalidInput(f"lengths must be whole numbers: {error}", field="lengths", constraint="integers") from error
