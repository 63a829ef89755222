"""Every case of the shipped rules that read bars alone, scored as the service would have on its day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from signal_service.kernels import _outcomes
from signal_service.rules import RuleSide
from signal_service.scoring.books import Book, horizons_of
from signal_service.scoring.confidence import confidence_of
from signal_service.scoring.forecasts import FIRST_JUDGED, Told, told_of, trust_of
from signal_service.scoring.impact import impact_of, standing_of
from signal_service.scoring.markets import Market, market_of
from signal_service.scoring.records import Measured, Past, measured, past_of
from signal_service.scoring.scales import Scale, scale_of
from signal_service.scoring.trusts import Trust

from benchmarks.past_signals import History, holds_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A rule's case with what was known on its day, and how it ended.

    Parameters
    ----------
    day, ended : int
        Days since 1970.
    rule : Measured
    confidence : float or None
        What the service says; None where it says nothing.
    base, of_rule, of_all : float
        What others might say: the share of companies that had moved in the direction, of the
        rule's cases that had been right, of all rules' cases.
    hit : bool
    impact : float or None
        None where it has no rank.
    move : float
        Size of the move that followed, as a fraction.
    moved : float or None
        Its place on the scale of impacts, 0 to 100.
    """

    day: int
    ended: int
    rule: Measured
    confidence: float | None
    base: float
    of_rule: float
    of_all: float
    hit: bool
    impact: float | None
    move: float
    moved: float | None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A company's history with where the rules hold, and the bars on which their cases begin."""

    history: History
    holds: NDArray[np.uint8]
    past: Past
    begins: dict[int, list[int]]


class _Trusts:
    """How far records were believed on a day: found anew on the first day of each month, as it takes long."""

    def __init__(self, told: Told, rules: Sequence[Measured], market: Market) -> None:
        self._told = told
        self._rules = rules
        self._market = market
        self._kept: dict[int, Trust] = {}

    def on(self, day: int) -> Trust:
        first = _first_of_month(day)
        if first not in self._kept:
            known = self._told.some(self._told.cases.ended < first)
            self._kept[first] = trust_of(known, self._rules, self._market)
        return self._kept[first]


class _Scales:
    """The scale of impacts on a day, found anew on the first day of each month."""

    def __init__(self, companies: Sequence[_Prepared]) -> None:
        self._companies = companies
        self._kept: dict[int, Scale] = {}

    def on(self, day: int) -> Scale:
        first = _first_of_month(day)
        if first not in self._kept:
            self._kept[first] = scale_of((one.past.by_horizon for one in self._companies), first)
        return self._kept[first]


def _first_of_month(day: int) -> int:
    return int(np.datetime64(day, "D").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))


def walk(told: Sequence[History], sides: Sequence[RuleSide]) -> Iterator[Case]:
    """Every case with a known outcome after the first year, in the order of days."""
    rules = tuple(measured(side) for side in sides)
    market = market_of([one.closes for one in told], horizons_of(rules))
    companies = [_prepared(one, sides, past_of(one.days, one.close, one.volume, market)) for one in told]
    industries = {one.symbol: one.industry for one in told}
    whole = {one.history.symbol: one.past.cases(one.holds, rules) for one in companies}
    trusts = _Trusts(told_of(rules, whole, industries), rules, market)
    scales = _Scales(companies)
    for day in market.days[FIRST_JUDGED:].tolist():
        due = [(one, bar) for one in companies if (bar := _bar_on(one.history, day)) in one.begins]
        if not due:
            continue
        tallies = {}
        for one in companies:
            judged = int(np.searchsorted(one.history.days, day))
            tallies[one.history.symbol] = one.past.tally(one.holds, rules, min(judged, len(one.history.days) - 1))
        book = Book(rules, market, industries, tallies, trusts.on(day), scales.on(day))
        records = [book.everyone((rule.rule, rule.direction)) for rule in rules]
        right = _rate(sum(one.hits for one in records), sum(one.cases for one in records))
        for one, bar in due:
            for row in one.begins[bar]:
                if bar + rules[row].horizon < len(one.history.days):
                    yield _case(book, one, bar, rules[row], right)


def _prepared(history: History, sides: Sequence[RuleSide], past: Past) -> _Prepared:
    holds = holds_of(history, sides)
    begins: dict[int, list[int]] = {}
    bars = np.empty(len(history.days), np.int64)
    for row, side in enumerate(sides):
        for bar in bars[: _outcomes.cases_into(holds, row, side.cooldown, bars)]:
            begins.setdefault(int(bar), []).append(row)
    return _Prepared(history, holds, past, begins)


def _bar_on(history: History, day: int) -> int:
    at = int(np.searchsorted(history.days, day))
    return at if at < len(history.days) and history.days[at] == day else -1


def _case(book: Book, one: _Prepared, bar: int, rule: Measured, of_all: float) -> Case:
    history, day = one.history, int(one.history.days[bar])
    levels = book.levels((rule.rule, rule.direction), history.symbol, day)
    confidence = confidence_of(levels, rule.direction, rule.horizon)
    standing = standing_of(history.close, history.volume, rule.horizon, bar)
    impact = impact_of(levels, book.factors(rule.horizon), standing, book.scale, rule.horizon)
    total, days = book.market.sums_before(rule.horizon, rule.direction, np.array([day]))
    move = float(history.close[bar + rule.horizon] / history.close[bar] - 1.0)
    place = book.scale.rank(rule.horizon, abs(move))
    return Case(
        day=day,
        ended=int(history.days[bar + rule.horizon]),
        rule=rule,
        confidence=confidence.value,
        base=_rate(float(total[0]), float(days[0])),
        of_rule=_rate(levels.everyone.hits, levels.everyone.cases),
        of_all=of_all,
        hit=rule.direction * move > 0.0,
        impact=impact.value if impact.rank is not None else None,
        move=abs(move),
        moved=100.0 * place if place is not None else None,
    )


def _rate(hits: float, cases: float) -> float:
    return hits / cases if cases else 0.5
