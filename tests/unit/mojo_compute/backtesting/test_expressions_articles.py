"""What strategies as data read of articles: at the bar that had closed when they were seen, and no sooner."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.backtesting import Bars, Data, News, backtest, compile_strategy
from support.expressions import quarter_bars

Article = tuple[Any, int, float]
COLUMNS = ("open", "high", "low", "close", "volume")
TOLD = st.tuples(st.integers(0, 40 * 24), st.floats(-1, 1))  # hours, score
DAILY = np.array(["2024-03-01", "2024-03-04", "2024-03-05", "2024-03-06"], "datetime64[s]")


def data_of(
    bars: dict[str, np.ndarray], times: np.ndarray, articles: list[tuple[Any, int, float]], rows: int = 1
) -> Data:
    """Articles as when they were first seen, which row they are about, how they sound."""
    told = sorted(articles)
    seen = np.array([one[0] for one in told], "datetime64[s]")
    news = News(
        seen,
        seen - np.timedelta64(1, "D"),
        np.array([o[1] for o in told], np.int32),
        np.array([o[2] for o in told], float),
    )
    columns = (np.stack([bars[name]] * rows) for name in COLUMNS)
    return Data(Bars(*columns, times=times, symbols=("",) * rows), news)


def flat(length: int) -> dict[str, np.ndarray]:
    return dict.fromkeys(COLUMNS, np.full(length, 100.0))


def read(document: Any, data: Data, row: int = 0) -> list[float | None]:
    values = compile_strategy({"entry": True, "priority": document}).signals(data).priority
    assert values is not None
    return [None if np.isnan(one) else float(one) for one in values[row]]


def test_an_article_counts_from_the_first_close_after_it_was_seen():
    seen = ["2024-03-01T15:30:00", "2024-03-01T15:30:01", "2024-03-05T09:00", "2024-03-06T16:00"]
    data = data_of(flat(4), DAILY, [(np.datetime64(one), 0, 0.5) for one in seen])
    assert read({"articles": 1}, data) == [1.0, 1.0, 1.0, 0.0]
    assert read({"articles": 3}, data) == [1.0, 2.0, 3.0, 2.0]
    assert read({"sentiment": 1}, data) == [0.5, 0.5, 0.5, None]


def test_what_was_seen_before_the_first_bar_counts_for_none():
    data = data_of(flat(4), DAILY, [(np.datetime64("2024-02-28T10:00"), 0, 1.0), (np.datetime64("2024-03-01"), 0, 0.5)])
    assert read({"articles": 1}, data) == [1.0, 0.0, 0.0, 0.0]
    assert read({"sentiment": 2}, data) == [0.5, 0.5, None, None]


def test_a_mean_of_equal_scores_is_that_score():
    data = data_of(flat(4), DAILY, [(DAILY[1], 0, 0.3)] * 3 + [(DAILY[2], 0, -0.1)])
    assert read({"sentiment": 1}, data) == [None, 0.3, -0.1, None]
    assert read({"sentiment": 2}, data) == [None, 0.3, 0.2, -0.1]


def test_articles_are_those_about_the_symbol():
    data = data_of(flat(4), DAILY, [(DAILY[1], 0, 0.3), (DAILY[1], 1, -0.3), (DAILY[2], 1, -0.5)], rows=2)
    assert read({"articles": 4}, data, row=0) == [0.0, 1.0, 1.0, 1.0]
    assert read({"sentiment": 1}, data, row=1) == [None, -0.3, -0.5, None]


def test_bars_within_the_day_close_when_the_next_begins():
    times = np.array(["2024-03-01T09:15", "2024-03-01T09:30", "2024-03-01T15:15", "2024-03-04T09:15"], "datetime64[s]")
    seen = ["2024-03-01T09:30", "2024-03-01T09:31", "2024-03-01T15:30", "2024-03-02T10:00"]
    data = data_of(flat(4), times, [(np.datetime64(one), 0, 1.0) for one in seen])
    assert read({"articles": 1}, data) == [1.0, 1.0, 1.0, 1.0]


@settings(max_examples=100, deadline=None)
@given(
    quarter_bars(least=3, most=30),
    st.lists(st.tuples(st.integers(0, 40 * 24), st.floats(-1, 1)), max_size=60),
    st.integers(1, 8),
    st.data(),
)
def test_sentiment_is_the_mean_of_what_was_seen_in_the_window(bars, told, window, draw):
    length = len(bars["close"])
    times = np.datetime64("2024-01-01", "s") + np.arange(length) * np.timedelta64(86_400, "s")
    articles = [(np.datetime64("2023-12-30", "s") + np.timedelta64(hours, "h"), 0, score) for hours, score in told]
    data = data_of(bars, times, articles)
    closes = times + np.timedelta64(15 * 3600 + 1800, "s")
    expected: list[list[float]] = []
    for bar in range(length):
        after = times[0] - np.timedelta64(1, "s") if bar < window else closes[bar - window]
        expected.append([score for seen, _row, score in articles if after < seen <= closes[bar]])
    assert read({"articles": window}, data) == [len(one) for one in expected]
    for found, scores in zip(read({"sentiment": window}, data), expected, strict=True):
        assert (found is None) == (not scores)
        if scores:
            assert found == pytest.approx(float(sum(map(Fraction, scores)) / len(scores)), abs=1e-9)
    bar = draw.draw(st.integers(0, length - 1))
    for document in ({"articles": window}, {"sentiment": window}):
        assert read(document, data.until(bar)) == read(document, data)[: bar + 1]


def test_a_symbol_without_some_bars_hears_at_its_next_one():
    holed = flat(4) | {name: np.array([1.0, np.nan, np.nan, 1.0]) for name in COLUMNS[:4]}
    data = data_of(holed, DAILY, [(DAILY[1], 0, 0.5), (DAILY[2], 0, 0.7)])
    assert read({"articles": 1}, data) == [0.0, None, None, 2.0]
    none = flat(4) | {name: np.full(4, np.nan) for name in COLUMNS[:4]}
    assert read({"articles": 1}, data_of(none, DAILY, [(DAILY[1], 0, 0.5)])) == [None] * 4


def test_news_that_follow_the_trend_pass_the_proof():
    rng = np.random.default_rng(3)
    length = 300
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.01, length)))
    bars = {"open": close, "high": close * 1.01, "low": close * 0.99, "close": close, "volume": np.full(length, 1e6)}
    times = np.datetime64("2024-01-01", "s") + np.arange(length) * np.timedelta64(86_400, "s")
    seen = times[0] + rng.integers(0, length * 86_400, 400) * np.timedelta64(1, "s")
    data = data_of(
        bars, times, [(one, 0, float(score)) for one, score in zip(seen, rng.uniform(-1, 1, 400), strict=True)]
    )
    document = {
        "entry": {"all": [{">": [{"sentiment": 3}, 0.3]}, {">=": [{"articles": 3}, 2]}, {">": ["close", {"sma": 20}]}]},
        "exit": {"<": [{"sentiment": 3}, 0]},
    }
    strategy = compile_strategy(document)
    assert strategy.needs == "news"
    assert compile_strategy({"entry": True}).needs == "series"
    outcome = backtest(data, strategy, verify_causality=20)
    assert outcome.signals.entries.any()
    assert outcome.lookahead.ok is True


def test_articles_and_dates_are_asked_for_where_there_are_none():
    bars = Bars(*(np.full((1, 4), 100.0) for _ in range(4)), times=DAILY)
    with pytest.raises(InvalidInput, match="the strategy reads articles; the data has none") as raised:
        read({"sentiment": 1}, Data(bars))
    assert raised.value.details["field"] == "news"
    undated = Data(Bars(bars.open, bars.high, bars.low, bars.close), data_of(flat(4), DAILY, [(DAILY[0], 0, 1.0)]).news)
    with pytest.raises(InvalidInput) as raised:
        read({"articles": 1}, undated)
    assert raised.value.details["field"] == "dates"
