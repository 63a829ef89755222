"""The engine against vectorbt, for the same orders filled at closes: sizes, shorts, stops, slippage, shared cash."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.runs import REASONS, Run
from mojo_compute.backtesting.signals import Signals
from numpy.testing import assert_allclose
from support.markets import sample_market
from support.simulations import crossovers, panel, run, stock

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pandas as pd
    import vectorbt as vbt

pytestmark = pytest.mark.timeout(600)  # it compiles itself at its first use
CASH = 1_000_000.0
FEES = 0.001
FEW = ("INFY", "TATAMOTORS")
GUARDS = [REASONS.index(reason) for reason in ("stop_loss", "trailing_stop", "take_profit")]


def framed(bars: Bars, values: np.ndarray) -> Any:
    return pd.DataFrame(values.T, index=pd.date_range("2020-01-01", periods=len(bars)), columns=list(bars.symbols))


def theirs(bars: Bars, signals: Signals, **told: Any) -> Any:
    """vectorbt's portfolio. Every argument is given every time, so that it is compiled once."""
    none = np.zeros(bars.close.shape, bool)
    given: dict[str, Any] = {
        "size": np.inf,
        "size_granularity": np.nan,
        "slippage": 0.0,
        "sl_stop": np.nan,
        "sl_trail": False,
        "tp_stop": np.nan,
        "group_by": False,
        "cash_sharing": False,
        "call_seq": "default",
        **told,
    }
    flags = (signals.entries, signals.exits, signals.short_entries, signals.short_exits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return vbt.Portfolio.from_signals(
            framed(bars, bars.close),
            *(framed(bars, none if values is None else values) for values in flags),
            open=framed(bars, bars.open),
            high=framed(bars, bars.high),
            low=framed(bars, bars.low),
            fees=FEES,
            init_cash=CASH,
            upon_opposite_entry="reverse",
            stop_exit_price="stopmarket",
            freq="1D",
            **given,
        )


def ours(bars: Bars, signals: Signals, **settings: Any) -> Run:
    told = {
        "initial_capital": CASH,
        "fill": "close",
        "size_type": "equity",
        "position_size": 1.0,
        "lot_size": 0.0,
        **settings,
    }
    return run(bars, "flat", signals=signals, cost=FEES, settings=told)


def same(told: Run, other: Any, rows: int = 1) -> None:
    """Equity at every bar, and what each bar's fills came to."""
    value = other.value()
    assert_allclose(told.equity, np.asarray(value).reshape(len(told.equity), -1)[:, 0], rtol=1e-9)
    orders = other.orders.records
    moved = np.zeros((2, rows, len(told.equity)))
    for one in told.fills:
        moved[0, one["row"], one["bar"]] += one["quantity"]
    for one in orders.itertuples():
        moved[1, one.col, one.idx] += one.size if one.side == 0 else -one.size
    assert_allclose(moved[0], moved[1], rtol=1e-9, atol=1e-9)


def same_trades(told: Run, other: Any) -> None:
    trades = other.trades.records
    trades = trades[trades["status"] == 1]
    for name, column in {"entry_idx": "entry_bar", "exit_idx": "exit_bar", "size": "quantity"}.items():
        assert_allclose(told.round_trips[column], trades[name], rtol=1e-9)
    for name, column in {"entry_price": "entry_price", "exit_price": "exit_price", "return": "gain"}.items():
        assert_allclose(told.round_trips[column], trades[name], rtol=1e-9, atol=1e-12)
    assert_allclose(told.round_trips["pnl"], trades["pnl"], rtol=1e-9, atol=1e-6)


def of_averages(bars: Bars, fast: int = 10, slow: int = 20) -> Signals:
    up, down = crossovers(bars.close, fast, slow)
    return Signals(entries=up, exits=down)


def of_chance(bars: Bars, seed: int) -> Signals:
    which = np.random.default_rng(seed).choice(5, size=bars.close.shape, p=[0.05, 0.05, 0.05, 0.05, 0.8])
    return Signals(entries=which == 0, exits=which == 1, short_entries=which == 2, short_exits=which == 3)


def without_orders_at_stops(bars: Bars, signals: Signals, **settings: Any) -> Signals:
    """It looks at no signal on a bar whose stop was met: leave those out."""
    for _ in range(20):
        trips = ours(bars, signals, **settings).round_trips
        met = np.zeros(len(bars), bool)
        met[trips["exit_bar"][np.isin(trips["reason"], GUARDS)]] = True
        if not (signals.entries[0] & met).any():
            return signals
        signals = replace(signals, entries=signals.entries & ~met)
    raise AssertionError("the signals don't settle")


def check_cash(bars: Bars) -> None:
    """All cash goes into each long position, in fractions of a share or in whole ones."""
    signals = of_averages(bars)
    told, other = ours(bars, signals, direction="long"), theirs(bars, signals)
    same(told, other)
    same_trades(told, other)
    whole = ours(bars, signals, direction="long", lot_size=1.0, slippage_bps=5.0)
    same(whole, theirs(bars, signals, size_granularity=1.0, slippage=0.0005))


def check_shorts(bars: Bars) -> None:
    """Ten shares, long and short."""
    for signals in (of_averages(bars), of_chance(bars, len(bars))):
        both = replace(signals, short_entries=signals.exits) if signals.short_entries is None else signals
        told = ours(bars, both, size_type="quantity", position_size=10.0, slippage_bps=10.0, maintenance_margin=0.0)
        other = theirs(bars, both, size=10.0, slippage=0.001)
        same(told, other)
        same_trades(told, other)


def check_guards(bars: Bars) -> None:
    """Stops, trailing stops and targets, one at a time."""
    for settings, given in (
        ({"stop_loss": 0.03}, {"sl_stop": 0.03}),
        ({"take_profit": 0.05}, {"tp_stop": 0.05}),
        ({"trailing_stop": 0.04}, {"sl_stop": 0.04, "sl_trail": True}),
    ):
        fixed = {"size_type": "quantity", "position_size": 10.0, "direction": "long", **settings}
        signals = without_orders_at_stops(bars, of_averages(bars, 3, 8), **fixed)
        told, other = ours(bars, signals, **fixed), theirs(bars, signals, size=10.0, **given)
        same(told, other)
        same_trades(told, other)


@pytest.mark.parametrize("check", [check_cash, check_shorts, check_guards])
@pytest.mark.parametrize("symbol", FEW)
def test_the_same_orders_make_the_same_equity_and_trades(symbol: str, check):
    check(stock(symbol))


def test_shared_cash_makes_the_same_equity():
    bars = panel(*(sample_market()[symbol] for symbol in ("INFY", "TCS", "RELIANCE", "ITC")))
    signals = of_averages(bars, 5, 15)
    told = ours(bars, signals, size_type="quantity", position_size=15.0, direction="long")
    same(told, theirs(bars, signals, size=15.0, group_by=True, cash_sharing=True), rows=4)


def rebalanced(bars: Bars, every: int, weights: np.ndarray, lot: float) -> tuple[Run, Any]:
    """Both engines bring a portfolio to its weights every so many bars."""
    targets = np.full(bars.close.shape, np.nan)
    targets[:, ::every] = weights[:, None]
    told = ours(bars, Signals(weights=targets), lot_size=lot)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = vbt.Portfolio.from_orders(
            framed(bars, bars.close),
            framed(bars, targets),
            size_type="targetpercent",
            fees=FEES,
            init_cash=CASH,
            group_by=True,
            cash_sharing=True,
            call_seq="auto",
            freq="1D",
        )
    return told, other


@pytest.mark.exhaustive
def test_a_rebalanced_portfolio_makes_the_same_equity():
    bars = panel(*(sample_market()[symbol] for symbol in ("INFY", "TCS", "RELIANCE", "ITC")))
    told, other = rebalanced(bars, 21, np.array([0.4, 0.3, 0.1, 0.15]), 0.0)
    same(told, other, rows=4)


@pytest.mark.exhaustive
@pytest.mark.parametrize("check", [check_cash, check_shorts, check_guards])
@pytest.mark.parametrize("symbol", sorted(sample_market()))
def test_every_stock_makes_the_same_equity_and_trades(symbol: str, check):
    check(panel(sample_market()[symbol]))
