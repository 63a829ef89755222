"""Which constraint is at fault when no portfolio satisfies all of them."""

from __future__ import annotations

from typing import Any, get_args

from chitti_shared.errors import ComputationError, InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.constraints import Kind, Limits, constrained
from mojo_compute.portfolio.program import Infeasible, Unbounded
from mojo_compute.portfolio.returns import Between

_Rows = list[tuple[str | None, float]]
_MOST_NAMED = 5


def conflict(
    limits: Limits, expected: Floats | None, covariance: Floats | None, between: Between | None = None
) -> InvalidInput:
    """The error that names the constraints of which one has to give way, and by how much at least.

    Each kind of constraint is relaxed in its turn, the others held: one with which a portfolio exists then is at
    fault, by the least sum of what its rows give way.
    """
    asked = _asked(limits)
    found: list[tuple[Kind, str | None, float]] = []
    for kind in asked:
        weights = constrained(limits, expected=expected, covariance=covariance, relaxed=kind)
        try:
            answer = weights.program.solve(between)
        except (Infeasible, Unbounded, ComputationError):
            continue  # not this one alone
        found += [(kind, name, by) for name, by in weights.broken(answer)]
    if not found:
        return InvalidInput(
            f"no portfolio satisfies the constraints, and none does when only one of {', '.join(asked)} gives way",
            field=asked[0] if asked else "symbols",
            constraint="feasible together",
            conflicts=[{"constraint": kind} for kind in asked],
        )
    by_kind: dict[Kind, _Rows] = {}
    for kind, name, by in found:
        by_kind.setdefault(kind, []).append((name, by))
    said = "; or ".join(f"{kind} by at least {_amounts(rows)}" for kind, rows in by_kind.items())
    return InvalidInput(
        f"no portfolio satisfies the constraints together: one of them has to give way, {said}",
        field=next(iter(by_kind)),
        constraint="feasible together",
        conflicts=[_told(kind, rows) for kind, rows in by_kind.items()],
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
