"""The proof that decisions don't look ahead: what it finds, what it lets pass, what it can't tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute import indicators as ta
from mojo_compute.backtesting.causality import Lookahead, _otherwise, verify
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.periods import closing_times
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies import Ready, Strategy, make
from mojo_compute.backtesting.strategies.lines import CROSSING_STRATEGIES
from support.histories import closes, history, stocks, with_gaps, with_news, within_days
from support.markets import MARKETS, sample_market

TCS = history(MARKETS["INFY"], names=("INFY",))


class Own(Strategy):
    """A strategy made of one function of the data."""

    name = "own"

    def __init__(self, decide: Callable[[Data], Signals]) -> None:
        self.decide = decide

    def signals(self, data: Data) -> Signals:
        return self.decide(data)


def judged(strategy: Strategy, data: Data, points: int = 3, seed: int = 0) -> Lookahead:
    return verify(strategy, data, strategy.signals(data), points, seed)


def rows(flags: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(flags)[np.newaxis]


def tomorrow(data: Data) -> Signals:
    """Buys today what rises tomorrow."""
    close = data.bars.close[0]
    rises = np.zeros(len(close), np.bool_)
    rises[:-1] = close[1:] > close[:-1]
    return Signals(entries=rows(rises), exits=rows(~rises))


def rolled(data: Data) -> Signals:
    """The same, where behind the last bar the first one follows."""
    close = data.bars.close[0]
    rises = np.roll(close, -1) > close
    return Signals(entries=rows(rises), exits=rows(~rises))


def whole_sample(data: Data) -> Signals:
    """Compares with mean and deviation of all prices, those to come among them."""
    close = data.bars.close[0]
    score = (close - close.mean()) / close.std()
    return Signals(entries=rows(score < -1.0), exits=rows(score > 1.0))


def zigzag(data: Data) -> Signals:
    """Buys at lows that a later rise of 5 % makes lows."""
    close = data.bars.close[0]
    entries, exits = np.zeros((2, len(close)), np.bool_)
    low = high = 0
    up = True
    for bar in range(len(close)):
        if up:
            high = bar if close[bar] > close[high] else high
            if close[bar] < 0.95 * close[high]:
                exits[high], up, low = True, False, bar
        else:
            low = bar if close[bar] < close[low] else low
            if close[bar] > 1.05 * close[low]:
                entries[low], up, high = True, True, bar
    return Signals(entries=rows(entries), exits=rows(exits))


def by_publication(data: Data) -> Signals:
    """Reads an article on the day it bears, though it was seen days later."""
    assert data.news is not None
    bars = np.searchsorted(closing_times(data.bars), data.news.published)
    inside = bars < len(data.bars)
    entries, exits = np.zeros((2, len(data.bars)), np.bool_)
    entries[bars[inside & (data.news.scores > 0.5)]] = True
    exits[bars[inside & (data.news.scores < -0.5)]] = True
    return Signals(entries=rows(entries), exits=rows(exits))


LEAKS = {
    "shift": (tomorrow, TCS),
    "roll": (rolled, TCS),
    "z-score": (whole_sample, TCS),
    "zigzag": (zigzag, TCS),
    "pubDate": (by_publication, with_news(TCS, 200)),
}


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("seed", range(10))
def test_a_strategy_that_looks_ahead_is_found_out(leak: str, seed: int):
    decide, data = LEAKS[leak]
    found = judged(Own(decide), data, seed=seed)
    assert found.checked
    assert found.ok is False
    difference = found.difference
    assert difference is not None
    assert difference.field in {"entries", "exits"}
    assert difference.bar <= difference.point < len(data.bars)
    assert difference.date == str(data.bars.times[difference.bar].astype("datetime64[D]"))
    assert difference.symbol == "INFY"
    assert difference.whole is not difference.cut


@pytest.mark.parametrize("leak", LEAKS)
def test_the_first_differing_bar_is_told(leak: str):
    decide, data = LEAKS[leak]
    found = judged(Own(decide), data, points=6)
    whole = decide(data)
    bars = []
    for point in found.points:
        cut = decide(data.until(point))
        for field in ("entries", "exits"):
            differs = getattr(whole, field)[0, : point + 1] != getattr(cut, field)[0]
            bars += np.flatnonzero(differs)[:1].tolist()
    assert found.difference is not None
    assert found.difference.bar == min(bars)


CASES: dict[str, tuple[Data, Mapping[str, Any]]] = {
    "sma_crossover": (TCS, {}),
    "ema_crossover": (TCS, {}),
    "rsi_reversion": (TCS, {}),
    "macd_cross": (TCS, {}),
    "bollinger_reversion": (TCS, {}),
    "donchian_breakout": (TCS, {}),
    "supertrend": (TCS, {}),
    "opening_range_breakout": (within_days(10), {}),
    "momentum_rank": (stocks(8), {"lookback": 60, "top": 3, "bottom": 2}),
    "pairs_zscore": (stocks(2), {}),
    "equal_weight": (with_gaps(stocks(4), 1, np.arange(40, 60)), {"drift": 0.03}),
    "inverse_volatility": (stocks(4), {"drift": 0.02, "rebalance": "weekly"}),
    "fixed_weights": (closes(MARKETS["walk"]["close"]), {"weights": {"S0": 0.5}, "drift": 0.05}),
    "news_sentiment": (with_news(stocks(3), 900), {"min_articles": 1, "window": 3}),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_no_strategy_of_the_table_looks_ahead(name: str, seed: int):
    data, parameters = CASES[name]
    found = judged(make(name, parameters), data, points=12, seed=seed)
    assert found == Lookahead(checked=True, ok=True, points=found.points)
    assert len(found.points) > 6


@pytest.mark.parametrize("name", ["sma_crossover", "donchian_breakout", "momentum_rank", "news_sentiment"])
def test_a_symbol_with_gaps_brings_no_look_ahead(name: str):
    data = with_gaps(with_news(stocks(3), 600), 1, np.array([5, 90, 91, 200, 201, 202, 400]))
    parameters = {"lookback": 60, "top": 1} if name == "momentum_rank" else {}
    assert judged(make(name, parameters), data, points=20).ok


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", CASES)
def test_no_strategy_looks_ahead_at_any_bar(name: str):
    data, parameters = CASES[name]
    assert judged(make(name, parameters), data, points=len(data.bars) - 2).ok


@pytest.mark.exhaustive
@pytest.mark.parametrize("symbol", sorted(sample_market()))
def test_no_strategy_looks_ahead_on_any_stock(symbol: str):
    data = history(sample_market()[symbol], names=(symbol,))
    for name in sorted(CROSSING_STRATEGIES):
        found = judged(make(name), data, points=40)
        assert found.ok, (name, found.difference)


def test_ready_made_signals_are_not_called_checked():
    signals = Signals(entries=np.zeros((1, len(TCS.bars)), np.bool_))
    found = judged(Ready(signals), TCS)
    assert (found.checked, found.ok, found.points) == (False, None, ())
    assert "ready-made" in found.reason


def test_signals_that_ignore_the_data_are_ready_made_too():
    signals = Signals(entries=np.zeros((1, len(TCS.bars)), np.bool_))
    found = judged(Own(lambda _data: signals), TCS)
    assert (found.checked, found.ok) == (False, None)
    assert "length" in found.reason


def test_nothing_is_checked_that_is_not_asked_for():
    assert judged(make("sma_crossover"), TCS, points=0) == Lookahead(checked=False, reason="not asked for")


def test_one_bar_can_not_be_shortened():
    found = judged(Own(lambda data: Signals(entries=data.bars.close > 0)), closes([1.0]))
    assert (found.checked, found.ok) == (False, None)


def test_a_strategy_that_wants_more_bars_is_asked_later():
    def decide(data: Data) -> Signals:
        close = data.bars.close[0]
        return Signals(entries=rows(close > ta.sma(close, 500)))  # an error with fewer

    found = judged(Own(decide), TCS, points=4)
    assert found.ok
    assert all(point >= 499 for point in found.points)


def test_a_strategy_that_never_has_enough_is_not_checked():
    def decide(data: Data) -> Signals:
        if len(data.bars) < len(TCS.bars):
            raise InvalidInput("too few")
        return Signals(entries=data.bars.close > 0)

    assert judged(Own(decide), TCS).checked is False


def test_prices_of_orders_count_too():
    def decide(data: Data) -> Signals:
        close = data.bars.close
        return Signals(entries=close > 0, limit=np.full_like(close, close.sum()))

    found = judged(Own(decide), TCS)
    assert found.difference is not None
    assert (found.difference.field, found.difference.bar) == ("limit", 0)
    assert found.difference.whole == TCS.bars.close.sum()


def test_signals_that_come_and_go_with_the_length_differ():
    def decide(data: Data) -> Signals:
        close = data.bars.close
        return Signals(entries=close > 0) if len(data.bars) == len(TCS.bars) else Signals()

    found = judged(Own(decide), TCS)
    assert found.difference is not None
    assert (found.difference.whole, found.difference.cut) == (True, False)


def test_the_same_seed_takes_the_same_points():
    strategy = make("sma_crossover")
    assert judged(strategy, TCS, seed=4) == judged(strategy, TCS, seed=4)
    assert judged(strategy, TCS, seed=4).points != judged(strategy, TCS, seed=5).points


def test_points_lie_on_bars_that_have_signals():
    strategy = make("sma_crossover")
    signals = strategy.signals(TCS)
    marked = set(np.flatnonzero(signals.entries[0] | signals.exits[0]).tolist())
    assert len(marked & set(verify(strategy, TCS, signals, 9).points)) >= 6


def test_a_long_run_is_mirrored_for_a_while():
    other = _otherwise(closes(np.linspace(100.0, 200.0, 3_000)), 1_200)
    assert len(other.bars) == 2_201
    assert (np.diff(other.bars.close[0, 1_200:]) < 0).all()


@given(st.integers(1, 120), st.integers(0, 50), st.sets(st.integers(0, 59)))
def test_there_are_as_many_points_as_asked_for(points: int, seed: int, marked: set[int]):
    flags = np.zeros((1, 60), np.bool_)
    flags[0, list(marked)] = True

    def decide(data: Data) -> Signals:
        return Signals(entries=flags[:, : len(data.bars)], exits=~flags[:, : len(data.bars)])

    data = closes(np.ones(60))
    found = verify(Own(decide), data, decide(data), points, seed)
    assert found.ok
    assert len(set(found.points)) == len(found.points) == min(points, 59)


def test_a_caller_can_stop_it():
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    strategy = make("sma_crossover")
    with pytest.raises(Stopped):
        verify(strategy, TCS, strategy.signals(TCS), 3, 0, stop)


def test_the_mirror_turns_every_later_move_round():
    data = with_gaps(with_news(stocks(3, 50), 40), 1, np.array([0, 1, 20, 30]))
    data = with_gaps(data, 2, np.arange(25))
    before, after = data.bars, _otherwise(data, 20)
    for name in ("open", "high", "low", "close"):
        np.testing.assert_array_equal(getattr(after.bars, name)[:, :21], getattr(before, name)[:, :21])
    assert (after.bars.high[0] >= np.maximum(after.bars.open[0], after.bars.close[0])).all()
    moves, others = (np.diff(np.log(bars.close[0, 20:])) for bars in (before, after.bars))
    np.testing.assert_allclose(others, -moves, atol=1e-12)
    np.testing.assert_array_equal(np.isnan(after.bars.close), np.isnan(before.close))
    assert after.news.first_seen.max() <= closing_times(before)[20]


@given(st.integers(1, 30), st.integers(0, 100), st.integers(1, 20))
def test_a_leak_of_any_distance_is_found(ahead: int, seed: int, points: int):
    """Every signal depends on a later bar: wherever a signal stands, its point gives it away."""

    def decide(data: Data) -> Signals:
        close = data.bars.close
        leak = np.zeros(close.shape, np.bool_)
        leak[:, :-ahead] = close[:, ahead:] > close[:, :-ahead]
        return Signals(entries=leak)

    data = Data(Bars(*[TCS.bars.close[:, :200].copy()] * 4, symbols=("X",)))
    found = judged(Own(decide), data, points=max(points, 2), seed=seed)
    assert found.ok is False
    assert found.difference.date is None
