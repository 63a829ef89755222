"""Two symbols against each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute import indicators as ta
from mojo_compute.backtesting.data import Data
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies.strategy import Strategy
from mojo_compute.kernels.arrays import Floats

_FIT = 1e-12  # the share of the variance that must be left unexplained; below it the rest is rounding


class PairsZscore(Strategy):
    """Buys the first symbol against the second where it is cheap, sells it where it is dear.

    Parameters
    ----------
    name : str
    parameters : mapping
        `window`, `entry`, `exit`, `stop`, `gross`.
    """

    both_sides = True  # at once: one without the other is another strategy

    def __init__(self, name: str, parameters: Mapping[str, Any]) -> None:
        self.name = name
        self.parameters = parameters
        self.settings = {"direction": "both"}
        self.lookback = int(parameters["window"]) - 1

    def signals(self, data: Data) -> Signals:
        close = data.bars.close
        if len(close) != 2:
            raise InvalidInput(
                f"{self.name} needs two symbols, found {len(close)}", field="symbols", constraint="two symbols"
            )
        weights = np.full(close.shape, np.nan)
        common = np.flatnonzero(np.isfinite(close).all(axis=0))
        if len(common) > self.lookback:
            betas, scores = spread_scores(close[0, common], close[1, common], int(self.parameters["window"]))
            for at, side in self._changes(scores, betas):
                beta, gross = betas[at], side * self.parameters["gross"]
                weights[0, common[at]] = gross / (1.0 + beta)
                weights[1, common[at]] = 0.0 - gross * beta / (1.0 + beta)
        return Signals(weights=weights)

    def _changes(self, scores: Floats, betas: Floats) -> list[tuple[int, int]]:
        """Bars on which the side changes: 1 long the spread, -1 short, 0 out."""
        own = self.parameters
        entry, leave, stop = own["entry"], own["exit"], own["stop"]
        changes: list[tuple[int, int]] = []
        side, stopped = 0, False
        for at in np.flatnonzero(np.isfinite(scores)).tolist():
            score = scores[at]
            depth = abs(score) if side == 0 else -side * score  # how far the spread is out, seen from the position
            stopped = stopped and depth >= entry
            if side and (depth <= leave or depth >= stop):
                stopped, side = depth >= stop, 0
                changes.append((at, side))
            elif not side and not stopped and entry <= depth < stop and betas[at] > 0.0:
                side = -1 if score > 0 else 1
                changes.append((at, side))
        return changes


def spread_scores(first: Floats, second: Floats, window: int) -> tuple[Floats, Floats]:
    """Hedge ratios and standard scores of the spread, each over the last `window` bars.

    The ratio is the least-squares slope of the first one's log price over the second's; the score is the newest
    residual of that regression in (population) standard deviations of all of them.

    Parameters
    ----------
    first, second : ndarray, shape (n,)
        Prices.
    window : int
        At most n.

    Returns
    -------
    tuple of ndarray, shape (n,)
        NaN in the warm-up; no score where the first one follows the second exactly.
    """
    y, x = np.log(first / first[0]), np.log(second / second[0])  # from 0: nothing is lost in the differences below
    fit = ta.correl(x, y, window)
    spread_y, spread_x = ta.stddev(y, window), ta.stddev(x, window)
    moved = spread_x > 0.0
    betas = np.divide(fit * spread_y, spread_x, out=np.full(len(y), np.nan), where=moved)
    left = spread_y * np.sqrt(np.maximum(1.0 - fit * fit, 0.0))
    residuals = (y - ta.sma(y, window)) - betas * (x - ta.sma(x, window))
    told = moved & (1.0 - fit * fit > _FIT) & (left > 0.0)
    return betas, np.divide(residuals, left, out=np.full(len(y), np.nan), where=told)
