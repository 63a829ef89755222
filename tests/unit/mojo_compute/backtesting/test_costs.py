"""Cost schedules: presets, versions by date, sums of lines, bounds."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from chitti_shared.contracts.strategies import PRESETS, CostLine
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.costs import Schedule
from support.simulations import at, made, run

CRORE = 1e7
EPOCH = date(1970, 1, 1)
MONEY = st.floats(0.0, 1e6)


def day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def test_buying_and_selling_fifty_lakh_for_delivery_costs_what_the_exchange_says():
    delivery = Schedule.of("nse_delivery")
    both = delivery.cost(5_000.0, 1_000.0) + delivery.cost(-5_000.0, 1_000.0)
    assert both == pytest.approx(11_124.06, abs=1e-9)


def test_charges_of_a_delivery_stand_by_their_names():
    told = run(made(1), "nse_delivery", entries=at(60, 10), exits=at(60, 20))
    by_line = Schedule.of("nse_delivery").by_line(told.fills)
    bought, sold = (abs(one["quantity"]) * one["price"] for one in told.fills)
    assert by_line["stt"] == pytest.approx(0.001 * (bought + sold))
    assert by_line["stamp"] == pytest.approx(0.00015 * bought)
    assert by_line["sebi"] == pytest.approx(10.0 / CRORE * (bought + sold))
    assert by_line["gst"] == pytest.approx(0.18 * (by_line["brokerage"] + by_line["exchange"] + by_line["sebi"]))
    assert sum(by_line.values()) == pytest.approx(told.fills["cost"].sum())


def test_intraday_brokerage_is_bounded_and_taxed():
    intraday = Schedule.of("nse_intraday")
    small, large = intraday.cost(10, 1_000.0), intraday.cost(1_000, 1_000.0)
    assert small == pytest.approx(10_000 * (0.0003 * 1.18 + 0.0000317 * 1.18 + 0.00003))
    assert large == pytest.approx(20 * 1.18 + 1_000_000 * (0.0000317 * 1.18 + 0.00003))
    assert intraday.cost(-1_000, 1_000.0) - large == pytest.approx(1_000_000 * (0.00025 - 0.00003))


def test_the_flat_preset_is_the_transaction_cost_on_both_sides():
    flat = Schedule.of("flat", 0.002)
    assert flat.cost(10, 50.0) == flat.cost(-10, 50.0) == pytest.approx(1.0)
    assert Schedule.of("none").cost(10, 50.0) == 0.0
    assert Schedule.of([]).cost(10, 50.0) == 0.0


def test_the_newest_version_of_a_line_holds_from_its_day_on():
    lines = [
        CostLine(name="stt", rate=0.001),
        CostLine(name="stt", rate=0.002, effective="2024-10-01"),
        CostLine(name="tax", rate=0.5, basis=["stt"], effective="2025-01-01"),
    ]
    schedule = Schedule.of(lines)
    assert schedule.cost(1, 1_000.0, day("2024-09-30")) == pytest.approx(1.0)
    assert schedule.cost(1, 1_000.0, day("2024-10-01")) == pytest.approx(2.0)
    assert schedule.cost(1, 1_000.0, day("2025-01-01")) == pytest.approx(3.0)
    assert schedule.cost(1, 1_000.0) == pytest.approx(3.0)


def test_a_run_pays_what_holds_on_each_day():
    lines = [CostLine(name="fee", rate=10.0, basis="order"), CostLine(name="fee", rate=0.0, effective="2024-01-30")]
    days = np.arange(day("2024-01-01"), day("2024-01-01") + 60, dtype=np.int32)
    told = run(made(1), lines, days=days, entries=at(60, 10, 40), exits=at(60, 20, 50))
    assert told.fills["cost"].tolist() == [10.0, 10.0, 0.0, 0.0]
    assert Schedule.of(lines, days=days).by_line(told.fills) == {"fee": 20.0}
    assert Schedule.of(lines).by_line(told.fills, days) == {"fee": 20.0}


def test_a_fee_by_share_and_one_by_order_add_up():
    lines = [
        CostLine(name="share", rate=0.5, basis="quantity", maximum=30.0),
        CostLine(name="order", rate=7.0, basis="order", side="sell"),
        CostLine(name="least", rate=0.0001, minimum=3.0, side="buy"),
    ]
    schedule = Schedule.of(lines)
    assert schedule.cost(10, 100.0) == pytest.approx(5.0 + 3.0)
    assert schedule.cost(1_000, 100.0) == pytest.approx(30.0 + 10.0)
    assert schedule.cost(-10, 100.0) == pytest.approx(5.0 + 7.0)


@pytest.mark.parametrize("preset", ["flat", *PRESETS])
@given(quantity=st.floats(0.01, 1e7), price=st.floats(0.01, 1e5), factor=st.floats(0.0, 5.0))
def test_charging_a_multiple_multiplies_each_fill(preset: str, quantity: float, price: float, factor: float):
    schedule = Schedule.of(preset)
    for signed in (quantity, -quantity):
        assert schedule.times(factor).cost(signed, price) == pytest.approx(factor * schedule.cost(signed, price))


@given(
    rates=st.lists(st.floats(0.0, 0.1), min_size=1, max_size=5),
    bounds=st.lists(st.tuples(MONEY, MONEY), min_size=5, max_size=5),
    values=st.lists(st.floats(1.0, 1e8), min_size=2, max_size=6),
)
def test_no_fill_is_charged_less_than_nothing_or_less_than_a_smaller_one(rates, bounds, values):
    lines = [
        CostLine(name=f"line{at}", rate=rate, minimum=min(bound), maximum=max(bound))
        for at, (rate, bound) in enumerate(zip(rates, bounds, strict=False))
    ]
    schedule = Schedule.of(lines)
    costs = [schedule.cost(1.0, value) for value in sorted(values)]
    assert all(cost >= 0.0 for cost in costs)
    assert all(one <= other for one, other in pairwise(costs))


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("nse_dleivery", "did you mean 'nse_delivery'"),
        ([CostLine(name="gst", rate=0.18, basis=["brokrage"])], "no such line"),
        (
            [CostLine(name="one", rate=0.1, basis=["two"]), CostLine(name="two", rate=0.1, basis=["one"])],
            "taken of another",
        ),
        ([CostLine(name="self", rate=0.1, basis=["self"])], "taken of another"),
        ([CostLine(name="one", rate=0.1), CostLine(name="one", rate=0.2)], "two versions of one"),
        ([CostLine(name="one", rate=0.1, minimum=5.0, maximum=4.0)], "above the maximum"),
        ([CostLine(name=f"line{at}", rate=0.1) for at in range(65)], "65 charges"),
    ],
)
def test_a_schedule_that_means_nothing_is_refused(lines, told: str):
    with pytest.raises(InvalidInput, match=told) as found:
        Schedule.of(lines)
    assert found.value.details["field"].startswith("costs")
    assert found.value.details["constraint"]
