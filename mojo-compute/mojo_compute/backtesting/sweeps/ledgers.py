"""What is kept of a sweep's trials while it runs: never more than a fixed number of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mojo_compute.backtesting.sweeps.grids import Numbers
from mojo_compute.backtesting.sweeps.heatmaps import HeatmapBuilder
from mojo_compute.backtesting.sweeps.parts import Part
from mojo_compute.kernels.arrays import Floats

Goal = Literal["maximise", "minimise"]


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """Trials as columns.

    Parameters
    ----------
    series, numbers : ndarray of int64, shape (k,)
    values : ndarray, shape (metrics, k)
    """

    series: Numbers
    numbers: Numbers
    values: Floats

    def __len__(self) -> int:
        return len(self.numbers)

    def taken(self, which: Numbers) -> Trials:
        """Some of them, in this order."""
        return Trials(self.series[which], self.numbers[which], np.ascontiguousarray(self.values[:, which]))


def _nothing(metrics: int) -> Trials:
    none = np.zeros(0, dtype=np.int64)
    return Trials(none, none, np.zeros((metrics, 0)))


class Spread:
    """Count, mean and variance of figures that come in parts (Chan, Golub and LeVeque's update, 1979)."""

    def __init__(self) -> None:
        self.count = 0
        self.mean = 0.0
        self._squares = 0.0

    def add(self, values: Floats) -> None:
        """Take those that are not NaN."""
        values = values[~np.isnan(values)]
        more = len(values)
        if not more:
            return
        mean = float(values.mean())
        squares = float(np.square(values - mean).sum())
        apart, both = mean - self.mean, self.count + more
        self._squares += squares + apart * apart * self.count * more / both
        self.mean += apart * more / both
        self.count = both

    @property
    def variance(self) -> float:
        """With ddof 1; NaN of fewer than two."""
        return self._squares / (self.count - 1) if self.count > 1 else float("nan")


class Ledger:
    """Takes the parts of a sweep in their order and keeps the best trials.

    The parts' order decides every sum and every tie (the earlier trial wins), so whoever ran them, the
    result is the same.

    Parameters
    ----------
    metrics : sequence of str
        What the rows of the parts' values are.
    objective : str
        One of `metrics`.
    goal : {"maximise", "minimise"}
    keep : int
        How many trials stay.
    heatmaps : sequence of HeatmapBuilder
    """

    def __init__(
        self,
        metrics: Sequence[str],
        objective: str,
        goal: Goal,
        keep: int,
        heatmaps: Sequence[HeatmapBuilder] = (),
    ) -> None:
        self.metrics = tuple(metrics)
        self.heatmaps = tuple(heatmaps)
        self.count = self.invalid = self.failed = 0
        self.reason = ""
        self.sharpes = Spread()
        self._objective = self.metrics.index(objective)
        self._sharpe = self.metrics.index("sharpe_ratio") if "sharpe_ratio" in self.metrics else -1
        self._sign = -1.0 if goal == "maximise" else 1.0
        self._keep = keep
        self._kept = _nothing(len(self.metrics))
        self._waiting: list[Trials] = []
        self._best: Trials = self._kept
        self.best_of: dict[int, Trials] = {}

    def add(self, part: Part) -> None:
        """Take the next part."""
        found = Trials(np.full(len(part.numbers), part.series, dtype=np.int64), part.numbers, part.values)
        self.count += len(found)
        self.invalid += part.invalid
        self.failed += part.failed
        self.reason = self.reason or part.reason
        if self._sharpe >= 0:
            self.sharpes.add(part.values[self._sharpe])
        for heatmap in self.heatmaps:
            heatmap.add(part)
        first = self._first(found)
        self._best = self._first(_joined([self._best, first]))
        own = self.best_of.get(part.series)
        self.best_of[part.series] = first if own is None else self._first(_joined([own, first]))
        self._waiting.append(found)
        if sum(map(len, self._waiting)) >= max(self._keep, 8192):
            self._settle()

    @property
    def best(self) -> Trials:
        """The best trial so far; none where no trial's objective is defined."""
        return self._best

    def kept(self) -> Trials:
        """The best trials, in the order they were tried; all of them where no more were tried than are kept."""
        self._settle()
        return self._kept

    def top(self, count: int) -> Trials:
        """The best `count` of those that are kept, the best first; not those whose objective is undefined."""
        kept = self.kept()
        order = self._order(kept)[:count]
        return kept.taken(order[~np.isnan(kept.values[self._objective, order])])

    def _first(self, trials: Trials) -> Trials:
        """The best of trials, as one or none."""
        objective = trials.values[self._objective] * self._sign
        if not len(objective) or np.isnan(objective).all():
            return trials.taken(np.zeros(0, dtype=np.int64))
        return trials.taken(np.array([np.nanargmin(objective)]))

    def _order(self, trials: Trials) -> Numbers:
        """The best first; ties as they were tried; undefined ones last."""
        return np.argsort(trials.values[self._objective] * self._sign, kind="stable")

    def _settle(self) -> None:
        whole = _joined([self._kept, *self._waiting])
        self._waiting = []
        if len(whole) > self._keep:
            whole = whole.taken(np.sort(self._order(whole)[: self._keep]))
        self._kept = whole


def _joined(some: Sequence[Trials]) -> Trials:
    return Trials(
        np.concatenate([one.series for one in some]),
        np.concatenate([one.numbers for one in some]),
        np.concatenate([one.values for one in some], axis=1),
    )
