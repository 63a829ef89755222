"""Orders that signals become, and where a bar meets them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

LONG, SHORT = 1, -1


class Moment(Enum):
    """When within its bar a fill happens."""

    OPEN = "open"
    WITHIN = "within"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Price:
    """What a bar offers an order."""

    price: float
    moment: Moment
    slips: bool


@dataclass(frozen=True, slots=True)
class Distances:
    """Rupees from the entry price to the stop loss and the target, from the best price to the trailing stop."""

    stop: float = math.nan
    target: float = math.nan
    trail: float = math.nan

    def split(self, ratio: float) -> Distances:
        return Distances(self.stop / ratio, self.target / ratio, self.trail / ratio)


@dataclass(slots=True)
class Entry:
    """An order to open a position or to add to one.

    Parameters
    ----------
    side : int
        LONG or SHORT.
    bar : int
        Of its signal.
    limit, stop : float
        NaN: it has none; with neither it is a market order.
    priority : float
    distances : Distances
    bars_left : int or None
        Bars of trading for which it still rests; None: as long as nothing cancels it.
    triggered : bool
        A stop-limit order whose stop was met: a limit order from then on.
    """

    side: int
    bar: int
    limit: float
    stop: float
    priority: float
    distances: Distances
    bars_left: int | None
    triggered: bool = False

    @property
    def market(self) -> bool:
        return math.isnan(self.limit) and math.isnan(self.stop)

    def split(self, ratio: float) -> None:
        self.limit /= ratio
        self.stop /= ratio
        self.distances = self.distances.split(ratio)

    def met(self, opened: float, high: float, low: float) -> Price | None:
        """Where a bar fills the resting order; None: it doesn't. May leave a stop-limit order triggered.

        For a sale everything is the other way round: prices are mirrored, so that the rules stand here once.
        """
        if self.side == LONG:
            found = self._met(opened, high, low, self.limit, self.stop)
        else:
            found = self._met(-opened, -low, -high, -self.limit, -self.stop)
        if found is None:
            return None
        price, moment = found
        return Price(self.side * price, moment, slips=math.isnan(self.limit))

    def _met(self, opened: float, high: float, low: float, limit: float, stop: float) -> tuple[float, Moment] | None:
        if math.isnan(stop) or self.triggered:
            return _bought_at_most(limit, opened, low)
        if math.isnan(limit):
            if opened >= stop:
                return opened, Moment.OPEN
            return (stop, Moment.WITHIN) if high >= stop else None
        if opened >= stop:
            self.triggered = True
            return _bought_at_most(limit, opened, low)
        if high >= stop:
            self.triggered = True
            return (stop, Moment.WITHIN) if stop <= limit else None
        return None


@dataclass(slots=True)
class Target:
    """A target weight that waits for its row to trade."""

    weight: float
    priority: float
    distances: Distances


def _bought_at_most(limit: float, opened: float, low: float) -> tuple[float, Moment] | None:
    if opened <= limit:
        return opened, Moment.OPEN
    return (limit, Moment.WITHIN) if low <= limit else None
