"""The readable engine beside tables that were calculated by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from chitti_shared.contracts.strategies import CostLine, Execution
from chitti_shared.errors import InvalidInput
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.readable import simulate
from mojo_compute.backtesting.runs import REASONS, SKIPS
from mojo_compute.backtesting.signals import Signals

from tests.support.random_backtests import bars_of_rows

QUIET = (100.0, 101.0, 99.0, 100.0)
TEN = {"size_type": "quantity", "position_size": 10.0}


def flags(bars, *at, row=0):
    values = np.zeros(bars.close.shape, bool)
    for bar in at:
        values[row, bar] = True
    return values


def numbers(bars, **at):
    values = np.full(bars.close.shape, np.nan)
    for bar, number in at.items():
        values[0, int(bar[1:])] = number
    return values


def run(bars, signals, lines=(), actions=None, **settings):
    return simulate(bars, signals, Execution(**TEN | settings), SimpleNamespace(lines=lines), actions, positions=True)


def told(done):
    """Bar, signed quantity, price and reason of each fill."""
    return [
        (int(one["bar"]), float(one["quantity"]), pytest.approx(float(one["price"])), REASONS[one["reason"]])
        for one in done.fills
    ]


def skips(done):
    return [(int(one["bar"]), SKIPS[one["reason"]]) for one in done.skipped]


@pytest.mark.parametrize(
    ("fill", "fills"),
    [
        ("next_open", [(1, 10, 102.0, "entry"), (3, -10, 106.0, "exit")]),
        ("close", [(0, 10, 101.0, "entry"), (2, -10, 105.0, "exit")]),
        ("next_close", [(1, 10, 103.0, "entry"), (3, -10, 107.0, "exit")]),
    ],
)
def test_a_signal_fills_when_it_was_asked_to(fill, fills):
    rows = [(100.0 + 2 * at, 110.0, 90.0, 101.0 + 2 * at) for at in range(4)]
    bars = bars_of_rows(rows)
    done = run(bars, Signals(entries=flags(bars, 0), exits=flags(bars, 2)), fill=fill)
    assert told(done) == fills


def test_a_quarter_of_equity_is_whole_shares_at_the_fill_price():
    bars = bars_of_rows([QUIET, (103.0, 104.0, 99.0, 100.0), QUIET])
    done = run(
        bars, Signals(entries=flags(bars, 0)), (CostLine(name="flat", rate=0.01),), size_type="equity",
        position_size=0.25, initial_capital=1000.0,
    )  # fmt: skip
    # 250 / 103 = 2.43 shares; 206 rupees and 2.06 of costs
    assert told(done) == [(1, 2, 103.0, "entry")]
    assert done.cash[1] == pytest.approx(1000 - 206 - 2.06)


def test_everything_in_one_stock_is_cut_to_what_cash_pays_with_its_costs():
    bars = bars_of_rows([QUIET, QUIET, QUIET])
    done = run(
        bars, Signals(entries=flags(bars, 0)), (CostLine(name="flat", rate=0.01),), size_type="equity",
        position_size=1.0, initial_capital=1000.0,
    )  # fmt: skip
    # ten shares would cost 1010: nine are 909
    assert told(done) == [(1, 9, 100.0, "entry")]


def test_a_gap_through_the_stop_fills_at_the_open():
    bars = bars_of_rows([QUIET, QUIET, (90.0, 92.0, 88.0, 91.0), QUIET])
    done = run(bars, Signals(entries=flags(bars, 0)), stop_loss=0.05)
    assert told(done) == [(1, 10, 100.0, "entry"), (2, -10, 90.0, "stop_loss")]


def test_stop_and_target_in_one_bar_count_as_the_stop():
    bars = bars_of_rows([QUIET, QUIET, (100.0, 111.0, 94.0, 100.0), QUIET])
    done = run(bars, Signals(entries=flags(bars, 0)), stop_loss=0.05, take_profit=0.1)
    assert told(done)[1:] == [(2, -10, 95.0, "stop_loss")]
    assert done.ambiguous_bars == 1


def test_a_position_entered_at_the_open_can_meet_its_target_on_that_bar():
    bars = bars_of_rows([QUIET, (100.0, 111.0, 99.0, 100.0), QUIET])
    done = run(bars, Signals(entries=flags(bars, 0)), take_profit=0.1)
    assert told(done)[1:] == [(1, -10, 110.0, "take_profit")]


def test_a_gap_over_the_target_fills_at_the_better_open():
    bars = bars_of_rows([QUIET, QUIET, (115.0, 116.0, 90.0, 100.0), QUIET])
    done = run(bars, Signals(entries=flags(bars, 0)), take_profit=0.1, stop_loss=0.05, slippage_bps=0.0)
    assert told(done)[1:] == [(2, -10, 115.0, "take_profit")]


def test_a_trailing_stop_follows_the_highs_of_earlier_bars_only():
    bars = bars_of_rows(
        [QUIET, QUIET, (101.0, 120.0, 100.0, 118.0), (118.0, 125.0, 112.0, 113.0), (111.0, 112.0, 111.0, 111.5)]
    )
    # bar 2 made a peak of 120: on bar 3 the stop is 108, its own high of 125 makes 112.5 for bar 4 only
    done = run(bars, Signals(entries=flags(bars, 0)), trailing_stop=0.1)
    assert told(done)[1:] == [(4, -10, 111.0, "trailing_stop")]


def test_the_nearer_of_stop_loss_and_trailing_stop_gives_the_reason():
    bars = bars_of_rows([QUIET, QUIET, (100.0, 101.0, 94.0, 95.0)])
    done = run(bars, Signals(entries=flags(bars, 0)), trailing_stop=0.05, stop_loss=0.05)
    assert told(done)[1:] == [(2, -10, 101.0 * 0.95, "trailing_stop")]


def test_distances_of_the_order_hold_before_the_fractions():
    bars = bars_of_rows([QUIET, QUIET, (100.0, 101.0, 96.0, 97.0)])
    signals = Signals(entries=flags(bars, 0), stop_distance=numbers(bars, b0=3.0))
    assert told(run(bars, signals, stop_loss=0.5))[1:] == [(2, -10, 97.0, "stop_loss")]


def test_a_time_stop_leaves_when_the_bars_are_full():
    bars = bars_of_rows([QUIET] * 8)
    assert told(run(bars, Signals(entries=flags(bars, 0)), max_bars=3))[1:] == [(4, -10, 100.0, "time_stop")]
    assert told(run(bars, Signals(entries=flags(bars, 0)), max_bars=3, fill="close"))[1:] == [
        (3, -10, 100.0, "time_stop")
    ]
    both = Signals(entries=flags(bars, 0), exits=flags(bars, 3))
    assert told(run(bars, both, max_bars=3))[1:] == [(4, -10, 100.0, "exit")]


@pytest.mark.parametrize(
    ("bar", "price"),
    [
        ((94.0, 96.0, 93.0, 95.0), 94.0),  # a better open
        ((97.0, 98.0, 94.0, 96.0), 95.0),  # reached within the bar
        ((97.0, 98.0, 95.0, 96.0), 95.0),  # just reached
    ],
)
def test_a_limit_buys_at_its_price_or_a_better_open(bar, price):
    bars = bars_of_rows([QUIET, bar, QUIET])
    signals = Signals(entries=flags(bars, 0), limit=numbers(bars, b0=95.0))
    assert told(run(bars, signals, slippage_bps=100.0)) == [(1, 10, price, "entry")]


def test_a_limit_order_rests_as_long_as_it_was_told():
    bars = bars_of_rows([QUIET, QUIET, QUIET, (96.0, 97.0, 90.0, 95.0)])
    signals = Signals(entries=flags(bars, 0), limit=numbers(bars, b0=95.0))
    assert told(run(bars, signals, order_bars=3)) == [(3, 10, 95.0, "entry")]
    assert told(run(bars, signals, order_bars=0)) == [(3, 10, 95.0, "entry")]
    short_lived = run(bars, signals, order_bars=2)
    assert told(short_lived) == []
    assert skips(short_lived) == [(2, "expired")]


def test_a_stop_order_buys_as_the_price_breaks_out_and_slips():
    bars = bars_of_rows([QUIET, (101.0, 106.0, 100.0, 104.0), QUIET])
    signals = Signals(entries=flags(bars, 0), stop=numbers(bars, b0=105.0))
    assert told(run(bars, signals, slippage_bps=100.0)) == [(1, 10, 105.0 * 1.01, "entry")]
    gap = bars_of_rows([QUIET, (107.0, 108.0, 100.0, 104.0), QUIET])
    assert told(run(gap, signals)) == [(1, 10, 107.0, "entry")]


def test_a_stop_limit_order_becomes_a_limit_order_once_its_stop_is_met():
    bars = bars_of_rows([QUIET, (101.0, 106.0, 100.5, 104.0), (103.0, 104.0, 99.0, 100.0), QUIET])
    signals = Signals(entries=flags(bars, 0), stop=numbers(bars, b0=105.0), limit=numbers(bars, b0=100.0))
    # the stop of 105 is above the limit of 100: it waits for the fall on bar 2
    assert told(run(bars, signals, order_bars=0)) == [(2, 10, 100.0, "entry")]
    near = Signals(entries=flags(bars, 0), stop=numbers(bars, b0=105.0), limit=numbers(bars, b0=105.5))
    assert told(run(bars, near)) == [(1, 10, 105.0, "entry")]


def test_a_position_entered_within_a_bar_can_be_stopped_but_not_rewarded_on_it():
    bars = bars_of_rows([QUIET, (100.0, 111.0, 94.0, 100.0), QUIET])
    signals = Signals(entries=flags(bars, 0), limit=numbers(bars, b0=95.0))
    done = run(bars, signals, take_profit=0.1)
    assert told(done) == [(1, 10, 95.0, "entry")]
    assert done.ambiguous_bars == 1
    stopped = run(bars, signals, stop_loss=0.01)
    assert told(stopped)[1:] == [(1, -10, 94.05, "stop_loss")]


def test_added_entries_average_and_share_their_costs():
    bars = bars_of_rows([QUIET, QUIET, (110.0, 111.0, 109.0, 110.0), (120.0, 121.0, 119.0, 120.0), QUIET])
    signals = Signals(entries=flags(bars, 0, 1, 2), exits=flags(bars, 3))
    done = run(bars, signals, (CostLine(name="flat", rate=0.01),), max_entries=2)
    # ten at 100 and ten at 110; a third entry is one too many
    assert skips(done) == [(3, "max_entries")]
    trip = done.round_trips[0]
    assert (trip["quantity"], trip["entry_price"], trip["entries"]) == (20, 105.0, 2)
    assert trip["costs"] == pytest.approx(10 + 11 + 20)
    assert trip["pnl"] == pytest.approx((100 - 105) * 20 - 41)
    assert trip["gain"] == pytest.approx(trip["pnl"] / 2100)
    # lows of 99 against 105, highs of 121
    assert trip["mae"] == pytest.approx(99 / 105 - 1)
    assert trip["mfe"] == pytest.approx(121 / 105 - 1)


def test_an_opposite_entry_reverses_the_position():
    bars = bars_of_rows([QUIET, QUIET, (110.0, 111.0, 109.0, 110.0), QUIET])
    signals = Signals(entries=flags(bars, 0), short_entries=flags(bars, 1))
    assert told(run(bars, signals, direction="both")) == [
        (1, 10, 100.0, "entry"),
        (2, -10, 110.0, "reversal"),
        (2, -10, 110.0, "entry"),
    ]
    assert told(run(bars, signals, direction="long")) == [(1, 10, 100.0, "entry")]


def test_a_short_position_that_equity_no_longer_bears_is_called():
    bars = bars_of_rows([QUIET, QUIET, (170.0, 171.0, 169.0, 170.0), (175.0, 176.0, 174.0, 175.0)])
    signals = Signals(short_entries=flags(bars, 0))
    done = run(bars, signals, direction="both", initial_capital=1000.0)
    # at 170 equity is 1000 - 700 = 300, a quarter of 1700 is 425
    assert told(done) == [(1, -10, 100.0, "entry"), (3, 10, 175.0, "margin_call")]
    assert done.equity[-1] == pytest.approx(250.0)
    at_once = run(bars, signals, direction="both", initial_capital=1000.0, fill="close")
    assert told(at_once)[1:] == [(2, 10, 170.0, "margin_call")]
    assert at_once.exposure[2] == 0.0


def test_leverage_buys_more_than_cash():
    bars = bars_of_rows([QUIET, QUIET, QUIET])
    done = run(bars, Signals(entries=flags(bars, 0)), position_size=25.0, leverage=2.0, initial_capital=1000.0)
    assert told(done) == [(1, 20, 100.0, "entry")]
    assert done.cash[1] == pytest.approx(-1000.0)


def split(bar, ratio=1.0, dividend=0.0):
    return Actions(np.array([bar], np.int32), np.array([0], np.int32), np.array([ratio]), np.array([dividend]))


def test_a_split_is_held_through_with_its_stop():
    bars = bars_of_rows([QUIET, QUIET, (50.0, 51.0, 49.0, 50.0), (46.0, 47.0, 45.0, 46.0)])
    done = run(bars, Signals(entries=flags(bars, 0)), actions=split(2, ratio=2.0), stop_loss=0.05)
    assert told(done) == [(1, 10, 100.0, "entry"), (3, -20, 46.0, "stop_loss")]
    assert done.equity[2] == pytest.approx(100_000.0)
    assert done.round_trips[0]["entry_price"] == pytest.approx(50.0)


def test_a_resting_limit_follows_a_split():
    bars = bars_of_rows([QUIET, (50.0, 51.0, 47.5, 50.0), QUIET])
    signals = Signals(entries=flags(bars, 0), limit=numbers(bars, b0=96.0))
    assert told(run(bars, signals, actions=split(1, ratio=2.0))) == [(1, 10, 48.0, "entry")]


def test_a_dividend_is_paid_to_the_long_and_by_the_short():
    bars = bars_of_rows([QUIET] * 4)
    long = run(bars, Signals(entries=flags(bars, 0)), actions=split(2, dividend=2.5))
    assert long.equity.tolist() == [100_000, 100_000, 100_025, 100_025]
    short = run(bars, Signals(short_entries=flags(bars, 0)), actions=split(2, dividend=2.5), direction="short")
    assert short.equity.tolist() == [100_000, 100_000, 99_975, 99_975]


def test_a_missing_or_untraded_bar_lets_orders_wait():
    nan = (np.nan,) * 4
    bars = bars_of_rows([QUIET, nan, (102.0, 103.0, 101.0, 102.0), QUIET])
    assert told(run(bars, Signals(entries=flags(bars, 0)))) == [(2, 10, 102.0, "entry")]
    untraded = bars_of_rows([QUIET, QUIET, (102.0, 103.0, 101.0, 102.0), QUIET], [5.0, 0.0, 5.0, 5.0])
    assert told(run(untraded, Signals(entries=flags(untraded, 0)))) == [(2, 10, 102.0, "entry")]
    unknown = bars_of_rows([QUIET, QUIET, QUIET], [0.0, 0.0, 0.0])
    assert told(run(unknown, Signals(entries=flags(unknown, 0)))) == [(1, 10, 100.0, "entry")]


def test_volume_limits_what_opens_and_moves_its_price():
    bars = bars_of_rows([QUIET, QUIET, QUIET, QUIET], [40.0] * 4)
    signals = Signals(entries=flags(bars, 0), exits=flags(bars, 1))
    done = run(bars, signals, volume_limit=0.1)
    assert told(done) == [(1, 4, 100.0, "entry"), (2, -4, 100.0, "exit")]
    assert skips(done) == [(1, "volume_limit")]
    none = run(bars, signals, volume_limit=0.02)
    assert (told(none), skips(none)) == ([], [(1, "no_volume")])
    # ten of forty shares: (1/4)^2 * 0.2 of the price
    assert told(run(bars, signals, slippage_volume=0.2))[0] == (1, 10, 101.25, "entry")


def test_positions_share_cash_by_priority():
    column = np.full((2, 3), 100.0)
    bars = Bars(column, column, column, column, symbols=("A", "B"))
    entries = np.array([[True, False, False]] * 2)
    priority = np.array([[1.0] * 3, [2.0] * 3])
    done = run(bars, Signals(entries=entries, priority=priority), position_size=8.0, initial_capital=1000.0)
    assert [(int(one["row"]), float(one["quantity"])) for one in done.fills] == [(1, 8.0), (0, 2.0)]


def test_a_rebalance_sells_before_it_buys():
    column = np.full((2, 5), 100.0)
    bars = Bars(column, column, column, column, symbols=("A", "B"))
    weights = np.full((2, 5), np.nan)
    weights[:, 0] = 0.0, 1.0
    weights[:, 2] = 0.6, 0.4
    done = run(bars, Signals(weights=weights), initial_capital=1000.0)
    fills = [(int(one["bar"]), int(one["row"]), float(one["quantity"])) for one in done.fills]
    assert fills == [(1, 1, 10.0), (3, 1, -6.0), (3, 0, 6.0)]
    assert {REASONS[one["reason"]] for one in done.fills} == {"rebalance"}
    assert done.round_trips["quantity"].tolist() == [6.0]


def test_the_kelly_fraction_comes_from_the_trades_so_far():
    rows = [(100.0, 111.0, 89.0, 100.0)] * 2
    rows += [(110.0, 111.0, 109.0, 110.0), QUIET, (95.0, 96.0, 94.0, 95.0), QUIET, QUIET]
    bars = bars_of_rows(rows)
    signals = Signals(entries=flags(bars, 0, 2, 4), exits=flags(bars, 1, 3))
    done = run(bars, signals, size_type="kelly", position_size=0.9, kelly_trades=2, initial_capital=10_000.0)
    # 10 % of 10,000 at 100: ten, sold at 110: +100. 10 % of 10,100: ten at 100, sold at 95: -50.
    # W = 1/2, R = 100/50: 1/2 - 1/2 / 2 = 1/4 of 10,050 at 100
    assert [float(one["quantity"]) for one in done.fills] == [10, -10, 10, -10, 25]


def test_a_volatility_target_divides_by_the_annual_deviation():
    closes = [100.0, 102.0, 100.0, 100.0]
    bars = bars_of_rows([(one, one, one, one) for one in closes])
    signals = Signals(entries=flags(bars, 2))
    settings = {"size_type": "volatility", "position_size": 0.05, "volatility_window": 3, "lot_size": 0.0}
    done = run(bars, signals, **settings)
    returns = np.array([0.02, 100 / 102 - 1])
    sigma = abs(returns[0] - returns[1]) / np.sqrt(2) * np.sqrt(252)
    assert done.fills["quantity"][0] == pytest.approx(0.05 / sigma * 1000.0)
    early = run(bars, Signals(entries=flags(bars, 1)), **settings)
    assert skips(early) == [(2, "size_zero")]


def test_orders_at_the_end_of_the_data_are_not_filled():
    bars = bars_of_rows([QUIET] * 3)
    done = run(bars, Signals(entries=flags(bars, 0), exits=flags(bars, 2)))
    assert skips(done) == [(2, "end_of_data")]
    still = done.open_trades[0]
    assert (still["exit_bar"], still["exit_price"], still["costs"]) == (-1, 100.0, 0.0)


@pytest.mark.parametrize(
    ("signals", "settings", "field"),
    [
        (lambda bars: Signals(), {}, "entries"),
        (lambda bars: Signals(entries=np.zeros((1, 2), bool)), {}, "entries"),
        (lambda bars: Signals(entries=np.zeros((1, 3))), {}, "entries"),
        (lambda bars: Signals(entries=flags(bars, 0), weights=numbers(bars, b0=0.5)), {}, "entries"),
        (lambda bars: Signals(entries=flags(bars, 0), limit=numbers(bars, b0=-1.0)), {}, "limit"),
        (lambda bars: Signals(entries=flags(bars, 0), stop_distance=numbers(bars, b1=0.0)), {}, "stop_distance"),
        (lambda bars: Signals(weights=numbers(bars, b0=np.inf)), {}, "weights"),
        (lambda bars: Signals(entries=flags(bars, 0)), {"slippage_volume": 0.1}, "volume"),
        (lambda bars: Signals(entries=flags(bars, 0)), {"volume_limit": 0.1}, "volume"),
    ],
)
def test_signals_that_do_not_fit_are_refused(signals, settings, field):
    bars = bars_of_rows([QUIET] * 3)
    with pytest.raises(InvalidInput) as refused:
        run(bars, signals(bars), **settings)
    assert refused.value.details["field"] == field
