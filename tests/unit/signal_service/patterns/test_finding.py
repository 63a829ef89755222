"""Finding patterns: nothing is known early, nothing changes later, and odd input is answered plainly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from signal_service.patterns import NAMES, find_patterns, qualities
from support.drawn_shapes import DRAWINGS, drawn
from support.markets import MARKETS, Bars, bars_about, sample_market, walk


def until(bars: Bars, end: int) -> Bars:
    return {name: values[:end] for name, values in bars.items()}


def never_repaints(bars: Bars, ends: range) -> None:
    """What is found up to a bar is what stands of all bars with nothing completed later."""
    everything = find_patterns(**bars)
    scores = qualities(**bars)
    for end in ends:
        assert find_patterns(**until(bars, end)) == [one for one in everything if one.last < end]
        early = qualities(**until(bars, end))
        assert all(np.array_equal(early[name], scores[name][:end]) for name in NAMES)


@pytest.mark.parametrize("symbol", ["TCS", "ETERNAL"])
def test_the_patterns_of_a_stock_never_repaint(symbol):
    bars = until(sample_market()[symbol], 500)
    never_repaints(bars, range(1, 501, 7))


@pytest.mark.exhaustive
@pytest.mark.parametrize("symbol", ["INFY", "ADANIENT", "JIOFIN"])
def test_the_patterns_of_a_stock_never_repaint_at_any_bar(symbol):
    bars = sample_market()[symbol]
    never_repaints(bars, range(1, len(bars["close"]) + 1))


@given(seed=st.integers(0, 2**32 - 1), cut=st.integers(1, 299), step=st.sampled_from([0.005, 0.02, 0.08]))
def test_the_patterns_of_a_walk_never_repaint(seed, cut, step):
    never_repaints(bars_about(walk(seed, 300, step), seed, step), range(cut, cut + 1))


@given(seed=st.integers(0, 2**32 - 1), cut=st.integers(100, 250), later=st.integers(0, 2**32 - 1))
def test_other_bars_to_come_change_nothing_that_was_found(seed, cut, later):
    bars, other = bars_about(walk(seed, 300), seed), bars_about(walk(later, 300), later)
    changed = {name: np.concatenate([bars[name][:cut], other[name][cut:]]) for name in bars}
    known = [one for one in find_patterns(**bars) if one.last < cut]
    assert [one for one in find_patterns(**changed) if one.last < cut] == known


@pytest.mark.parametrize("market", MARKETS)
def test_qualities_say_on_which_bars_which_patterns_end(market):
    bars = MARKETS[market]
    found, scores = find_patterns(**bars), qualities(**bars)
    assert set(scores) == set(NAMES)
    for name, values in scores.items():
        best = np.zeros(len(bars["close"]))
        for one in found:
            if one.name == name:
                best[one.last] = max(best[one.last], one.quality)
        np.testing.assert_array_equal(values, best)


@pytest.mark.parametrize("market", MARKETS)
def test_what_is_found_in_odd_markets_is_finite_and_in_order(market):
    bars = MARKETS[market]
    count = len(bars["close"])
    found = find_patterns(**bars)
    assert [one.last for one in found] == sorted(one.last for one in found)
    for one in found:
        assert 0 <= one.first <= one.last < count
        assert 0.0 < one.quality <= 1.0
        assert all(0 <= point.bar <= one.last and np.isfinite(point.price) for point in one.points)
        assert one.target is None or np.isfinite(one.target)
        assert one.invalidation is None or np.isfinite(one.invalidation)


@given(st.integers(0, 2**32 - 1), st.sampled_from([2.0**-20, 0.25, 2.0, 2.0**40]))  # powers of two scale exactly
def test_the_currency_unit_does_not_matter(seed, rate):
    bars = bars_about(walk(seed, 300), seed)
    scaled = {name: values if name == "volume" else values * rate for name, values in bars.items()}
    plain = [(one.name, one.first, one.last, one.quality) for one in find_patterns(**bars)]
    assert [(one.name, one.first, one.last, one.quality) for one in find_patterns(**scaled)] == plain


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_short_history_has_no_patterns(count):
    bars = {name: values[:count] for name, values in MARKETS["walk"].items()}
    assert find_patterns(**bars) == []
    assert all(len(values) == count and not values.any() for values in qualities(**bars).values())


def test_constant_prices_have_no_patterns():
    assert find_patterns(**MARKETS["constant"]) == []


def test_missing_prices_throughout_have_no_patterns():
    nothing = np.full(200, np.nan)
    assert find_patterns(nothing, nothing, nothing, nothing, nothing) == []


def test_prices_near_the_end_of_float64_are_borne():
    bars = bars_about(walk(11, 400), 11)
    huge = {name: values if name == "volume" else values * 1e300 for name, values in bars.items()}
    for one in find_patterns(**huge):
        assert np.isfinite([one.quality, one.target, one.invalidation]).all()


def test_an_unadjusted_split_is_a_gap_and_no_error():
    bars = {name: values.copy() for name, values in MARKETS["INFY"].items()}
    for name in ("open", "high", "low", "close"):
        bars[name][400:] /= 10.0
    before = [one for one in find_patterns(**MARKETS["INFY"]) if one.last < 400]
    assert [one for one in find_patterns(**bars) if one.last < 400] == before


def test_a_missing_bar_in_a_shape_is_passed_over_and_bars_keep_their_numbers():
    bars = drawn(DRAWINGS["double_bottom"].path)
    for name in ("open", "high", "low", "close"):
        bars[name][50] = np.nan
    (shape,) = find_patterns(**bars, names=["double_bottom"])
    assert [(point.bar, point.role) for point in shape.points] == [
        (30, "first_low"),
        (45, "neckline"),
        (60, "second_low"),
        (69, "breakout"),
    ]
    assert qualities(**bars)["double_bottom"][69] == shape.quality


def test_only_the_names_asked_for_are_found():
    bars = MARKETS["INFY"]
    some = [one for one in find_patterns(**bars) if one.name in ("rising_wedge", "bull_flag")]
    assert some
    assert find_patterns(**bars, names=["bull_flag", "rising_wedge"]) == some
    assert set(qualities(**bars, names=["bull_flag"])) == {"bull_flag"}


def test_lists_of_numbers_are_taken_too():
    bars = drawn(DRAWINGS["double_bottom"].path)
    assert find_patterns(**{name: values.tolist() for name, values in bars.items()}) == find_patterns(**bars)


def test_columns_that_may_not_be_written_are_read_and_left_as_they_were():
    bars = {name: values.copy() for name, values in MARKETS["INFY"].items()}
    for values in bars.values():
        values.setflags(write=False)
    assert find_patterns(**bars) == find_patterns(**MARKETS["INFY"])
    assert all(np.array_equal(bars[name], MARKETS["INFY"][name]) for name in bars)


def test_several_threads_find_what_one_finds():
    stocks = list(sample_market().values())[:16]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda bars: find_patterns(**bars), stocks)) == [find_patterns(**one) for one in stocks]


def test_an_unknown_pattern_is_refused_with_the_nearest_name():
    with pytest.raises(InvalidInput, match="'double_botom'; did you mean 'double_bottom'") as caught:
        find_patterns(**MARKETS["short"], names=["double_botom"])
    assert caught.value.details["field"] == "names"


def test_columns_of_several_lengths_are_refused():
    bars = MARKETS["short"] | {"high": np.ones(3)}
    with pytest.raises(InvalidInput, match="high has 3 bars, close has 25") as caught:
        qualities(**bars)
    assert caught.value.details == {"field": "high", "constraint": "25 values"}


def test_words_for_prices_are_refused():
    with pytest.raises(InvalidInput, match="low must be numbers") as caught:
        find_patterns([1.0], [1.0], ["cheap"], [1.0], [1.0])
    assert caught.value.details["field"] == "low"


def test_a_table_for_a_column_is_refused():
    with pytest.raises(InvalidInput, match=r"open must be one row of numbers, found shape \(2, 2\)"):
        find_patterns(np.ones((2, 2)), [1.0], [1.0], [1.0], [1.0])
