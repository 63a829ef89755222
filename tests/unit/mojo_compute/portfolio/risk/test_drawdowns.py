"""Drawdowns against empyrical."""

import empyrical
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.portfolio.risk.drawdowns import Drawdown, drawdown
from support.portfolios import made_panel


@given(st.integers(0, 10_000), st.integers(3, 200))
def test_the_deepest_fall_is_empyricals(seed, periods):
    returns = made_panel(seed, 1, periods).values[:, 0]
    found = drawdown(returns)
    assert found.deepest == pytest.approx(empyrical.max_drawdown(returns), abs=1e-12)
    assert found.deepest <= found.current <= 0
    assert -1 <= found.peak <= found.trough < periods


def test_peak_trough_and_recovery_are_told():
    # 1 -> 1.1 (peak, period 0) -> 0.99 -> 0.88 (trough, 2) -> 1.1 (3) -> 1.045
    found = drawdown(np.array([0.1, -0.1, 0.88 / 0.99 - 1, 0.25, -0.05]))
    assert found == Drawdown(pytest.approx(-0.2), pytest.approx(-0.05), 0, 2, 3)


def test_a_fall_from_the_start_counts_from_there():
    found = drawdown(np.array([-0.2, 0.1]))
    assert (found.peak, found.trough, found.recovery) == (-1, 0, None)
    assert found.deepest == pytest.approx(-0.2)


def test_what_only_rises_has_none():
    found = drawdown(np.array([0.1, 0.2]))
    assert (found.deepest, found.current, found.peak, found.trough) == (0, 0, -1, -1)


def test_what_is_lost_whole_does_not_come_back():
    found = drawdown(np.array([0.5, -2.5, -3.0, 0.5]))
    assert found == Drawdown(-1.0, -1.0, 0, 1, None)
