"""How likely a rule is right this time, from what followed its earlier cases."""

from __future__ import annotations

from dataclasses import dataclass

from signal_service.scoring.sums import Sums
from signal_service.scoring.trusts import PRIOR, Trust, weight_of_record

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


def confidence_of(levels: Levels, direction: int, horizon: int) -> Confidence:
    """The base rate and the company's lift, as far as there are cases enough to say so.

    The record of a company is drawn towards its industry's, that towards everyone's, that towards
    none. A case counts by how much better it ended than all companies did over the same days (hit
    less the share of them that moved its way), so that a market which rose for a year proves
    nothing for a rule that bought in it. With cases of mean excess m, the lift l of the level above
    and the share w of itself that the record counts for (`weight_of_record`), a level's own lift is
    l + w (m - l).
    """
    trust, base = levels.trust, levels.base
    weights = Lifts(
        weight_of_record(levels.everyone.cases, trust.everyone),
        weight_of_record(levels.industry.cases, trust.industry),
        weight_of_record(levels.company.cases, trust.company),
    )
    everyone = _lift(levels.everyone, base, 0.0, weights.everyone)
    industry = _lift(levels.industry, base, everyone, weights.industry)
    lift = _lift(levels.company, base, industry, weights.company)
    known = levels.industry.cases >= LEAST_CASES
    return Confidence(
        value=min(max(base + lift, LEAST), MOST) if known else None,
        basis=_basis(levels.industry, direction, horizon),
        cases=levels.industry.cases,
        hits=levels.industry.hits,
        base=base,
        lift_everyone=everyone,
        lift_industry=industry,
        lift=lift,
        weights=weights,
        drift_weight=weight_of_record(levels.days, trust.market),
    )


def _lift(sums: Sums, base: float, above: float, weight: float) -> float:
    if not sums.cases:
        return above
    return above + ((sums.hits - sums.expected - sums.alone * base) / sums.cases - above) * weight


def _basis(sums: Sums, direction: int, horizon: int) -> str:
    word = "higher" if direction > 0 else "lower"
    sessions = "1 session" if horizon == 1 else f"{horizon} sessions"
    if sums.cases < LEAST_CASES:
        return f"{sums.cases} earlier cases on the company and its industry; at least {LEAST_CASES} are needed"
    return (
        f"close {word} {sessions} after {sums.hits} of {sums.cases} earlier cases on the company and its industry, "
        "believed as far as such records foretold what came after them"
    )
