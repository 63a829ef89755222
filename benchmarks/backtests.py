"""Backtests beside vectorbt and backtesting.py, which execute the same orders.

python -m benchmarks.backtests

vectorbt is compiled before it is measured: its very first call takes seconds more.
"""

from __future__ import annotations

import statistics
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr
from functools import partial
from io import StringIO
from typing import Any

import numpy as np
from chitti_shared.contracts.strategies import Execution
from mojo_compute.backtesting import Bars, Outcome, backtest, make

from benchmarks.peers import libraries
from benchmarks.results import Row, against, interleaved, plain

YEAR, LONG = 252, 1_000_000
SYMBOLS, FIVE_YEARS = 50, 1_240
FAST, SLOW = 10, 20
FEES = 0.001
VECTORBT_LEAST, BACKTESTING_LEAST, LONG_LEAST, PORTFOLIO_LEAST = 200, 30, 20, 50
PROVED = "; ours with the proof"
WHAT = f"SMA {FAST}/{SLOW} crossover, {{:,}} bars, all metrics"


def measure() -> list[Row]:
    """Rows of a year, of a million bars, and of a portfolio."""
    return [*year_rows(), *long_rows(), portfolio_row()]


def bars_of(symbols: int, count: int, seed: int = 1, step: str = "D") -> Bars:
    """Bars of random walks, with times."""
    rng = np.random.default_rng(seed)
    close = 1000.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, (symbols, count)), axis=1))
    opened = close * np.exp(rng.normal(0.0, 0.003, close.shape))
    high = np.maximum(opened, close) * (1.0 + np.abs(rng.normal(0.0, 0.003, close.shape)))
    low = np.minimum(opened, close) * (1.0 - np.abs(rng.normal(0.0, 0.003, close.shape)))
    times = (np.datetime64("2015-01-05") + np.arange(count).astype(f"timedelta64[{step}]")).astype("datetime64[s]")
    volume = np.floor(rng.lognormal(12.0, 0.5, close.shape))
    return Bars(opened, high, low, close, volume, times, tuple(f"S{number}" for number in range(symbols)))


def year_rows() -> list[Row]:
    """A year of daily bars, with and without the proof that nothing looked ahead, which the others don't have."""
    bars = bars_of(1, YEAR)
    calls: dict[str, Callable[[], object]] = {
        "ours": partial(backtest, bars, "sma_crossover", verify_causality=0),
        "proved": partial(backtest, bars, "sma_crossover"),
        "vectorbt": partial(_vectorbt, _series(bars)),
        "backtesting.py": partial(_backtesting, bars),
    }
    medians = _medians(calls, rounds=9, calls_per_round={"ours": 50, "proved": 50, "vectorbt": 2, "backtesting.py": 5})
    what = WHAT.format(YEAR)
    return [
        against(what + told, medians[name], medians[peer], peer, unit="ms", least_ratio=least)
        for peer, least in (("vectorbt", VECTORBT_LEAST), ("backtesting.py", BACKTESTING_LEAST))
        for name, told in (("ours", ""), ("proved", PROVED))
    ]


def long_rows() -> list[Row]:
    """A million bars, with and without the proof."""
    bars = bars_of(1, LONG, step="m")
    peer = "vectorbt" if libraries.load("vectorbt_rust") is None else "vectorbt, rust"
    calls: dict[str, Callable[[], object]] = {
        "ours": partial(backtest, bars, "sma_crossover", verify_causality=0),
        "proved": partial(backtest, bars, "sma_crossover"),
        peer: partial(_vectorbt, _series(bars)),
    }
    medians = _medians(calls, rounds=7, calls_per_round={"ours": 3, "proved": 3, peer: 1})
    return [
        against(WHAT.format(LONG) + told, medians[name], medians[peer], peer, unit="ms", least_ratio=LONG_LEAST)
        for name, told in (("ours", ""), ("proved", PROVED))
    ]


