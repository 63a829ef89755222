import warnings
from dataclasses import replace

import numpy as np
import pytest
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.backtesting.metrics import COUNTS, DISTRIBUTION, FIGURES, deflated_sharpe, expected_maximum, measure
from scipy import stats
from support.markets import real_bars, sample_market, walk
from support.runs import CAPITAL, bars_of, run_of

with warnings.catch_warnings():  # the oracle's own imports
    warnings.simplefilter("ignore")
    import empyrical

PLAIN = Execution()
SHARP = Execution(risk_free_rate=0.06, minimum_return=0.05)
YEARLY = 252.0

CURVES = {
    "TCS held": CAPITAL * real_bars("TCS")["close"] / 2000.0,
    "walk": CAPITAL * walk(3, 2520) / 1000.0,
    "wild": CAPITAL * walk(4, 700, step=0.2) / 1000.0,
    "in and out": CAPITAL * np.repeat(walk(5, 60) / 1000.0, 11),
    "long": CAPITAL * walk(6, 20_000, step=0.004) / 1000.0,
    "long and idle": CAPITAL * np.repeat(walk(7, 500) / 1000.0, 41)[:20_007],
    "forty bars": CAPITAL * walk(8, 40) / 1000.0,
    "ever higher": CAPITAL * np.exp(np.linspace(0.001, 0.5, 300) ** 1.5),
    "ever lower": CAPITAL * np.exp(-(np.linspace(0.001, 0.5, 300) ** 1.5)),
}
every_curve = pytest.mark.parametrize("equity", CURVES.values(), ids=CURVES)


def returns_of(equity: np.ndarray) -> np.ndarray:
    whole = np.concatenate([[CAPITAL], equity])
    return whole[1:] / whole[:-1] - 1.0


def figures(equity, execution=PLAIN, **more):
    return measure(run_of(equity, **more), bars_of(equity), execution, YEARLY)


def same(found, expected):
    if expected is None or not np.isfinite(expected):
        assert found is None
    else:
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


def per_bar(yearly):
    return (1.0 + yearly) ** (1.0 / YEARLY) - 1.0


@every_curve
@pytest.mark.parametrize("execution", [PLAIN, SHARP], ids=["no rates", "with rates"])
def test_ratios_are_those_of_empyrical(equity, execution):
    found, returns = figures(equity, execution), returns_of(equity)
    free, least = per_bar(execution.risk_free_rate), per_bar(execution.minimum_return)
    same(found["sharpe_ratio"], empyrical.sharpe_ratio(returns, free, annualization=YEARLY))
    if (returns < least).any():
        same(found["sortino_ratio"], empyrical.sortino_ratio(returns, least, annualization=YEARLY))
    else:
        assert found["sortino_ratio"] is None
    expected = empyrical.omega_ratio(returns, required_return=execution.minimum_return, annualization=YEARLY)
    same(found["omega_ratio"], expected)


@every_curve
def test_growth_and_risk_are_those_of_empyrical(equity):
    found, returns = figures(equity), returns_of(equity)
    same(found["total_return"], empyrical.cum_returns_final(returns))
    same(found["annual_return"], empyrical.annual_return(returns, annualization=YEARLY))
    same(found["annual_volatility"], empyrical.annual_volatility(returns, annualization=YEARLY))
    same(found["max_drawdown"], empyrical.max_drawdown(returns))
    same(found["var_95"], empyrical.value_at_risk(returns))
    same(found["cvar_95"], empyrical.conditional_value_at_risk(returns))
    low = np.percentile(returns, 5)
    same(found["tail_ratio"], empyrical.tail_ratio(returns) if low else None)


@pytest.mark.exhaustive
@pytest.mark.parametrize("symbol", sorted(sample_market()))
def test_every_stock_held_has_the_figures_of_empyrical(symbol):
    closes = sample_market()[symbol]["close"]
    equity = CAPITAL * closes / closes[0]
    for execution in (PLAIN, SHARP):
        test_ratios_are_those_of_empyrical(equity, execution)
    test_growth_and_risk_are_those_of_empyrical(equity)
    test_the_shape_of_returns_is_scipys(equity)
    test_drawdowns_are_those_counted_bar_by_bar(equity)


