"""Replies of backtests, as a daemon sends them: made of a stock's bars and known crossings."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from chitti_shared.contracts.strategies import Execution
from mojo_compute.backtesting import comparison, curves
from mojo_compute.backtesting.metrics import measure

from support.markets import real_bars
from support.runs import CAPITAL, bars_of, run_of, trades_of


def crossings_reply(stock: str = "TCS", newest: int = 700, **fields: Any) -> dict[str, Any]:
    """What crossings of two averages brought, all equity in the market or none; `fields` replace the reply's own."""
    closes = real_bars(stock, newest)["close"]
    held = np.zeros(len(closes), dtype=bool)
    fast, slow = (np.convolve(closes, np.ones(n) / n)[: len(closes)] for n in (10, 20))
    held[21:] = (fast > slow)[20:-1]
    moves = np.concatenate([[0.0], closes[1:] / closes[:-1] - 1.0]) * held
    costs = np.abs(np.diff(held.astype(float), prepend=0.0)) * 0.001
    equity = CAPITAL * np.cumprod(1.0 + moves - costs)
    edges = np.flatnonzero(np.diff(held.astype(int), prepend=0, append=0))
    trades = trades_of(*trades_between(edges.reshape(-1, 2), equity))
    over = trades["exit_bar"] < len(closes)
    run = run_of(equity, trades[over], trades[~over], exposure=equity * held)
    bars = bars_of(closes)
    figures = measure(run, bars, Execution(), 252.0)
    hold = comparison.buy_and_hold(bars, CAPITAL)
    assert bars.times is not None
    dates = [str(day)[:10] for day in bars.times]
    reply = {
        "run_id": "0b4f3c1e-7a52-4c1d-9f0e-2d6a8b7c5e41",
        "state": "completed",
        "kind": "backtest",
        "strategy_id": "sma_crossover",
        "symbol": stock,
        "symbols": [stock],
        "engine": "cython",
        "fill": "next_open",
        "mojo_used": False,
        "time_ms": 0.8,
        "results": figures,
        "sharpe": figures["sharpe_ratio"],
        "return": figures["total_return"],
        "dates": dates,
        "equity_curve": equity.tolist(),
        "drawdown_curve": curves.drawdown_curve(equity, CAPITAL).tolist(),
        "benchmark_curve": hold.tolist(),
        "trades": [],
        "round_trips": [row_of(trade, dates, stock) for trade in run.round_trips],
        "open_trades": [row_of(trade, dates, stock) for trade in run.open_trades],
        "skipped": {"total": 3, "by_reason": {"size_zero": 2, "end_of_data": 1}, "orders": []},
        "ambiguous_bars": 0,
        "monthly_returns": curves.monthly_returns(equity, CAPITAL, bars.times),
        "benchmark": {"name": "buy_and_hold", **comparison.compare(run, hold, bars, Execution(), 252.0)},
        "cost_sensitivity": [
            {
                "times": times,
                "total_return": figures["total_return"] - 0.04 * (times - 1),
                "sharpe_ratio": figures["sharpe_ratio"] - 0.1 * (times - 1),
                "max_drawdown": figures["max_drawdown"],
                "total_costs": figures["total_costs"] * times,
                "total_trades": figures["total_trades"],
            }
            for times in (1, 2, 3)
        ],
        "costs_by_line": {"flat": figures["total_costs"]},
        "lookahead": {"checked": True, "ok": True, "points": [170, 353, 611], "first_difference": None},
        "manifest": {
            "version": 1,
            "data_hash": "9f86d081884c7d659a2feaa0c55ad015",
            "symbols": [stock],
            "bars": len(closes),
            "strategy": "sma_crossover",
            "parameters": {"fast_period": 10, "slow_period": 20},
            "execution": msgspec.to_builtins(Execution()),
            "costs": "flat",
            "engine": "cython",
            "seed": 0,
            "code_version": "0.1.0+5f2b1c9e8d7a6b3c",
        },
        "counts": {"trades": 2 * len(trades), "round_trips": int(over.sum()), "curve": len(closes)},
    }
    return reply | fields


def trades_between(edges: np.ndarray, equity: np.ndarray) -> list[tuple[int, int, float]]:
    """Entry bar, exit bar and return in percent of each stretch in the market."""
    return [
        (int(entry), int(end), 100.0 * float(equity[min(end, len(equity)) - 1] / equity[entry - 1] - 1.0))
        for entry, end in edges
    ]


def row_of(trade: np.void, dates: list[str], stock: str) -> dict[str, Any]:
    """A closed or open trade as JSON has it."""
    leaving = int(trade["exit_bar"])
    over = leaving < len(dates)
    return {
        "symbol": stock,
        "side": "long",
        "entry_date": dates[trade["entry_bar"]],
        "exit_date": dates[leaving] if over else None,
        "entry_bar": int(trade["entry_bar"]),
        "exit_bar": leaving if over else None,
        "bars": min(leaving, len(dates) - 1) - int(trade["entry_bar"]),
        "quantity": 25.0,
        "entry_price": float(trade["entry_price"]),
        "exit_price": float(trade["exit_price"]) if over else None,
        "costs": float(trade["costs"]),
        "pnl": float(trade["pnl"]),
        "return": float(trade["gain"]),
        "mae": float(trade["mae"]),
        "mfe": float(trade["mfe"]),
        "reason": "exit" if over else None,
        "entries": 1,
    }
