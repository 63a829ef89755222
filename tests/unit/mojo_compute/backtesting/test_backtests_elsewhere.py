"""Named strategies as another package runs them: the same trades at the same prices, the same equity."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import talib
from mojo_compute.backtesting import Execution, backtest, make
from support.histories import history
from support.markets import MARKETS, sample_market

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own, of plotting
    from backtesting import Backtest
    from backtesting import Strategy as Elsewhere

QUANTITY, COST, CASH = 10.0, 0.001, 1_000_000.0


def crosses(line: np.ndarray, other: np.ndarray) -> bool:
    """As here: what touched before crosses too, which theirs leaves out."""
    return bool(line[-2] <= other[-2] and line[-1] > other[-1])


def mean(period: int) -> Callable[[np.ndarray], np.ndarray]:
    """Exact sums: where two means are equal a rounded one lies above or below by chance."""

    def of(close: np.ndarray) -> np.ndarray:
        sums = [math.fsum(close[end - period : end]) / period for end in range(period, len(close) + 1)]
        return np.concatenate([np.full(period - 1, np.nan), sums])

    return of


def crossing_of(fast: Callable[[np.ndarray], np.ndarray], slow: Callable[[np.ndarray], np.ndarray]) -> type:
    """In where one line crosses above the other, out where it crosses below."""

    class Crossing(Elsewhere):
        def init(self) -> None:
            self.fast, self.slow = self.I(fast, self.data.Close), self.I(slow, self.data.Close)

        def next(self) -> None:
            if crosses(self.fast, self.slow):
                self.buy(size=int(QUANTITY))
            elif crosses(self.slow, self.fast):
                self.position.close()

    return Crossing


STRATEGIES = {
    "sma_crossover": crossing_of(mean(10), mean(20)),
    "ema_crossover": crossing_of(lambda c: talib.EMA(c, 12), lambda c: talib.EMA(c, 26)),
    "macd_cross": crossing_of(lambda c: talib.MACD(c)[0], lambda c: talib.MACD(c)[1]),
}


def same_as_elsewhere(name: str, bars: dict[str, np.ndarray]) -> None:
    data = history(bars)
    columns = {column.capitalize(): values for column, values in bars.items()}
    frame = pd.DataFrame(columns, index=pd.DatetimeIndex(data.bars.times))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of trades that are open at the end
        stats = Backtest(frame, STRATEGIES[name], cash=CASH, commission=COST).run()
    execution = Execution(initial_capital=CASH, size_type="quantity", position_size=QUANTITY, transaction_cost=COST)
    outcome = backtest(data, make(name), execution)
    theirs, ours = stats["_trades"], outcome.run.round_trips
    assert len(ours) == len(theirs) > 0
    np.testing.assert_array_equal(ours["entry_bar"], theirs["EntryBar"])
    np.testing.assert_array_equal(ours["exit_bar"], theirs["ExitBar"])
    np.testing.assert_allclose(ours["entry_price"], theirs["EntryPrice"], rtol=1e-12)
    np.testing.assert_allclose(ours["pnl"], theirs["PnL"], rtol=1e-9)
    np.testing.assert_allclose(outcome.run.equity, stats["_equity_curve"]["Equity"], rtol=1e-9)
    assert outcome.metrics["total_return"] == pytest.approx(stats["Return [%]"] / 100, rel=1e-9)
    assert outcome.metrics["win_rate"] == pytest.approx(stats["Win Rate [%]"] / 100)


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("symbol", ["INFY", "TATAMOTORS"])
def test_a_crossover_trades_as_elsewhere(name: str, symbol: str):
    same_as_elsewhere(name, MARKETS[symbol])


@pytest.mark.exhaustive
@pytest.mark.parametrize("symbol", sorted(sample_market()))
def test_a_crossover_of_every_stock_trades_as_elsewhere(symbol: str):
    for name in STRATEGIES:
        same_as_elsewhere(name, sample_market()[symbol])