@every_curve
def test_the_shape_of_returns_is_scipys(equity):
    found, returns = figures(equity), returns_of(equity)
    same(found["skew"], stats.skew(returns))
    same(found["kurtosis"], stats.kurtosis(returns))
    same(found["best_bar"], returns.max())
    same(found["worst_bar"], returns.min())
    same(found["positive_bars"], (returns > 0).mean())


@every_curve
def test_the_probable_sharpe_ratio_is_the_papers_formula(equity):
    returns = returns_of(equity)
    sharpe = returns.mean() / returns.std(ddof=1)
    skew, kurtosis = stats.skew(returns), stats.kurtosis(returns, fisher=False)
    spread = np.sqrt(1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2)
    same(figures(equity)["psr"], stats.norm.cdf(sharpe * np.sqrt(len(returns) - 1) / spread))


def drawdowns_by_hand(equity):
    """Depth and length of each stretch under water, bar by bar, from the last bar at the peak."""
    found, peak, top, lowest = [], CAPITAL, -1, None
    for bar, worth in enumerate(equity):
        if worth < peak:
            lowest = worth if lowest is None else min(lowest, worth)
            continue
        if lowest is not None:
            found.append((lowest / peak - 1.0, bar - top, top, bar))
            lowest = None
        peak, top = worth, bar
    if lowest is not None:
        found.append((lowest / peak - 1.0, len(equity) - 1 - top, top, len(equity) - 1))
    return found


@every_curve
def test_drawdowns_are_those_counted_bar_by_bar(equity):
    found, expected = figures(equity), drawdowns_by_hand(equity)
    times = bars_of(equity).times
    depths, lengths = [one[0] for one in expected] or [0.0], [one[1] for one in expected] or [0]
    days = [float((times[end] - times[max(top, 0)]) / np.timedelta64(1, "D")) for *_, top, end in expected] or [0.0]
    peaks = np.maximum.accumulate(np.concatenate([[CAPITAL], equity]))[1:]
    same(found["max_drawdown"], min(depths))
    same(found["avg_drawdown"], np.mean(depths))
    assert found["max_drawdown_bars"] == max(lengths)
    assert found["max_drawdown_days"] == max(days)
    same(found["avg_drawdown_bars"], np.mean(lengths))
    same(found["ulcer_index"], np.sqrt(np.mean((equity / peaks - 1.0) ** 2)))
    assert found["peak_equity"] == peaks[-1]
    assert found["final_equity"] == equity[-1]


@every_curve
def test_growth_by_the_calendar(equity):
    times = bars_of(equity).times
    years = float((times[-1] - times[0]) / np.timedelta64(1, "D")) / 365.25
    found = figures(equity)
    same(found["cagr"], (equity[-1] / CAPITAL) ** (1.0 / years) - 1.0)
    if found["max_drawdown"]:
        same(found["calmar_ratio"], found["cagr"] / abs(found["max_drawdown"]))
        same(found["recovery_factor"], found["total_return"] / abs(found["max_drawdown"]))
    else:
        assert found["calmar_ratio"] is None
        assert found["recovery_factor"] is None


def test_gaussian_value_at_risk_is_the_normal_distributions():
    equity = CURVES["walk"]
    returns = returns_of(equity)
    found = figures(equity, Execution(var_method="gaussian"))
    normal = stats.norm(returns.mean(), returns.std(ddof=1))
    same(found["var_95"], normal.ppf(0.05))
    below = normal.expect(lambda x: x, ub=normal.ppf(0.05)) / 0.05
    assert found["cvar_95"] == pytest.approx(below, rel=1e-6)


def test_without_the_distribution_the_other_figures_are_the_same_bits():
    equity = CURVES["long"]
    run, bars = run_of(equity), bars_of(equity)
    whole = measure(run, bars, PLAIN, YEARLY)
    part = measure(run, bars, PLAIN, YEARLY, distribution=False)
    assert tuple(whole) == tuple(part) == FIGURES
    for name in FIGURES:
        assert part[name] == (None if name in DISTRIBUTION else whole[name])


