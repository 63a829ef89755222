"""Runs with given equity and trades: what figures are made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.runs import FILL, REASONS, ROUND_TRIP, SKIPPED, Run

CAPITAL = 100_000.0


def bars_of(closes: np.ndarray, first_day: str = "2021-01-01") -> Bars:
    """Daily bars, weekends left out, that open where the last one closed."""
    closes = np.atleast_2d(np.asarray(closes, dtype=np.float64))
    opens = np.concatenate([closes[:, :1], closes[:, :-1]], axis=1)
    first = np.busday_offset(first_day, 0, roll="forward")
    days = np.busday_offset(first, np.arange(closes.shape[1]))
    return Bars(
        opens,
        np.maximum(opens, closes),
        np.minimum(opens, closes),
        closes,
        times=days.astype("datetime64[s]"),
        symbols=tuple(f"S{row}" for row in range(len(closes))),
    )


def trades_of(*trades: tuple[int, int, float]) -> np.ndarray:
    """Closed trades of one share at 100 rupees: entry bar, exit bar, net gain in rupees."""
    table = np.zeros(len(trades), ROUND_TRIP)
    for row, (entry, leaving, pnl) in zip(table, trades, strict=True):
        row["side"], row["entry_bar"], row["exit_bar"] = 1, entry, leaving
        row["quantity"], row["entry_price"], row["exit_price"] = 1.0, 100.0, 100.0 + pnl + 0.5
        row["costs"], row["pnl"], row["gain"], row["entries"] = 0.5, pnl, pnl / 100.0, 1
        row["mae"], row["mfe"] = min(pnl, -1.0) / 100.0, max(pnl, 1.0) / 100.0
        row["reason"] = REASONS.index("exit")
    return table


def run_of(
    equity: Sequence[float] | np.ndarray,
    closed: np.ndarray | None = None,
    opened: np.ndarray | None = None,
    exposure: np.ndarray | None = None,
    capital: float = CAPITAL,
) -> Run:
    """A run that was worth `equity`; nothing was held unless `exposure` says so."""
    curve = np.array(equity, dtype=np.float64)
    none = np.zeros(0, ROUND_TRIP)
    return Run(
        equity=curve,
        cash=curve.copy(),
        exposure=np.zeros(len(curve)) if exposure is None else np.asarray(exposure, dtype=np.float64),
        positions=None,
        fills=np.zeros(0, FILL),
        round_trips=none if closed is None else closed,
        open_trades=none if opened is None else opened,
        skipped=np.zeros(0, SKIPPED),
        ambiguous_bars=0,
        initial_capital=capital,
    )