def portfolio_row() -> Row:
    """Fifty symbols on one pool of cash, brought to equal weights each month."""
    import pandas as pd

    bars = bars_of(SYMBOLS, FIVE_YEARS)
    strategy = make("equal_weight", {"gross": 0.95})
    execution = Execution(fill="close", lot_size=0.0, initial_capital=10_000_000.0)
    ours = partial(backtest, bars, strategy, execution)
    index = pd.DatetimeIndex(bars.times)
    close = pd.DataFrame(bars.close.T, index)
    targets = pd.DataFrame(ours().signals.weights.T, index)  # type: ignore[union-attr]
    peer = partial(_vectorbt_rebalanced, close, targets, execution.initial_capital)
    _check_equal(ours(), peer())
    medians = _medians({"ours": ours, "vectorbt": lambda: peer().stats()}, rounds=7, calls_per_round={"ours": 5})
    what = f"{SYMBOLS} symbols x {FIVE_YEARS:,} bars, one pool of cash, monthly rebalance, all metrics"
    return against(what, medians["ours"], medians["vectorbt"], "vectorbt", unit="ms", least_ratio=PORTFOLIO_LEAST)


def _check_equal(ours: Outcome, theirs: Any) -> None:
    """Both did the same: else the times say nothing."""
    if not np.allclose(ours.run.equity, theirs.value().to_numpy(), rtol=1e-9):
        raise RuntimeError("the rebalanced portfolios differ")


def _series(bars: Bars) -> Any:
    import pandas as pd

    return pd.Series(bars.close[0], pd.DatetimeIndex(bars.times))


def _vectorbt(close: Any) -> object:
    vbt = libraries.load("vectorbt")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fast, slow = vbt.MA.run(close, FAST), vbt.MA.run(close, SLOW)
        entries, exits = fast.ma_crossed_above(slow), fast.ma_crossed_below(slow)
        return vbt.Portfolio.from_signals(close, entries, exits, fees=FEES, init_cash=100_000, freq="1D").stats()


def _vectorbt_rebalanced(close: Any, targets: Any, cash: float) -> Any:
    vbt = libraries.load("vectorbt")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return vbt.Portfolio.from_orders(
            close,
            targets,
            size_type="targetpercent",
            fees=FEES,
            init_cash=cash,
            group_by=True,
            cash_sharing=True,
            call_seq="auto",
            freq="1D",
        )


def _backtesting(bars: Bars) -> object:
    """backtesting.py has no averages of its own: those of pandas, as in its documentation."""
    import pandas as pd

    with warnings.catch_warnings(), redirect_stderr(StringIO()):  # where it draws a bar of its progress
        warnings.simplefilter("ignore")
        from backtesting import Backtest, Strategy
        from backtesting.lib import crossover

        class Crossover(Strategy):
            def init(self) -> None:
                closes = pd.Series(self.data.Close)
                self.fast = self.I(lambda: closes.rolling(FAST).mean(), name="fast")
                self.slow = self.I(lambda: closes.rolling(SLOW).mean(), name="slow")

            def next(self) -> None:
                if crossover(self.fast, self.slow):
                    self.buy(size=0.1)
                elif crossover(self.slow, self.fast):
                    self.position.close()

        columns = {"Open": bars.open, "High": bars.high, "Low": bars.low, "Close": bars.close, "Volume": bars.volume}
        frame = pd.DataFrame({name: column[0] for name, column in columns.items()}, pd.DatetimeIndex(bars.times))
        return Backtest(frame, Crossover, cash=100_000, commission=FEES).run()


def _medians(
    calls: Mapping[str, Callable[[], object]], rounds: int, calls_per_round: Mapping[str, int]
) -> dict[str, float]:
    """Milliseconds of one call of each contender, which take turns."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(rounds):
        for name, call in calls.items():
            each = calls_per_round.get(name, 1)
            taken[name] += interleaved({name: call}, rounds=1, calls_per_round=each, warm_up=0)[name]
    return {name: statistics.median(seconds) * 1e3 for name, seconds in taken.items()}


def main() -> None:
    print(plain(measure()))


if __name__ == "__main__":
    main()
