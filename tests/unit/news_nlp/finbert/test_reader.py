from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.finbert.messages import Probabilities
from news_nlp.finbert.reader import judge

SHARES = st.tuples(*[st.floats(0.001, 1.0)] * 3).map(lambda raw: Probabilities(*(one / sum(raw) for one in raw)))


@given(SHARES)
def test_the_likeliest_label_gives_the_direction(said: Probabilities):
    direction, score, confidence = judge(said)
    likeliest = {"bullish": said.positive, "bearish": said.negative, "neutral": said.neutral}[direction]
    assert likeliest == max(said)
    assert confidence == pytest.approx(likeliest, abs=1e-4)
    assert score == pytest.approx(said.positive - said.negative, abs=1e-4)
    assert -1 <= score <= 1
    assert 0.3333 <= confidence <= 1


@given(SHARES)
def test_good_and_bad_changed_places_turn_the_score_round(said: Probabilities):
    direction, score, confidence = judge(said)
    turned, score_turned, confidence_turned = judge(Probabilities(said.negative, said.positive, said.neutral))
    assert (score_turned, confidence_turned) == (-score, confidence)
    if len(set(said)) == 3:
        assert turned == {"bullish": "bearish", "bearish": "bullish", "neutral": "neutral"}[direction]
