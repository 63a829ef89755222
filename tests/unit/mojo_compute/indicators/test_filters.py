"""Filters and weighted averages equal pandas-ta's, behind its own seeds."""

from __future__ import annotations

import numpy as np
import pytest
from mojo_compute.indicators import Stream
from support.indicators import ENGINES, run
from support.markets import MARKETS, bars_about, flat_bars, walk
from support.oracles import ORDINARY, check_against
from support.pandas_ta import pandas_ta_classic as pandas_ta

WEIGHTED = ("fwma", "pwma", "sinwma", "swma")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", [2, 3, 10, 14, 35])
@pytest.mark.parametrize("name", WEIGHTED)
def test_weighted_averages_equal_pandas_ta(name, period, engine):
    oracle = getattr(pandas_ta, name)
    check_against(name, {"period": period}, lambda bars: oracle(bars.close, length=period), engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("period", "sigma", "offset"), [(10, 6.0, 0.85), (9, 3.0, 0.5), (30, 8.0, 0.99)])
def test_alma_equals_pandas_ta_with_its_weights_turned_round(period, sigma, offset, engine):
    # pandas-ta gives the oldest bar of the window what the authors give the newest: the curve's mirror image
    def oracle(bars):
        return pandas_ta.alma(bars.close, length=period, sigma=sigma, distribution_offset=1.0 - offset)

    check_against("alma", {"period": period, "sigma": sigma, "offset": offset}, oracle, engine)


def test_alma_weighs_the_newest_bar_most_where_the_offset_is_one():
    bars = flat_bars(np.array([1.0] * 9 + [2.0]))
    newest = run("alma", bars, {"period": 10, "sigma": 6.0, "offset": 1.0})[0][-1] - 1.0
    assert newest == pytest.approx(1.0 / sum(np.exp(-0.5 * (at * 0.6) ** 2) for at in range(10)))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("poles", [2, 3])
@pytest.mark.parametrize("period", [2, 10, 40])
def test_the_super_smoother_equals_pandas_ta(period, poles, engine):
    def oracle(bars):
        return pandas_ta.ssf(bars.close, length=period, poles=poles)

    check_against("ssf", {"period": period, "poles": poles}, oracle, engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("period", "factor"), [(10, 1.0), (14, 0.6), (30, 1.0)])
def test_mcginley_equals_pandas_ta_where_prices_do_not_collapse(period, factor, engine):
    def oracle(bars):
        return pandas_ta.mcgd(bars.close, length=period, c=factor)

    ordinary = [
        market for market in ORDINARY if market not in ("rising", "wild walk")
    ]  # which begins with leaps from 1 to 2.7 to 4.3
    check_against("mcgd", {"period": period, "factor": factor}, oracle, engine, markets=ordinary)


def test_mcginley_never_leaps_past_the_price():
    # The formula as it stands would move by (price - line) / (10 * 0.1^4), a thousand times the fall
    (line,) = run("mcgd", flat_bars(np.array([100.0, 10.0, 10.0])), {"period": 10})
    assert line.tolist() == [100.0, 10.0, 10.0]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("period", [2, 14, 40])
def test_vidya_equals_pandas_ta(period, engine):
    check_against("vidya", {"period": period}, lambda bars: pandas_ta.vidya(bars.close, length=period), engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("period", "phase"), [(7, 0.0), (2, 0.0), (20, 50.0), (50, -100.0)])
def test_jma_equals_pandas_ta(period, phase, engine):
    def oracle(bars):
        return pandas_ta.jma(bars.close, length=period, phase=phase)

    check_against("jma", {"period": period, "phase": phase}, oracle, engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("weights", [(0.2, 0.1, 0.1), (0.5, 0.3, 0.05)])
def test_holt_winters_equals_pandas_ta(weights, engine):
    def oracle(bars):
        return pandas_ta.hwma(bars.close, **dict(zip(("na", "nb", "nc"), weights, strict=True)))

    check_against("hwma", dict(zip(("na", "nb", "nc"), weights, strict=True)), oracle, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_frama_on_a_straight_line_is_the_price(engine):
    # Twice the range in twice the time: dimension 1, weight exp(0)
    close = np.linspace(100.0, 200.0, 60)
    bars = {"open": close, "high": close, "low": close, "close": close, "volume": close}
    (values,) = run("frama", bars, {"period": 10}, engine)
    np.testing.assert_allclose(values[9:], close[9:], rtol=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_frama_of_two_bars_and_two_matches_hand_calculation(engine):
    high = np.array([11.0, 12.0, 11.5, 12.5])
    low = np.array([10.0, 10.5, 10.0, 11.0])
    bars = {"open": low, "high": high, "low": low, "close": low, "volume": low}
    # Halves: (12 - 10) / 2 = 1 and (12.5 - 10) / 2 = 1.25; whole: (12.5 - 10) / 4 = 0.625; log2(2.25 / 0.625) = 1.848
    weight = np.exp(-4.6 * (np.log2(2.25 / 0.625) - 1.0))
    expected = weight * 11.75 + (1.0 - weight) * 10.75
    assert run("frama", bars, {"period": 4}, engine)[0][-1] == pytest.approx(expected, rel=1e-12)
    assert run("frama", bars, {"period": 3}, engine)[0][-1] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", ["ssf", "mcgd", "hwma", "jma"])
def test_the_start_counts_for_nothing_once_settled(name):
    close = walk(21, 3000)
    late = run(name, bars_about(close[1000:]), {})[0]
    np.testing.assert_allclose(late[-500:], run(name, bars_about(close), {})[0][-500:], rtol=1e-6)


def test_a_stream_of_three_poles_equals_the_series():
    close = MARKETS["walk"]["close"]
    fed = Stream("ssf", 12, 3)
    np.testing.assert_array_equal(
        [fed.feed(price) for price in close], run("ssf", MARKETS["walk"], {"period": 12, "poles": 3})[0]
    )
