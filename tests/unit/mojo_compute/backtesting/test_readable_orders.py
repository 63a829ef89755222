"""Short positions, orders that are replaced or cancelled, entries that slip past their stop: by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from chitti_shared.contracts.strategies import Execution
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.readable import simulate
from mojo_compute.backtesting.runs import REASONS, SKIPS
from mojo_compute.backtesting.signals import Signals

from tests.support.random_backtests import bars_of_rows

QUIET = (100.0, 101.0, 99.0, 100.0)
SHORT = {"direction": "short"}


def at(*bars, count=4):
    flags = np.zeros((1, count), bool)
    flags[0, list(bars)] = True
    return flags


def priced(count=4, **prices):
    values = np.full((1, count), np.nan)
    for bar, price in prices.items():
        values[0, int(bar[1:])] = price
    return values


def run(rows, signals, **settings):
    bars = rows if isinstance(rows, Bars) else bars_of_rows(rows)
    usual = {"size_type": "quantity", "position_size": 10.0}
    return simulate(bars, signals, Execution(**usual | settings), SimpleNamespace(lines=()))


def told(done):
    return [
        (int(one["bar"]), float(one["quantity"]), pytest.approx(float(one["price"])), REASONS[one["reason"]])
        for one in done.fills
    ]


def skips(done):
    return [(int(one["bar"]), SKIPS[one["reason"]]) for one in done.skipped]


@pytest.mark.parametrize(
    ("bar", "settings", "fill"),
    [
        ((100.0, 106.0, 99.0, 100.0), {"stop_loss": 0.05}, (2, 10, 105.0, "stop_loss")),
        ((107.0, 108.0, 99.0, 100.0), {"stop_loss": 0.05}, (2, 10, 107.0, "stop_loss")),
        ((100.0, 101.0, 89.0, 95.0), {"take_profit": 0.1}, (2, 10, 90.0, "take_profit")),
        ((85.0, 101.0, 84.0, 95.0), {"take_profit": 0.1}, (2, 10, 85.0, "take_profit")),
        ((100.0, 106.0, 89.0, 95.0), {"take_profit": 0.1, "stop_loss": 0.05}, (2, 10, 105.0, "stop_loss")),
        # the entry's bar had a low of 99
        ((100.0, 105.0, 99.0, 100.0), {"trailing_stop": 0.05}, (2, 10, 99.0 * 1.05, "trailing_stop")),
        # what is bought back slips up
        ((100.0, 106.0, 99.0, 100.0), {"stop_loss": 0.05, "slippage_bps": 100.0}, (2, 10, 103.95 * 1.01, "stop_loss")),
    ],
)
def test_a_short_position_is_protected_the_other_way_round(bar, settings, fill):
    done = run([QUIET, QUIET, bar, QUIET], Signals(short_entries=at(0)), **SHORT | settings)
    assert told(done)[1:] == [fill]


@pytest.mark.parametrize(
    ("bar", "orders", "price"),
    [
        ((100.0, 106.0, 99.0, 100.0), {"limit": priced(b0=105.0)}, 105.0),
        ((107.0, 108.0, 99.0, 100.0), {"limit": priced(b0=105.0)}, 107.0),
        ((100.0, 101.0, 94.0, 100.0), {"stop": priced(b0=95.0)}, 95.0),
        ((93.0, 101.0, 92.0, 100.0), {"stop": priced(b0=95.0)}, 93.0),
        ((100.0, 101.0, 94.0, 100.0), {"stop": priced(b0=95.0), "limit": priced(b0=94.5)}, 95.0),
        ((93.0, 101.0, 92.0, 100.0), {"stop": priced(b0=95.0), "limit": priced(b0=94.5)}, 94.5),
    ],
)
def test_orders_sell_short_the_other_way_round(bar, orders, price):
    done = run([QUIET, bar, QUIET, QUIET], Signals(short_entries=at(0), **orders), **SHORT)
    assert told(done) == [(1, -10, price, "entry")]


def test_a_short_trade_counts_what_it_made_from_its_entry():
    rows = [QUIET, QUIET, (90.0, 92.0, 88.0, 90.0), (80.0, 81.0, 79.0, 80.0)]
    done = run(rows, Signals(short_entries=at(0), short_exits=at(2)), **SHORT)
    trip = done.round_trips[0]
    assert (trip["side"], trip["pnl"], trip["gain"]) == (-1, 200.0, pytest.approx(0.2))
    # at worst 101 on the bar of the entry, at best the exit's own 80
    assert (trip["mae"], trip["mfe"]) == (pytest.approx(-0.01), pytest.approx(0.2))
    assert done.equity.tolist() == [100_000, 100_000, 100_100, 100_200]


def test_a_newer_order_takes_the_place_of_a_resting_one():
    rows = [QUIET, QUIET, (96.0, 97.0, 90.0, 95.0), QUIET]
    done = run(rows, Signals(entries=at(0, 1), limit=priced(b0=95.0, b1=92.0)), order_bars=0)
    assert told(done) == [(2, 10, 92.0, "entry")]
    assert skips(done) == []


def test_an_exit_cancels_the_resting_order_of_its_side():
    rows = [QUIET, QUIET, (96.0, 97.0, 90.0, 95.0), QUIET]
    done = run(rows, Signals(entries=at(0), exits=at(1), limit=priced(b0=95.0)), order_bars=0)
    assert told(done) == []


def test_an_exit_wins_over_an_entry_of_its_side_and_two_entries_over_none():
    rows = [QUIET] * 4
    assert told(run(rows, Signals(entries=at(0), exits=at(0)))) == []
    assert told(run(rows, Signals(entries=at(0), short_entries=at(0)), direction="both")) == []
    one = run(rows, Signals(entries=at(0), exits=at(0), short_entries=at(0)), direction="both")
    assert told(one) == [(1, -10, 100.0, "entry")]


def test_an_entry_that_slipped_past_its_stop_leaves_within_the_bar():
    # bought at 110 with a stop of 104.5, above the whole bar: sold at the open it met, less what selling slips
    done = run([QUIET] * 4, Signals(entries=at(0)), stop_loss=0.05, slippage_bps=1000.0)
    assert told(done) == [(1, 10, 110.0, "entry"), (1, -10, 90.0, "stop_loss")]


def test_a_resting_order_reverses_the_position_at_its_price():
    rows = [QUIET, QUIET, (100.0, 106.0, 99.0, 104.0), QUIET]
    done = run(
        rows, Signals(entries=at(0), short_entries=at(1), limit=priced(b1=105.0)), direction="both", slippage_bps=50.0
    )
    assert told(done) == [(1, 10, 100.5, "entry"), (2, -10, 105.0, "reversal"), (2, -10, 105.0, "entry")]


def test_an_add_within_a_bar_keeps_its_target_for_the_next():
    rows = [QUIET, QUIET, (100.0, 111.0, 94.0, 100.0), QUIET]
    done = run(rows, Signals(entries=at(0, 1), limit=priced(b1=95.0)), take_profit=0.1, max_entries=2)
    assert told(done) == [(1, 10, 100.0, "entry"), (2, 10, 95.0, "entry")]
    assert done.ambiguous_bars == 1


def test_a_debt_that_grows_too_large_is_called():
    rows = [QUIET, QUIET, (75.0, 76.0, 74.0, 75.0), (60.0, 61.0, 59.0, 60.0), QUIET]
    settings = {"position_size": 30.0, "leverage": 3.0, "initial_capital": 1000.0, "maintenance_margin": 0.25}
    done = run(rows, Signals(entries=at(0, count=5)), **settings)
    # 3,000 for 1,000 of one's own: at 75 equity is 250 of 2,250
    assert told(done) == [(1, 30, 100.0, "entry"), (3, -30, 60.0, "margin_call")]
    assert done.equity[-1] == -200.0
    again = run(rows, Signals(entries=at(0, 3, count=5)), **settings)
    assert skips(again) == [(4, "ruined")]


def test_a_rebalance_turns_a_position_over_in_two_fills():
    weights = priced(count=5, b0=0.5, b2=-0.5)
    done = run([QUIET] * 5, Signals(weights=weights), direction="both", initial_capital=1000.0)
    assert told(done) == [
        (1, 5, 100.0, "rebalance"),
        (3, -5, 100.0, "rebalance"),
        (3, -5, 100.0, "rebalance"),
    ]
    long_only = run([QUIET] * 5, Signals(weights=weights), direction="long", initial_capital=1000.0)
    assert told(long_only)[1:] == [(3, -5, 100.0, "rebalance")]


def test_a_row_without_a_bar_is_rebalanced_when_it_trades_again():
    nan = (np.nan,) * 4
    rows = [QUIET, nan, (50.0, 51.0, 49.0, 50.0), QUIET]
    done = run(rows, Signals(weights=priced(b0=0.5)), initial_capital=1000.0)
    assert told(done) == [(2, 10, 50.0, "rebalance")]
