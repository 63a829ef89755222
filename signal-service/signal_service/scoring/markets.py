"""What all companies together did after each day: the yardstick for what followed a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signal_service.kernels import _outcomes
from signal_service.scoring.trusts import PRIOR_DRIFT, Weights, believed

Floats = NDArray[np.float64]
Days = NDArray[np.int64]

LEAST_COMPANIES = 10  # below that a share of companies says more about them than about the day
FELL, ROSE = 0, 1


@dataclass(frozen=True, slots=True)
class Closes:
    """One company's closes, oldest first: days since 1970, and rupees."""

    days: Days
    close: Floats


@dataclass(frozen=True, slots=True)
class Market:
    """Shares of companies that fell and rose over each horizon from each day on.

    Parameters
    ----------
    days : ndarray of int64, shape (d,)
        The market's days: those on which at least 10 companies have a bar.
    horizons : tuple of int
        Bars; one row of `shares` each.
    shares : ndarray of float64, shape (horizons, 2, d)
        0 to 1, fell and rose; NaN where fewer than 10 companies have the bar `horizon` days later.
    """

    days: Days
    horizons: tuple[int, ...]
    shares: Floats

    def on(self, days: Days) -> Floats:
        """The shares on some days, shape (horizons, 2, len(days)); NaN on days the market doesn't know."""
        out = np.full((len(self.horizons), 2, len(days)), np.nan)
        if len(self.days):
            at = np.minimum(np.searchsorted(self.days, days), len(self.days) - 1)
            known = self.days[at] == days
            out[:, :, known] = self.shares[:, :, at[known]]
        return out

    def base_rate(
        self, horizon: int, direction: int, judged: int | None = None, weights: Weights = PRIOR_DRIFT
    ) -> float:
        """Share of companies that moved in the direction (1 up, -1 down), mean over the days before.

        Only windows that ended before the day `judged` count; None: all of them. Companies move
        together, so a day counts as one, whatever their number; and as the past of a few years
        says little of the next one, the mean is drawn towards a market without a direction, as
        far as it is not believed.
        """
        total, days = self.drift(horizon, direction, judged)
        return believed(total, days, 0.5, weights)

    def drift(self, horizon: int, direction: int, judged: int | None = None) -> tuple[float, int]:
        """Sum of the shares of the windows that ended before the day `judged`, and how many are known."""
        shares = self._shares(horizon, direction)
        if judged is not None:
            shares = shares[: max(0, int(np.searchsorted(self.days, judged)) - horizon)]
        shares = shares[~np.isnan(shares)]
        return float(shares.sum()), len(shares)

    def sums_before(self, horizon: int, direction: int, judged: Days) -> tuple[Floats, Floats]:
        """`drift` before each of many days."""
        shares = self._shares(horizon, direction)
        known = ~np.isnan(shares)
        until = np.maximum(np.searchsorted(self.days, judged) - horizon, 0)
        totals = np.concatenate([[0.0], np.cumsum(np.where(known, shares, 0.0))])
        return totals[until], np.concatenate([[0.0], np.cumsum(known)])[until]

    def _shares(self, horizon: int, direction: int) -> Floats:
        shares: Floats = self.shares[self.horizons.index(horizon), ROSE if direction > 0 else FELL]
        return shares


def market_of(companies: Iterable[Closes], horizons: Sequence[int]) -> Market:
    """The market that some companies make.

    A company counts on a day if its bar `horizon` bars later is the market's `horizon` days later
    (no gap in between), so that all outcomes of a day are known on the same day.
    """
    told = list(companies)
    days, counts = _days_of(told)
    days = days[counts >= LEAST_COMPANIES]
    moved = np.zeros((len(horizons), 2, len(days)))
    known = np.zeros((len(horizons), len(days)))
    for one in told:
        place = np.searchsorted(days, one.days)
        inside = place < len(days)
        inside[inside] = days[place[inside]] == one.days[inside]
        place, close = place[inside], one.close[inside]
        moves = np.empty(len(close))
        for row, horizon in enumerate(horizons):
            _outcomes.moves_into(close, horizon, moves)
            whole = _without_gap(place, horizon)
            at = place[whole]
            known[row, at] += 1.0
            moved[row, FELL, at] += moves[whole] < 0.0
            moved[row, ROSE, at] += moves[whole] > 0.0
    shares = np.full(moved.shape, np.nan)
    enough = known >= LEAST_COMPANIES
    np.divide(moved, known[:, None, :], out=shares, where=enough[:, None, :])
    return Market(days, tuple(horizons), shares)


def _days_of(companies: Sequence[Closes]) -> tuple[Days, Days]:
    if not companies:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    days, counts = np.unique(np.concatenate([one.days for one in companies]), return_counts=True)
    return days, counts.astype(np.int64)


def _without_gap(place: Days, horizon: int) -> NDArray[np.bool_]:
    """Which bars have their `horizon`-th next bar on the market's `horizon`-th next day."""
    whole = np.zeros(len(place), np.bool_)
    if len(place) > horizon:
        whole[:-horizon] = place[horizon:] - place[:-horizon] == horizon
    return whole
