"""The engine on bars small enough to work out by hand: which order fills where, and why not."""

from __future__ import annotations

import numpy as np
import pytest
from mojo_compute.backtesting.corporate import Actions
from support.simulations import at, fills_of, prices_at, run, skips_of, table

RISING = [(100.0, 101.0, 99.0, 100.0), (102.0, 103.0, 101.0, 102.0), (104.0, 105.0, 103.0, 104.0)]
RISING += [(106.0, 107.0, 105.0, 106.0), (108.0, 109.0, 107.0, 108.0)]
FIVE = table(*RISING)


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        ("next_open", [(1, 10.0, 102.0, "entry"), (3, -10.0, 106.0, "exit")]),
        ("close", [(0, 10.0, 100.0, "entry"), (2, -10.0, 104.0, "exit")]),
        ("next_close", [(1, 10.0, 102.0, "entry"), (3, -10.0, 106.0, "exit")]),
    ],
)
def test_orders_fill_where_they_were_asked_to(fill: str, expected):
    told = run(FIVE, entries=at(5, 0), exits=at(5, 2), settings={"fill": fill})
    assert fills_of(told) == expected
    assert told.cash[-1] == 100_000.0 + 10 * (expected[1][2] - expected[0][2])


def test_what_is_ordered_on_the_last_bar_is_never_filled():
    told = run(FIVE, entries=at(5, 1, 4), settings={"max_entries": 2})
    assert fills_of(told) == [(2, 10.0, 104.0, "entry")]
    assert skips_of(told) == [(4, "end_of_data")]
    assert told.open_trades["exit_bar"].tolist() == [-1]
    assert told.open_trades["pnl"].tolist() == [40.0]


def test_an_exit_and_an_entry_of_one_side_on_one_bar_is_an_exit():
    told = run(FIVE, entries=at(5, 0, 2), exits=at(5, 2))
    assert [reason for *_, reason in fills_of(told)] == ["entry", "exit"]


def test_a_short_entry_turns_a_long_position_around():
    told = run(FIVE, entries=at(5, 0), short_entries=at(5, 2))
    assert fills_of(told) == [(1, 10.0, 102.0, "entry"), (3, -10.0, 106.0, "reversal"), (3, -10.0, 106.0, "entry")]
    assert told.positions is not None
    assert told.positions[0].tolist() == [0.0, 10.0, 10.0, -10.0, -10.0]


@pytest.mark.parametrize(("direction", "sides"), [("long", {1}), ("short", {-1}), ("both", {1, -1})])
def test_only_the_asked_sides_are_traded(direction: str, sides: set[int]):
    told = run(
        FIVE,
        entries=at(5, 0),
        exits=at(5, 1),
        short_entries=at(5, 2),
        short_exits=at(5, 3),
        settings={"direction": direction},
    )
    assert {int(side) for side in told.round_trips["side"]} == sides


def test_a_position_is_added_to_as_often_as_allowed():
    told = run(FIVE, entries=at(5, 0, 1, 2), settings={"max_entries": 2})
    assert told.open_trades["entry_price"].tolist() == [103.0]
    assert told.open_trades["entries"].tolist() == [2]
    assert skips_of(told) == [(3, "max_entries")]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(101.5, (1, 101.5)), (103.0, (1, 102.0)), (101.0, (1, 101.0)), (100.9, None)],
)
def test_a_limit_order_gets_its_price_or_a_better_open(limit: float, expected):
    told = run(FIVE, entries=at(5, 0), limit=prices_at(5, b0=limit))
    assert [(bar, price) for bar, _, price, _ in fills_of(told)] == ([expected] if expected else [])
    assert skips_of(told) == ([] if expected else [(1, "expired")])


@pytest.mark.parametrize(("stop", "expected"), [(102.5, (1, 102.5)), (101.0, (1, 102.0)), (104.5, (2, 104.5))])
def test_a_stop_order_waits_until_the_price_comes(stop: float, expected: tuple[int, float]):
    told = run(FIVE, entries=at(5, 0), stop=prices_at(5, b0=stop), settings={"order_bars": 2})
    assert [(bar, price) for bar, _, price, _ in fills_of(told)] == [expected]


