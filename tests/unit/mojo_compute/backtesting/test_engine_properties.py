"""What holds for every run of the engine, whatever the bars, the orders and the rules are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts.strategies import CostLine
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.runs import Run
from mojo_compute.backtesting.signals import Signals
from support.simulations import chances, made, run

LENGTH = 60
SEEDS = st.integers(0, 10_000)
LINES = [
    CostLine(name="order", rate=2.0, basis="order"),
    CostLine(name="value", rate=0.001, minimum=1.0, maximum=40.0),
    CostLine(name="tax", rate=0.18, basis=["order", "value"]),
]
RULES = st.fixed_dictionaries(
    {
        "fill": st.sampled_from(["next_open", "close", "next_close"]),
        "direction": st.sampled_from(["long", "short", "both"]),
        "position_size": st.sampled_from([0.1, 0.5, 1.0]),
        "lot_size": st.sampled_from([0.0, 1.0, 5.0]),
        "tick_size": st.sampled_from([0.0, 0.05, "nse"]),
        "slippage_bps": st.sampled_from([0.0, 10.0]),
        "max_entries": st.integers(1, 3),
        "leverage": st.sampled_from([1.0, 1.0, 3.0]),
        "order_bars": st.integers(0, 3),
    },
    optional={
        "stop_loss": st.sampled_from([0.01, 0.05]),
        "take_profit": st.sampled_from([0.01, 0.05]),
        "trailing_stop": st.sampled_from([0.02, 0.05]),
        "max_bars": st.integers(1, 10),
        "volume_limit": st.sampled_from([0.001, 0.1]),
    },
)
COSTS = st.sampled_from(["none", "flat", "nse_delivery", LINES])


def orders(bars: Bars, seed: int) -> Signals:
    """Entries and exits of both sides, some at a limit, some at a stop."""
    shape = bars.close.shape
    rng = np.random.default_rng(seed)
    prices = {}
    for name in ("limit", "stop"):
        prices[name] = bars.close * (1.0 + rng.normal(0.0, 0.02, shape))
        prices[name][rng.random(shape) < 0.7] = np.nan
    return Signals(
        entries=chances(shape, 0.15, seed),
        exits=chances(shape, 0.1, seed + 1),
        short_entries=chances(shape, 0.1, seed + 2),
        short_exits=chances(shape, 0.1, seed + 3),
        **prices,
    )


def weights(bars: Bars, seed: int) -> Signals:
    """A rebalance every eighth bar or so."""
    rng = np.random.default_rng(seed)
    told = rng.normal(0.0, 0.5, bars.close.shape)
    told[:, rng.random(len(bars)) > 0.125] = np.nan
    return Signals(weights=told)


def settings(rules: dict[str, Any]) -> dict[str, Any]:
    return {"size_type": "equity", **rules}


def held_at_closes(told: Run, rows: int) -> np.ndarray:
    """Shares of each row at each close, added up from the fills alone."""
    shares = np.zeros((rows, len(told.equity)))
    for one in told.fills:
        shares[one["row"], one["bar"] :] += one["quantity"]
    return shares


@pytest.mark.parametrize("decide", [orders, weights])
@given(seed=SEEDS, rows=st.integers(1, 3), rules=RULES, costs=COSTS)
def test_cash_and_positions_are_the_equity_at_every_bar(decide, seed, rows, rules, costs):
    bars = made(seed, LENGTH, rows)
    told = run(bars, costs, signals=decide(bars, seed), settings=settings(rules))
    shares = held_at_closes(told, rows)
    np.testing.assert_allclose(told.positions, shares, atol=1e-9)
    spent = np.zeros(LENGTH)
    for one in told.fills:
        spent[one["bar"] :] += one["quantity"] * one["price"] + one["cost"]
    np.testing.assert_allclose(told.cash, 100_000.0 - spent, rtol=1e-10, atol=1e-6)
    np.testing.assert_allclose(told.equity, told.cash + (shares * bars.close).sum(axis=0), rtol=1e-10, atol=1e-6)
    np.testing.assert_allclose(told.exposure, (abs(shares) * bars.close).sum(axis=0), rtol=1e-10, atol=1e-6)


@given(seed=SEEDS, rows=st.integers(1, 3), rules=RULES, costs=COSTS)
def test_closed_trades_and_open_ones_make_the_whole_profit(seed, rows, rules, costs):
    bars = made(seed, LENGTH, rows)
    told = run(bars, costs, signals=orders(bars, seed), settings=settings(rules))
    made_money = told.round_trips["pnl"].sum() + told.open_trades["pnl"].sum()
    assert told.equity[-1] - 100_000.0 == pytest.approx(made_money, abs=1e-6)
    assert (told.round_trips["mae"] <= 0.0).all()
    assert (told.round_trips["mfe"] >= 0.0).all()


@given(seed=SEEDS, rows=st.integers(1, 2), rules=RULES)
def test_no_trade_comes_before_its_signal(seed, rows, rules):
    bars = made(seed, LENGTH, rows)
    told = orders(bars, seed)
    first = LENGTH // 2
    late = Signals(
        **{
            name: np.where(np.arange(LENGTH) < first, False if values.dtype == bool else np.nan, values)
            for name in Signals.__slots__
            if (values := getattr(told, name)) is not None
        }
    )
    fills = run(bars, signals=late, settings=settings(rules)).fills
    assert (fills["bar"] >= first + (rules["fill"] != "close")).all()


@pytest.mark.parametrize("decide", [orders, weights])
@given(seed=SEEDS, rows=st.integers(1, 2), rules=RULES, costs=COSTS, bar=st.integers(1, LENGTH - 2))
def test_changing_future_bars_never_changes_past_trades(decide, seed, rows, rules, costs, bar):
    bars, other = made(seed, LENGTH, rows), made(seed + 1, LENGTH, rows)
    told = decide(bars, seed)

    def joined(one: np.ndarray, two: np.ndarray) -> np.ndarray:
        return np.concatenate([one[:, : bar + 1], two[:, bar + 1 :]], axis=1)

    changed = Bars(
        joined(bars.open, other.open),
        joined(bars.high, other.high),
        joined(bars.low, other.low),
        joined(bars.close, other.close),
        volume=joined(bars.volume, other.volume),
        symbols=bars.symbols,
    )
    one, two = (run(which, costs, signals=told, settings=settings(rules)) for which in (bars, changed))
    np.testing.assert_array_equal(one.equity[: bar + 1], two.equity[: bar + 1])
    for table in ("fills", "skipped"):
        before = [getattr(which, table)[getattr(which, table)["bar"] <= bar] for which in (one, two)]
        assert before[0].tobytes() == before[1].tobytes()


@given(seed=SEEDS, rules=RULES, factor=st.sampled_from([0.0, 1.0, 4.0]))
def test_costs_never_add_money(seed, rules, factor):
    bars = made(seed, LENGTH)
    fixed = {**settings(rules), "size_type": "quantity", "position_size": 10.0, "initial_capital": 1e9}
    lines = [CostLine(name="flat", rate=0.001 * (factor + 1.0)), CostLine(name="order", rate=factor, basis="order")]
    told, free = (run(bars, costs, signals=orders(bars, seed), settings=fixed) for costs in (lines, "none"))
    assert (told.fills["quantity"] == free.fills["quantity"]).all()
    assert (told.equity <= free.equity + 1e-6).all()
    assert (told.fills["cost"] > 0.0).all()


@given(seed=SEEDS, rules=RULES, costs=COSTS)
def test_a_portfolio_of_one_symbol_is_the_single_run(seed, rules, costs):
    bars = made(seed, LENGTH)
    told = orders(bars, seed)
    single = run(bars, costs, signals=told, settings=settings(rules))
    absent = np.full((1, LENGTH), np.nan)
    none = np.zeros((1, LENGTH), bool)
    wide = Bars(
        *(np.concatenate([column, absent]) for column in (bars.open, bars.high, bars.low, bars.close)),
        volume=np.concatenate([bars.volume, absent]),
        symbols=("ONE", "ABSENT"),
    )
    both = Signals(
        **{
            name: np.concatenate([values, none if values.dtype == bool else absent])
            for name in Signals.__slots__
            if (values := getattr(told, name)) is not None
        }
    )
    unlimited = {key: value for key, value in settings(rules).items() if key != "volume_limit"}
    if "volume_limit" in rules:
        single = run(bars, costs, signals=told, settings=unlimited)
    pool = run(wide, costs, signals=both, settings=unlimited)
    np.testing.assert_array_equal(pool.equity, single.equity)
    assert pool.fills.tobytes() == single.fills.tobytes()
    assert pool.round_trips.tobytes() == single.round_trips.tobytes()


@given(seed=SEEDS, rows=st.integers(1, 3), rules=RULES, costs=COSTS)
def test_quantities_are_whole_lots_that_can_be_paid(seed, rows, rules, costs):
    bars = made(seed, LENGTH, rows)
    told = run(bars, costs, signals=orders(bars, seed), settings=settings(rules))
    if rules["lot_size"]:
        lots = told.fills["quantity"] / rules["lot_size"]
        np.testing.assert_array_equal(lots, np.round(lots))
    if rules["leverage"] == 1.0 and rules["direction"] == "long":
        assert (told.cash >= -1e-6).all()


@given(seed=SEEDS, rules=RULES)
def test_fills_lie_in_the_range_of_their_bars(seed, rules):
    bars = made(seed, LENGTH, 2)
    told = run(bars, signals=orders(bars, seed), settings=settings(rules))
    room = rules["slippage_bps"] / 1e4 * told.fills["price"] * 1.01
    room += {"nse": 0.10, 0.05: 0.05, 0.0: 0.0}[rules["tick_size"]] + 1e-9
    low, high = (column[told.fills["row"], told.fills["bar"]] for column in (bars.low, bars.high))
    assert (told.fills["price"] >= low - room).all()
    assert (told.fills["price"] <= high + room).all()


@given(seed=SEEDS, rules=RULES)
def test_no_position_has_more_entries_or_bars_than_allowed(seed, rules):
    bars = made(seed, LENGTH, 2)
    told = run(bars, signals=orders(bars, seed), settings=settings(rules))
    assert (told.round_trips["entries"] <= rules["max_entries"]).all()
    if "max_bars" in rules:
        assert (told.round_trips["exit_bar"] - told.round_trips["entry_bar"] <= rules["max_bars"]).all()


@given(seed=SEEDS, rules=RULES, scale=st.sampled_from([0.5, 2.0, 1024.0]))
def test_the_currency_does_not_matter(seed, rules, scale):
    bars = made(seed, LENGTH)
    told = orders(bars, seed)
    rules = {**settings(rules), "tick_size": 0.0}
    scaled = Bars(*(column * scale for column in (bars.open, bars.high, bars.low, bars.close)), volume=bars.volume)
    prices = {"limit": told.limit * scale, "stop": told.stop * scale}
    flags = {name: getattr(told, name) for name in ("entries", "exits", "short_entries", "short_exits")}
    one = run(bars, "flat", signals=told, settings=rules)
    two = run(scaled, "flat", signals=Signals(**flags, **prices), settings={**rules, "initial_capital": 1e5 * scale})
    np.testing.assert_array_equal(one.equity * scale, two.equity)
