"""Which constraint is at fault when no portfolio satisfies all of them."""

from __future__ import annotations

from typing import Any, get_args

from chitti_shared.errors import ComputationError, InvalidInput

from mojo_compute.kernels.arrays import Floats
from mojo_compute.portfolio.constraints import Kind, Limits, constrained
from mojo_compute.portfolio.program import Infeasible, Unbounded
from mojo_compute.portfolio.returns import Between

_Broken = list[tuple[Kind, str | None, float]]


def conflict(
    limits: Limits, expected: Floats | None, covariance: Floats | None, between: Between | None = None
) -> InvalidInput:
    """The error that names the constraints of which one has to give way, and by how much at least.

    Each kind of constraint is relaxed in its turn, the others held: one with which a portfolio exists then is at
    fault, by the least sum of what its rows give way.
    """
    asked = _asked(limits)
    found: _Broken = []
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
    kinds = list(dict.fromkeys(kind for kind, _name, _by in found))
    said = "; or ".join(
        f"{kind} by at least " + ", ".join(_amount(name, by) for own, name, by in found if own == kind)
        for kind in kinds
    )
    conflicts: list[dict[str, Any]] = [
        {"constraint": kind, "by": by} if name is None else {"constraint": kind, "name": name, "by": by}
        for kind, name, by in found
    ]
    return InvalidInput(
        f"no portfolio satisfies the constraints together: one of them has to give way, {said}",
        field=kinds[0],
        constraint="feasible together",
        conflicts=conflicts,
    )


def _amount(name: str | None, by: float) -> str:
    return f"{by:.4g}" if name is None else f"{by:.4g} ({name})"


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
