import warnings

import numpy as np
import pytest
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.backtesting.comparison import buy_and_hold, compare, hold_closes
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.data import Bars
from support.markets import real_bars, walk
from support.runs import CAPITAL, bars_of, run_of

with warnings.catch_warnings():  # the oracle's own imports
    warnings.simplefilter("ignore")
    import empyrical

FREE = Execution(risk_free_rate=0.06)
PAIRS = {
    "two stocks": (real_bars("TCS")["close"], real_bars("INFY")["close"]),
    "walks": (walk(1, 900), walk(2, 900)),
    "a part of it": (1000.0 + 0.3 * (walk(3, 400) - 1000.0), walk(3, 400)),
    "against it": (2000.0 - walk(4, 300, 0.003), walk(4, 300, 0.003)),
}


def curve(closes):
    return CAPITAL * closes / closes[0]


def returns_of(equity):
    whole = np.concatenate([[CAPITAL], equity])
    return whole[1:] / whole[:-1] - 1.0


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("execution", [Execution(), FREE], ids=["no rate", "with a rate"])
def test_figures_against_a_benchmark_are_those_of_empyrical(pair, execution):
    ours, theirs = (curve(closes) for closes in pair)
    found = compare(run_of(ours), theirs, bars_of(ours), execution, 252.0)
    r, b = returns_of(ours), returns_of(theirs)
    free = (1.0 + execution.risk_free_rate) ** (1.0 / 252.0) - 1.0
    expected = {
        "alpha": empyrical.alpha(r, b, risk_free=free, annualization=252.0),
        "beta": empyrical.beta(r, b, risk_free=free),
        "correlation": np.corrcoef(r, b)[0, 1],
        "tracking_error": np.std(r - b, ddof=1) * np.sqrt(252.0),
        "information_ratio": empyrical.excess_sharpe(r, b) * np.sqrt(252.0),
        "total_return": empyrical.cum_returns_final(b),
        "annual_return": empyrical.annual_return(b, annualization=252.0),
        "sharpe_ratio": empyrical.sharpe_ratio(b, free, annualization=252.0),
        "max_drawdown": empyrical.max_drawdown(b),
        "excess_return": empyrical.cum_returns_final(r) - empyrical.cum_returns_final(b),
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name
    # annual growth of the bars on which the benchmark rose, over its own; likewise where it fell
    for name, chosen in (("up_capture", b > 0), ("down_capture", b < 0)):
        growths = [np.exp(np.log1p(one[chosen]).mean() * 252.0) - 1.0 for one in (r, b)]
        assert found[name] == pytest.approx(growths[0] / growths[1], rel=1e-9), name
    if np.isfinite(empyrical.up_capture(r, b)):  # with 252 bars a year
        assert found["up_capture"] == pytest.approx(empyrical.up_capture(r, b), rel=1e-9)
        assert found["down_capture"] == pytest.approx(empyrical.down_capture(r, b), rel=1e-9)


def test_holding_it_is_buying_at_the_first_open():
    bars = bars_of(np.array([100.0, 110.0, 99.0]))
    opened = Bars(bars.open * 0.5, bars.high, bars.low, bars.close, times=bars.times)
    np.testing.assert_allclose(buy_and_hold(opened, 1000.0), [2000.0, 2200.0, 1980.0])


def test_holding_many_is_an_equal_part_of_each_from_its_own_first_bar():
    closes = np.array([[100.0, 110.0, np.nan, 120.0], [np.nan, 50.0, 60.0, 40.0], [np.nan] * 4])
    opens = np.array([[100.0, 0.0, np.nan, 0.0], [np.nan, 40.0, 0.0, 0.0], [np.nan] * 4])
    worth = buy_and_hold(Bars(opens, closes, closes, closes, symbols=("A", "B", "C")), 300.0)
    np.testing.assert_allclose(worth, [300.0, 110 + 125 + 100, 110 + 150 + 100, 120 + 100 + 100])


def test_what_is_held_goes_through_splits_and_keeps_its_dividends():
    close = np.array([[100.0, 110.0, np.nan, 60.0, 66.0], [np.nan, 200.0, 210.0, 210.0, 30.0]])
    whole = np.where(np.isnan(close), 1.0, close)
    bars = Bars(close, close, close, close, symbols=("A", "B"))
    # row 0 splits where it has no bar; row 1 pays before it is held, and pays and splits on its last bar
    places = np.array([1, 2, 4, 4]), np.array([1, 0, 0, 1])
    actions = Actions(*places, ratio=np.array([1.0, 2.0, 1.0, 7.0]), dividend=np.array([9.0, 0.0, 3.0, 1.0]))
    first = 500.0 * np.array([100.0, whole[0, 1], whole[0, 1], 2 * 60.0, 2 * (66.0 + 3.0)]) / 100.0
    second = 500.0 * np.array([200.0, 200.0, 210.0, 210.0, 7 * (30.0 + 1.0)]) / 200.0
    np.testing.assert_allclose(buy_and_hold(bars, 1000.0, actions), first + second, rtol=1e-14)


def test_another_symbols_closes_are_held_from_the_first_of_them():
    worth = hold_closes(np.array([np.nan, 50.0, np.nan, 100.0]), 1000.0)
    np.testing.assert_allclose(worth, [1000.0, 1000.0, 1000.0, 2000.0])
    with pytest.raises(InvalidInput, match="no price"):
        hold_closes(np.full(3, np.nan), 1000.0)


@given(st.integers(0, 1000), st.integers(30, 200))
@settings(max_examples=30)
def test_what_is_its_own_benchmark_adds_nothing_to_it(seed, length):
    equity = curve(walk(seed, length))
    found = compare(run_of(equity), equity.copy(), bars_of(equity), FREE, 252.0)
    assert found["beta"] == pytest.approx(1.0)
    assert found["correlation"] == pytest.approx(1.0)
    assert found["alpha"] == pytest.approx(0.0, abs=1e-9)
    assert found["tracking_error"] == 0.0
    assert found["information_ratio"] is None
    assert found["excess_return"] == 0.0
    assert found["up_capture"] == pytest.approx(1.0)


def test_against_a_benchmark_that_never_moves_there_is_no_slope():
    equity = curve(walk(1, 100))
    found = compare(run_of(equity), np.full(100, CAPITAL), bars_of(equity), Execution(), 252.0)
    for name in ("beta", "alpha", "correlation", "up_capture", "down_capture", "sharpe_ratio"):
        assert found[name] is None, name
    assert found["total_return"] == 0.0
    assert found["tracking_error"] > 0.0


def test_a_ruined_run_has_no_slope_but_an_excess():
    equity = np.concatenate([np.linspace(CAPITAL, 1.0, 40), np.zeros(40)])
    found = compare(run_of(equity), curve(walk(1, 80)), bars_of(equity), Execution(), 252.0)
    assert found["beta"] is None
    assert found["excess_return"] < -1.0 + 1e-9 - found["total_return"] + 1e-9


@pytest.mark.parametrize("length", [1, 2, 29])
def test_below_thirty_bars_nothing_is_told_per_year(length):
    equity = curve(walk(1, 30))[:length]
    found = compare(run_of(equity), curve(walk(2, 30))[:length], bars_of(equity), Execution(), 252.0)
    for name in ("alpha", "tracking_error", "information_ratio", "up_capture", "annual_return"):
        assert found[name] is None, name
    assert (found["beta"] is None) == (length == 1 or found["correlation"] is None)


def test_long_curves_do_not_overflow():
    rng = np.random.default_rng(0)
    ours, theirs = (CAPITAL * np.exp(np.cumsum(rng.normal(0.0, 0.01, 300_000))) for _ in range(2))
    found = compare(run_of(ours), theirs, bars_of(ours, "1700-01-01"), Execution(), 252.0)
    b = returns_of(theirs)
    chosen = b > 0
    growths = [np.expm1(np.log1p(one[chosen]).mean() * 252.0) for one in (returns_of(ours), b)]
    assert found["up_capture"] == pytest.approx(growths[0] / growths[1], rel=1e-9)


def test_curves_of_other_lengths_are_refused():
    equity = curve(walk(1, 40))
    with pytest.raises(InvalidInput, match="39 bars, the run 40") as caught:
        compare(run_of(equity), equity[:-1], bars_of(equity), Execution(), 252.0)
    assert caught.value.details["field"] == "benchmark"
