"""Sweeps beside vectorbt: 10,000 crossovers over ten years of days, figures for each; and what memory they take.

python -m benchmarks.sweeps
"""

from __future__ import annotations

import math
import multiprocessing
import re
import statistics
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from mojo_compute import indicators as ta
from mojo_compute.backtesting import Bars, bars_of
from mojo_compute.backtesting.executors import Threads
from mojo_compute.backtesting.sweeps.studies import Aim, sweep

from benchmarks.results import Row, against, below, interleaved, plain

DAYS = 2520
FAST, SLOW = range(2, 102), range(102, 202)
LEAST_RATIO = 60
MOST_MB = 300
ROUNDS = 5
METRICS = (
    "total_return", "sharpe_ratio", "sortino_ratio", "calmar_ratio", "max_drawdown", "total_trades", "win_rate",
    "profit_factor",
)  # fmt: skip
SIZE, FEE = 0.5, 0.001


def bars(days: int = DAYS) -> Bars:
    """A price that wanders, and opens where it closed."""
    close = 1000.0 * np.exp(np.cumsum(np.random.default_rng(1).normal(0.0003, 0.015, days)))
    opened = np.concatenate([close[:1], close[:-1]])
    columns = {"open": opened, "high": np.maximum(opened, close), "low": np.minimum(opened, close), "close": close}
    times = (np.datetime64("2015-01-01", "D") + np.arange(days)).astype("datetime64[s]")
    return bars_of(columns, times, "TCS")


def ours(table: Bars, threads: int = 1, fast: range = FAST, slow: range = SLOW, **settings: Any) -> Any:
    """A sweep, indicators and all."""
    grid = {"fast_period": fast, "slow_period": slow, **settings}
    parameters = {"fill": "close", "position_size": SIZE, "transaction_cost": FEE, "lot_size": 0.0}
    parameters = {name: value for name, value in parameters.items() if name not in settings}
    return sweep(table, "sma_crossover", grid, parameters, aim=Aim(metrics=METRICS), executor=Threads(threads))


def ready_signals(table: Bars) -> tuple[np.ndarray, np.ndarray]:
    """Entries and exits of every combination, as vectorbt takes them."""
    close = table.close[0]
    lines = {period: np.asarray(ta.sma(close, period)) for period in (*FAST, *SLOW)}
    entries = np.zeros((len(close), len(FAST) * len(SLOW)), dtype=np.bool_)
    exits = entries.copy()
    for at, (fast, slow) in enumerate((fast, slow) for fast in FAST for slow in SLOW):
        before, now = (lines[fast][:-1], lines[slow][:-1]), (lines[fast][1:], lines[slow][1:])
        entries[1:, at] = (before[0] <= before[1]) & (now[0] > now[1])
        exits[1:, at] = (before[0] >= before[1]) & (now[0] < now[1])
    return entries, exits


def vectorbt_ready(table: Bars, entries: np.ndarray, exits: np.ndarray) -> list[Any]:
    """vectorbt from arrays that are there already: portfolio and the same figures."""
    import vectorbt as vbt

    portfolio = vbt.Portfolio.from_signals(
        table.close[0][:, np.newaxis],
        entries,
        exits,
        size=SIZE,
        size_type="percent",
        fees=FEE,
        init_cash=100_000.0,
        freq="1D",
    )
    return _figures(portfolio)


def vectorbt_whole(table: Bars) -> list[Any]:
    """vectorbt from prices: averages, crossings, portfolio, figures."""
    import vectorbt as vbt

    close = table.close[0]
    fast = vbt.MA.run(close, np.repeat(list(FAST), len(SLOW)), short_name="fast")
    slow = vbt.MA.run(close, np.tile(list(SLOW), len(FAST)), short_name="slow")
    portfolio = vbt.Portfolio.from_signals(
        close[:, np.newaxis],
        fast.ma_crossed_above(slow),
        fast.ma_crossed_below(slow),
        size=SIZE,
        size_type="percent",
        fees=FEE,
        init_cash=100_000.0,
        freq="1D",
    )
    return _figures(portfolio)


def _figures(portfolio: Any) -> list[Any]:
    trades = portfolio.trades.closed
    return [
        portfolio.total_return(), portfolio.sharpe_ratio(), portfolio.sortino_ratio(), portfolio.calmar_ratio(),
        portfolio.max_drawdown(), trades.count(), trades.win_rate(), trades.profit_factor(),
    ]  # fmt: skip


