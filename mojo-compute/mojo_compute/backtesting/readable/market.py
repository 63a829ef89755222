"""The bars of a run as its steps ask for them."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
from chitti_shared.contracts.strategies import Execution

from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.data import Bars

_USUAL_PERIODS = 252.0


class Market:
    """Prices by row and bar, and what is known of each."""

    def __init__(self, bars: Bars, actions: Actions | None) -> None:
        self.count, self.rows = len(bars), len(bars.close)
        self.open: list[list[float]] = bars.open.tolist()
        self.high: list[list[float]] = bars.high.tolist()
        self.low: list[list[float]] = bars.low.tolist()
        self.close: list[list[float]] = bars.close.tolist()
        self._volume = _known_volumes(bars)
        self._days: list[date] | None = None if bars.times is None else bars.times.astype("datetime64[D]").tolist()
        self._actions: dict[int, list[tuple[int, float, float]]] = {}
        self._ratios: dict[tuple[int, int], float] = {}
        if actions is not None:
            columns = (actions.bar.tolist(), actions.row.tolist(), actions.ratio.tolist(), actions.dividend.tolist())
            for bar, row, ratio, dividend in zip(*columns, strict=True):
                self._actions.setdefault(bar, []).append((row, ratio, dividend))
                self._ratios[row, bar] = ratio

    def day(self, bar: int) -> date | None:
        return None if self._days is None else self._days[bar]

    def actions(self, bar: int) -> list[tuple[int, float, float]]:
        """Row, split ratio, dividend of each corporate action before a bar's trading."""
        return self._actions.get(bar, [])

    def has_bar(self, row: int, bar: int) -> bool:
        return not math.isnan(self.close[row][bar])

    def volume(self, row: int, bar: int) -> float:
        """Shares traded; NaN: not known."""
        volumes = self._volume[row]
        return math.nan if volumes is None else volumes[bar]

    def trades(self, row: int, bar: int) -> bool:
        """Whether orders of a row can be filled on a bar."""
        return self.has_bar(row, bar) and self.volume(row, bar) != 0

    def volatility(self, row: int, bar: int, execution: Execution) -> float:
        """Annual standard deviation of a row's returns over the window that ends with a bar; NaN: not known."""
        window = execution.volatility_window
        if bar + 1 < window or window < 3:
            return math.nan
        returns = []
        for now in range(bar - window + 2, bar + 1):
            whole_before = self.close[row][now - 1] / self._ratios.get((row, now), 1.0)
            returns.append(self.close[row][now] / whole_before - 1)
        periods = execution.periods_per_year or _USUAL_PERIODS
        return float(np.std(returns, ddof=1)) * math.sqrt(periods)


def _known_volumes(bars: Bars) -> list[list[float] | None]:
    if bars.volume is None:
        return [None] * len(bars.close)
    # where the others are known, a bar that tells none has none
    return [np.nan_to_num(row).tolist() if np.nansum(row) > 0 else None for row in bars.volume]
