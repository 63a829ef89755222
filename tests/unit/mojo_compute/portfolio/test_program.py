"""Cone programs: reduced ones, and stopping."""

import numpy as np
import pytest
from chitti_shared.errors import Cancelled
from hypothesis import given, settings
from hypothesis import strategies as st
from mojo_compute.portfolio.constraints import Sector, constrained
from mojo_compute.portfolio.efficient import min_volatility
from mojo_compute.portfolio.program import Infeasible, Program, Unbounded
from support.portfolios import long_only, made_market


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 0.03]), st.booleans(), st.booleans())
def test_a_reduced_program_has_the_answer_of_the_whole(seed, upper, with_sector, with_trades):
    market = made_market(seed, 130)
    limits = long_only(
        130,
        upper=upper,
        sectors=(Sector("IT", np.arange(40), 0.1, 0.3),) if with_sector else (),
        current=np.full(130, 1 / 130) if with_trades else None,
        max_turnover=1.2 if with_trades else None,
    )
    answers = []
    for hint in (None, -market.covariance.mean(axis=1)):
        made = constrained(limits)
        made.program.minimise_quadratic(made.weights, market.covariance * 50)
        answers.append(made.program.solve(hint=hint))
    whole, reduced = answers
    assert reduced.objective == pytest.approx(whole.objective, rel=1e-6)
    np.testing.assert_allclose(reduced.x[:130], whole.x[:130], atol=1e-4)


def test_of_many_assets_few_are_solved_for():
    market = made_market(5, 300)
    made = constrained(long_only(300))
    made.program.minimise_quadratic(made.weights, market.covariance * 50)
    assert made.program.solve(hint=-market.covariance.mean(axis=1)).solved_with < 200


def test_a_solver_is_stopped_by_what_its_caller_raises():
    calls = []

    def between() -> None:
        calls.append(len(calls))
        if len(calls) > 2:
            raise Cancelled("enough")

    with pytest.raises(Cancelled, match="enough"):
        min_volatility(made_market(1, 50), long_only(50), between)
    assert len(calls) == 3


def test_a_program_without_a_point_is_infeasible():
    program = Program()
    x = program.variable()
    program.at_most({x: 1.0}, 0.0)
    program.at_most({x: -1.0}, -1.0)
    with pytest.raises(Infeasible):
        program.solve()


def test_a_program_without_an_end_is_unbounded():
    program = Program()
    x = program.variable()
    program.minimise(x, 1.0)
    program.at_most({x: 1.0}, 0.0)
    with pytest.raises(Unbounded):
        program.solve()


def test_a_norm_and_a_logarithm_bound_their_variables():
    # most x + y within the unit circle; then the least x with log(x) >= 1
    program = Program()
    point = program.variable(2)
    program.minimise(point, -1.0)
    program.norm_at_most({point: np.eye(2)}, {}, 1.0)
    np.testing.assert_allclose(program.solve().x, [0.5**0.5] * 2, atol=1e-7)
    program = Program()
    x, log = program.variable(), program.variable()
    program.minimise(x, 1.0)
    program.log_at_least(x, log)
    program.at_most({log: -1.0}, -1.0)
    assert program.solve().of(x)[0] == pytest.approx(np.e, rel=1e-6)