def test_a_stop_limit_order_that_is_jumped_over_rests_as_a_limit_order():
    bars = table((100, 101, 99, 100), (105, 106, 104, 105), (104, 104, 101, 102), (102, 103, 101, 102))
    order = {"stop": prices_at(4, b0=102.0), "limit": prices_at(4, b0=103.0)}
    assert fills_of(run(bars, entries=at(4, 0), settings={"order_bars": 0}, **order)) == [(2, 10.0, 103.0, "entry")]
    assert skips_of(run(bars, entries=at(4, 0), settings={"order_bars": 1}, **order)) == [(1, "expired")]


def test_an_exit_takes_a_resting_entry_with_it():
    told = run(FIVE, entries=at(5, 0), exits=at(5, 1), stop=prices_at(5, b0=107.0), settings={"order_bars": 0})
    assert fills_of(told) == []
    assert skips_of(told) == []


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        ((100.0, 101.0, 94.0, 96.0), (95.0, "stop_loss", 0)),
        ((93.0, 96.0, 92.0, 95.0), (93.0, "stop_loss", 0)),
        ((100.0, 112.0, 99.0, 111.0), (110.0, "take_profit", 0)),
        ((113.0, 114.0, 112.0, 113.0), (113.0, "take_profit", 0)),
        ((100.0, 112.0, 94.0, 100.0), (95.0, "stop_loss", 1)),
    ],
)
def test_stops_and_targets_fill_at_their_levels_or_at_a_gap(bar, expected):
    bars = table((100, 100, 100, 100), (100, 101, 99, 100), bar, (100, 100, 100, 100))
    told = run(bars, entries=at(4, 0), settings={"stop_loss": 0.05, "take_profit": 0.1})
    price, reason, ambiguous = expected
    assert fills_of(told)[1] == (2, -10.0, price, reason)
    assert told.ambiguous_bars == ambiguous


def test_a_short_position_is_guarded_the_other_way_round():
    bars = table((100, 100, 100, 100), (100, 104, 96, 100), (100, 106, 89, 100), (100, 100, 100, 100))
    told = run(bars, short_entries=at(4, 0), settings={"stop_loss": 0.05, "take_profit": 0.1})
    assert fills_of(told)[1] == (2, 10.0, 105.0, "stop_loss")
    assert told.ambiguous_bars == 1


def test_a_trailing_stop_follows_the_highs_of_the_bars_before():
    bars = table((100, 100, 100, 100), (100, 120, 99, 118), (118, 119, 107, 110), (110, 111, 109, 110))
    told = run(bars, entries=at(4, 0), settings={"trailing_stop": 0.1})
    assert fills_of(told)[1] == (2, -10.0, 108.0, "trailing_stop")


@pytest.mark.parametrize("side", [1, -1])
def test_a_trailing_stop_knows_nothing_of_prices_before_an_entry_within_the_bar(side: int):
    long = [(100, 100, 99, 100), (100, 101, 91, 92), (94, 96.5, 93.9, 96), (95, 96, 90, 92), (92, 92, 92, 92)]
    short = [(200 - opened, 200 - low, 200 - high, 200 - close) for opened, high, low, close in long]
    bars, limit, field = table(*long), 92.0, "entries"
    stop = 96.5 * 0.95  # of the bar after the entry's, not of the entry's own
    if side < 0:
        bars, limit, stop, field = table(*short), 108.0, 103.5 * 1.05, "short_entries"
    told = run(bars, **{field: at(5, 0)}, limit=np.full((1, 5), limit), settings={"trailing_stop": 0.05})
    assert fills_of(told) == [
        (1, 10.0 * side, limit, "entry"),
        (3, -10.0 * side, round(stop, 9), "trailing_stop"),
    ]


def test_an_orders_own_distances_go_before_the_rules():
    bars = table((100, 100, 100, 100), (100, 101, 97.5, 100), (100, 101, 96.5, 100), (100, 100, 100, 100))
    told = run(bars, entries=at(4, 0), stop_distance=prices_at(4, b0=3.0), settings={"stop_loss": 0.02})
    assert fills_of(told)[1] == (2, -10.0, 97.0, "stop_loss")


