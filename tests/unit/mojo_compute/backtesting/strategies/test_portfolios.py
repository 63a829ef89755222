"""Strategies that hold shares of equity."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute.backtesting.data import Data
from mojo_compute.backtesting.periods import rebalance_bars
from mojo_compute.backtesting.strategies import make
from support.histories import closes, stocks, with_gaps


def decided(weights: np.ndarray) -> list[int]:
    return np.flatnonzero(np.isfinite(weights).any(axis=0)).tolist()


def weights_of(name: str, data: Data, **parameters: object) -> np.ndarray:
    found = make(name, parameters).signals(data)
    assert found.weights is not None
    assert found.entries is None
    assert found.weights.shape == data.bars.close.shape
    return found.weights


def test_equal_weights_are_decided_on_the_first_day_of_each_month():
    data = stocks(4, 120)
    weights = weights_of("equal_weight", data)
    assert decided(weights) == rebalance_bars(data.bars, "monthly").tolist()
    assert (weights[:, decided(weights)] == 0.25).all()


def test_equal_weights_are_of_those_that_have_a_bar_that_day():
    data = with_gaps(stocks(4, 60), 2, np.arange(30))
    weights = weights_of("equal_weight", data, rebalance="daily", gross=0.9)
    np.testing.assert_allclose(weights[[0, 1, 3], 10], 0.3)
    assert np.isnan(weights[2, 10]), "what is not traded is left as it is"
    np.testing.assert_allclose(weights[:, 40], 0.225)


def test_drift_restores_the_weights_between_rebalances():
    data = closes([100.0, 100.0, 150.0, 150.0, 150.0, 300.0], [100.0] * 6)
    weights = weights_of("equal_weight", data, rebalance="never", drift=0.08)
    assert decided(weights) == [0, 2, 5]  # 150 / 250 = 0.6, from then on 300 / 400 = 0.67 of what was restored
    assert (weights[:, [0, 2, 5]] == 0.5).all()
    assert decided(weights_of("equal_weight", data, rebalance="never")) == [0]


def test_inverse_volatility_equals_pandas():
    data = stocks(5, 300)
    weights = weights_of("inverse_volatility", data, window=60)
    frame = pd.DataFrame(data.bars.close.T).pct_change().rolling(60).std(ddof=0)
    for bar in decided(weights):
        calm = 1.0 / frame.to_numpy()[bar]
        np.testing.assert_allclose(weights[:, bar], calm / calm.sum(), rtol=1e-9)
    assert decided(weights)[0] == 60


def test_inverse_volatility_holds_nothing_of_what_never_moved():
    data = closes([100.0] * 8, [100.0, 101.0, 99.0, 102.0, 100.0, 103.0, 99.0, 101.0])
    weights = weights_of("inverse_volatility", data, window=3, rebalance="daily")
    assert (weights[0, 3:] == 0.0).all()
    assert (weights[1, 3:] == 1.0).all()


def test_fixed_weights_go_to_their_symbols():
    data = stocks(3, 50)
    first, _second, third = data.bars.symbols
    weights = weights_of("fixed_weights", data, weights={third: -0.25, first: 0.5})
    assert weights[:, 0].tolist() == [0.5, 0.0, -0.25]
    with pytest.raises(InvalidInput, match="no symbol of the data") as caught:
        weights_of("fixed_weights", data, weights={"NOBODY": 1.0})
    assert caught.value.details["field"] == "weights.NOBODY"


def ranked(data: Data, bar: int, lookback: int, skip: int, top: int, bottom: int) -> list[float]:
    """Weights by sorting each bar's returns alone."""
    close = pd.DataFrame(data.bars.close.T)
    scores = close.shift(skip).pct_change(lookback, fill_method=None).iloc[bar]
    order = scores.dropna().sort_values(ascending=False, kind="stable").index.tolist()
    longs = order[:top]
    shorts = [row for row in order[max(len(order) - bottom, 0) :] if row not in longs] if bottom else []
    share = 1.0 / (top + bottom)
    return [share * ((row in longs) - (row in shorts)) for row in range(len(data.bars.close))]


@pytest.mark.parametrize(("top", "bottom"), [(2, 0), (3, 2), (10, 0), (6, 4)])
def test_momentum_holds_what_rose_most(top: int, bottom: int):
    data = stocks(8, 300)
    weights = weights_of("momentum_rank", data, lookback=40, skip=5, top=top, bottom=bottom)
    assert decided(weights)[0] == 45
    for bar in decided(weights):
        np.testing.assert_allclose(weights[:, bar], ranked(data, bar, 40, 5, top, bottom), atol=1e-15)


def test_momentum_of_equals_goes_by_row():
    data = closes(*([100.0, 101.0, 102.0, 103.0],) * 4)
    weights = weights_of("momentum_rank", data, lookback=2, skip=0, top=2, rebalance="daily")
    assert weights[:, 3].tolist() == [0.5, 0.5, 0.0, 0.0]


def test_momentum_leaves_alone_what_has_no_bar():
    data = with_gaps(stocks(4, 120), 1, np.array([80]))
    weights = weights_of("momentum_rank", data, lookback=20, skip=0, top=2, rebalance="daily")
    assert np.isnan(weights[1, 80])
    assert np.isfinite(weights[1, 81])


@pytest.mark.parametrize("name", ["equal_weight", "inverse_volatility", "momentum_rank"])
def test_too_few_bars_decide_nothing(name: str):
    strategy = make(name)
    if strategy.lookback:
        assert not decided(strategy.signals(stocks(2, strategy.lookback)).weights)
    assert decided(strategy.signals(stocks(2, strategy.lookback + 1)).weights) == [strategy.lookback]


@pytest.mark.parametrize("name", ["equal_weight", "inverse_volatility", "momentum_rank"])
def test_together_the_weights_are_worth_what_is_asked_for(name: str):
    weights = weights_of(name, stocks(10, 500), gross=0.8)
    for bar in decided(weights):
        assert np.abs(weights[:, bar]).sum() == pytest.approx(0.8)
