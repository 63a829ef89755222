"""Which constraint is at fault when no portfolio satisfies all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from chitti_shared.errors import ComputationError, InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.constraints import Kind, Limits, constrained
from mojo_compute.portfolio.program import Infeasible, Unbounded
from mojo_compute.portfolio.returns import Between

_Rows = list[tuple[str | None, float]]
_Broken = dict[Kind, _Rows]
_MOST_NAMED = 5


def conflict(
    limits: Limits, expected: Floats | None, covariance: Floats | None, between: Between | None = None
) -> InvalidInput:
    """The error that names the constraints that have to give way, and by how much at least.

    Each kind of constraint is relaxed in its turn, the others held: one with which a portfolio exists then is at
    fault by itself, by the least sum of what its rows give way. When none is, all are relaxed together.
    """
    asked = _asked(limits)

    def broken(relaxed: Sequence[Kind]) -> _Broken:
        weights = constrained(limits, expected=expected, covariance=covariance, relaxed=relaxed)
        try:
            return weights.broken(weights.program.solve(between))
        except (Infeasible, Unbounded, ComputationError):
            return {}  # not these, as far as the solver can tell

    alone: _Broken = {}
    for kind in asked:
        alone |= broken([kind])
    found = alone or broken(asked)
    if not found:
        raise ComputationError("the solver finds no portfolio, and no constraint that prevents one")
    said = [f"{kind} by at least {_amounts(rows)}" for kind, rows in found.items()]
    one = "one of them has to give way, " + "; or ".join(said)
    return InvalidInput(
        "no portfolio satisfies the constraints together: "
        + (one if alone else "several have to give way, " + "; and ".join(said)),
        field=next(iter(found)),
        constraint="feasible together",
        conflicts=[_told(kind, rows) for kind, rows in found.items()],
    )


def _amounts(rows: _Rows) -> str:
    if len(rows) > _MOST_NAMED:
        return f"{sum(by for _name, by in rows):.4g} in all, over {len(rows)} of its rows"
    return ", ".join(f"{by:.4g}" if name is None else f"{by:.4g} ({name})" for name, by in rows)


def _told(kind: Kind, rows: _Rows) -> dict[str, Any]:
    """A kind of constraint for a program: by how much it gives way in all, and its rows that do the most."""
    told: dict[str, Any] = {"constraint": kind, "by": sum(by for _name, by in rows)}
    if rows[0][0] is not None:
        told["names"] = dict(sorted(rows, key=lambda row: -row[1])[:_MOST_NAMED])
    return told


def _asked(limits: Limits) -> list[Kind]:
    """The kinds of constraint that were asked for, those people change first in front."""
    there: dict[Kind, bool] = {
        "target_return": limits.target_return is not None,
        "target_volatility": limits.target_volatility is not None,
        "sector_caps": any(one.cap is not None for one in limits.sectors),
        "sector_floors": any(one.floor is not None for one in limits.sectors),
        "max_turnover": limits.max_turnover is not None,
        "max_weight": bool((limits.upper < 1).any()),
        "min_weight": bool((limits.lower != 0).any()),
    }
    assert set(there) == set(get_args(Kind))
    return [kind for kind, is_there in there.items() if is_there]
