"""From a problem to a solution: every method, its notes, figures, and what binds."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from chitti_shared.errors import Cancelled, InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.portfolio.beliefs import View
from mojo_compute.portfolio.constraints import Limits, Sector
from mojo_compute.portfolio.optimise import Method, Problem, optimise
from mojo_compute.portfolio.returns import Panel
from mojo_compute.portfolio.risk.contributions import contributions
from support.portfolios import long_only, made_panel, sample_panel

METHODS = get_args(Method)
PANEL = sample_panel(8)
LIMITS = Limits(PANEL.symbols, np.zeros(8), np.ones(8))


@settings(max_examples=60)
@given(st.sampled_from(METHODS), st.integers(0, 10_000), st.integers(1, 8), st.just(0.0) | st.floats(0.001, 1))
def test_weights_of_every_method_have_a_sum_of_one_and_keep_their_bounds(method, seed, assets, tightness):
    upper = max(1 - tightness, 1.05 / assets)
    panel = made_panel(seed, assets, 120)
    rate = float(panel.values.mean(axis=0).min()) * 252 - 0.01  # every asset returns more
    problem = Problem(method, panel, long_only(assets, upper=min(upper, 1.0)), points=3, risk_free_rate=rate)
    found = optimise(problem)
    assert found.weights.sum() == pytest.approx(1, abs=1e-9)
    assert (found.weights >= 0).all()
    assert (found.weights <= upper + 1e-9).all()
    assert found.contributions.share.sum() == pytest.approx(1)
    assert not ((found.weights != 0) & (np.abs(found.weights) < 1e-7)).any()


@pytest.mark.parametrize("method", METHODS)
def test_figures_are_those_of_the_weights(method):
    found = optimise(Problem(method, PANEL, LIMITS, covariance="sample", risk_free_rate=0.02, points=4))
    returns = found.market.expected @ found.weights
    volatility = np.sqrt(found.weights @ found.market.covariance @ found.weights)
    assert found.figures.expected_return == pytest.approx(returns)
    assert found.figures.volatility == pytest.approx(volatility)
    assert found.figures.sharpe == pytest.approx((returns - 0.02) / volatility)
    again = contributions(found.weights, found.market.covariance)
    np.testing.assert_allclose(found.contributions.component, again.component)


def test_a_frontier_answers_with_its_best_point():
    found = optimise(Problem("efficient_frontier", PANEL, LIMITS, points=15))
    points, told = found.frontier
    ratios = [one.sharpe for one in told]
    np.testing.assert_allclose(found.weights, points.weights[int(np.argmax(ratios))], rtol=1e-12)
    best = optimise(Problem("max_sharpe", PANEL, LIMITS)).figures.sharpe
    assert max(ratios) <= best + 1e-9


def test_a_frontier_of_tail_losses_starts_at_the_least_one():
    found = optimise(Problem("efficient_frontier", PANEL, LIMITS, points=4, measure="cvar"))
    least = optimise(Problem("mean_cvar", PANEL, LIMITS))
    np.testing.assert_allclose(found.frontier[0].weights[0], least.weights, atol=1e-6)


def test_limits_without_room_are_told():
    sectors = (Sector("IT", np.arange(3), 0.1, 0.25),)
    limits = replace(
        LIMITS,
        lower=np.array([0.02, *np.zeros(7)]),
        upper=np.full(8, 0.3),
        sectors=sectors,
        current=np.full(8, 1 / 8),
        max_turnover=0.3,
    )
    found = optimise(Problem("max_return", PANEL, limits))
    kinds = {one.constraint for one in found.bindings}
    assert "max_turnover" in kinds
    assert found.figures.turnover == pytest.approx(0.3, abs=1e-6)
    tight = replace(limits, max_turnover=None, target_volatility=0.165)
    names = {(one.constraint, one.name) for one in optimise(Problem("max_return", PANEL, tight)).bindings}
    assert ("target_volatility", None) in names
    plain = optimise(Problem("max_return", PANEL, replace(limits, max_turnover=None))).bindings
    assert ("max_weight" in {one.constraint for one in plain}) or ("sector_caps" in {one.constraint for one in plain})


def test_costs_keep_a_portfolio_near_what_is_held():
    held = np.full(8, 1 / 8)
    turnovers = [
        optimise(Problem("max_sharpe", PANEL, replace(LIMITS, current=held, cost=cost))).figures.turnover
        for cost in (0.0, 0.02, 0.2)
    ]
    assert turnovers[0] > turnovers[1] > turnovers[2]
    assert turnovers[2] == pytest.approx(0, abs=1e-4)
    told = optimise(Problem("min_volatility", PANEL, replace(LIMITS, current=held, cost=0.01))).figures
    assert told.cost == pytest.approx(0.01 * told.turnover)
    assert told.net_return == pytest.approx(told.expected_return - told.cost)


def test_methods_that_do_not_weigh_costs_say_so():
    limits = replace(LIMITS, current=np.full(8, 1 / 8), cost=0.01)
    for method in ("hrp", "risk_parity", "max_diversification"):
        assert f"{method} does not weigh costs" in optimise(Problem(method, PANEL, limits)).notes[-1]


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("max_turnover", {"max_turnover": 0.5}),
        ("target_return", {"target_return": 0.1}),
        ("target_volatility", {"target_volatility": 0.3}),
        ("sector_caps", {"sectors": (Sector("IT", np.arange(2), None, 0.1),)}),
        ("sector_floors", {"sectors": (Sector("IT", np.arange(2), 0.1, None),)}),
    ],
)
def test_hrp_refuses_what_a_tree_cannot_keep(field, limit):
    with pytest.raises(InvalidInput, match=f"not {field}") as refused:
        optimise(Problem("hrp", PANEL, replace(LIMITS, **limit)))
    assert refused.value.details["field"] == field


def test_a_view_moves_its_asset():
    plain = optimise(Problem("black_litterman", PANEL, LIMITS))
    np.testing.assert_allclose(plain.weights, 1 / 8, atol=1e-5)
    view = View(np.eye(8)[2], float(plain.beliefs.prior[2]) + 0.05, 0.7)
    moved = optimise(Problem("black_litterman", PANEL, LIMITS, views=(view,)))
    assert moved.beliefs.expected[2] > moved.beliefs.prior[2]
    assert moved.weights[2] > 0.2


def test_a_market_of_given_weights_is_answered_without_views():
    held = np.random.default_rng(1).dirichlet(np.ones(8))
    found = optimise(Problem("black_litterman", PANEL, LIMITS, market_weights=held))
    np.testing.assert_allclose(found.weights, held, atol=1e-5)


def test_a_singular_covariance_is_shrunk_and_said():
    panel = made_panel(1, 40, 35)
    found = optimise(Problem("min_volatility", panel, long_only(40), covariance="sample"))
    assert any("is singular: shrunk by" in note for note in found.notes)
    assert found.covariance.shrinkage > 0


def test_few_periods_are_said():
    found = optimise(Problem("min_volatility", made_panel(1, 3, 20), long_only(3)))
    assert any("only 20 periods, annual figures want 30" in note for note in found.notes)


def test_expected_returns_may_be_the_callers_or_of_a_market():
    own = dict(zip(PANEL.symbols, np.linspace(0.1, 0.2, 8).tolist(), strict=True))
    np.testing.assert_array_equal(
        optimise(Problem("min_volatility", PANEL, LIMITS, expected=own)).market.expected, list(own.values())
    )
    capm = optimise(Problem("min_volatility", PANEL, LIMITS, expected="capm", risk_free_rate=0.05))
    other = optimise(Problem("min_volatility", PANEL, LIMITS, expected="capm", benchmark=PANEL.values[:, 0]))
    assert capm.market.expected.mean() == pytest.approx(PANEL.values.mean() * 252)
    assert other.market.expected[0] == pytest.approx(PANEL.values[:, 0].mean() * 252)
    recent = optimise(Problem("min_volatility", PANEL, LIMITS, expected="ewma", half_life=20))
    assert not np.allclose(recent.market.expected, capm.market.expected)


def test_one_asset_takes_all():
    for method in METHODS:
        one = Panel(("A",), np.abs(made_panel(2, 1).values))
        found = optimise(Problem(method, one, long_only(1), points=2))
        np.testing.assert_allclose(found.weights, [1.0])


def test_the_work_ends_when_its_caller_says_so():
    def between() -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        optimise(Problem("min_volatility", PANEL, LIMITS), between)
