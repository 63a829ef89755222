from __future__ import annotations

from datetime import UTC, datetime, time

import numpy as np
import pytest
from signal_service.alerts.judgements import judge
from signal_service.alerts.rules import BY_KEY
from signal_service.alerts.scores import Impact, impact_of, record_of


def rising(columns):
    return columns([100.0 + 0.1 * i + (0.3 if i % 2 else 0.0) for i in range(49)] + [108.0])


def the_finding(built, article):
    news = article("bullish", time=datetime.combine(built.bars.dates[-1], time(11), tzinfo=UTC))
    (found,) = [f for f in judge(built, [news]).findings if f.rule == "news_with_trend"]
    return found


def test_evidence_carries_every_number_the_rule_read(columns, article):
    built = rising(columns)
    facts = {fact.name: fact.value for fact in the_finding(built, article).evidence}
    assert facts["close"] == 108.0
    assert facts["sma_20"] == pytest.approx(np.mean(built.close[-20:]), abs=1e-4)
    assert facts["rsi_14"] == pytest.approx(built.rsi_14[-1], abs=1e-4)
    assert facts["rsi_14_previous"] == pytest.approx(built.rsi_14[-2], abs=1e-4)
    assert facts["change"] == pytest.approx(100 * (108.0 / built.close[-2] - 1), abs=1e-4)
    assert facts["sentiment_score"] == 0.7
    assert facts["phrases"] == "rally"
    assert facts["bar_date"] == built.bars.dates[-1].isoformat()


def test_every_fact_names_its_source(columns, article):
    assert all(fact.source for fact in the_finding(rising(columns), article).evidence)


def test_impact_is_the_mean_of_the_parts_it_cites(columns, article):
    found = the_finding(rising(columns), article)
    facts = {fact.name: fact.value for fact in found.evidence}
    parts = [facts[name] for name in ("move_rank", "volume_rank", "trend_rank", "news_strength")]
    assert found.impact == pytest.approx(100 * sum(parts) / 4, abs=0.06)


def test_parts_without_enough_history_are_left_out_of_the_mean():
    assert Impact(move=None, volume=0.5, trend=None, news=0.7).value == pytest.approx(60.0)
    assert Impact(None, None, None, None).value == 0.0


def test_a_move_against_the_direction_adds_nothing(columns):
    built = rising(columns)
    assert impact_of(built, "bullish", None).move == 1.0
    assert impact_of(built, "bearish", None).move == 0.0


def test_confidence_is_null_with_a_reason_below_thirty_cases(columns, article):
    found = the_finding(rising(columns), article)
    assert found.confidence is None
    assert "at least 30" in found.confidence_basis


def test_the_track_record_counts_cases_by_hand(columns):
    # RSI leaves oversold on bars 20 and 40; five sessions later the close is higher, then lower
    rsi = np.full(60, 50.0)
    rsi[[19, 39]] = 20.0
    close = np.full(60, 100.0)
    close[25], close[45] = 104.0, 98.0
    record = record_of(BY_KEY["rsi_reversal", "bullish"].price, columns(close, rsi=rsi), "bullish")
    assert (record.cases, record.hits, record.rate) == (2, 1, 0.5)
    assert record.mean_return == pytest.approx(0.01)


def test_the_track_record_ends_before_the_newest_bar(columns):
    rsi = np.full(60, 50.0)
    rsi[53] = 20.0  # leaves on bar 54: its outcome, bar 59, is the newest bar
    record = record_of(BY_KEY["rsi_reversal", "bullish"].price, columns(np.full(60, 100.0), rsi=rsi), "bullish")
    assert record.cases == 0


def test_the_newest_bar_cannot_change_its_own_confidence(columns):
    rng = np.random.default_rng(3)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.02, 500)))
    records = []
    for last in (close[-2] * 1.01, close[-2] * 1.5):
        built = columns([*close[:-1], last])
        records.append(record_of(BY_KEY["news_with_trend", "bullish"].price, built, "bullish"))
    assert records[0] == records[1]
    assert records[0].confidence is not None


def test_as_of_is_the_later_of_bar_and_article(columns, article):
    built = rising(columns)
    day = built.bars.dates[-1]
    assert the_finding(built, article).as_of == datetime.combine(day, time(11), tzinfo=UTC)
    early = article("bullish", time=datetime.combine(day, time(2), tzinfo=UTC))
    (found,) = [f for f in judge(built, [early]).findings if f.rule == "news_with_trend"]
    assert found.as_of == datetime.combine(day, time(10), tzinfo=UTC)  # 15:30 in India


def test_the_same_facts_give_the_same_finding(columns, article):
    built = rising(columns)
    assert the_finding(built, article) == the_finding(built, article)
