from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_service.alerts.columns import entered, extreme_before, previous, returns


def test_returns_are_fractions_over_so_many_sessions():
    np.testing.assert_allclose(returns(np.array([100.0, 110.0, 99.0]), 1), [np.nan, 0.10, -0.10])
    np.testing.assert_allclose(returns(np.array([100.0, 110.0, 99.0]), 2), [np.nan, np.nan, -0.01])


def test_returns_over_more_sessions_than_there_are_are_missing():
    assert np.isnan(returns(np.array([100.0, 110.0]), 5)).all()


def test_previous_gives_each_bar_its_predecessors_value():
    np.testing.assert_array_equal(previous(np.array([1.0, 2.0, 3.0])), [np.nan, 1.0, 2.0])


def test_a_condition_is_entered_where_it_begins_to_hold():
    holds = np.array([True, True, False, True, True])
    np.testing.assert_array_equal(entered(holds), [True, False, False, True, False])


def test_volume_ratio_compares_with_the_twenty_sessions_before(columns):
    volume = [100.0] * 20 + [250.0]
    assert columns([10.0] * 21, volume=volume).volume_ratio[-1] == pytest.approx(2.5)


def test_volume_ratio_is_missing_where_nothing_traded_before(columns):
    assert np.isnan(columns([10.0] * 21, volume=[0.0] * 20 + [5.0]).volume_ratio[-1])


def test_volatility_is_the_sample_deviation_of_the_twenty_changes_before(columns):
    close = [100.0]
    for i in range(21):
        close.append(close[-1] * (1.01 if i % 2 else 0.99))
    changes = [0.99, 1.01] * 10
    assert columns(close).volatility[-1] == pytest.approx(np.std(np.array(changes), ddof=1))


def test_prior_extremes_leave_out_the_bar_itself(columns):
    built = columns([100.0] * 252 + [120.0], high=[101.0] * 252 + [125.0], low=[99.0] * 252 + [98.0])
    assert (built.prior_high[-1], built.prior_low[-1]) == (101.0, 99.0)
    assert np.isnan(built.prior_high[-2])


@given(st.lists(st.floats(1.0, 1e4), min_size=30, max_size=80), st.integers(1, 29))
def test_later_bars_never_change_earlier_columns(closes, cut):
    values = np.array(closes)
    np.testing.assert_array_equal(returns(values, 5)[:-cut], returns(values[:-cut], 5))


@given(st.lists(st.floats(1.0, 1e4), min_size=1, max_size=60), st.integers(1, 20), st.booleans())
def test_extremes_are_those_of_the_window_before(values, length, highest):
    pick = max if highest else min
    expected = [pick(values[i - length : i]) if i >= length else np.nan for i in range(len(values))]
    np.testing.assert_array_equal(extreme_before(np.array(values), length, highest=highest), expected)
