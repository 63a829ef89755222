"""Confidence and impact on a year that they were not made on, beside the base rate.

`python -m benchmarks.signals_scores [FOLDER] [--fit]`: walks through the last year of 50 stocks
(the sample market, or FOLDER with a CSV each) day by day. Each case of each shipped rule that
reads bars alone is scored with what was known before its day, as the service does it, and
compared with what happened. `--fit` shows what the strengths were chosen by: the same on the
years before.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from signal_service.kernels import _outcomes
from signal_service.rules import RuleSide
from signal_service.scoring.books import Book, horizons_of
from signal_service.scoring.confidence import LEAST_CASES, Levels, Strengths, confidence_of, lift_of
from signal_service.scoring.impact import impact_of, standing_of
from signal_service.scoring.markets import market_of
from signal_service.scoring.records import Measured, Past, measured, past_of

from benchmarks.past_signals import History, histories, holds_of, price_rules
from benchmarks.results import Row, plain

Floats = NDArray[np.float64]

YEAR = 365  # days that are held out, up to the newest bar
FIRST_SCORED = 250  # the market's days before the first one that is scored
PRIORS = (0.0, 100.0, 250.0, 500.0, 1000.0)
GRID = (1000.0, 3000.0, 10_000.0)
BINS = 10


@dataclass(frozen=True, slots=True)
class Case:
    """A rule's case with what was known on its day, and how it ended.

    `bases` are base rates by prior (`PRIORS`), the shipped one in `levels`; `size` is the size of
    the move that followed over the company's usual one.
    """

    day: int
    ended: int
    rule: Measured
    levels: Levels
    bases: tuple[float, ...]
    hit: bool
    impact: float | None
    size: float | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A company's history with where the rules hold, and the bars on which their cases begin."""

    history: History
    holds: NDArray[np.uint8]
    past: Past
    begins: dict[int, list[int]]


def walk(told: Sequence[History], sides: Sequence[RuleSide]) -> Iterator[Case]:
    """Every case with a known outcome after the first year, in the order of days."""
    rules = tuple(measured(side) for side in sides)
    market = market_of([one.closes for one in told], horizons_of(rules))
    companies = [_prepared(one, sides, past_of(one.days, one.close, one.volume, market)) for one in told]
    industries = {one.symbol: one.industry for one in told}
    for day in market.days[FIRST_SCORED:]:
        due = [(one, bar) for one in companies if (bar := _bar_on(one.history, day)) in one.begins]
        if not due:
            continue
        tallies = {}
        for one in companies:
            judged = int(np.searchsorted(one.history.days, day))
            tallies[one.history.symbol] = one.past.tally(one.holds, rules, min(judged, len(one.history.days) - 1))
        book = Book(rules, market, industries, tallies)
        for one, bar in due:
            for row in one.begins[bar]:
                if bar + rules[row].horizon < len(one.history.days):
                    yield _case(book, one, bar, rules[row])


def _prepared(history: History, sides: Sequence[RuleSide], past: Past) -> Prepared:
    holds = holds_of(history, sides)
    begins: dict[int, list[int]] = {}
    bars = np.empty(len(history.days), np.int64)
    for row, side in enumerate(sides):
        for bar in bars[: _outcomes.cases_into(holds, row, side.cooldown, bars)]:
            begins.setdefault(int(bar), []).append(row)
    return Prepared(history, holds, past, begins)


def _bar_on(history: History, day: int) -> int:
    at = int(np.searchsorted(history.days, day))
    return at if at < len(history.days) and history.days[at] == day else -1


def _case(book: Book, one: Prepared, bar: int, rule: Measured) -> Case:
    history, day = one.history, int(one.history.days[bar])
    levels = book.levels((rule.rule, rule.direction), history.symbol, day)
    standing = standing_of(history.close, history.volume, rule.horizon, bar)
    impact = impact_of(levels, book.volumes(rule.horizon), standing)
    move = float(history.close[bar + rule.horizon] / history.close[bar] - 1.0)
    return Case(
        day=day,
        ended=int(history.days[bar + rule.horizon]),
        rule=rule,
        levels=levels,
        bases=tuple(book.market.base_rate(rule.horizon, rule.direction, day, prior) for prior in PRIORS),
        hit=rule.direction * move > 0.0,
        impact=impact.value if impact.rank is not None else None,
        size=abs(move) / standing.usual_move if standing.usual_move else None,
    )


def confidences(cases: Sequence[Case]) -> Floats:
    """What the service says of each case."""
    told = [confidence_of(case.levels, case.rule.direction, case.rule.horizon).value for case in cases]
    return np.array([np.nan if value is None else value for value in told])


def tried(cases: Sequence[Case], strengths: Strengths, prior: int) -> Floats:
    """The same under other strengths and prior `PRIORS[prior]`, however few the cases."""
    lifts = [lift_of(case.levels, strengths).company for case in cases]
    bases = [case.bases[prior] for case in cases]
    return np.clip(np.array(bases) + np.array(lifts), 0.01, 0.99)


def brier(said: Floats, hits: Floats) -> float:
    return float(np.mean((said - hits) ** 2))


def log_loss(said: Floats, hits: Floats) -> float:
    return float(-np.mean(hits * np.log(said) + (1.0 - hits) * np.log(1.0 - said)))


def distance(said: Floats, hits: Floats) -> float:
    """Mean distance of what was said from what happened, over ten bins of as many cases each."""
    order = np.argsort(said, kind="stable")
    bins = [np.array(part) for part in np.array_split(order, BINS) if len(part)]
    return float(sum(len(part) * abs(said[part].mean() - hits[part].mean()) for part in bins) / len(said))