def test_counts_are_integers_and_the_rest_is_not():
    for name, value in figures(CURVES["walk"]).items():
        assert value is None or type(value) is (int if name in COUNTS else float), name


def test_below_thirty_bars_nothing_is_told_per_year():
    annual = ("cagr", "annual_return", "annual_volatility", "sharpe_ratio", "sortino_ratio", "calmar_ratio", "turnover")
    short, enough = figures(CURVES["walk"][:29]), figures(CURVES["walk"][:30])
    for name in (*annual, "psr"):
        assert short[name] is None, name
    for name in ("annual_return", "sharpe_ratio", "psr"):
        assert enough[name] is not None, name
    assert short["total_return"] is not None
    assert short["max_drawdown"] is not None


def test_without_times_there_is_no_growth_by_the_calendar():
    equity = CURVES["walk"]
    bars = bars_of(equity)
    timeless = type(bars)(bars.open, bars.high, bars.low, bars.close)
    found = measure(run_of(equity), timeless, PLAIN, YEARLY)
    assert found["cagr"] is None
    assert found["calmar_ratio"] is None
    assert found["max_drawdown_days"] is None
    assert found["annual_return"] is not None


@pytest.mark.parametrize("unit", ["D", "ms", "ns"])
def test_times_of_any_unit_tell_the_same_years(unit):
    equity = CURVES["walk"]
    bars = bars_of(equity)
    others = replace(bars, times=bars.times.astype(f"datetime64[{unit}]"))
    assert measure(run_of(equity), others, PLAIN, YEARLY) == measure(run_of(equity), bars, PLAIN, YEARLY)


@pytest.mark.parametrize("length", [1, 2, 7, 8, 9, 100])
def test_a_run_that_never_traded_has_no_ratios_and_no_losses(length):
    found = figures(np.full(length, CAPITAL))
    for name in ("sharpe_ratio", "sortino_ratio", "omega_ratio", "calmar_ratio", "tail_ratio", "skew", "win_rate"):
        assert found[name] is None, name
    for name in ("total_return", "max_drawdown", "max_drawdown_bars", "exposure", "total_trades", "total_costs"):
        assert found[name] == 0, name


def test_equal_returns_have_no_ratio_but_their_growth():
    found = figures(CAPITAL * 1.001 ** np.arange(1, 400))
    assert found["sharpe_ratio"] is None
    assert found["psr"] is None
    assert found["annual_volatility"] == 0.0
    assert found["annual_return"] == pytest.approx(1.001**252 - 1.0, rel=1e-9)


def test_what_was_paid_in_stands_before_the_first_bar():
    found = figures([90_000.0, 95_000.0, 99_000.0])
    assert found["max_drawdown"] == pytest.approx(-0.1)
    assert found["max_drawdown_bars"] == 3
    assert found["peak_equity"] == CAPITAL


@pytest.mark.parametrize("worth", [0.0, -500.0])
def test_a_ruined_run_has_a_loss_but_no_returns(worth):
    found = figures(np.concatenate([np.linspace(CAPITAL, 10.0, 40), np.full(40, worth)]))
    assert found["total_return"] == worth / CAPITAL - 1.0
    assert found["max_drawdown"] == found["total_return"]
    for name in ("sharpe_ratio", "annual_volatility", "var_95", "best_bar", "omega_ratio"):
        assert found[name] is None, name


def test_a_run_without_bars_is_refused():
    with pytest.raises(InvalidInput, match="without bars"):
        measure(run_of([]), bars_of(np.ones(1)), PLAIN, YEARLY)


WALKS = st.builds(
    lambda seed, length, step: CAPITAL * walk(seed, length, step) / 1000.0,
    st.integers(0, 10_000),
    st.integers(1, 300),
    st.sampled_from([0.001, 0.02, 0.3]),
)


@given(WALKS, st.sampled_from([0.25, 2.0, 1024.0]))  # powers of two scale exactly
@settings(max_examples=50)
def test_figures_ignore_the_currency_unit(equity, rate):
    rupees = measure(run_of(equity), bars_of(equity), SHARP, YEARLY)
    others = measure(run_of(equity * rate, capital=CAPITAL * rate), bars_of(equity), SHARP, YEARLY)
    for name in set(FIGURES) - {"final_equity", "peak_equity"}:
        assert rupees[name] == others[name], name


