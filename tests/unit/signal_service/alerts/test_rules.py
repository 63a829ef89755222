from __future__ import annotations

from datetime import UTC, datetime, time

import numpy as np
import pytest
from signal_service.alerts.judgements import judge
from signal_service.alerts.rules import BY_KEY, RULES

RISING = [100.0 + 0.1 * i + (0.3 if i % 2 else 0.0) for i in range(49)] + [108.0]
FALLING = [100.0 - 0.1 * i - (0.3 if i % 2 else 0.0) for i in range(49)] + [90.0]


def held(columns, *articles):
    return {finding.key for finding in judge(columns, articles).findings}


def on_last_day(columns, build, sentiment, **more):
    day = columns.bars.dates[-1]
    return build(sentiment, time=datetime.combine(day, time(5), tzinfo=UTC), **more)


def test_bullish_news_with_close_above_sma20_and_rising_rsi_is_a_combined_signal(columns, article):
    built = columns(RISING)
    assert ("news_with_trend", "bullish") in held(built, on_last_day(built, article, "bullish"))


def test_bearish_news_with_close_below_sma20_and_falling_rsi_is_a_combined_signal(columns, article):
    built = columns(FALLING)
    assert ("news_with_trend", "bearish") in held(built, on_last_day(built, article, "bearish"))


@pytest.mark.parametrize("sentiment", ["bearish", "neutral"])
def test_news_that_price_action_does_not_back_gives_no_signal(columns, article, sentiment):
    built = columns(RISING)
    assert {name for name, _ in held(built, on_last_day(built, article, sentiment))} & {
        "news_with_trend",
        "news_with_day_move",
    } == set()


def test_without_news_the_trend_alone_is_no_signal(columns):
    assert not {name for name, _ in held(columns(RISING))} & {"news_with_trend", "news_with_day_move"}


def test_strong_news_with_the_days_move_but_against_the_trend_is_a_news_signal(columns, article):
    built = columns([*FALLING, 91.0])  # a rise that leaves it below SMA20
    assert built.close[-1] < built.sma_20[-1]
    keys = held(built, on_last_day(built, article, "bullish", score=0.9, confidence=0.9))
    assert ("news_with_day_move", "bullish") in keys
    assert ("news_with_trend", "bullish") not in keys


def test_weak_news_against_the_trend_is_no_signal(columns, article):
    built = columns([*FALLING, 91.0])
    keys = held(built, on_last_day(built, article, "bullish", score=0.2))
    assert ("news_with_day_move", "bullish") not in keys


def test_sma20_crossing_sma50_is_a_signal_on_that_bar_only(columns):
    close = [100.0] * 60 + [130.0, 131.0]
    keys = [BY_KEY["sma_crossover", "bullish"].price(columns(close[:end])) for end in (60, 61, 62)]
    assert [bool(column[-1]) for column in keys] == [False, True, False]


def test_a_high_above_the_year_before_is_a_52_week_high(columns):
    high = [110.0] + [105.0] * 251 + [110.5]
    assert ("new_52_week_high", "bullish") in held(columns([100.0] * 253, high=high))
    high[0] = 111.0
    assert ("new_52_week_high", "bullish") not in held(columns([100.0] * 253, high=high))


def test_a_low_below_the_year_before_is_a_52_week_low(columns):
    low = [99.0] * 252 + [98.0]
    assert ("new_52_week_low", "bearish") in held(columns([100.0] * 253, low=low))


def test_twice_the_usual_volume_on_a_notable_move_is_a_surge_in_its_direction(columns):
    close = [100.0 + 0.2 * (i % 2) for i in range(30)]
    volume = [1000.0] * 30 + [2000.0]
    assert ("volume_surge", "bullish") in held(columns([*close, 103.0], volume=volume))
    assert ("volume_surge", "bearish") in held(columns([*close, 97.0], volume=volume))
    volume[-1] = 1999.0
    assert ("volume_surge", "bullish") not in held(columns([*close, 103.0], volume=volume))


def test_rsi_leaving_an_extreme_is_a_reversal(columns):
    flat = [100.0] * 30
    assert ("rsi_reversal", "bullish") in held(columns(flat, rsi=[50.0] * 28 + [29.0, 31.0]))
    assert ("rsi_reversal", "bearish") in held(columns(flat, rsi=[50.0] * 28 + [71.0, 69.0]))
    assert ("rsi_reversal", "bullish") not in held(columns(flat, rsi=[50.0] * 28 + [29.0, 29.5]))


def test_too_short_a_history_holds_no_rule(columns, article):
    built = columns([100.0, 120.0])
    assert held(built, on_last_day(built, article, "bullish", score=1.0, confidence=1.0)) == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: "-".join(rule.key))
def test_price_parts_read_no_later_bar(columns, rule):
    rng = np.random.default_rng(7)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.02, 400)))
    volume = rng.uniform(500, 3000, 400)
    whole = rule.price(columns(close, volume=volume))
    for cut in (300, 351, 399):
        np.testing.assert_array_equal(rule.price(columns(close[:cut], volume=volume[:cut])), whole[:cut])


def test_no_two_rules_share_name_and_direction():
    assert len(BY_KEY) == len(RULES)