def test_a_position_that_came_within_a_bar_can_be_stopped_there_but_not_reach_its_target():
    bars = table((100, 100, 100, 100), (103, 112, 99, 111), (111, 112, 110, 111))
    told = run(bars, entries=at(3, 0), limit=prices_at(3, b0=101.0), settings={"take_profit": 0.1, "stop_loss": 0.1})
    assert fills_of(told) == [(1, 10.0, 101.0, "entry"), (2, -10.0, 111.1, "take_profit")]
    assert told.ambiguous_bars == 1


@pytest.mark.parametrize(("fill", "bars"), [("next_open", (1, 3)), ("close", (0, 2)), ("next_close", (1, 3))])
def test_time_is_up_after_so_many_bars(fill: str, bars: tuple[int, int]):
    told = run(FIVE, entries=at(5, 0), settings={"fill": fill, "max_bars": 2})
    assert [(bar, reason) for bar, *_, reason in fills_of(told)] == [(bars[0], "entry"), (bars[1], "time_stop")]


def test_a_bar_without_volume_fills_nothing_and_a_missing_one_marks_at_the_last_close():
    bars = table(*RISING, volume=[9.0, 0.0, 9.0, 9.0, 9.0])
    assert fills_of(run(bars, entries=at(5, 0))) == [(2, 10.0, 104.0, "entry")]
    gone = [RISING[0], RISING[1], (np.nan,) * 4, RISING[3], RISING[4]]
    told = run(table(*gone), entries=at(5, 0), exits=at(5, 1))
    assert fills_of(told) == [(1, 10.0, 102.0, "entry"), (3, -10.0, 106.0, "exit")]
    assert told.equity.tolist() == [100_000.0, 100_000.0, 100_000.0, 100_040.0, 100_040.0]


@pytest.mark.parametrize(
    ("settings", "quantity"),
    [
        ({"size_type": "equity", "position_size": 0.5}, 490.0),
        ({"size_type": "equity", "position_size": 0.5, "lot_size": 25.0}, 475.0),
        ({"size_type": "equity", "position_size": 1.0, "lot_size": 0.0}, 100_000 / 102.0),
        ({"size_type": "cash", "position_size": 1_020.0}, 10.0),
        ({"size_type": "quantity", "position_size": 7.9}, 7.0),
        ({"size_type": "kelly", "position_size": 0.5}, 98.0),
    ],
)
def test_an_entry_is_as_large_as_its_size_says(settings, quantity: float):
    told = run(FIVE, entries=at(5, 0), settings=settings)
    assert told.fills["quantity"].tolist() == [pytest.approx(quantity, rel=1e-12)]


def test_an_entry_by_volatility_carries_that_volatility():
    closes = 100.0 * np.exp(np.random.default_rng(5).normal(0.0, 0.02, 40).cumsum())
    bars = table(*((price,) * 4 for price in closes))
    told = run(
        bars,
        entries=at(40, 30),
        settings={"size_type": "volatility", "position_size": 0.1, "volatility_window": 21, "lot_size": 0.0},
    )
    returns = closes[11:31] / closes[10:30] - 1.0
    share = 0.1 / (returns.std(ddof=1) * np.sqrt(252))
    assert told.fills["quantity"][0] * closes[31] / 100_000.0 == pytest.approx(share, rel=1e-12)


def test_costs_are_part_of_what_must_be_paid():
    told = run(FIVE, "flat", entries=at(5, 0), settings={"size_type": "equity", "position_size": 1.0})
    assert told.fills["quantity"].tolist() == [979.0]  # 980 cost 99960, with the fee 100059.96
    assert told.cash[-1] == pytest.approx(100_000 - 979 * 102 * 1.001)


def test_what_cannot_be_paid_or_is_no_lot_is_skipped():
    assert skips_of(run(FIVE, entries=at(5, 0), settings={"initial_capital": 50.0})) == [(1, "no_cash")]
    assert skips_of(run(FIVE, entries=at(5, 0), settings={"position_size": 0.5})) == [(1, "size_zero")]


