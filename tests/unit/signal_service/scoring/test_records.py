"""Tallies against a slow reading of the words, and against time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from signal_service.scoring.impact import standing_of
from signal_service.scoring.markets import Closes, Market, market_of
from signal_service.scoring.records import Cases, Measured, past_of
from signal_service.scoring.sums import Sums, news_class_of

RULES = (
    Measured("up", 1, 2, 0, "a"),
    Measured("up", -1, 2, 3, "b"),
    Measured("later", 1, 5, 4, "c"),
)


def history(seed: int, length: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Days, closes and volumes of a walk in whole steps, so that some moves are none."""
    random = np.random.default_rng(seed)
    close = 100.0 + np.cumsum(random.integers(-1, 2, length)).astype(float)
    return np.arange(length, dtype=np.int64), np.maximum(close, 50.0), random.integers(0, 9, length).astype(float)


def strengths(seed: int, length: int) -> NDArray[np.float64]:
    """Of the news on each bar; on half of them there is none."""
    random = np.random.default_rng(seed + 7)
    return np.where(random.random(length) < 0.5, random.random(length), np.nan)


def class_of(strength: float) -> int:
    return 0 if np.isnan(strength) else news_class_of(float(strength))


def market(seed: int, length: int, companies: int = 12) -> Market:
    told = [Closes(*history(seed + one, length)[:2]) for one in range(companies)]
    return market_of(told, (2, 5))


def slowly(rule: Measured, holds: NDArray[np.uint8], past: tuple[NDArray[np.float64], ...], shares: Market) -> Sums:
    """What `tally` should find, case by case."""
    close, volume, days, news = past
    newest, last = len(close) - 1, -(10**9)
    found = Sums()
    for bar in range(len(close)):
        if not holds[bar] or (bar > 0 and holds[bar - 1]) or bar - last < rule.cooldown:
            continue
        last = bar
        if bar + rule.horizon >= newest:
            continue
        move = close[bar + rule.horizon] / close[bar] - 1.0
        on = shares.on(days[bar : bar + 1])[shares.horizons.index(rule.horizon), int(rule.direction > 0), 0]
        standing = standing_of(close, volume, rule.horizon, bar)
        ranked = standing.volume_class is not None and bool(standing.usual_move)
        by_class = list(found.by_class)
        if ranked:
            by_class[5 * class_of(news[bar]) + (standing.volume_class or 0)] += 1
        found = Sums(
            cases=found.cases + 1,
            hits=found.hits + int(move * rule.direction > 0),
            expected=found.expected + (0.0 if np.isnan(on) else on),
            alone=found.alone + int(np.isnan(on)),
            returns=found.returns + move,
            moves=found.moves + abs(move),
            relative=found.relative + (abs(move) / (standing.usual_move or 1.0) if ranked else 0.0),
            by_class=tuple(by_class),
        )
    return found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 20), st.integers(1, 300), st.floats(0.05, 0.9), st.sampled_from([5, 12]))
def test_a_tally_is_what_going_through_the_cases_one_by_one_gives(
    seed: int, length: int, often: float, companies: int
) -> None:
    days, close, volume = history(seed, length)
    shares = market(seed, length, companies)
    holds = (np.random.default_rng(seed + 99).random((len(RULES), length)) < often).astype(np.uint8)
    news = strengths(seed, length)
    tally = past_of(days, close, volume, shares, news).tally(holds, RULES)
    for row, rule in enumerate(RULES):
        found, wanted = Sums.of(tally.sums[row]), slowly(rule, holds[row], (close, volume, days, news), shares)
        assert (found.cases, found.hits, found.alone, found.by_class) == (
            wanted.cases,
            wanted.hits,
            wanted.alone,
            wanted.by_class,
        )
        told = (found.expected, found.returns, found.moves, found.relative)
        assert told == pytest.approx((wanted.expected, wanted.returns, wanted.moves, wanted.relative), rel=1e-9)


def assert_same_cases(one: Cases, other: Cases) -> None:
    for column in ("days", "ended", "rules", "hits", "shares"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 20), st.integers(1, 300), st.floats(0.05, 0.9))
def test_cases_one_by_one_are_those_of_the_sums(seed: int, length: int, often: float) -> None:
    days, close, volume = history(seed, length)
    past = past_of(days, close, volume, market(seed, length))
    holds = (np.random.default_rng(seed).random((len(RULES), length)) < often).astype(np.uint8)
    cases, tally = past.cases(holds, RULES), past.tally(holds, RULES)
    for row in range(len(RULES)):
        mine, sums = cases.some(cases.rules == row), Sums.of(tally.sums[row])
        assert (len(mine.days), mine.hits.sum(), np.isnan(mine.shares).sum()) == (sums.cases, sums.hits, sums.alone)
        assert np.nansum(mine.shares) == pytest.approx(sums.expected)
        assert (mine.ended > mine.days).all()
        assert (mine.ended < days[-1]).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 20), st.integers(30, 300), st.data())
