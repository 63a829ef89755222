"""The functions over arrays, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS
from chitti_shared.errors import ComputationError, InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute import indicators as ta
from mojo_compute.indicators import signatures
from support.indicators import inputs_of
from support.markets import MARKETS

PRICES = st.lists(st.floats(0.5, 1e5), min_size=4, max_size=60)
SERIES = 100.0 + np.cumsum(np.sin(np.arange(80.0)))


def test_rsi_of_known_moves_matches_hand_calculation():
    # +2 then -1 over two bars: mean gain 1.0, mean loss 0.5 -> 100 * 1.0 / 1.5
    assert ta.rsi([10.0, 12.0, 11.0], period=2)[-1] == pytest.approx(66.6666667)


def test_macd_of_a_line_that_does_not_move_is_nothing():
    macd = ta.macd(np.full(40, 7.0))
    assert macd._fields == ("macd_line", "signal_line", "histogram")
    assert [values[-1] for values in macd] == [0.0, 0.0, 0.0]


def test_bbands_is_bollinger():
    for ours, theirs in zip(ta.bbands(SERIES, 10), ta.bollinger(SERIES, 10), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda one: one.name)
def test_inputs_are_left_as_they_were(indicator):
    inputs = inputs_of(indicator, MARKETS["INFY"])
    copies = {name: values.copy() for name, values in inputs.items()}
    ta.FUNCTIONS[indicator.name](**copies)
    for name, values in inputs.items():
        np.testing.assert_array_equal(copies[name], values)


@given(PRICES, st.sampled_from([0.25, 2.0, 1024.0]))  # powers of two scale exactly
def test_rsi_ignores_the_currency_unit(prices, rate):
    np.testing.assert_array_equal(ta.rsi([p * rate for p in prices], 2), ta.rsi(prices, 2))


@given(PRICES)
def test_rsi_lies_between_0_and_100(prices):
    values = ta.rsi(prices, 3)[3:]
    assert ((values >= 0.0) & (values <= 100.0)).all()


@given(PRICES, st.integers(2, 4))
def test_sma_lies_between_the_least_and_the_greatest_price_of_its_window(prices, period):
    values = ta.sma(prices, period)
    for index in range(period - 1, len(prices)):
        window = prices[index - period + 1 : index + 1]
        assert min(window) - 1e-6 <= values[index] <= max(window) + 1e-6


@given(PRICES, st.integers(2, 4), st.floats(0.1, 5.0))
def test_bands_stand_on_both_sides_of_the_middle(prices, period, width):
    upper, middle, lower = ta.bollinger(prices, period, std_dev=width)
    assert (upper[period - 1 :] >= middle[period - 1 :]).all()
    np.testing.assert_allclose((upper + lower) / 2, middle, rtol=1e-9)


@given(st.lists(st.floats(0.5, 1e5), min_size=30, max_size=80), st.integers(1, 20))
def test_later_bars_never_change_earlier_values(prices, later):
    for function in (lambda x: ta.sma(x, 5), lambda x: ta.rsi(x, 5), lambda x: ta.macd(x, 2, 3, 2).histogram):
        np.testing.assert_array_equal(function(prices)[:-later], function(prices[:-later]))


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: ta.sma([1.0] * 150, 200), "period"),
        (lambda: ta.rsi([1.0] * 14, 14), "period"),
        (lambda: ta.macd([1.0] * 33), "fast_period"),
        (lambda: ta.sma([], 2), "period"),
        (lambda: ta.sma(SERIES, 1), "period"),
        (lambda: ta.sma(SERIES, 100_001), "period"),
        (lambda: ta.sma(SERIES, 2.5), "period"),
        (lambda: ta.sma(SERIES, True), "period"),
        (lambda: ta.sma(SERIES, "20"), "period"),
        (lambda: ta.bollinger(SERIES, std_dev=float("nan")), "std_dev"),
        (lambda: ta.bollinger(SERIES, std_dev_up=1e38), "std_dev_up"),
        (lambda: ta.macd(SERIES, 26, 12), "slow_period"),
        (lambda: ta.macd(SERIES, 12, 12), "slow_period"),
        (lambda: ta.macd(SERIES, 1, 12), "fast_period"),
        (lambda: ta.sma([1.0, float("inf"), 2.0], 2), "close"),
        (lambda: ta.sma([1.0, float("nan"), float("-inf")], 2), "close"),
        (lambda: ta.sma([[1.0, 2.0], [3.0, 4.0]], 2), "close"),
        (lambda: ta.sma(5.0, 2), "close"),
        (lambda: ta.sma(["a", "b"], 2), "close"),
        (lambda: ta.sma([10**400, 1.0], 2), "close"),
        (lambda: ta.sma(SERIES + 1j, 2), "close"),
        (lambda: ta.sma(SERIES.astype("M8[s]"), 2), "close"),
        (lambda: ta.sma(SERIES, 10**400), "period"),
        (lambda: ta.sma(SERIES, 10**5000), "period"),
        (lambda: ta.bollinger(SERIES, 20, -(10**400)), "std_dev_up"),
        (lambda: ta.sma(SERIES, np.float32("nan")), "period"),
    ],
)
def test_bad_calls_are_refused_and_say_what_is_wrong(call, field):
    with pytest.raises(InvalidInput) as refused:
        call()
    assert refused.value.details["field"] == field
    assert refused.value.details["constraint"]


def test_any_finite_numbers_will_do_where_no_prices_are_meant():
    histogram = ta.macd(SERIES).histogram
    assert (histogram[33:] < 0).any()
    np.testing.assert_allclose(ta.sma(histogram, 5)[37], histogram[33:38].mean())


@pytest.mark.parametrize("name", ["medprice", "typprice", "wclprice", "avgprice", "marketfi", "bop"])
@pytest.mark.parametrize("index", [0, 511, 512, 700, 1_299])
def test_a_high_below_its_low_is_refused_wherever_it_stands(name, index):
    bars = {column: np.linspace(9.0, 11.0, 1_300) for column in BY_NAME[name].inputs}
    ta.FUNCTIONS[name](**bars)
    bars["high"][index] = bars["low"][index] - 1.0
    with pytest.raises(InvalidInput, match=f"below low .* at index {index}"):
        ta.FUNCTIONS[name](**bars)


def test_parameters_by_position_and_by_name_mean_the_same_however_often_they_are_given():
    for _ in range(3):
        first = ta.macd(SERIES, 5, 9, 4)
        for other in (ta.macd(SERIES, 5, slow_period=9, signal_period=4), ta.macd(close=SERIES, fast_period=5,
                      slow_period=9, signal_period=4)):  # fmt: skip
            assert type(other) is type(first)
            for ours, theirs in zip(other, first, strict=True):
                np.testing.assert_array_equal(ours, theirs)


def test_what_is_no_number_is_refused_by_position_too():
    with pytest.raises(InvalidInput):
        ta.mom(SERIES, [10])
    with pytest.raises(TypeError):
        ta.mom(SERIES, 10, 11)


def test_what_equals_a_parameter_that_was_given_before_is_checked_all_the_same():
    ta.mom(SERIES, 1)
    ta.mom(SERIES, period=1)
    for wrong in (True, np.bool_(True)):
        with pytest.raises(InvalidInput, match="period must be an integer, found"):
            ta.mom(SERIES, wrong)
        with pytest.raises(InvalidInput, match="period must be an integer, found"):
            ta.mom(SERIES, period=wrong)
    with pytest.raises(InvalidInput):
        ta.mom(SERIES, ("period", 1))


@pytest.mark.parametrize("number", [np.int64(7), np.uint8(7), np.float32(7.0), np.float64(7.0)])
def test_numbers_of_numpy_are_numbers(number):
    for _ in range(2):
        np.testing.assert_array_equal(ta.dpo(SERIES, number), ta.dpo(SERIES, 7))


def test_what_is_wrong_is_told_in_short():
    for call in (lambda: ta.sma(SERIES, SERIES), lambda: ta.ma(SERIES, 5, "x" * 10_000)):
        with pytest.raises(InvalidInput) as refused:
            call()
        assert len(refused.value.message) < 250


def test_masked_values_are_missing_whichever_input_they_stand_in():
    high, low, close = SERIES + 1.0, SERIES - 1.0, SERIES
    gaps = np.arange(80) % 30 == 29
    expected = ta.trange(high, np.where(gaps, np.nan, low), close)
    assert np.isnan(expected[29])
    np.testing.assert_array_equal(ta.trange(high, np.ma.masked_array(low, gaps), close), expected)
    np.testing.assert_array_equal(ta.mom(np.ma.masked_array(close, gaps), 3), ta.mom(np.where(gaps, np.nan, close), 3))


def test_values_at_odd_addresses_are_read_too():
    odd = np.frombuffer(b"\0" + SERIES.tobytes(), dtype=np.uint8)[1:].view(np.float64)
    assert not odd.flags.aligned
    np.testing.assert_array_equal(ta.sma(odd, 5), ta.sma(SERIES, 5))
    np.testing.assert_array_equal(ta.panel("sma", odd, lengths=[80], period=5), ta.sma(SERIES, 5))


def test_a_period_beyond_the_data_says_both():
    with pytest.raises(InvalidInput, match=r"period \(200\) exceeds data length \(150\)"):
        ta.sma([1.0] * 150, 200)


def test_a_result_beyond_the_float_range_is_an_error_and_never_infinity():
    with pytest.raises(ComputationError):
        ta.sma([1.7e308] * 4, 3)


@pytest.mark.parametrize("at", [30, 79])
def test_an_index_beyond_the_float_range_is_not_placed_in_its_range(at):
    prices = SERIES.copy()
    prices[at] = 1.7e308
    for call in (lambda: ta.rsi(prices, 9), lambda: ta.stochrsi(prices, 9, 5, 3)):
        with pytest.raises(ComputationError):
            call()


def test_the_written_signatures_are_those_of_the_declarations():
    assert signatures.TARGET.read_text(encoding="utf-8") == signatures.render()