def bare_loop() -> Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray], None]:
    """What a loop costs that only trades and sums returns: no trades are kept, two figures come out."""
    import numba

    @numba.njit(cache=False)  # type: ignore[untyped-decorator]
    def run(close, lines, fast, slow, out):  # type: ignore[no-untyped-def]
        for one in range(len(fast)):
            a, b = lines[fast[one]], lines[slow[one]]
            cash, shares, last, total, squares = 100_000.0, 0.0, 100_000.0, 0.0, 0.0
            for bar in range(1, len(close)):
                if a[bar - 1] <= b[bar - 1] and a[bar] > b[bar] and shares == 0.0:
                    shares = SIZE * cash / close[bar]
                    cash -= shares * close[bar] * (1.0 + FEE)
                elif a[bar - 1] >= b[bar - 1] and a[bar] < b[bar] and shares > 0.0:
                    cash += shares * close[bar] * (1.0 - FEE)
                    shares = 0.0
                equity = cash + shares * close[bar]
                change = equity / last - 1.0
                total += change
                squares += change * change
                last = equity
            mean = total / len(close)
            out[0, one] = last / 100_000.0 - 1.0
            out[1, one] = mean / math.sqrt(squares / len(close) - mean * mean) * math.sqrt(252.0)

    return run  # type: ignore[no-any-return]


def _bare(table: Bars, run: Callable[..., None]) -> np.ndarray:
    close = table.close[0]
    lines = np.array([ta.sma(close, period) for period in (*FAST, *SLOW)])
    fast, slow = np.repeat(np.arange(len(FAST)), len(SLOW)), np.tile(len(FAST) + np.arange(len(SLOW)), len(FAST))
    out = np.empty((2, len(fast)))
    run(close, lines, fast, slow, out)
    return out


def measure() -> list[Row]:
    """Time, and the memory of a process that does nothing else."""
    return [*speed_rows(), *memory_rows()]


def speed_rows() -> list[Row]:
    """Contenders take turns; medians."""
    table = bars()
    entries, exits = ready_signals(table)
    calls: dict[str, Callable[[], object]] = {
        "ours": partial(ours, table),
        "two threads": partial(ours, table, 2),
        "bare loop": partial(_bare, table, bare_loop()),
        "ready arrays": partial(vectorbt_ready, table, entries, exits),
        "high level": partial(vectorbt_whole, table),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seconds = interleaved(calls, rounds=ROUNDS, calls_per_round=1, warm_up=1)
    ms = {name: statistics.median(times) * 1000 for name, times in seconds.items()}
    what = f"sweep of {len(FAST) * len(SLOW):,} crossovers x {DAYS} bars, {len(METRICS)} figures each"
    return [
        against(f"{what}, one thread", ms["ours"], ms["ready arrays"], "vectorbt, ready boolean arrays", unit="ms",
                least_ratio=LEAST_RATIO),
        against(f"{what}, one thread, from prices", ms["ours"], ms["high level"], "vectorbt, high level", unit="ms",
                least_ratio=LEAST_RATIO),
        Row(f"{what}, two threads", ms["two threads"], "ms", ms["ours"], "one thread"),
        Row(f"{what}, one thread, beside a bare numba loop", ms["ours"], "ms", ms["bare loop"],
            "numba scalar loop: return and Sharpe alone, no trades"),
    ]  # fmt: skip


def memory_rows() -> list[Row]:
    """The most that a process ever held, its libraries included; each contender in one of its own."""
    few = _in_a_process(_peak_of_ours, 1)
    many = _in_a_process(_peak_of_ours, 99)
    peer = _in_a_process(_peak_of_vectorbt)
    return [
        Row(
            "memory of a process that runs that sweep, peak",
            few,
            "MB",
            peer,
            "vectorbt, ready boolean arrays",
            f"< {MOST_MB} MB",
            few < MOST_MB,
        ),
        below("memory of a process that runs 990,000 trials, peak", many, MOST_MB, unit="MB"),
    ]


def _in_a_process(work: Callable[..., float], *args: Any) -> float:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, args)


def _peak_mb() -> float:
    """Of this process alone: getrusage also tells what its parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def _peak_of_ours(sizes: int) -> float:
    table = bars()
    found = ours(table, 2, position_size=np.linspace(0.1, 0.9, sizes).tolist()) if sizes > 1 else ours(table, 2)
    assert found.count == sizes * len(FAST) * len(SLOW)
    return _peak_mb()


def _peak_of_vectorbt() -> float:
    table = bars()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        vectorbt_ready(table, *ready_signals(table))
    return _peak_mb()


if __name__ == "__main__":
    print(plain(measure()))
