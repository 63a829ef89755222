"""All patterns together: nothing repaints, both ways of asking agree, a market upside down is the same."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.signals.patterns import BY_NAME, PATTERNS
from chitti_shared.errors import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_service.patterns import catalogue
from signal_service.patterns.bars import Bars, bars_of

from tests.support.pattern_bars import columns_for, first_bars, sample, walk

MIRRORED = {"up": "down", "down": "up", "bullish": "bearish", "bearish": "bullish", "above": "below", "below": "above"}
EVENTS = {name for family in catalogue.EVENTS for name in family.names}


def check_prefixes(bars: Bars, counts: range) -> None:
    whole = catalogue.find(bars, columns_for(bars))
    for count in counts:
        prefix = first_bars(bars, count)
        assert catalogue.find(prefix, columns_for(prefix)) == [one for one in whole if one.last < count], count


def test_patterns_of_every_prefix_are_those_of_the_whole_that_end_in_it():
    check_prefixes(walk(5, 330), range(1, 331))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 600), st.sampled_from([0.003, 0.02, 0.08]))
def test_no_later_bar_changes_a_pattern(seed, count, volatility):
    check_prefixes(walk(seed, 600, volatility=volatility), range(count, count + 1))


@pytest.mark.exhaustive
@pytest.mark.parametrize("symbol", ["TCS", "TATASTEEL"])
def test_patterns_of_real_bars_never_repaint(symbol):
    bars = sample()[symbol]
    check_prefixes(bars, range(1, len(bars) + 1))


def test_every_pattern_is_well_formed():
    bars = sample()["INFY"]
    for one in catalogue.find(bars, columns_for(bars)):
        assert 0 <= one.first <= one.last < len(bars)
        assert 0.0 <= one.quality <= 1.0
        assert one.points
        assert [point.bar for point in one.points] == sorted(point.bar for point in one.points)
        assert one.points[-1].bar <= one.last
        assert all(bars.low[point.bar] * 0.5 < point.price < bars.high[point.bar] * 2 for point in one.points)
        for level in (one.target, one.invalidation):
            assert level is None or level > 0.0


@pytest.mark.parametrize("symbol", ["INFY", "ADANIENT", "TATASTEEL"])
def test_what_points_somewhere_has_a_target_that_way_and_a_level_behind(symbol):
    bars = sample()[symbol]
    for one in catalogue.find(bars, columns_for(bars)):
        leaning = BY_NAME[one.name].direction
        if leaning == "neutral":
            assert (one.target, one.invalidation) == (None, None)
            continue
        assert one.invalidation is not None, one
        if one.target is None:  # a shape as high as the price below it
            assert one.name not in EVENTS, one
            assert leaning == "bearish", one
            continue
        assert (one.target > bars.close[one.last]) == (leaning == "bullish"), one
        assert one.target != bars.close[one.last], one


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.005, 0.02, 0.06]))
def test_targets_lie_ahead_of_the_close_on_any_walk(seed, volatility):
    bars = walk(seed, 400, volatility=volatility)
    for one in catalogue.find(bars, columns_for(bars, EVENTS), EVENTS):
        way = {"bullish": 1.0, "bearish": -1.0, "neutral": 0.0}[BY_NAME[one.name].direction]
        # three ATRs below it a price of a wild market may be none
        assert one.target is None or way * (one.target - bars.close[one.last]) > 0.0, one
        assert one.target is not None or way <= 0.0, one


def check_levels(bars: Bars, columns: dict[str, np.ndarray]) -> None:
    """A target lies ahead of the close, an invalidation behind it, and both are prices."""
    for one in catalogue.find(bars, columns):
        close, sign = (
            bars.close[one.last],
            {"bullish": 1.0, "bearish": -1.0, "neutral": 0.0}[BY_NAME[one.name].direction],
        )
        assert one.target is None or (one.target > 0.0 and sign * (one.target - close) >= 0.0), one
        assert one.invalidation is None or (one.invalidation > 0.0 and sign * (close - one.invalidation) >= 0.0), one


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 700), st.sampled_from([0.003, 0.02, 0.08, 0.3]))
def test_targets_lie_ahead_of_the_close_and_invalidations_behind_it(seed, count, volatility):
    bars = walk(seed, count, volatility=volatility)
    check_levels(bars, columns_for(bars))


@pytest.mark.parametrize("symbol", ["ADANIENT", "BAJFINANCE", "TRENT"])
def test_levels_of_real_bars_lie_on_their_sides(symbol):
    bars = sample()[symbol]
    check_levels(bars, columns_for(bars))


def test_a_fall_by_more_than_the_price_has_no_target():
    """Three highs at four times the neckline: their height below it would be no price."""
    corners = np.interp(np.arange(141), [0, 20, 40, 60, 80, 100, 120, 140], [10, 100, 420, 101, 424, 100, 419, 90])
    bars = bars_of(corners, corners + 1.0, corners - 1.0, corners, np.full(141, 1e5))
    found = catalogue.find(bars, {}, ["rectangle_down"])
    assert [(one.last, one.target) for one in found] == [(140, None)]


def test_qualities_are_the_best_of_the_patterns_that_end_on_a_bar():
    bars = sample()["HDFCBANK"]
    columns = columns_for(bars)
    best = {name: np.zeros(len(bars)) for name in catalogue.NAMES}
    for one in catalogue.find(bars, columns):
        best[one.name][one.last] = max(best[one.name][one.last], one.quality)
    found = catalogue.qualities(bars, columns)
    assert set(found) == set(catalogue.NAMES)
    for name, values in found.items():
        np.testing.assert_array_equal(values, best[name], err_msg=name)


@pytest.mark.parametrize("names", [["golden_cross"], ["cdlengulfing_up", "gap_up"], ["double_bottom", "squeeze"]])
def test_some_names_give_their_share_and_need_their_columns_alone(names):
    bars = sample()["INFY"]
    columns = columns_for(bars, names)
    assert len(columns) < 10
    everything = catalogue.find(bars, columns_for(bars))
    assert catalogue.find(bars, columns, names) == [one for one in everything if one.name in names]
    assert set(catalogue.qualities(bars, columns, names)) == set(names)


def test_since_leaves_out_what_ended_before():
    bars = sample()["ITC"]
    columns = columns_for(bars)
    everything = catalogue.find(bars, columns)
    for since in (0, 1, 900, len(bars) - 1, len(bars)):
        assert catalogue.find(bars, columns, since=since) == [one for one in everything if one.last >= since]


def upside_down(bars: Bars) -> Bars:
    """Prices below 2,048 mirrored: exact, as they are multiples of 1/1024."""
    turn = 4096.0
    return Bars(turn - bars.open, turn - bars.low, turn - bars.high, turn - bars.close, bars.volume)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_a_market_upside_down_has_the_same_levels_breakouts_and_gaps_the_other_way(seed):
    names = sorted(one.name for one in PATTERNS if one.family in ("level", "gap", "extreme"))
    raw = walk(seed, 500)
    binary = [np.round(values * 1024.0) / 1024.0 for values in (raw.open, raw.high, raw.low, raw.close)]
    bars = Bars(*binary, raw.volume)
    for name, other in (
        *((name, mirrored(name)) for name in names if mirrored(name) != name),
        ("resistance_breakout", "support_breakdown"),
        ("support_bounce", "resistance_rejection"),
        ("resistance_retest", "support_retest"),
        ("high_52_week", "low_52_week"),
    ):
        ours = catalogue.find(bars, {}, [name])
        theirs = catalogue.find(upside_down(bars), {}, [other])
        assert [(one.first, one.last) for one in ours] == [(one.first, one.last) for one in theirs]
        assert [one.quality for one in ours] == pytest.approx([one.quality for one in theirs], rel=1e-9)


def mirrored(name: str) -> str:
    return "_".join(MIRRORED.get(word, word) for word in name.split("_"))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([2.0**-6, 4.0, 2.0**12]))
def test_the_currency_unit_changes_prices_alone(seed, rate):
    bars = walk(seed, 450)
    dearer = Bars(bars.open * rate, bars.high * rate, bars.low * rate, bars.close * rate, bars.volume)
    names = EVENTS
    ours = catalogue.find(bars, columns_for(bars, names), names)
    theirs = catalogue.find(dearer, columns_for(dearer, names), names)
    assert [(one.name, one.first, one.last) for one in ours] == [(one.name, one.first, one.last) for one in theirs]
    assert [one.quality for one in ours] == pytest.approx([one.quality for one in theirs], rel=1e-9)
    assert [one.target and one.target * rate for one in ours] == [one.target for one in theirs]


def test_missing_bars_are_passed_over():
    whole = walk(9, 400)
    columns = columns_for(whole)
    at = np.sort(np.random.default_rng(1).choice(430, 400, replace=False))
    spread = [np.full(430, np.nan) for _ in range(5)]
    for out, values in zip(spread, (whole.open, whole.high, whole.low, whole.close, whole.volume), strict=True):
        out[at] = values
    wide = {}
    for label, values in columns.items():
        wide[label] = np.full(430, np.nan)
        wide[label][at] = values
    found = catalogue.find(bars_of(*spread), wide)
    expected = catalogue.find(whole, columns)
    assert [(one.name, one.first, one.last, one.quality) for one in found] == [
        (one.name, at[one.first], at[one.last], one.quality) for one in expected
    ]
    for name, values in catalogue.qualities(bars_of(*spread), wide).items():
        np.testing.assert_array_equal(values[at], catalogue.qualities(whole, columns, [name])[name])


@pytest.mark.parametrize("volume", [0.0, np.nan])
def test_a_series_without_volumes_has_patterns_without_their_share(volume):
    bars = sample()["TCS"]
    silent = Bars(bars.open, bars.high, bars.low, bars.close, np.full(len(bars), volume))
    columns = columns_for(bars)
    found = catalogue.find(silent, columns, ["breakout_20_up", "resistance_breakout", "golden_cross"])
    assert {one.name for one in found} == {"breakout_20_up", "resistance_breakout", "golden_cross"}
    assert all(one.quality <= 2.0 / 3.0 + 1e-12 for one in found)


@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_few_or_constant_bars_have_no_events(count):
    flat = np.full(count, 100.0)
    bars = bars_of(flat, flat, flat, flat, flat)
    columns = columns_for(bars) if count else {one.label: flat for one in catalogue.columns_of()}
    assert [one for one in catalogue.find(bars, columns) if one.name in EVENTS] == []
    assert all(len(values) == count for values in catalogue.qualities(bars, columns).values())


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(InvalidInput, match="no pattern is called 'goldencross'; did you mean 'golden_cross'"):
        catalogue.columns_of(["goldencross"])


@pytest.mark.parametrize(("given_columns", "said"), [({}, "found none"), ({"sma_50": np.ones(3)}, "found 3 values")])
def test_a_missing_or_short_column_is_told(given_columns, said):
    bars = walk(1, 40)
    with pytest.raises(InvalidInput, match=f"need sma_50 with 40 values, {said}"):
        catalogue.find(bars, given_columns, ["golden_cross"])


def test_every_name_of_the_contract_is_found_by_somebody():
    bars = walk(1, 30)
    assert set(catalogue.qualities(bars, columns_for(bars))) == set(BY_NAME)