def test_a_bars_volume_bounds_what_is_bought_and_moves_the_price():
    bars = table(*RISING, volume=[50.0] * 5)
    told = run(bars, entries=at(5, 0), settings={"volume_limit": 0.1, "slippage_volume": 0.5})
    assert told.fills["quantity"].tolist() == [5.0]
    assert told.fills["price"].tolist() == [pytest.approx(102.0 * (1.0 + 0.5 * 0.2**2))]
    assert skips_of(told) == [(1, "volume_limit")]
    assert skips_of(run(bars, entries=at(5, 0), settings={"volume_limit": 0.01})) == [(1, "no_volume")]


@pytest.mark.parametrize(
    ("tick", "prices"),
    [(0.0, (102.051, 105.947)), (0.05, (102.1, 105.9)), (1.0, (103.0, 105.0)), ("nse", (102.06, 105.94))],
)
def test_slippage_is_rounded_against_the_trader(tick, prices: tuple[float, float]):
    told = run(FIVE, entries=at(5, 0), exits=at(5, 2), settings={"slippage_bps": 5.0, "tick_size": tick})
    assert [price for *_, price, _ in fills_of(told)] == [pytest.approx(price) for price in prices]


def test_the_exchanges_ticks_depend_on_the_day():
    days = np.array(["2025-04-11", "2025-04-14", "2025-04-15", "2025-04-16", "2025-04-17"], "datetime64[D]")
    told = run(
        FIVE,
        entries=at(5, 0),
        exits=at(5, 2),
        days=days.astype(np.int32),
        settings={"slippage_ticks": 3.0, "tick_size": "nse"},
    )
    assert [price for *_, price, _ in fills_of(told)] == [pytest.approx(102.15), pytest.approx(105.97)]


def test_a_margin_call_closes_everything():
    bars = table((100, 100, 100, 100), (100, 100, 100, 100), (100, 130, 100, 130), (130, 130, 130, 130))
    told = run(
        bars, short_entries=at(4, 0), settings={"size_type": "equity", "position_size": 1.0, "maintenance_margin": 0.6}
    )
    assert fills_of(told) == [(1, -1000.0, 100.0, "entry"), (3, 1000.0, 130.0, "margin_call")]
    assert told.exposure.tolist() == [0.0, 100_000.0, 130_000.0, 0.0]


def test_all_of_the_buying_power_is_no_margin_call_by_itself():
    flat = table(*[(100.0, 100.0, 100.0, 100.0)] * 6)
    settings = {"size_type": "equity", "position_size": 3.0, "lot_size": 0.0, "leverage": 3.0}
    told = run(flat, "flat", entries=at(6, 0), settings={**settings, "maintenance_margin": 1.0 / 3.0})
    assert [reason for *_, reason in fills_of(told)] == ["entry"]
    assert told.equity[-1] == pytest.approx(told.exposure[-1] / 3.0, rel=1e-12)


def test_leverage_buys_more_than_there_is_cash():
    told = run(FIVE, entries=at(5, 0), settings={"size_type": "equity", "position_size": 2.0, "leverage": 2.0})
    assert told.fills["quantity"].tolist() == [1960.0]
    assert told.cash[-1] == pytest.approx(100_000 - 1960 * 102)


def test_a_split_changes_shares_and_prices_and_a_dividend_pays():
    bars = table((100, 100, 100, 100), (100, 100, 100, 100), (50, 50, 50, 50), (49, 50, 46, 48), (48, 48, 48, 48))
    happened = Actions(
        np.array([2, 3], np.int32), np.array([0, 0], np.int32), np.array([2.0, 1.0]), np.array([0.0, 1.5])
    )
    told = run(bars, actions=happened, entries=at(5, 0), settings={"stop_loss": 0.06})
    assert fills_of(told) == [(1, 10.0, 100.0, "entry"), (3, -20.0, 47.0, "stop_loss")]
    assert told.equity.tolist() == [100_000.0, 100_000.0, 100_000.0, 99_970.0, 99_970.0]
    assert told.round_trips["entry_price"].tolist() == [50.0]


def test_excursions_are_the_worst_and_best_price_while_held():
    told = run(FIVE, entries=at(5, 0), exits=at(5, 2))
    assert told.round_trips["mae"].tolist() == [pytest.approx(101 / 102 - 1)]
    assert told.round_trips["mfe"].tolist() == [pytest.approx(106 / 102 - 1)]
