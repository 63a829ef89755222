"""Prices of fills and what they cost, calculated by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from chitti_shared.contracts.strategies import PRESETS, CostLine, Execution
from mojo_compute.backtesting.readable.charges import Charges
from mojo_compute.backtesting.readable.prices import slipped, tick_of


@pytest.mark.parametrize(
    ("price", "day", "tick"),
    [
        (249.99, date(2025, 4, 15), 0.01),
        (250.0, date(2025, 4, 15), 0.05),
        (1000.0, None, 0.05),
        (1000.05, None, 0.10),
        (5000.1, None, 0.50),
        (10_000.5, None, 1.0),
        (20_001.0, None, 5.0),
        (20_001.0, date(2025, 4, 14), 0.05),
    ],
)
def test_the_exchange_ticks_by_price_and_date(price, day, tick):
    assert tick_of("nse", price, day) == tick


def test_prices_are_rounded_against_the_trader():
    execution = Execution(tick_size=0.05, slippage_bps=10.0)
    assert slipped(execution, 100.0, True, 1.0, np.nan, None) == pytest.approx(100.1)
    assert slipped(execution, 100.01, True, 1.0, np.nan, None) == pytest.approx(100.15)
    assert slipped(execution, 100.01, False, 1.0, np.nan, None) == pytest.approx(99.9)
    ticks = Execution(tick_size=0.05, slippage_ticks=3.0)
    assert slipped(ticks, 100.0, False, 1.0, np.nan, None) == pytest.approx(99.85)


def test_delivery_at_the_exchange_costs_what_the_contract_note_says():
    charges = Charges(PRESETS["nse_delivery"])
    both = charges.cost(None, True, 5_000.0, 1_000.0) + charges.cost(None, False, 5_000.0, 1_000.0)
    assert round(both, 2) == 11_124.06


def test_costs_go_by_date_side_and_bounds():
    charges = Charges(
        (
            CostLine(name="brokerage", rate=0.001, minimum=5.0, maximum=20.0),
            CostLine(name="levy", rate=0.02, side="sell", effective="2024-01-01"),
            CostLine(name="levy", rate=0.03, side="sell", effective="2025-01-01"),
            CostLine(name="gst", rate=0.5, basis=["brokerage"]),
            CostLine(name="share", rate=0.1, basis="quantity"),
        )
    )
    assert charges.cost(date(2023, 12, 31), False, 10.0, 100.0) == pytest.approx(5 + 2.5 + 1)
    assert charges.cost(date(2024, 12, 31), False, 10.0, 100.0) == pytest.approx(5 + 2.5 + 1 + 20)
    assert charges.cost(None, False, 1000.0, 100.0) == pytest.approx(20 + 10 + 100 + 3000)
    assert charges.cost(None, True, 1000.0, 100.0) == pytest.approx(20 + 10 + 100)


def test_a_bounded_charge_still_lets_as_much_be_bought_as_fits():
    charges = Charges((CostLine(name="brokerage", rate=0.01, minimum=50.0),))
    # 950 of shares and 50 of brokerage
    assert charges.most(None, True, 10.0, 1000.0, 1.0) == pytest.approx(95.0)
    assert charges.most(None, True, 10.0, 40.0, 1.0) == pytest.approx(0.0, abs=1e-9)
