"""Two symbols against each other."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.strategies import make
from mojo_compute.backtesting.strategies.pairs import PairsZscore, spread_scores
from support.histories import closes, stocks, with_gaps


def walks(seed: int, length: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Two prices, the first of which comes back to the second one's again and again."""
    rng = np.random.default_rng(seed)
    second = 500.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, length)))
    away = np.zeros(length)
    for bar in range(1, length):
        away[bar] = 0.9 * away[bar - 1] + rng.normal(0.0, 0.01)
    return 3.0 * second**0.8 * np.exp(away), second


@given(st.integers(0, 1_000), st.sampled_from([3, 10, 60]))
def test_ratio_and_score_are_those_of_a_least_squares_fit(seed: int, window: int):
    first, second = walks(seed, 120)
    betas, scores = spread_scores(first, second, window)
    assert np.isnan(betas[: window - 1]).all()
    for bar in range(window - 1, 120, 7):
        y, x = np.log(first[bar - window + 1 : bar + 1]), np.log(second[bar - window + 1 : bar + 1])
        beta, alpha = np.polyfit(x, y, 1)
        left = y - alpha - beta * x
        assert betas[bar] == pytest.approx(beta, rel=1e-6, abs=1e-7)
        assert scores[bar] == pytest.approx(left[-1] / left.std(), rel=1e-5, abs=1e-6)


def test_what_follows_exactly_has_no_score():
    _first, second = walks(1)
    betas, scores = spread_scores(2.0 * second, second, 20)
    np.testing.assert_allclose(betas[19:], 1.0)
    assert np.isnan(scores).all()


def changes(scores: list[float], **parameters: float) -> list[tuple[int, int]]:
    own = {"window": 3, "entry": 2.0, "exit": 0.5, "stop": 4.0, "gross": 1.0} | parameters
    return PairsZscore("pairs_zscore", own)._changes(np.array(scores), np.ones(len(scores)))


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.0, -2.0, -3.0, -0.5, 0.0], [(1, 1), (3, 0)]),
        ([0.0, 2.0, 3.0, 0.4], [(1, -1), (3, 0)]),
        ([-1.9, -2.1, -4.0, -3.0, -1.0, -2.5], [(1, 1), (2, 0), (5, 1)]),  # stopped, in again after it was back
        ([-5.0, -3.0], [(1, 1)]),  # beyond the stop nothing is begun
        ([-2.0, np.nan, 3.0], [(0, 1), (2, 0)]),
        ([-2.0, 2.5, 2.5, 0.0], [(0, 1), (1, 0), (2, -1), (3, 0)]),
        ([1.0, -1.0], []),
    ],
)
def test_a_side_is_taken_and_left_by_the_score(scores: list[float], expected: list[tuple[int, int]]):
    assert changes(scores) == expected


def test_a_spread_is_bought_by_its_ratio():
    first, second = walks(3)
    weights = make("pairs_zscore", {"window": 30}).signals(closes(first, second)).weights
    betas, scores = spread_scores(first, second, 30)
    said = np.flatnonzero(np.isfinite(weights).any(axis=0))
    assert len(said) > 4
    for bar in said:
        assert np.isfinite(weights[:, bar]).all()
        if weights[0, bar]:
            assert np.abs(weights[:, bar]).sum() == pytest.approx(1.0)
            assert -weights[1, bar] / weights[0, bar] == pytest.approx(betas[bar])
            assert np.sign(weights[0, bar]) == -np.sign(scores[bar])


def test_bars_that_one_of_them_lacks_are_no_bars_of_the_pair():
    data = stocks(2, 300)
    missing = np.array([50, 120, 121])
    weights = make("pairs_zscore").signals(with_gaps(data, 1, missing)).weights
    kept = np.setdiff1d(np.arange(300), missing)
    alone = make("pairs_zscore").signals(closes(data.bars.close[0, kept], data.bars.close[1, kept])).weights
    np.testing.assert_array_equal(weights[:, kept], alone)
    assert np.isnan(weights[:, missing]).all()


@pytest.mark.parametrize("count", [1, 3])
def test_a_pair_is_two(count: int):
    with pytest.raises(InvalidInput, match=f"needs two symbols, found {count}"):
        make("pairs_zscore").signals(stocks(count, 100))
