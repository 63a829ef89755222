"""A holding's risks against empyrical."""

from dataclasses import replace

import empyrical
import numpy as np
import pytest
from chitti_shared.errors import Cancelled, InvalidInput
from mojo_compute.portfolio.returns import Panel
from mojo_compute.portfolio.risk.assess import Holding, assess
from support.portfolios import made_panel, sample_panel

PANEL = sample_panel(6)
WEIGHTS = np.array([0.3, 0.1, 0.2, 0.2, 0.15, 0.05])
MARKET = PANEL.values.mean(axis=1)
HOLDING = Holding(PANEL, WEIGHTS, periods_per_year=252, samples=200)


def test_annual_figures_are_empyricals():
    found = assess(HOLDING)
    returns = PANEL.values @ WEIGHTS
    assert found.volatility == pytest.approx(empyrical.annual_volatility(returns), rel=1e-9)
    assert found.sharpe == pytest.approx(empyrical.sharpe_ratio(returns), rel=1e-9)
    assert found.mean_return == pytest.approx(returns.mean() * 252)
    assert found.drawdown.deepest == pytest.approx(empyrical.max_drawdown(returns), rel=1e-9)
    assert found.relation.beta == pytest.approx(empyrical.beta(returns, MARKET), rel=1e-9)
    error = float((returns - MARKET).std(ddof=1) * 252**0.5)
    assert found.relation.tracking_error == pytest.approx(error)
    assert found.relation.correlation == pytest.approx(np.corrcoef(returns, MARKET)[0, 1])


def test_alpha_is_the_intercept_of_excess_returns():
    benchmark = sample_panel(8).values[:, 7]
    found = assess(replace(HOLDING, benchmark=benchmark, risk_free_rate=0.06))
    free = 1.06 ** (1 / 252) - 1
    slope, intercept = np.polyfit(benchmark - free, PANEL.values @ WEIGHTS - free, 1)
    assert found.relation.beta == pytest.approx(slope)
    assert found.relation.alpha == pytest.approx(intercept * 252)


def test_parts_add_up_to_the_whole():
    found = assess(HOLDING)
    assert found.contributions.component.sum() == pytest.approx(found.volatility)
    assert found.tail_components.sum() == pytest.approx(found.tails["historical"].cvar)
    assert WEIGHTS @ found.betas == pytest.approx(found.relation.beta)
    np.testing.assert_allclose(found.correlation, np.corrcoef(PANEL.values.T), rtol=1e-9)


def test_what_the_weights_lack_of_one_is_cash_and_said():
    half = assess(replace(HOLDING, weights=WEIGHTS / 2))
    whole = assess(HOLDING)
    assert half.volatility == pytest.approx(whole.volatility / 2)
    assert "sum of 0.5: the rest is cash" in half.notes[0]
    assert "is borrowed" in assess(replace(HOLDING, weights=WEIGHTS * 2)).notes[0]


def test_few_periods_and_thin_tails_are_said():
    notes = " ".join(assess(Holding(made_panel(1, 3, 20), np.full(3, 1 / 3))).notes)
    assert "only 1 of 20 periods lie beyond the historical VaR" in notes
    assert "only 20 periods, annual figures want 30" in notes


def test_an_asset_that_never_moves_is_named():
    values = made_panel(1, 3).values.copy()
    values[:, 1] = 0
    found = assess(Holding(Panel(("A", "CASH", "B"), values), np.full(3, 1 / 3)))
    assert any("without correlations: CASH" in note for note in found.notes)
    assert np.isnan(found.correlation[1]).all()
    assert sorted(np.concatenate(found.clusters.members)) == [0, 1, 2]


def test_one_asset_is_assessed_too():
    found = assess(Holding(made_panel(1, 1), np.ones(1)))
    assert found.relation.beta == pytest.approx(1)
    assert [one.tolist() for one in found.clusters.members] == [[0]]


def test_nothing_held_is_refused():
    with pytest.raises(InvalidInput, match="nothing is held"):
        assess(replace(HOLDING, weights=np.zeros(6)))


def test_the_work_ends_when_its_caller_says_so():
    def between() -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        assess(HOLDING, between)