@given(WALKS, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_returns_changes_drawdowns_only(equity, random):
    returns = returns_of(equity).tolist()
    random.shuffle(returns)
    one, other = figures(equity), figures(CAPITAL * np.cumprod(1.0 + np.array(returns)))
    for name in ("total_return", "annual_volatility", "omega_ratio", *DISTRIBUTION):
        if one[name] is None or other[name] is None:  # a deviation may be rounding of either
            continue
        assert other[name] == pytest.approx(one[name], rel=1e-6, abs=1e-9), name


@given(WALKS)
@settings(max_examples=50)
def test_figures_stay_within_what_they_can_be(equity):
    found = figures(equity)
    assert -1.0 <= found["max_drawdown"] <= found["avg_drawdown"] <= 0.0
    assert 0.0 <= found["ulcer_index"] <= -found["max_drawdown"] + 1e-12
    assert found["cvar_95"] <= found["var_95"]
    assert found["worst_bar"] <= found["var_95"] <= found["best_bar"]
    assert 0 <= found["max_drawdown_bars"] <= len(equity)
    assert found["psr"] is None or 0.0 <= found["psr"] <= 1.0
    assert all(value is None or np.isfinite(value) for value in found.values())


@given(st.lists(st.sampled_from([-0.02, -0.01, 0.0, 0.01]), min_size=1, max_size=60))
def test_tails_of_returns_with_many_ties_are_numpys(returns):
    equity = CAPITAL * np.cumprod(1.0 + np.array(returns))
    found, exact = figures(equity), returns_of(equity)
    same(found["var_95"], np.percentile(exact, 5))
    same(found["cvar_95"], empyrical.conditional_value_at_risk(exact))


@pytest.mark.parametrize("kind", ["many ties", "one wild stretch", "every 64th"])
def test_tails_are_right_where_a_sample_misleads(kind):
    returns = np.random.default_rng(0).normal(0.0, 1e-4, 65_536)
    if kind == "many ties":
        returns[returns < 0] = 0.0
    elif kind == "one wild stretch":
        returns[1000:3000] *= 50.0
    else:
        returns[::64] = -0.01
        returns[1::64] = -0.02
    equity = CAPITAL * np.cumprod(1.0 + returns)
    found, exact = figures(equity), returns_of(equity)
    same(found["var_95"], empyrical.value_at_risk(exact))
    same(found["cvar_95"], empyrical.conditional_value_at_risk(exact))
    same(found["tail_ratio"], empyrical.tail_ratio(exact) if np.percentile(exact, 5) else None)


def test_the_deflated_sharpe_ratio_of_one_trial_is_the_probable_one():
    found = figures(CURVES["TCS held"])
    assert deflated_sharpe(found, 1, 0.0) == pytest.approx(found["psr"], rel=1e-9)


def test_the_deflated_sharpe_ratio_of_the_papers_example():
    # Bailey and Lopez de Prado (2014), "A numerical example": annual ratio 2.5 of 5 years of daily returns, skew -3,
    # kurtosis 10, 100 trials whose annual ratios have the variance 1/2 -> 0.9004
    found = dict.fromkeys(FIGURES)
    found |= {"sharpe_ratio": 2.5, "skew": -3.0, "kurtosis": 7.0, "bars": 1250, "periods_per_year": 250.0}
    assert deflated_sharpe(found, 100, np.sqrt(0.5)) == pytest.approx(0.9004, abs=5e-5)


def test_more_trials_make_the_best_of_them_less_believable():
    found = figures(CURVES["TCS held"])
    told = [deflated_sharpe(found, trials, 0.5) for trials in (1, 10, 100, 10_000)]
    assert told == sorted(told, reverse=True)
    assert expected_maximum(1) == 0.0


def test_where_there_is_no_sharpe_ratio_there_is_no_deflated_one():
    assert deflated_sharpe(figures(np.full(50, CAPITAL)), 10, 0.5) is None
    assert deflated_sharpe(figures(CURVES["walk"]), 10, float("nan")) is None
