"""Confidence and impact on years that they were not made on, beside what a sceptic would say.

`python -m benchmarks.signals_scores [FOLDER]`: walks through the history of 50 stocks (the sample
market, or FOLDER with a CSV each) day by day. Each case of each shipped rule that reads bars alone
is scored with what was known before its day, as the service does it, and compared with what
happened: in each year by itself, the last of which nothing was chosen on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.past_signals import histories, price_rules
from benchmarks.results import Row, plain
from benchmarks.scored_cases import Case, walk

Floats = NDArray[np.float64]

YEAR = 365  # days that are held out, up to the newest outcome
BINS = 10
FIFTHS = 5
DRAWS = 2000  # of the bootstrap
SEED = 20240930
OTHERS: dict[str, Callable[[Case], float]] = {
    "a coin": lambda case: 0.5,
    "base rate": lambda case: case.base,
    "rate of the rule": lambda case: case.of_rule,
    "rate of all rules": lambda case: case.of_all,
}


class Weeks:
    """Resamples of the weeks in which cases began, cases of one week staying together."""

    def __init__(self, days: NDArray[np.int64]) -> None:
        _, self._places = np.unique(days // 7, return_inverse=True)
        count = int(self._places.max()) + 1
        drawn = np.random.default_rng(SEED).integers(0, count, (DRAWS, count))
        self._times = np.array([np.bincount(one, minlength=count) for one in drawn], np.float64)

    def means(self, values: Floats, chosen: NDArray[np.bool_] | None = None) -> Floats:
        """The mean of the values (of the chosen cases) in each resample, shape (draws,)."""
        which = np.ones(len(values), np.bool_) if chosen is None else chosen
        count = self._times.shape[1]
        sums = np.bincount(self._places[which], values[which], minlength=count)
        cases = np.bincount(self._places[which], minlength=count)
        means: Floats = (self._times * sums).sum(axis=1) / np.maximum((self._times * cases).sum(axis=1), 1.0)
        return means


def brier(said: Floats, hits: Floats) -> float:
    return float(np.mean((said - hits) ** 2))


def log_loss(said: Floats, hits: Floats) -> float:
    return float(-np.mean(hits * np.log(said) + (1.0 - hits) * np.log(1.0 - said)))


def bins_of(said: Floats, count: int = BINS) -> list[NDArray[np.bool_]]:
    """The cases in bins of as many each, from the least said to the most."""
    chosen = []
    for part in np.array_split(np.argsort(said, kind="stable"), count):
        one = np.zeros(len(said), np.bool_)
        one[part] = True
        chosen.append(one)
    return chosen


def distance(said: Floats, hits: Floats) -> float:
    """Mean distance of what was said from what happened, over ten bins of as many cases each."""
    return float(sum(one.sum() * abs(said[one].mean() - hits[one].mean()) for one in bins_of(said)) / len(said))


def reliability(said: Floats, hits: Floats, weeks: Weeks) -> str:
    """Ten bins of as many cases each: what was said, what happened, and 90 of 100 resamples of it."""
    lines = [f"{'cases':>6} {'said':>7} {'happened':>9} {'5 %':>7} {'95 %':>7}"]
    for one in bins_of(said):
        low, high = np.quantile(weeks.means(hits, one), (0.05, 0.95))
        lines.append(f"{one.sum():>6} {said[one].mean():>7.3f} {hits[one].mean():>9.3f} {low:>7.3f} {high:>7.3f}")
    return "\n".join(lines) + "\n"


def compared(cases: Sequence[Case]) -> str:
    """Brier score, log loss and distance of the confidence and of each other, and the gains with their errors."""
    hits, said = _hits(cases), _said(cases)
    weeks = Weeks(np.array([case.day for case in cases]))
    lines = [f"{'':<18} {'Brier':>8} {'log loss':>9} {'distance':>9} {'gain':>9} {'error':>8}"]
    lines.append(_line("confidence", said, hits))
    for name, tell in OTHERS.items():
        theirs = np.array([tell(case) for case in cases])
        gains = (theirs - hits) ** 2 - (said - hits) ** 2
        error = float(np.std(weeks.means(gains)))
        lines.append(f"{_line(name, theirs, hits)} {gains.mean():>+9.5f} {error:>8.5f}")
    return "\n".join(lines) + "\n"


def report(cases: Sequence[Case], market: str) -> list[Row]:
    """Print the tables of the years; the rows sum up the last one, and all, and name the market."""
    known = [case for case in cases if case.confidence is not None]
    last = max(case.ended for case in cases)
    first = min(case.day for case in cases)
    while last > first:
        year = [case for case in known if last - YEAR < case.day <= last]
        if year:
            print(f"year up to {np.datetime64(last, 'D')}: {len(year):,} cases\n{compared(year)}")
        last -= YEAR
    held_out = max(case.ended for case in cases) - YEAR
    year = [case for case in known if case.day > held_out]
    print(f"all years: {len(known):,} cases\n{compared(known)}")
    for name, some in (("held-out year", year), ("all years", known)):
        weeks = Weeks(np.array([case.day for case in some]))
        print(f"confidence, {name}\n{reliability(_said(some), _hits(some), weeks)}")
    print(f"held-out year\n{_by_rule(year)}")
    print(_by_impact([case for case in cases if case.day > held_out], "held-out year"))
    print(_by_impact([case for case in cases if case.day <= held_out], "the years before"))
    return [
        *_rows(year, f"held-out year, {market}"),
        *_rows(known, f"all years, {market}"),
        _impact_row([case for case in cases if case.day > held_out], f"held-out year, {market}"),
    ]


def _rows(cases: Sequence[Case], where: str) -> list[Row]:
    hits, said = _hits(cases), _said(cases)
    rows = []
    for name, tell in OTHERS.items():
        theirs = np.array([tell(case) for case in cases])
        rows.append(
            _lower(f"confidence: Brier score against {name}, {where}", brier(said, hits), brier(theirs, hits), name)
        )
    base = np.array([case.base for case in cases])
    rows.append(_lower(f"confidence: log loss, {where}", log_loss(said, hits), log_loss(base, hits), "base rate"))
    what = f"confidence: distance from what happened in ten bins, {where}"
    rows.append(_lower(what, distance(said, hits), distance(base, hits), "base rate"))
    return rows


def _impact_row(cases: Sequence[Case], where: str) -> Row:
    known = [(case.impact, case.moved) for case in cases if case.impact is not None and case.moved is not None]
    correlation = _rank_correlation(*np.array(known, np.float64).T)
    what = f"impact: rank correlation with the place of the move on the scale, {where}"
    return Row(what, correlation, "", target="> 0", met=correlation > 0.0, more_is_better=True)


def _lower(what: str, ours: float, theirs: float, peer: str) -> Row:
    return Row(what, ours, "", theirs, peer, f"< {peer}", ours < theirs)


def _line(name: str, said: Floats, hits: Floats) -> str:
    sure = np.clip(said, 0.01, 0.99)
    return f"{name:<18} {brier(said, hits):>8.5f} {log_loss(sure, hits):>9.5f} {distance(said, hits):>9.4f}"


def _hits(cases: Sequence[Case]) -> Floats:
    return np.array([float(case.hit) for case in cases])


def _said(cases: Sequence[Case]) -> Floats:
    return np.array([np.nan if case.confidence is None else case.confidence for case in cases])


def _by_rule(cases: Sequence[Case]) -> str:
    keys = [(case.rule.rule, case.rule.direction) for case in cases]
    hits, said, base = _hits(cases), _said(cases), np.array([case.base for case in cases])
    lines = [f"{'rule':<26} {'cases':>6} {'hits':>6} {'said':>6} {'base':>6}"]
    for key in dict.fromkeys(sorted(keys)):
        mine = np.array([one == key for one in keys])
        name = f"{key[0]} {'up' if key[1] > 0 else 'down'}"
        figures = f"{hits[mine].mean():>6.3f} {said[mine].mean():>6.3f} {base[mine].mean():>6.3f}"
        lines.append(f"{name:<26} {mine.sum():>6} {figures}")
    return "\n".join(lines) + "\n"


def _by_impact(cases: Sequence[Case], where: str) -> str:
    """Moves by fifths of the impact, of the cases that have one, and of those of each horizon."""
    known = [case for case in cases if case.impact is not None and case.moved is not None]
    lines = []
    for horizon in (None, *sorted({case.rule.horizon for case in known})):
        some = [case for case in known if horizon in (None, case.rule.horizon)]
        impact = np.array([case.impact for case in some])
        moved = np.array([case.moved for case in some], np.float64)
        moves = 100.0 * np.array([case.move for case in some])
        weeks = Weeks(np.array([case.day for case in some]))
        over = "all horizons" if horizon is None else f"{horizon} sessions"
        correlation = f"rank correlation with the size of the move {_rank_correlation(impact, moves):.3f}"
        lines.append(
            f"{where}, {over}: {correlation}, with its place on the scale {_rank_correlation(impact, moved):.3f}"
        )
        lines.append(f"{'cases':>6} {'impact':>7} {'move %':>7} {'error':>6} {'its place':>10} {'error':>6}")
        for one in bins_of(impact, FIFTHS):
            size, place = (f"{x[one].mean():.3f}" for x in (moves, moved))
            errors = [f"{np.std(weeks.means(x, one)):.3f}" for x in (moves, moved)]
            lines.append(
                f"{one.sum():>6} {impact[one].mean():>7.1f} {size:>7} {errors[0]:>6} {place:>10} {errors[1]:>6}"
            )
    return "\n".join(lines) + "\n"


def _rank_correlation(one: Floats, other: Floats) -> float:
    ranks = [np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (one, other)]
    return float(np.corrcoef(*ranks)[0, 1])


def measure(folder: Path | None = None) -> list[Row]:
    """Rows of the held-out year and of all years; without a folder the sample market's, and the rows say so."""
    told = histories(folder)
    market = f"{len(told)} stocks of {'the sample market' if folder is None else 'the files given'}"
    return report(list(walk(told, price_rules())), market)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signals_scores", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="CSV files date,open,high,low,close,volume, one a company")
    given = parser.parse_args()
    print(plain(measure(given.folder)))


if __name__ == "__main__":
    main()
