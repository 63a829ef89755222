from __future__ import annotations

from datetime import UTC, date, datetime, time

import numpy as np
import pytest
from signal_service.alerts.bars import days_of
from signal_service.alerts.judgements import expiry_of

RISE = [100.0 + 0.1 * i + (0.3 if i % 2 else 0.0) for i in range(49)] + [108.0]


@pytest.fixture
def on_last_day(facts, article):
    """An article of the newest day of RISE."""
    day = days_of(facts(RISE).days[-1:])[0]
    return lambda hour=11, sentiment="bullish", **more: article(
        sentiment, time=datetime.combine(day, time(hour), tzinfo=UTC), **more
    )


@pytest.fixture
def the_finding(judged, on_last_day):
    def find(*articles):
        (found,) = [
            one for one in judged(RISE, *(articles or (on_last_day(),))).findings if one.rule == "news_with_trend"
        ]
        return found

    return find


def test_evidence_carries_every_number_the_rule_read(facts, the_finding):
    built = facts(RISE)
    told = {fact.name: fact.value for fact in the_finding().evidence}
    rsi = built.columns['{"rsi":{"period":14}}']
    assert told["close"] == 108.0
    assert told["sma_20"] == pytest.approx(np.mean(built.close[-20:]), abs=1e-4)
    assert told["rsi_14"] == pytest.approx(rsi[-1], abs=1e-4)
    assert told["rsi_14_previous"] == pytest.approx(rsi[-2], abs=1e-4)
    assert told["sentiment_of_3_bars"] == 0.7
    assert told["change"] == pytest.approx(100 * (108.0 / built.close[-2] - 1), abs=1e-4)
    assert told["sentiment_score"] == 0.7
    assert told["phrases"] == "rally"
    assert told["bar_date"] == days_of(built.days[-1:])[0].isoformat()


def test_every_fact_names_its_source_and_stands_once(the_finding):
    evidence = the_finding().evidence
    assert all(fact.source for fact in evidence)
    assert len({fact.name for fact in evidence}) == len(evidence)


def test_impact_follows_from_the_numbers_it_cites(the_finding):
    found = the_finding()
    told = {fact.name: fact.value for fact in found.evidence}
    factors = [told[name] for name in ("recent_factor", "volume_factor", "news_factor", "rule_factor")]
    assert told["expected_move"] == pytest.approx(told["usual_move"] * np.prod(factors), rel=1e-3)
    assert found.impact == pytest.approx(100 * told["move_rank"], abs=0.1)
    assert told["news_strength"] == pytest.approx(0.7 * 0.8)
    assert (told["news_bars"], told["news_factor"]) == (0, 1)


def test_confidence_is_null_with_a_reason_below_thirty_cases(the_finding):
    found = the_finding()
    assert found.confidence is None
    assert "at least 30" in found.confidence_basis


def test_as_of_is_the_later_of_bar_and_article(facts, the_finding, on_last_day):
    day = days_of(facts(RISE).days[-1:])[0]
    assert the_finding().as_of == datetime.combine(day, time(11), tzinfo=UTC)
    assert the_finding(on_last_day(2)).as_of == datetime.combine(day, time(10), tzinfo=UTC)  # 15:30 in India


def test_the_same_facts_give_the_same_finding(the_finding):
    assert the_finding() == the_finding()


def test_an_alert_is_over_at_the_close_so_many_sessions_later():
    friday = date(2025, 9, 26)
    assert expiry_of(friday, 1) == datetime(2025, 9, 29, 10, tzinfo=UTC)
    assert expiry_of(friday, 3) == datetime(2025, 10, 1, 10, tzinfo=UTC)
    assert expiry_of(friday, 4) == datetime(2025, 10, 3, 10, tzinfo=UTC)  # 2 October is closed
    assert expiry_of(friday, 6) == datetime(2025, 10, 7, 10, tzinfo=UTC)
    assert expiry_of(date(2025, 1, 31), 1) == datetime(2025, 2, 1, 10, tzinfo=UTC)  # the Budget, on a Saturday
    assert expiry_of(date(2025, 9, 27), 1) == datetime(2025, 9, 29, 10, tzinfo=UTC)  # a special session on Saturday


def test_what_held_on_the_bar_before_is_told_when_asked_for(judged):
    flat = [100.0] * 252
    begun_before = judged([*flat, 101.0, 102.0], look_back=True)
    assert ("new_52_week_high", "bullish") in begun_before.held_before
    begins = judged([*flat, 100.0, 102.0], look_back=True)
    assert ("new_52_week_high", "bullish") not in begins.held_before
    assert ("new_52_week_high", "bullish") in {one.key for one in begins.findings}
    assert judged([100.0], look_back=True).held_before == frozenset()


def test_the_lead_is_an_article_of_the_event_that_the_rule_reads(judged, on_last_day):
    volume = [1000.0] * 49 + [2000.0]
    loud = on_last_day(article_id=1, score=0.9)
    order = on_last_day(article_id=2, score=0.4, event="order_win")
    found = {one.rule: one for one in judged(RISE, loud, order, volume=volume).findings}
    assert found["order_win"].lead == order
    assert found["news_with_trend"].lead == loud


def test_a_history_of_one_bar_is_judged(judged):
    assert judged([100.0]).findings == ()
