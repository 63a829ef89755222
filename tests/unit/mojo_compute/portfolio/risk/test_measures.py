"""Value at risk against empyrical, scipy and integrals."""

import empyrical
import numpy as np
import pytest
from chitti_shared.errors import Cancelled, InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.portfolio.risk.measures import bootstrap, cornish_fisher, gaussian, historical
from scipy import integrate, stats
from support.portfolios import made_panel, sample_panel

RETURNS = sample_panel(10).values.mean(axis=1)
LEVELS = [0.5, 0.9, 0.95, 0.99]


@pytest.mark.parametrize("confidence", LEVELS)
def test_historical_figures_are_empyricals(confidence):
    found = historical(RETURNS, confidence)
    assert found.var == pytest.approx(empyrical.value_at_risk(RETURNS, 1 - confidence), rel=1e-9)
    assert found.cvar == pytest.approx(empyrical.conditional_value_at_risk(RETURNS, 1 - confidence), rel=1e-9)


@pytest.mark.parametrize(("confidence", "share", "periods"), [(0.9, 0.1, 11), (0.8, 0.2, 251), (0.99, 0.01, 301)])
def test_a_share_that_is_a_whole_number_of_periods_loses_none_of_them_to_rounding(confidence, share, periods):
    chosen = RETURNS[:periods]
    found = historical(chosen, confidence).cvar
    assert found == pytest.approx(empyrical.conditional_value_at_risk(chosen, share), rel=1e-12)
    assert found == pytest.approx(np.sort(chosen)[: round((periods - 1) * share) + 1].mean(), rel=1e-12)


@pytest.mark.parametrize("confidence", LEVELS)
def test_gaussian_figures_are_scipys(confidence):
    found = gaussian(RETURNS, confidence)
    normal = stats.norm(RETURNS.mean(), RETURNS.std(ddof=1))
    assert found.var == pytest.approx(normal.ppf(1 - confidence), rel=1e-9)
    below = integrate.quad(normal.ppf, 0, 1 - confidence)[0] / (1 - confidence)
    assert found.cvar == pytest.approx(below, rel=1e-6)


def expansion(share: float, skew: float, excess: float) -> float:
    z = stats.norm.ppf(share)
    return z + (z**2 - 1) * skew / 6 + (z**3 - 3 * z) * excess / 24 - (2 * z**3 - 5 * z) * skew**2 / 36


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("seed", range(4))
def test_cornish_fisher_is_the_expansion_and_its_integral(confidence, seed):
    returns = stats.skewnorm.rvs(-2 + seed, size=2_000, random_state=seed) * 0.01
    skew, excess = stats.skew(returns), stats.kurtosis(returns)
    found = cornish_fisher(returns, confidence)
    share = 1 - confidence
    mean, deviation = returns.mean(), returns.std(ddof=1)
    assert found.var == pytest.approx(mean + deviation * expansion(share, skew, excess), rel=1e-9)
    below = integrate.quad(expansion, 0, share, args=(skew, excess))[0] / share
    assert found.cvar == pytest.approx(mean + deviation * below, rel=1e-5)


def test_far_from_the_normal_cornish_fisher_has_no_cvar_and_says_so():
    returns = np.concatenate([np.full(500, 0.001), [0.9], np.linspace(-0.01, 0.01, 20)])
    found = cornish_fisher(returns, 0.95)
    assert found.cvar is None
    assert "does not rise throughout the tail" in found.notes[0]


def test_near_the_normal_all_methods_agree():
    returns = np.random.default_rng(1).normal(0.001, 0.01, 50_000)
    tails = [historical(returns, 0.95), gaussian(returns, 0.95), cornish_fisher(returns, 0.95)]
    for tail in tails[1:]:
        assert tail.var == pytest.approx(tails[0].var, rel=0.02)
        assert tail.cvar == pytest.approx(tails[0].cvar, rel=0.02)


def test_a_bootstrap_repeats_itself_by_its_seed_and_holds_the_figure():
    one, again, other = (bootstrap(RETURNS, 0.95, samples=500, block=1, seed=seed) for seed in (7, 7, 8))
    assert one == again
    assert one != other
    plain = historical(RETURNS, 0.95)
    assert one.var_range[0] < plain.var < one.var_range[1]
    assert one.cvar_range[0] < plain.cvar < one.cvar_range[1]
    assert one.var == pytest.approx(plain.var, rel=0.05)


def test_runs_of_a_bootstrap_keep_neighbours_together():
    # losses come in runs of ten: drawn in runs, the resamples differ more
    returns = np.where(np.arange(1_000) % 200 < 10, -0.05, 0.001)
    apart = bootstrap(returns, 0.95, samples=400, block=1, seed=1)
    together = bootstrap(returns, 0.95, samples=400, block=10, seed=1)
    width = [one.cvar_range[1] - one.cvar_range[0] for one in (apart, together)]
    assert width[1] > 1.5 * width[0]


def test_a_bootstrap_in_several_pieces_has_as_many_samples(monkeypatch):
    whole = bootstrap(RETURNS, 0.95, samples=300, block=5, seed=3)
    monkeypatch.setattr("mojo_compute.portfolio.risk.measures._MOST_DRAWN", 10_000)
    assert bootstrap(RETURNS, 0.95, samples=300, block=5, seed=3) == whole


def test_a_bootstrap_beyond_sense_is_refused_with_its_size():
    with pytest.raises(InvalidInput, match="20000 resamples of 1000000 periods"):
        bootstrap(np.zeros(1_000_000), 0.95, samples=20_000, block=1, seed=0)


def test_a_bootstrap_ends_when_its_caller_says_so():
    def between() -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        bootstrap(RETURNS, 0.95, samples=300, block=5, seed=3, between=between)


@given(st.integers(0, 10_000), st.floats(0.5, 0.99))
def test_a_mean_beyond_a_quantile_is_below_it(seed, confidence):
    returns = made_panel(seed, 1, 100).values[:, 0]
    for method in (historical, gaussian):
        found = method(returns, confidence)
        assert found.cvar <= found.var + 1e-15


def test_what_never_moves_has_its_return_as_its_tail():
    still = np.full(50, 0.001)
    for method in (historical, gaussian, cornish_fisher):
        found = method(still, 0.95)
        assert (found.var, found.cvar) == (pytest.approx(0.001), pytest.approx(0.001))
