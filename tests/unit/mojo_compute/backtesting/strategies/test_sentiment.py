"""Strategies by what is written."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.data import Bars, Data, News
from mojo_compute.backtesting.strategies import make
from support.histories import closes, stocks, with_gaps, with_news


def articles(*told: tuple[str, float], rows: list[int] | None = None) -> News:
    seen = np.array([time for time, _score in told], dtype="datetime64[s]")
    scores = np.array([score for _time, score in told])
    return News(seen, seen - np.timedelta64(5, "D"), np.array(rows or [0] * len(told), np.int32), scores)


def bars_of(*told: tuple[str, float], bars: int = 10, **parameters: object) -> dict[str, list[int]]:
    data = Data(closes(np.full(bars, 100.0)).bars, articles(*told))  # from Monday, 2023-01-02
    found = make("news_sentiment", {"min_articles": 1, **parameters}).signals(data)
    names = ("entries", "exits", "short_entries", "short_exits")
    return {name: np.flatnonzero(getattr(found, name)[0]).tolist() for name in names}


def test_an_article_counts_for_the_bar_that_closes_after_it_was_seen():
    at_close = bars_of(("2023-01-03T15:30:00", 0.5))
    assert at_close["entries"] == [1]
    assert bars_of(("2023-01-03T15:30:01", 0.5))["entries"] == [2]
    assert bars_of(("2023-01-07T12:00:00", 0.5))["entries"] == [5], "a Saturday's is known on Monday"
    assert bars_of(("2024-01-07T12:00:00", 0.5))["entries"] == []
    assert bars_of(("2023-01-01T23:59:59", 0.5))["entries"] == [], "what is older than the bars counts for none"
    assert bars_of(("2023-01-02T00:00:00", 0.5))["entries"] == [0]


def test_good_news_buys_bad_news_sells():
    found = bars_of(("2023-01-03T12:00:00", 0.5), ("2023-01-05T12:00:00", -0.5), hold_bars=100)
    assert found == {"entries": [1], "exits": [3], "short_entries": [3], "short_exits": [1]}


def test_a_position_ends_when_nothing_new_came():
    found = bars_of(("2023-01-03T12:00:00", 0.5), ("2023-01-05T12:00:00", 0.5), hold_bars=3)
    assert found["entries"] == [1, 3]
    assert found["exits"] == [6]


def test_few_articles_say_nothing():
    assert bars_of(("2023-01-03T12:00:00", 0.9), min_articles=2)["entries"] == []
    assert bars_of(("2023-01-02T12:00:00", 0.9), ("2023-01-03T12:00:00", 0.9), min_articles=2)["entries"] == []
    two = bars_of(("2023-01-02T12:00:00", 0.9), ("2023-01-03T12:00:00", 0.9), min_articles=2, window=2)
    assert two["entries"] == [1]


def test_a_mean_at_the_threshold_counts():
    told = [(f"2023-01-03T12:00:0{n}", 0.3) for n in range(3)]
    assert bars_of(*told, threshold=0.3)["entries"] == [1]
    assert bars_of(*told, threshold=0.31)["entries"] == []


@given(st.integers(0, 1_000), st.sampled_from([1, 3, 7]), st.sampled_from([1, 2]))
def test_means_are_those_of_a_loop_over_the_articles(seed: int, window: int, least: int):
    data = with_news(with_gaps(stocks(2, 60), 1, np.array([5, 6, 30])), 150, seed)
    news, bars = data.news, data.bars
    found = make("news_sentiment", {"window": window, "min_articles": least, "threshold": 0.4}).signals(data)
    for row in range(2):
        own = np.flatnonzero(np.isfinite(bars.close[row]))
        ends = bars.times[own] + np.timedelta64(15 * 60 + 30, "m")
        for at, bar in enumerate(own):
            after = ends[at - window] + np.timedelta64(1, "s") if at >= window else bars.times[own[0]]
            known = (news.rows == row) & (news.first_seen <= ends[at]) & (news.first_seen >= after)
            mean = news.scores[known].mean() if known.sum() >= least else 0.0
            if abs(abs(mean) - 0.4) > 1e-9:
                assert found.entries[row, bar] == (mean > 0.4)
                assert found.short_entries[row, bar] == (mean < -0.4)
                assert found.priority[row, bar] == pytest.approx(abs(mean))
        assert not found.entries[row, np.setdiff1d(np.arange(60), own)].any()


def test_without_articles_or_dates_there_is_nothing_to_decide_by():
    with pytest.raises(InvalidInput, match="needs articles") as caught:
        make("news_sentiment").signals(stocks(1, 50))
    assert caught.value.details["field"] == "news"
    undated = Data(Bars(*[np.ones((1, 5))] * 4), articles(("2023-01-03", 0.5)))
    with pytest.raises(InvalidInput, match="dates"):
        make("news_sentiment").signals(undated)
