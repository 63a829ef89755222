"""How likely a rule is right this time, from what followed its earlier cases."""

from __future__ import annotations

from dataclasses import dataclass

from signal_service.scoring.sums import Sums
from signal_service.scoring.trusts import PRIOR, Trust, Weights, believed, weight_of_record

LEAST_CASES = 30  # of the company and its industry together
LEAST, MOST = 0.01, 0.99


@dataclass(frozen=True, slots=True)
class Levels:
    """A rule's record on a company, on its industry (the company included) and on all companies.

    `base` is the share of companies that moved in the rule's direction over its horizon on
    any day before, as far as that is believed: what one would say without the rule. `trust` says
    how far each record is. `drift` is that share as it was, over so many `days`.
    """

    company: Sums
    industry: Sums
    everyone: Sums
    base: float
    trust: Trust = PRIOR
    drift: float = 0.5
    days: int = 0


@dataclass(frozen=True, slots=True)
class Lifts:
    """A number for each record: everyone's, then with the industry's, then with the company's."""

    everyone: float
    industry: float
    company: float


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
    weights : Lifts
        Share of itself, 0 to 1, that each of the three records counts for.
    drift_weight : float
        The same of what all companies did.
    """

    value: float | None
    basis: str
    cases: int
    hits: int
    base: float
    lift_everyone: float
    lift_industry: float
    lift: float
    weights: Lifts
    drift_weight: float


def lift_of(levels: Levels) -> Lifts:
    """Draw the record of a company towards its industry's, that towards everyone's, that towards none.

    A case counts by how much better it ended than all companies did over the same days (hit less
    the share of them that moved its way), so that a market which rose for a year proves nothing
    for a rule that bought in it. With n cases of mean excess m, the lift l of the level above and
    the share w of itself that a record of n cases counts for (`weight_of_record`), a level's own
    lift is l + w (m - l).
    """
    trust = levels.trust
    everyone = _lift(levels.everyone, levels.base, 0.0, trust.everyone)
    industry = _lift(levels.industry, levels.base, everyone, trust.industry)
    return Lifts(everyone, industry, _lift(levels.company, levels.base, industry, trust.company))


def confidence_of(levels: Levels, direction: int, horizon: int) -> Confidence:
    """The base rate and the company's lift (`lift_of`), as far as there are cases enough to say so."""
    lifts, trust = lift_of(levels), levels.trust
    known = levels.industry.cases >= LEAST_CASES
    return Confidence(
        value=min(max(levels.base + lifts.company, LEAST), MOST) if known else None,
        basis=_basis(levels.industry, direction, horizon),
        cases=levels.industry.cases,
        hits=levels.industry.hits,
        base=levels.base,
        lift_everyone=lifts.everyone,
        lift_industry=lifts.industry,
        lift=lifts.company,
        weights=Lifts(
            weight_of_record(levels.everyone.cases, trust.everyone),
            weight_of_record(levels.industry.cases, trust.industry),
            weight_of_record(levels.company.cases, trust.company),
        ),
        drift_weight=weight_of_record(levels.days, trust.market),
    )


def _lift(sums: Sums, base: float, above: float, weights: Weights) -> float:
    return believed(sums.hits - sums.expected - sums.alone * base, sums.cases, above, weights)


def _basis(sums: Sums, direction: int, horizon: int) -> str:
    word = "higher" if direction > 0 else "lower"
    sessions = "1 session" if horizon == 1 else f"{horizon} sessions"
    if sums.cases < LEAST_CASES:
        return f"{sums.cases} earlier cases on the company and its industry; at least {LEAST_CASES} are needed"
    return (
        f"close {word} {sessions} after {sums.hits} of {sums.cases} earlier cases on the company and its industry, "
        "believed as far as such records foretold what came after them"
    )
