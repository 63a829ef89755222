"""Runs of the engine: signals over bars become fills, round trips and curves."""

from __future__ import annotations

from typing import NoReturn

import numpy as np
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import Cancelled, InvalidInput

from mojo_compute.backtesting._engine import Ledger, Prices, Settings, codes_into
from mojo_compute.backtesting.checks import check_signals
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.runs import FILL, ROUND_TRIP, SKIPPED, Run
from mojo_compute.backtesting.signals import Flags, Signals
from mojo_compute.kernels.arrays import Floats, Integers, Marks, as_floats

SIZE_TYPES = {"equity": 0, "quantity": 1, "cash": 2, "volatility": 3, "kelly": 4}
FILLS = {"next_open": 0, "close": 1, "next_close": 2}
MASKS = {"long": 3, "short": 12, "both": 15}
DEFAULT_PERIODS_PER_YEAR = 252.0
ACTION = np.dtype([("bar", "<i4"), ("row", "<i4"), ("ratio", "<f8"), ("dividend", "<f8")])


def simulate(
    bars: Bars,
    signals: Signals,
    execution: Execution,
    schedule: Schedule,
    actions: Actions | None = None,
    positions: bool = False,
    stop: Integers | None = None,
) -> Run:
    """Execute signals bar by bar over one cash pool.

    Parameters
    ----------
    bars : Bars
        m rows of n bars, as `checks` lets them through.
    signals : Signals
        Entries and exits, or weights, of the same shape.
    execution : Execution
    schedule : Schedule
        What fills cost.
    actions : Actions or None
        Splits and dividends that happen to what is held. None: prices carry them already.
    positions : bool
        Whether the shares of each row at each close are wanted.
    stop : ndarray of int32, shape (1,), or None
        Looked at every few thousand bars; anything but 0 ends the run.

    Raises
    ------
    InvalidInput
        Shapes that differ, settings that need volumes or ticks where there are none, weights together with entries.
    Cancelled
        `stop` was set.
    """
    check_signals(bars, signals, execution)
    prices = prices_of(bars, schedule.days)
    m, n = bars.close.shape
    curves = np.empty((3, n))
    held = np.empty((m, n)) if positions else None
    ledger = Ledger()
    answer = ledger.run(
        prices,
        settings_of(execution),
        schedule.compiled,
        None if signals.weights is not None else codes_of(signals, m, n),
        series_of(signals),
        None if actions is None else actions_of(actions, m),
        curves,
        held,
        stop,
    )
    if answer == -1:
        raise MemoryError
    if answer == -2:
        raise Cancelled("the run was stopped before its last bar")
    return run_of(ledger, curves, held, execution.initial_capital)


def prices_of(bars: Bars, days: Integers | None) -> Prices:
    """Bars as the engine reads them; they may serve many runs."""
    if days is None and bars.times is not None:
        days = bars.times.astype("datetime64[D]").astype(np.int32)
    shape = bars.close.shape
    if not bars.open.shape == bars.high.shape == bars.low.shape == shape or len(shape) != 2 or 0 in shape:
        refuse_shapes(bars, shape)
    if bars.volume is not None and bars.volume.shape != shape:
        refuse_shapes(bars, shape)
    if days is not None and days.shape != shape[1:]:
        raise InvalidInput(
            f"there are {len(days)} days for {shape[1]} bars", field="days", constraint="a day for each bar"
        )
    try:
        return Prices(bars.open, bars.high, bars.low, bars.close, bars.volume, days)
    except ValueError:  # of another layout or type
        volume = None if bars.volume is None else as_floats(bars.volume)
        prices = (as_floats(bars.open), as_floats(bars.high), as_floats(bars.low), as_floats(bars.close))
        return Prices(*prices, volume, days)


def refuse_shapes(bars: Bars, shape: tuple[int, ...]) -> NoReturn:
    """Say which column has another shape than the closes."""
    if len(shape) != 2 or 0 in shape:
        raise InvalidInput(
            f"closes have the shape {shape}", field="close", constraint="a row for each symbol, and a bar at least"
        )
    shapes = {name: np.shape(getattr(bars, name)) for name in ("open", "high", "low", "volume")}
    name = next(name for name in shapes if shapes[name] != shape)
    raise InvalidInput(
        f"{name} has the shape {shapes[name]}, close {shape}", field=name, constraint="the shape of close"
    )


def settings_of(execution: Execution, excursions: bool = True) -> Settings:
    """The execution as the engine reads it; `excursions`: whether round trips get their MAE and MFE."""
    tick = execution.tick_size
    return Settings(
        execution.initial_capital,
        SIZE_TYPES[execution.size_type],
        execution.position_size,
        execution.volatility_window,
        execution.kelly_trades,
        execution.max_entries,
        execution.lot_size,
        -1.0 if tick == "nse" else tick,
        FILLS[execution.fill],
        MASKS[execution.direction],
        execution.slippage_bps / 1e4,
        execution.slippage_ticks,
        execution.slippage_volume,
        execution.volume_limit,
        execution.stop_loss,
        execution.take_profit,
        execution.trailing_stop,
        execution.max_bars,
        execution.order_bars,
        execution.leverage,
        execution.maintenance_margin,
        execution.periods_per_year or DEFAULT_PERIODS_PER_YEAR,
        excursions,
    )


def marks_of(flags: Flags | None) -> Marks | None:
    return None if flags is None else np.ascontiguousarray(flags).view(np.uint8)


def codes_of(signals: Signals, m: int, n: int) -> Marks:
    """One byte for each bar: 1 enter long, 2 exit long, 4 enter short, 8 exit short."""
    codes = np.empty((m, n), np.uint8)
    codes_into(
        marks_of(signals.entries),
        marks_of(signals.exits),
        marks_of(signals.short_entries),
        marks_of(signals.short_exits),
        codes,
    )
    return codes


def series_of(signals: Signals) -> tuple[Floats | None, ...] | None:
    """Everything of the signals that is a number for each bar, as the engine takes it; None: nothing."""
    given = (
        signals.limit,
        signals.stop,
        signals.stop_distance,
        signals.target_distance,
        signals.trail_distance,
        signals.priority,
        signals.weights,
    )
    if all(values is None for values in given):
        return None
    return tuple(None if values is None else as_floats(values) for values in given)


def actions_of(actions: Actions, m: int) -> Marks:
    """Splits and dividends as rows that the engine reads."""
    rows = np.empty(len(actions), ACTION)
    for name in ACTION.names or ():
        rows[name] = getattr(actions, name)
    known = (rows["row"] >= 0) & (rows["row"] < m) & (np.diff(rows["bar"], prepend=0) >= 0)
    if not known.all():
        raise InvalidInput(
            f"corporate action {int(np.argmin(known))} is of row {rows['row'][np.argmin(known)]} and bar "
            f"{rows['bar'][np.argmin(known)]}: expected rows 0 to {m - 1}, and bars in order",
            field="actions",
            constraint="rows of the bars, in the order of their bars",
        )
    return rows.view(np.uint8)


def run_of(ledger: Ledger, curves: Floats, positions: Floats | None, capital: float) -> Run:
    fills, trips, open_trades, skipped, ambiguous = ledger.tables()
    return Run(
        equity=curves[0],
        cash=curves[1],
        exposure=curves[2],
        positions=positions,
        fills=np.frombuffer(fills, FILL),
        round_trips=np.frombuffer(trips, ROUND_TRIP),
        open_trades=np.frombuffer(open_trades, ROUND_TRIP),
        skipped=np.frombuffer(skipped, SKIPPED),
        ambiguous_bars=ambiguous,
        initial_capital=capital,
    )
