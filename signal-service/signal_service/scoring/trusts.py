"""How much a record is believed: shares of trust in each of several strengths of doubt."""

from __future__ import annotations

from dataclasses import dataclass

# Cases (days, for the market) that a record must bring to count as much as what it corrects
STRENGTHS = (125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16_000.0, 32_000.0)
LEVELS = ("market", "everyone", "industry", "company")

Weights = tuple[float, ...]  # of each strength, and last of believing nothing; they sum to 1


@dataclass(frozen=True, slots=True)
class Trust:
    """Weights of the strengths of doubt, 10 a level.

    Parameters
    ----------
    market : tuple of float
        Of the drift of all companies, against as many rises as falls.
    everyone, industry, company : tuple of float
        Of a rule's record on all companies, on an industry, on a company: each against the level before it.
    """

    market: Weights
    everyone: Weights
    industry: Weights
    company: Weights


# Before anything is known. A drift: any strength as likely as another, none among them. A rule's lift: as likely
# none as some. Both were compared on the sample market before its last year; see docs/SIGNALS.md, "How good they are"
PRIOR_DRIFT: Weights = (0.1,) * 10
PRIOR_LIFT: Weights = (0.5 / 9,) * 9 + (0.5,)
PRIOR = Trust(PRIOR_DRIFT, PRIOR_LIFT, PRIOR_LIFT, PRIOR_LIFT)


def weight_of_record(cases: float, weights: Weights) -> float:
    """Share of itself that a record of so many cases counts for, 0 to 1.

    The mean over the strengths k of n / (n + k): a posterior mean whose prior is worth k cases, k being
    uncertain. Against believing nothing it counts for none.
    """
    share = 0.0
    for weight, strength in zip(weights, STRENGTHS, strict=False):
        share += weight * cases / (cases + strength)
    return share


def believed(total: float, cases: float, above: float, weights: Weights) -> float:
    """The mean of `cases` numbers that sum to `total`, drawn towards `above` as far as it is not believed."""
    return above + (total / cases - above) * weight_of_record(cases, weights) if cases > 0.0 else above
