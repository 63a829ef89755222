"""Records put to the test: what each would have foretold of the cases after it, and how much it is believed for that.

Every stored case is foretold with each strength of doubt from what had ended before its day, and from
nothing else (Dawid, 1984). A strength's weight is its prior times the likelihood of those forecasts.
Cases of one month end much alike, so the likelihood counts them for as many as they are worth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signal_service.scoring.markets import Days, Floats, Market
from signal_service.scoring.records import Cases, Measured
from signal_service.scoring.trusts import PRIOR, STRENGTHS, Trust, Weights

Places = NDArray[np.int64]

FIRST_JUDGED = 250  # days of the market that a first forecast needs
BLOCK_DAYS = 28  # as long as the longest horizon of the shipped rules: cases further apart share no session
SURE = 0.01  # no forecast is surer than that


@dataclass(frozen=True, slots=True)
class Told:
    """The cases of all companies in the order of their symbols, each with the pools that it belongs to.

    `rules` are rows of the rules, `industries` and `companies` numbers of pools: one each for a rule and an industry
    (a company of no industry is one of its own) and for a rule and a company.
    """

    cases: Cases
    industries: Places
    companies: Places
    directions: Floats

    def some(self, chosen: NDArray[np.bool_]) -> Told:
        """Those of the cases."""
        return Told(self.cases.some(chosen), self.industries[chosen], self.companies[chosen], self.directions[chosen])


def told_of(rules: Sequence[Measured], cases: Mapping[str, Cases], industries: Mapping[str, str | None]) -> Told:
    """All companies' cases together, by symbol; in whichever order they are given, the same."""
    symbols = sorted(cases)
    names = {name: place for place, name in enumerate(sorted({_group(symbol, industries) for symbol in symbols}))}
    parts = [cases[symbol] for symbol in symbols]
    whole = Cases.together(parts)
    company = np.repeat(np.arange(len(parts)), [len(part.days) for part in parts]).astype(np.int64)
    group = np.array([names[_group(symbol, industries)] for symbol in symbols], np.int64)
    directions = np.array([float(rule.direction) for rule in rules])
    return Told(
        whole,
        industries=whole.rules * len(names) + group[company] if len(parts) else company,
        companies=whole.rules * len(parts) + company,
        directions=directions[whole.rules],
    )


def trust_of(told: Told, rules: Sequence[Measured], market: Market) -> Trust:
    """How much the records of all rules are believed, after what they foretold of each other's cases.

    Parameters
    ----------
    told : Told
        Cases that have ended before the day of judgement: all of them are read.
    rules : sequence of Measured
    market : Market
        Of the same companies.
    """
    judged = _judged(told.cases.days, market)
    if not judged.any():
        return PRIOR
    rates, known = _drifts(told, rules, market)
    blocks = told.cases.days[judged] // BLOCK_DAYS
    hits = told.cases.hits

    def of_hits(forecast: Floats) -> float:
        said = np.clip(forecast[judged], SURE, 1.0 - SURE)
        return float(np.sum(np.log(np.where(hits[judged] > 0.0, said, 1.0 - said))))

    worth = _worth((told.directions * (hits - 0.5))[judged], blocks)
    drifts = [0.5 + (rates - 0.5 * known) / (known + strength) for strength in STRENGTHS]
    market_weights = _weights(PRIOR.market, [of_hits(one) for one in (*drifts, np.full(len(hits), 0.5))], worth)
    base = _mean([*drifts, np.full(len(hits), 0.5)], market_weights)

    excess = hits - np.where(np.isnan(told.cases.shares), base, told.cases.shares)
    spread = float(np.mean(excess[judged] ** 2))
    worth = _worth(excess[judged], blocks)

    def of_excess(forecast: Floats) -> float:
        return float(np.sum((excess[judged] - forecast[judged]) ** 2)) / (-2.0 * spread)

    above = np.zeros(len(hits))
    found = []
    for pools, prior in (
        (told.cases.rules, PRIOR.everyone),
        (told.industries, PRIOR.industry),
        (told.companies, PRIOR.company),
    ):
        before = _before(told.cases, pools)
        sums, counts = before(excess), before(np.ones(len(hits)))
        lifts = [above + (sums - counts * above) / (counts + strength) for strength in STRENGTHS]
        weights = _weights(prior, [of_excess(one) for one in (*lifts, above)], worth) if spread > 0.0 else prior
        found.append(weights)
        above = _mean([*lifts, above], weights)
    return Trust(market_weights, *found)


def _group(symbol: str, industries: Mapping[str, str | None]) -> str:
    industry = industries.get(symbol)
    return f"industry {industry}" if industry is not None else f"company {symbol}"


def _judged(days: Days, market: Market) -> NDArray[np.bool_]:
    if len(market.days) <= FIRST_JUDGED:
        return np.zeros(len(days), np.bool_)
    judged: NDArray[np.bool_] = days >= market.days[FIRST_JUDGED]
    return judged


def _drifts(told: Told, rules: Sequence[Measured], market: Market) -> tuple[Floats, Floats]:
    """Before each case: sum of the shares that moved its way over its horizon, and days on which one is known."""
    rates, known = np.zeros(len(told.cases.days)), np.zeros(len(told.cases.days))
    for row, rule in enumerate(rules):
        mine = told.cases.rules == row
        rates[mine], known[mine] = market.sums_before(rule.horizon, rule.direction, told.cases.days[mine])
    return rates, known


def _before(cases: Cases, pools: Places) -> Callable[[Floats], Floats]:
    """For a number of each case: the sums of it over the cases of the same pool that ended before each case's day."""
    first = int(min(cases.days.min(), cases.ended.min()))
    span = int(max(cases.days.max(), cases.ended.max())) - first + 1
    keys = pools * span + (cases.ended - first)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    start = np.searchsorted(ordered, pools * span)
    stop = np.searchsorted(ordered, pools * span + (cases.days - first))

    def sums(values: Floats) -> Floats:
        upto = np.concatenate([[0.0], np.cumsum(values[order])])
        before: Floats = upto[stop] - upto[start]
        return before

    return sums


def _worth(values: Floats, blocks: Days) -> float:
    """Share of a case of its own that each is worth: sum of squares over that of the sums of each block, at most 1."""
    _, places = np.unique(blocks, return_inverse=True)
    together = float(np.sum(np.bincount(places, values) ** 2))
    alone = float(np.sum(values**2))
    return min(1.0, alone / together) if together > 0.0 else 1.0


def _weights(prior: Weights, likelihoods: Sequence[float], worth: float) -> Weights:
    """Prior times likelihood (given as logarithms), the likelihood's cases counting for what they are worth."""
    said = np.log(prior) + worth * np.array(likelihoods)
    weights = np.exp(said - said.max())
    return tuple((weights / weights.sum()).tolist())


def _mean(forecasts: Sequence[Floats], weights: Weights) -> Floats:
    total = np.zeros(len(forecasts[0]))
    for weight, forecast in zip(weights, forecasts, strict=True):
        total += weight * forecast
    return total
