"""What an alert says of itself: confidence, impact, and every number behind the two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from signal_service.scoring.books import Book, RecordKey
from signal_service.scoring.confidence import Confidence, Levels, confidence_of
from signal_service.scoring.impact import Impact, impact_of, standing_of
from signal_service.scoring.markets import Days, Floats

RECORD = "signals.records"
PRICES = "md.eod_prices"
OWN = "signal-service"


class Figure(NamedTuple):
    """One number behind a score: what it is, how much, in which unit, and where it comes from."""

    name: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Score:
    """How far a rule's case can be trusted, and how large a move it lets one expect."""

    confidence: Confidence
    impact: Impact
    levels: Levels
    horizon: int

    def figures(self) -> tuple[Figure, ...]:
        """The parts of both, for an alert's evidence; what is not known has none."""
        return (*self._record(), *self._move())

    def _record(self) -> Iterator[Figure]:
        told = self.confidence
        after = f"{RECORD}, after {self.horizon} sessions"
        yield Figure("past_cases", float(told.cases), "cases on the company and its industry", RECORD)
        yield Figure("past_cases_company", float(self.levels.company.cases), "cases", RECORD)
        yield Figure("past_cases_everyone", float(self.levels.everyone.cases), "cases", RECORD)
        yield from _share("past_hit_rate", self.levels.industry.hit_rate, after)
        yield from _share("past_hit_rate_everyone", self.levels.everyone.hit_rate, after)
        mean = self.levels.industry.mean_return
        if mean is not None:
            yield Figure("past_mean_return", round(100.0 * mean, 4), "%", after)
        yield Figure("market_rate", round(self.levels.drift, 4), "share of all companies", f"{PRICES}, days before")
        yield Figure("market_days", float(self.levels.days), "days before", PRICES)
        yield Figure("weight_market", round(told.drift_weight, 4), "share of this rate that is believed", RECORD)
        yield Figure("base_rate", round(told.base, 4), "share of all companies, as believed", OWN)
        for name, lift, weight in (
            ("everyone", told.lift_everyone, told.weights.everyone),
            ("industry", told.lift_industry, told.weights.industry),
            ("company", told.lift, told.weights.company),
        ):
            yield Figure(f"weight_{name}", round(weight, 4), "share of this record that is believed", RECORD)
            yield Figure(f"lift_{name}", round(lift, 4), "added to the base rate", OWN)

    def _move(self) -> Iterator[Figure]:
        told = self.impact
        if told.usual_move is not None and told.expected_move is not None and told.rank is not None:
            over = f"over {self.horizon} sessions"
            whose = "a year before" if told.own else "a year before, all companies' median"
            yield Figure("usual_move", round(100.0 * told.usual_move, 4), f"% {over}", f"{PRICES}, {whose}")
            yield Figure("recent_factor", round(told.recent_factor, 4), "x the usual move, as it moved of late", PRICES)
            yield Figure("expected_move", round(100.0 * told.expected_move, 4), f"% {over}", OWN)
            yield Figure("move_rank", round(told.rank, 4), "share of all companies' moves of the year", PRICES)
        yield Figure("rule_factor", round(told.rule_factor, 4), "x the move after such volumes and news", RECORD)
        if told.volume_class is not None:
            yield Figure("volume_fifth", float(told.volume_class + 1), "of 5, by the year's volumes", PRICES)
            yield Figure("volume_factor", round(told.volume_factor, 4), "x the usual move", RECORD)
        if told.news is not None:
            yield Figure("news_strength", round(told.news, 4), "|score| x confidence, strongest fresh article", OWN)
            yield Figure("news_bars", float(told.news_bars), "earlier bars with such news (0: factor 1)", RECORD)
            yield Figure("news_factor", round(told.news_factor, 4), "x the move without news", RECORD)


def score_of(
    book: Book,
    key: RecordKey,
    symbol: str,
    days: Days,
    close: Floats,
    volume: Floats,
    news: float | None = None,
) -> Score:
    """Score a rule that holds on the newest bar of a history.

    Parameters
    ----------
    book : Book
        Records of outcomes known before that bar.
    key : (str, int)
        The rule, and 1 bullish or -1 bearish.
    days : ndarray of int64, shape (n,)
    close, volume : ndarray of float64, shape (n,)
    news : float, optional
        |score| x confidence of the strongest fresh article; None: there is none.
    """
    rule = book.rule(key)
    levels = book.levels(key, symbol, int(days[-1]))
    confidence = confidence_of(levels, rule.direction, rule.horizon)
    standing = standing_of(close, volume, rule.horizon)
    impact = impact_of(levels, book.factors(rule.horizon), standing, book.scale, rule.horizon, news)
    return Score(confidence, impact, levels, rule.horizon)


def _share(name: str, value: float | None, source: str) -> Iterator[Figure]:
    if value is not None:
        yield Figure(name, round(value, 4), "share of cases", source)
