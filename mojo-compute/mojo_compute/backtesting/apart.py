"""Many symbols, each for itself: its own cash, its own calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

import numpy as np
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import Cancelled, ChittiError

from mojo_compute.backtesting.backtests import Costs, Outcome, backtest
from mojo_compute.backtesting.data import Bars, Data, News
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies import Decides

_MEASURED = ("total_return", "cagr", "sharpe_ratio", "max_drawdown", "win_rate", "profit_factor", "exposure")


@dataclass(frozen=True)
class Apart:
    """One outcome for each symbol that could be run.

    Parameters
    ----------
    outcomes : dict of str to Outcome
        By symbol, in the order they were given.
    errors : dict of str to ChittiError
        What the others failed by.
    """

    outcomes: dict[str, Outcome]
    errors: dict[str, ChittiError]

    @property
    def summary(self) -> dict[str, Any]:
        """Mean, median, least and most of the figures over the symbols that have them; how many made money."""
        told: dict[str, Any] = {
            "symbols": len(self.outcomes) + len(self.errors),
            "failed": len(self.errors),
            "profitable": sum((one.metrics["total_return"] or 0.0) > 0.0 for one in self.outcomes.values()),
            "total_trades": sum(int(one.metrics["total_trades"] or 0) for one in self.outcomes.values()),
        }
        for name in _MEASURED:
            values = [value for one in self.outcomes.values() if (value := one.metrics[name]) is not None]
            told[name] = _spread(values) if values else None
        return told


def backtest_apart(
    parts: Iterable[Data],
    strategy: Decides | Signals | str,
    execution: Execution | None = None,
    costs: Costs = "flat",
    *,
    tell: Callable[[float, str], None] | None = None,
    stop: Callable[[], None] | None = None,
    **options: Any,
) -> Apart:
    """Run a strategy over each symbol alone. One that fails doesn't end the others.

    Parameters
    ----------
    parts : iterable of Data
        One symbol each, as `separated` makes them of many.
    strategy, execution, costs
        As of `backtest`.
    tell, stop : callable, optional
        `tell(progress, symbol)` is called before each symbol; `stop()` too, and may raise.
    **options
        Others of `backtest`.
    """
    each = list(parts)
    outcomes: dict[str, Outcome] = {}
    errors: dict[str, ChittiError] = {}
    for number, data in enumerate(each):
        symbol = data.bars.symbols[0] or f"row {number}"
        if tell is not None:
            tell(number / len(each), symbol)
        try:
            outcomes[symbol] = backtest(data, strategy, execution, costs, stop=stop, **options)
        except Cancelled:
            raise
        except ChittiError as error:
            errors[symbol] = error
    return Apart(outcomes, errors)


def separated(data: Data) -> list[Data]:
    """Each symbol with its own bars and articles alone; bars that it lacks are left out."""
    return [_row(data, row) for row in range(len(data.bars.close))]


def _row(data: Data, row: int) -> Data:
    bars, news = data.bars, data.news
    present = np.isfinite(bars.close[row])

    def own(values: Any) -> Any:
        return np.ascontiguousarray(values[row : row + 1, present])

    alone = Bars(
        own(bars.open),
        own(bars.high),
        own(bars.low),
        own(bars.close),
        volume=None if bars.volume is None else own(bars.volume),
        times=None if bars.times is None else bars.times[present],
        symbols=bars.symbols[row : row + 1],
    )
    if news is None:
        return Data(alone)
    about = news.rows == row
    rows = np.zeros(int(about.sum()), np.int32)
    return Data(alone, News(news.first_seen[about], news.published[about], rows, news.scores[about]))


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"mean": fmean(values), "median": median(values), "least": min(values), "most": max(values)}