def reliability(said: Floats, hits: Floats) -> str:
    """Ten bins of as many cases each: what was said, what happened."""
    lines = [f"{'cases':>6} {'said':>7} {'happened':>9}"]
    lines += [
        f"{len(part):>6} {said[part].mean():>7.3f} {hits[part].mean():>9.3f}"
        for part in np.array_split(np.argsort(said, kind="stable"), BINS)
    ]
    return "\n".join(lines)


def advantage(ours: Floats, theirs: Floats, days: NDArray[np.int64]) -> tuple[float, float]:
    """Mean difference of squared errors, and its standard error with the cases of a month as one piece."""
    difference = theirs - ours
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    sums = np.array([np.sum(difference[months == month] - difference.mean()) for month in np.unique(months)])
    return float(difference.mean()), float(np.sqrt(np.sum(sums**2)) / len(difference))


def fit(cases: Sequence[Case]) -> None:
    """Print how other strengths would have served on these cases, those with few past cases too."""
    hits = np.array([float(case.hit) for case in cases])
    bases = np.array([case.bases for case in cases])
    for place, prior in enumerate(PRIORS):
        print(f"base rate with {prior:g} days of no direction: Brier {brier(bases[:, place], hits):.5f}")
    found = [
        (brier(tried(cases, Strengths(*levels), place), hits), prior, levels)
        for (place, prior), levels in itertools.product(enumerate(PRIORS), itertools.product(GRID, repeat=3))
    ]
    found.sort(key=lambda one: one[0])
    for score, prior, (everyone, industry, company) in found[:10]:
        print(f"Brier {score:.5f}: {prior:g} days; everyone {everyone:g}, industry {industry:g}, company {company:g}")
    print()


def report(cases: Sequence[Case], market: str) -> list[Row]:
    """Print the tables of the held-out year; the rows sum it up, and name the market."""
    hits = np.array([float(case.hit) for case in cases])
    said = confidences(cases)
    base = np.array([case.bases[0] for case in cases])
    days = np.array([case.day for case in cases])
    gain, error = advantage((said - hits) ** 2, (base - hits) ** 2, days)
    print(f"{len(cases):,} cases; Brier better by {gain:.5f}, standard error {error:.5f} (by month)")
    print(f"a coin: Brier 0.25000, log loss {np.log(2.0):.5f}\n")
    print(f"confidence\n{reliability(said, hits)}\n\nbase rate\n{reliability(base, hits)}\n")
    print(_by_rule(cases, said, base, hits))
    print(_by_impact(cases))
    return [
        _lower(f"confidence: Brier score of the held-out year, {market}", brier(said, hits), brier(base, hits)),
        _lower(f"confidence: log loss of the held-out year, {market}", log_loss(said, hits), log_loss(base, hits)),
        _lower(
            f"confidence: distance from what happened, ten bins, {market}", distance(said, hits), distance(base, hits)
        ),
    ]


def _lower(what: str, ours: float, peer: float) -> Row:
    return Row(what, ours, "", peer, "base rate", "< base rate", ours < peer)


def _by_rule(cases: Sequence[Case], said: Floats, base: Floats, hits: Floats) -> str:
    keys = [(case.rule.rule, case.rule.direction) for case in cases]
    lines = [f"{'rule':<26} {'cases':>6} {'hits':>6} {'said':>6} {'base':>6} {'Brier':>8} {'base':>8}"]
    for key in dict.fromkeys(sorted(keys)):
        mine = np.array([one == key for one in keys])
        name = f"{key[0]} {'up' if key[1] > 0 else 'down'}"
        figures = f"{mine.sum():>6} {hits[mine].mean():>6.3f} {said[mine].mean():>6.3f} {base[mine].mean():>6.3f}"
        lines.append(
            f"{name:<26} {figures} {brier(said[mine], hits[mine]):>8.4f} {brier(base[mine], hits[mine]):>8.4f}"
        )
    return "\n".join(lines) + "\n"


def _by_impact(cases: Sequence[Case]) -> str:
    pairs = np.array([(case.impact, case.size) for case in cases if case.impact is not None and case.size is not None])
    ranks = [np.argsort(np.argsort(pairs[:, column])) for column in (0, 1)]
    lines = [f"impact and size of the move: rank correlation {np.corrcoef(*ranks)[0, 1]:.3f}"]
    lines.append(f"{'cases':>6} {'impact':>7} {'move / usual':>13}")
    lines += [
        f"{len(part):>6} {pairs[part, 0].mean():>7.1f} {pairs[part, 1].mean():>13.3f}"
        for part in np.array_split(np.argsort(pairs[:, 0], kind="stable"), 5)
    ]
    return "\n".join(lines) + "\n"


def measure(folder: Path | None = None, again: Callable[[Sequence[Case]], None] | None = None) -> list[Row]:
    """Rows of the held-out year; `again` gets the cases of the years before.

    Without a folder it is the sample market's, and the rows say so.
    """
    told = histories(folder)
    market = f"{len(told)} stocks of {'the sample market' if folder is None else 'the files given'}"
    cases = list(walk(told, price_rules()))
    held_out = max(case.ended for case in cases) - YEAR
    if again is not None:
        again([case for case in cases if case.ended <= held_out])
    known = [case for case in cases if case.levels.industry.cases >= LEAST_CASES]
    return report([case for case in known if case.day > held_out], market)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signals_scores", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="CSV files date,open,high,low,close,volume, one a company")
    parser.add_argument("--fit", action="store_true", help="also show what the strengths were chosen by")
    given = parser.parse_args()
    print(plain(measure(given.folder, fit if given.fit else None)))


if __name__ == "__main__":
    main()
