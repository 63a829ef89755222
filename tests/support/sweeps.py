"""A sweep's job whose figures are known without a backtest."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from mojo_compute.backtesting.sweeps.grids import Grid
from mojo_compute.backtesting.sweeps.parts import Part, Piece

METRICS = ("sharpe_ratio", "total_return")


@dataclass(frozen=True)
class Bowl:
    """A bowl over two parameters: `sharpe_ratio` is highest, 0, where x = 3 and y = 5 + the series' number.

    Parameters
    ----------
    grid : Grid
        Of axes x and y.
    trial_s : float
        What a trial is said to take.
    dies_at : int or None
        The worker that meets this combination is killed, once.
    mark : Path
        Where it is noted that it was.
    undefined : int or None
        A combination without figures.
    """

    grid: Grid
    trial_s: float = 1e-4
    dies_at: int | None = None
    mark: Path = field(default_factory=Path)
    undefined: int | None = None

    def run(self, piece: Piece) -> Part:
        numbers = piece.combinations
        if self.dies_at in numbers.tolist() and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        good = self.grid.valid(numbers)
        tried = numbers[good]
        points = [self.grid.point(number) for number in tried.tolist()]
        values = np.array([[self.figure(piece.series, **point) for point in points]] * 2).reshape(2, len(points))
        values[:, tried == self.undefined] = np.nan
        values[1] *= 0.1
        return Part(piece.series, tried, values, invalid=int((~good).sum()))

    def figure(self, series: int, x: float, y: float) -> float:
        return -((x - 3) ** 2) - (y - 5 - series) ** 2 / 7

    def seconds(self, piece: Piece) -> float:
        return len(piece) * self.trial_s
