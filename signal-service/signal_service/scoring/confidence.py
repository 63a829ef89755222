"""How likely a rule is right this time, from what followed its earlier cases."""

from __future__ import annotations

from dataclasses import dataclass

from signal_service.scoring.sums import Sums

LEAST_CASES = 30  # of the company and its industry together
LEAST, MOST = 0.01, 0.99


@dataclass(frozen=True, slots=True)
class Strengths:
    """Cases that a level's own record must bring to count as much as the level above it."""

    everyone: float
    industry: float
    company: float


# Chosen on the years before the last of the sample market (`python -m benchmarks.signals_scores --fit`)
STRENGTHS = Strengths(everyone=10_000.0, industry=3000.0, company=3000.0)


@dataclass(frozen=True, slots=True)
class Levels:
    """A rule's record on a company, on its industry (the company included) and on all companies.

    `base` is the share of companies that moved in the rule's direction over its horizon on
    any day before: what one would say without the rule.
    """

    company: Sums
    industry: Sums
    everyone: Sums
    base: float


@dataclass(frozen=True, slots=True)
class Confidence:
    """Probability that the close lies in the rule's direction a horizon later.

    Parameters
    ----------
    value : float or None
        None where `cases` are too few; `basis` then says so.
    basis : str
        In words, what it rests on.
    cases, hits : int
        Of the company and its industry.
    base : float
        The share without the rule.
    lift_everyone, lift_industry, lift : float
        What the records of all companies, then of the industry, then of the company add to `base`.
    """

    value: float | None
    basis: str
    cases: int
    hits: int
    base: float
    lift_everyone: float
    lift_industry: float
    lift: float


def confidence_of(levels: Levels, direction: int, horizon: int, strengths: Strengths = STRENGTHS) -> Confidence:
    """Shrink the record of a company towards its industry's, that towards everyone's, that towards none.

    A case counts by how much better it ended than all companies did over the same days (hit less
    the share of them that moved its way), so that a market which rose for a year proves nothing
    for a rule that bought in it. With n cases of excess sum e, a level of strength k and the lift
    l of the level above, its own lift is (e + k l) / (n + k): the mean of a posterior whose prior
    is worth k cases.
    """
    everyone = _lift(levels.everyone, levels.base, 0.0, strengths.everyone)
    industry = _lift(levels.industry, levels.base, everyone, strengths.industry)
    lift = _lift(levels.company, levels.base, industry, strengths.company)
    known = levels.industry.cases >= LEAST_CASES
    value = min(max(levels.base + lift, LEAST), MOST) if known else None
    return Confidence(
        value=value,
        basis=_basis(levels.industry, direction, horizon),
        cases=levels.industry.cases,
        hits=levels.industry.hits,
        base=levels.base,
        lift_everyone=everyone,
        lift_industry=industry,
        lift=lift,
    )


def _lift(sums: Sums, base: float, above: float, strength: float) -> float:
    excess = sums.hits - sums.expected - sums.alone * base
    return (excess + strength * above) / (sums.cases + strength)


def _basis(sums: Sums, direction: int, horizon: int) -> str:
    word = "higher" if direction > 0 else "lower"
    sessions = "1 session" if horizon == 1 else f"{horizon} sessions"
    if sums.cases < LEAST_CASES:
        return f"{sums.cases} earlier cases on the company and its industry; at least {LEAST_CASES} are needed"
    return (
        f"close {word} {sessions} after {sums.hits} of {sums.cases} earlier cases on the company and its industry, "
        "weighed against what all companies did over the same days"
    )
