"""The shipped rules hold where they say they do."""

from __future__ import annotations

from datetime import UTC, datetime, time

import numpy as np
import pytest
from signal_service.alerts.bars import days_of
from signal_service.evaluation import Plan
from signal_service.rules import SHIPPED

RISING = [100.0 + 0.1 * i + (0.3 if i % 2 else 0.0) for i in range(49)] + [108.0]
FALLING = [100.0 - 0.1 * i - (0.3 if i % 2 else 0.0) for i in range(49)] + [90.0]
SURGE = [1000.0] * 49 + [2000.0]
SIDES = {side.key: side for rule in SHIPPED for side in rule.sides}
RSI = '{"rsi":{"period":14}}'


@pytest.fixture
def held(judged):
    """The keys of the rules that hold on the newest bar."""
    return lambda *given, **more: {finding.key for finding in judged(*given, **more).findings}


@pytest.fixture
def said(facts, article):
    """An article of the newest day of a series of closes."""

    def build(close, sentiment, **more):
        day = days_of(facts(close).days[-1:])[0]
        return article(sentiment, time=datetime.combine(day, time(5), tzinfo=UTC), **more)

    return build


@pytest.fixture
def course(facts):
    """Where one rule holds over a whole history."""

    def run(key, close, **given):
        plan = Plan([SIDES[key].when])
        return plan.run(facts(close, plan=plan, **given))[0]

    return run


def test_bullish_news_with_close_above_sma20_and_rising_rsi_is_a_combined_signal(held, said):
    assert ("news_with_trend", "bullish") in held(RISING, said(RISING, "bullish"))


def test_bearish_news_with_close_below_sma20_and_falling_rsi_is_a_combined_signal(held, said):
    assert ("news_with_trend", "bearish") in held(FALLING, said(FALLING, "bearish"))


@pytest.mark.parametrize("sentiment", ["bearish", "neutral"])
def test_news_that_price_action_does_not_back_gives_no_signal(held, said, sentiment):
    names = {name for name, _ in held(RISING, said(RISING, sentiment))}
    assert names & {"news_with_trend", "news_with_day_move"} == set()


def test_without_news_the_trend_alone_is_no_signal(held):
    assert not {name for name, _ in held(RISING)} & {"news_with_trend", "news_with_day_move"}


def test_strong_news_with_the_days_move_but_against_the_trend_is_a_news_signal(held, said):
    close = [*FALLING, 91.0]  # a rise that leaves it below SMA20
    keys = held(close, said(close, "bullish", score=0.9, confidence=0.9))
    assert ("news_with_day_move", "bullish") in keys
    assert ("news_with_trend", "bullish") not in keys


def test_weak_news_against_the_trend_is_no_signal(held, said):
    close = [*FALLING, 91.0]
    assert ("news_with_day_move", "bullish") not in held(close, said(close, "bullish", score=0.2))


def test_sma20_crossing_sma50_is_a_signal_on_that_bar_only(course):
    close = [100.0] * 60 + [130.0, 131.0]
    assert list(course(("sma_crossover", "bullish"), close)[-3:]) == [0, 1, 0]


def test_a_high_above_the_year_before_is_a_52_week_high(held):
    high = [110.0] + [105.0] * 251 + [110.5]
    assert ("new_52_week_high", "bullish") in held([100.0] * 253, high=high)
    high[0] = 111.0
    assert ("new_52_week_high", "bullish") not in held([100.0] * 253, high=high)


def test_a_low_below_the_year_before_is_a_52_week_low(held):
    assert ("new_52_week_low", "bearish") in held([100.0] * 253, low=[99.0] * 252 + [98.0])


def test_twice_the_usual_volume_on_a_notable_move_is_a_surge_in_its_direction(held):
    close = [100.0 + 0.2 * (i % 2) for i in range(30)]
    volume = [1000.0] * 30 + [2000.0]
    assert ("volume_surge", "bullish") in held([*close, 103.0], volume=volume)
    assert ("volume_surge", "bearish") in held([*close, 97.0], volume=volume)
    volume[-1] = 1999.0
    assert ("volume_surge", "bullish") not in held([*close, 103.0], volume=volume)


def test_a_notable_move_is_half_the_usual_one(course):
    """The usual move is the sample deviation of the 20 changes before."""
    rng = np.random.default_rng(11)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.02, 200)))
    change = np.diff(close, prepend=np.nan) / np.r_[np.nan, close[:-1]]
    usual = np.full(200, np.nan)
    for bar in range(21, 200):
        usual[bar] = change[bar - 20 : bar].std(ddof=1)
    volume = 1000.0 * 2.5 ** np.arange(200.0)  # always a surge
    found = course(("volume_surge", "bullish"), close, volume=volume)
    clear = np.abs(change - 0.5 * usual) > 1e-4 * usual  # 0.513 stands for 0.5 * sqrt(20 / 19)
    np.testing.assert_array_equal(found[clear], (change > 0.5 * usual)[clear])


