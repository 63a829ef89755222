"""Windows of bars: where parameters are chosen and where they are tried, and a run within one of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, takewhile

import msgspec
import numpy as np
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.runs import FILL, REASONS, ROUND_TRIP, Run, Table
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.simulators import simulator
from mojo_compute.kernels.arrays import Floats

MAX_WINDOWS = 1_000
_MAX_CELLS = 50_000_000  # bars of all training windows together, of all symbols
_FLAGS = ("entries", "exits", "short_entries", "short_exits")
_EXIT = REASONS.index("exit")


@dataclass(frozen=True, slots=True)
class Window:
    """Bars `train[0]` ... `train[1]` - 1 to choose by, `test[0]` ... `test[1]` - 1 to be judged by."""

    train: tuple[int, int]
    test: tuple[int, int]


@dataclass(frozen=True, slots=True)
class WalkPlan:
    """How the windows lie.

    Parameters
    ----------
    train, test : int
        Bars of each.
    step : int or None
        Bars from one window to the next, at most `test`, so that no bar is left out; None: `test`.
    embargo : int
        Bars between the two that neither sees: what a trade at the end of the one lasts into the other.
    anchored : bool
        Every training window begins with the first bar, and grows.
    """

    train: int
    test: int
    step: int | None = None
    embargo: int = 0
    anchored: bool = False

    @property
    def stride(self) -> int:
        return self.test if self.step is None else self.step

    def windows(self, bars: Bars) -> list[Window]:
        """All windows that fit whole.

        Raises
        ------
        InvalidInput
            Not one fits, a step beyond the test window, or too much of them.
        """
        if min(self.train, self.test, self.stride) < 1 or self.embargo < 0:
            raise InvalidInput(
                f"windows of {self.train} and {self.test} bars, a step of {self.stride}, an embargo of {self.embargo}",
                field="train",
                constraint="train, test, step >= 1, embargo >= 0",
            )
        if self.stride > self.test:
            raise InvalidInput(
                f"a step of {self.stride} bars leaves some out between windows of {self.test}",
                field="step",
                constraint="step <= test",
            )
        first = self.train + self.embargo
        if first + self.test > len(bars):
            raise InvalidInput(
                f"train {self.train}, embargo {self.embargo} and test {self.test} need {first + self.test} bars, "
                f"found {len(bars)}",
                field="train",
                constraint=f"train + embargo + test <= {len(bars)}",
                needed=first + self.test,
                found=len(bars),
            )
        starts = list(takewhile(lambda start: start + self.test <= len(bars), count(first, self.stride)))
        made = [
            Window((0 if self.anchored else start - first, start - self.embargo), (start, start + self.test))
            for start in starts
        ]
        _check_room(made, len(bars.close))
        return made


def _check_room(windows: list[Window], rows: int) -> None:
    cells = rows * sum(one.train[1] - one.train[0] for one in windows)
    if len(windows) > MAX_WINDOWS or cells > _MAX_CELLS:
        raise InvalidInput(
            f"{len(windows)} windows of {cells} bars in all: at most {MAX_WINDOWS} of {_MAX_CELLS} fit; "
            "make the step longer",
            field="step",
            constraint=f"windows <= {MAX_WINDOWS}, their bars <= {_MAX_CELLS}",
            size=len(windows),
        )


def between(data: Data, first: int, last: int) -> Data:
    """Bars `first` ... `last` - 1, and what was told until then."""
    known = data.until(last - 1)
    bars = known.bars

    def cut(values: Floats) -> Floats:
        return np.ascontiguousarray(values[:, first:])

    return Data(
        Bars(
            cut(bars.open),
            cut(bars.high),
            cut(bars.low),
            cut(bars.close),
            volume=None if bars.volume is None else cut(bars.volume),
            times=None if bars.times is None else bars.times[first:],
            symbols=bars.symbols,
        ),
        known.news,
    )


def trade(
    data: Data,
    signals: Signals,
    execution: Execution,
    schedule: Schedule,
    first: int,
    capital: float,
    engine: str | None = None,
) -> Run:
    """A run over bars `first` ... of data: flat before, and flat at the end.

    Orders of the bar before `first` are filled on it where they wait for the next bar; a portfolio's are the weights
    that hold then. What is open after the last bar is closed at its close, with costs and without slippage.

    Parameters
    ----------
    data : Data
        With history before `first`, which volatilities are taken from.
    signals : Signals
        Of all its bars.
    execution : Execution
    schedule : Schedule
    first : int
    capital : float
        Equity before `first`.
    engine : str, optional
        As `backtest` has it.

    Returns
    -------
    Run
        Bars are counted from `first` on.
    """
    heard = first if execution.fill == "close" else max(first - 1, 0)
    settings = msgspec.structs.replace(execution, initial_capital=capital)
    run = simulator(engine)[1](data.bars, _from(signals, heard), settings, schedule)
    return _closed(_behind(run, first), data.bars, schedule, first)


def _from(signals: Signals, bar: int) -> Signals:
    """The same without what was wanted before `bar`; weights that hold by then are said again on it."""
    made = {}
    for name in Signals.__slots__:
        values = getattr(signals, name)
        if values is not None and (name in _FLAGS or name == "weights"):
            latest = values[:, bar] if name in _FLAGS else _latest(values[:, : bar + 1])
            values = values.copy()
            values[:, :bar] = False if name in _FLAGS else np.nan
            values[:, bar] = latest
        made[name] = values
    return Signals(**made)


def _latest(weights: Floats) -> Floats:
    """The last weight of each row; NaN: it has none."""
    known = np.where(np.isnan(weights), 0, np.arange(weights.shape[1])).max(axis=1)
    latest: Floats = weights[np.arange(len(weights)), known]
    return latest


def _behind(run: Run, first: int) -> Run:
    def later(table: Table, *names: str) -> Table:
        moved = table.copy()
        for name in names:
            moved[name][moved[name] >= 0] -= first
        return moved

    return Run(
        run.equity[first:],
        run.cash[first:],
        run.exposure[first:],
        None,
        later(run.fills, "bar"),
        later(run.round_trips, "entry_bar", "exit_bar"),
        later(run.open_trades, "entry_bar", "exit_bar"),
        later(run.skipped, "bar"),
        run.ambiguous_bars,
        run.initial_capital,
    )


def _closed(run: Run, bars: Bars, schedule: Schedule, first: int) -> Run:
    """The same with everything sold or bought back at the last close."""
    if not len(run.open_trades):
        return run
    last = len(run.equity) - 1
    day = None if bars.times is None else int(bars.times[-1].astype("datetime64[D]").astype(np.int64))
    trips = run.open_trades.copy()
    fills = np.zeros(len(trips), FILL)
    equity, cash, exposure = run.equity.copy(), run.cash.copy(), run.exposure.copy()
    for fill, trip in zip(fills, trips, strict=True):
        quantity = -trip["side"] * trip["quantity"]
        cost = schedule.cost(float(quantity), float(trip["exit_price"]), day)
        trip["exit_bar"], trip["reason"] = last, _EXIT
        trip["costs"] += cost
        trip["pnl"] -= cost
        trip["gain"] = trip["pnl"] / (trip["quantity"] * trip["entry_price"])
        fill["bar"], fill["row"], fill["quantity"], fill["price"] = last, trip["row"], quantity, trip["exit_price"]
        fill["cost"], fill["pnl"], fill["reason"], fill["whole"] = cost, trip["pnl"], _EXIT, 1
        equity[last] -= cost
    cash[last], exposure[last] = equity[last], 0.0
    return Run(
        equity,
        cash,
        exposure,
        None,
        np.concatenate([run.fills, fills]),
        np.concatenate([run.round_trips, trips]),
        np.zeros(0, ROUND_TRIP),
        run.skipped,
        run.ambiguous_bars,
        run.initial_capital,
    )


def joined(runs: list[Run]) -> Run:
    """Runs that follow one another, each with what the one before it left, as one."""
    offsets = np.cumsum([0, *(len(run.equity) for run in runs)])

    def table(name: str, *columns: str) -> Table:
        moved = []
        for run, offset in zip(runs, offsets, strict=False):
            rows = getattr(run, name).copy()
            for column in columns:
                rows[column] += offset
            moved.append(rows)
        return np.concatenate(moved)

    return Run(
        np.concatenate([run.equity for run in runs]),
        np.concatenate([run.cash for run in runs]),
        np.concatenate([run.exposure for run in runs]),
        None,
        table("fills", "bar"),
        table("round_trips", "entry_bar", "exit_bar"),
        np.zeros(0, ROUND_TRIP),
        table("skipped", "bar"),
        sum(run.ambiguous_bars for run in runs),
        runs[0].initial_capital,
    )