def test_nothing_on_the_judged_bar_or_after_it_is_read(seed: int, length: int, data: st.DataObject) -> None:
    judged = data.draw(st.integers(1, length - 1))
    days, close, volume = history(seed, length)
    told = [Closes(*history(seed + one, length)[:2]) for one in range(12)]
    holds = (np.random.default_rng(seed).random((len(RULES), length)) < 0.4).astype(np.uint8)
    news = strengths(seed, length)
    past = past_of(days, close, volume, market_of(told, (2, 5)), news)
    before, one_by_one = past.tally(holds, RULES, judged), past.cases(holds, RULES, judged)

    close[judged:] *= np.linspace(0.5, 3.0, length - judged)
    volume[judged:] = 1e9
    holds[:, judged:] = 1 - holds[:, judged:]
    other = [Closes(one.days, np.where(one.days < judged, one.close, 7.0 + one.days % 3)) for one in told]
    news[judged:] = 1.0
    past = past_of(days, close, volume, market_of(other, (2, 5)), news)
    after, same = past.tally(holds, RULES, judged), past.cases(holds, RULES, judged)

    np.testing.assert_array_equal(before.sums, after.sums)
    np.testing.assert_array_equal(before.moves, after.moves)
    assert_same_cases(one_by_one, same)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 20), st.integers(2, 300), st.data())
def test_judging_an_earlier_bar_is_having_only_the_bars_up_to_it(seed: int, length: int, data: st.DataObject) -> None:
    judged = data.draw(st.integers(0, length - 1))
    days, close, volume = history(seed, length)
    shares = market(seed, length)
    holds = (np.random.default_rng(seed).random((len(RULES), length)) < 0.4).astype(np.uint8)
    whole = past_of(days, close, volume, shares).tally(holds, RULES, judged)
    cut = slice(None, judged + 1)
    short = past_of(days[cut], close[cut], volume[cut], shares).tally(holds[:, cut].copy(), RULES)
    np.testing.assert_array_equal(whole.sums, short.sums)
    np.testing.assert_array_equal(whole.moves, short.moves)
    listed = past_of(days[cut], close[cut], volume[cut], shares).cases(holds[:, cut].copy(), RULES)
    assert_same_cases(past_of(days, close, volume, shares).cases(holds, RULES, judged), listed)


def test_a_case_within_the_cool_down_is_none() -> None:
    days, close, volume = np.arange(12), np.linspace(100.0, 111.0, 12), np.ones(12)
    holds = np.zeros((1, 12), np.uint8)
    holds[0, [1, 3, 4, 6]] = 1  # begins on 1, 3, 6; five bars after 1 is 6
    past = past_of(days, close, volume, market_of([], (2,)))
    tally = past.tally(holds, (Measured("rule", 1, 2, 5, "x"),))
    assert Sums.of(tally.sums[0]).cases == 2


def test_a_close_that_did_not_move_is_a_hit_in_neither_direction() -> None:
    days, close, volume = np.arange(9), np.full(9, 100.0), np.ones(9)
    holds = np.ones((2, 9), np.uint8)
    holds[:, 0] = 0
    rules = (Measured("rule", 1, 2, 0, "x"), Measured("rule", -1, 2, 0, "x"))
    tally = past_of(days, close, volume, market_of([], (2,))).tally(holds, rules)
    assert [(Sums.of(row).cases, Sums.of(row).hits) for row in tally.sums] == [(1, 0), (1, 0)]


def test_moves_are_summed_over_all_bars() -> None:
    days, close, volume = history(5, 200)
    news = strengths(5, 200)
    past = past_of(days, close, volume, market(5, 200), news)
    tally = past.tally(np.zeros((0, 200), np.uint8), ())
    wanted = np.zeros((2, 20))
    for bar in range(199 - 5):
        standing = standing_of(close, volume, 5, bar)
        if standing.volume_class is not None and standing.usual_move:
            place = 5 * class_of(news[bar]) + standing.volume_class
            wanted[0, place] += 1
            wanted[1, place] += abs(close[bar + 5] / close[bar] - 1.0) / standing.usual_move
    np.testing.assert_allclose(tally.moves[1], wanted, rtol=1e-9)


def test_the_mark_changes_with_all_that_changes_the_record() -> None:
    marks = {
        Measured("rule", 1, horizon, cooldown, condition).mark
        for horizon in (1, 2)
        for cooldown in (1, 2)
        for condition in ("a", "b")
    }
    assert len(marks) == 8