def test_rsi_leaving_an_extreme_is_a_reversal(held):
    flat = [100.0] * 30
    for newest, key in (([29.0, 31.0], "bullish"), ([71.0, 69.0], "bearish")):
        assert ("rsi_reversal", key) in held(flat, columns={RSI: [50.0] * 28 + newest})
    assert ("rsi_reversal", "bullish") not in held(flat, columns={RSI: [50.0] * 28 + [29.0, 29.5]})


def test_a_close_beyond_the_quarters_range_on_volume_is_a_breakout(course):
    close = [100.0 + (i % 5) for i in range(60)] + [105.0, 104.9, 106.0]
    volume = [1000.0] * 60 + [1600.0, 1600.0, 900.0]
    assert list(course(("range_breakout", "bullish"), close, volume=volume)[-3:]) == [1, 0, 0]


def test_a_gap_counts_only_when_it_is_defended_to_the_close(held):
    close = [100.0] * 30
    opened, high = [100.0] * 29 + [102.5], [101.0] * 29 + [104.0]
    volume = [1000.0] * 29 + [1500.0]
    close[-1] = 103.0
    assert ("gap_and_hold", "bullish") in held(close, open=opened, high=high, volume=volume)
    close[-1] = 101.5
    assert ("gap_and_hold", "bullish") not in held(close, open=opened, high=high, volume=volume)


def test_a_completed_bottom_counts_with_volume_only(held):
    shape = {"inverse_head_and_shoulders": [0.0] * 49 + [0.7]}
    assert ("reversal_shape", "bullish") in held(RISING, patterns=shape, volume=SURGE)
    assert ("reversal_shape", "bullish") not in held(RISING, patterns=shape)
    poor = {"inverse_head_and_shoulders": [0.0] * 49 + [0.4]}
    assert ("reversal_shape", "bullish") not in held(RISING, patterns=poor, volume=SURGE)


def test_results_that_the_market_likes_are_a_signal_and_others_are_not(held, said):
    results = said(RISING, "bullish", event="results")
    assert ("results_reaction", "bullish") in held(RISING, results, volume=SURGE)
    assert ("results_reaction", "bullish") not in held(RISING, said(RISING, "bullish"), volume=SURGE)
    assert ("results_reaction", "bullish") not in held(RISING, results)


def test_trouble_with_a_regulator_is_bearish_only(held, said):
    bad = said(FALLING, "bearish", event="regulatory")
    assert ("regulatory_trouble", "bearish") in held(FALLING, bad)
    assert ("regulatory_trouble", "bearish") not in held(RISING, said(RISING, "bearish", event="regulatory"))


def test_cheap_and_growing_needs_every_figure(held):
    figures = {"pe": 12.0, "profit_growth": 20.0}
    assert ("cheap_growth", "bullish") in held(RISING, fundamentals=figures, sector_ranks={"pe": 10.0})
    assert ("cheap_growth", "bullish") not in held(RISING, fundamentals={"pe": 12.0}, sector_ranks={"pe": 10.0})
    assert ("cheap_growth", "bullish") not in held(RISING, fundamentals=figures)
    figures["profit_growth"] = -5.0
    assert ("cheap_growth", "bearish") in held(RISING, fundamentals=figures, sector_ranks={"pe": 95.0})


def test_a_burst_of_news_is_five_articles_of_one_mind(held, said):
    articles = [said(RISING, "bullish", article_id=number) for number in range(1, 6)]
    assert ("news_burst", "bullish") in held(RISING, *articles)
    assert ("news_burst", "bullish") not in held(RISING, *articles[:4])
    assert ("news_burst", "bullish") not in held(RISING, *articles[:2], *(said(RISING, "bearish", article_id=9),) * 3)


def test_too_short_a_history_holds_no_rule(held, said):
    close = [100.0, 120.0]
    assert held(close, said(close, "bullish", score=1.0, confidence=1.0)) == set()


@pytest.mark.parametrize("key", SIDES, ids="-".join)
def test_no_rule_reads_a_later_bar(course, key):
    rng = np.random.default_rng(7)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.02, 400)))
    volume = rng.uniform(500, 3000, 400)
    whole = course(key, close, volume=volume)
    for cut in (300, 351, 399):
        np.testing.assert_array_equal(course(key, close[:cut], volume=volume[:cut]), whole[:cut])


@pytest.mark.parametrize("key", [key for key, side in SIDES.items() if side.needs == {"series"}], ids="-".join)
def test_every_rule_of_prices_alone_holds_somewhere_and_not_everywhere(course, key):
    rng = np.random.default_rng(5)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.02, 20_000) + 0.004 * np.sin(np.arange(20_000) / 150)))
    opened = np.r_[100.0, close[:-1]] * np.exp(rng.normal(0, 0.008, 20_000))
    spread = np.exp(np.abs(rng.normal(0, 0.004, 20_000)))
    high, low = np.maximum(opened, close) * spread, np.minimum(opened, close) / spread
    volume = rng.lognormal(10, 0.5, 20_000)
    share = course(key, close, open=opened, high=high, low=low, volume=volume).mean()
    assert 0.0 < share < 0.3
