"""Where the shipped rules began to hold: on the sample market's bars, with the sample feed's articles or examples.

A case is a bar on which a side of a rule begins to hold. For sides that read bars alone the newest one with bars
behind it to show is taken, whatever came of it. For sides that read articles those of the sample feed are tried, which
speak of the newest bar. Sides that neither raises, and those that read figures of companies, get articles and figures
that are made up: `EXAMPLES`, put on the newest bar of the sample market on which the side then begins to hold. What
articles say is read by the service's own reader either way.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

import numpy as np
from chitti_cli.demo import sample_feed
from chitti_shared.expressions.parsing import Parser
from chitti_shared.market_time import IST
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.expressions import Program, columns_of
from news_nlp.nlp import understand
from news_nlp.parsing import parse_feed
from numpy.typing import NDArray
from pictures import indicators_of
from sample_bars import COLUMNS, Stock
from signal_service.evaluation import Plan, SymbolFacts
from signal_service.evaluation.facts import Dated
from signal_service.evaluation.sessions import articles_of
from signal_service.patterns import catalogue
from signal_service.patterns.bars import bars_of
from signal_service.rules import SHIPPED, RuleSide
from signal_service.rules.sides import RuleKey

BEFORE, AFTER = 60, 20  # bars shown beside the case
QUIET = 5  # bars on which the rule did not hold
MORNING = time(10, tzinfo=IST)  # an article of then counts from the close of its own day


@dataclass(frozen=True, slots=True)
class Told:
    """What an article says of a company, as the reader has it."""

    seen: datetime
    headline: str
    score: float
    confidence: float
    event: str


@dataclass(frozen=True, slots=True)
class Case:
    """A side of a rule at bar `at` of a stock, with what it read beside the bars."""

    side: RuleSide
    stock: Stock
    at: int
    told: Sequence[Told] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    ranks: Mapping[str, float] = field(default_factory=dict)
    made_up: bool = False  # articles and figures; the bars never are


@dataclass(frozen=True, slots=True)
class Example:
    """Made-up articles and figures for one side of a rule.

    Parameters
    ----------
    headlines : sequence of (int, str)
        Sessions before the case, and the words. They name no company: none of it was said of one.
    figures, ranks : mapping of str to float
        By metric; known from the case's day on.
    beside : str, optional
        A rule of bars that begins to hold on the same day. Articles and figures alone would hold on any.
    """

    headlines: Sequence[tuple[int, str]] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    ranks: Mapping[str, float] = field(default_factory=dict)
    beside: str | None = None


EXAMPLES: dict[RuleKey, Example] = {
    ("news_with_day_move", "bullish"): Example([(0, "Shares surge as company wins a large export order")]),
    ("results_reaction", "bullish"): Example([(0, "Q1 results: net profit jumps 32%, beats estimates")]),
    ("results_reaction", "bearish"): Example([(0, "Q1 results: net profit falls 18%, misses estimates")]),
    ("order_win", "bullish"): Example([(1, "Company bags order worth Rs 1,250 crore")]),
    ("regulatory_trouble", "bearish"): Example([(1, "Regulator issues show-cause notice over disclosures")]),
    ("news_burst", "bullish"): Example(
        [
            (2, "Company reports record monthly sales"),
            (1, "Brokerages raise target price after strong sales"),
            (1, "Shares rally on upbeat demand outlook"),
            (0, "Company signs supply pact, shares gain"),
            (0, "Foreign funds raise stake, stock surges"),
        ],
        beside="volume_surge",
    ),
    ("news_burst", "bearish"): Example(
        [
            (2, "Monthly sales slump, inventory rises"),
            (1, "Brokerages cut target price on weak demand"),
            (1, "Shares slide as margin worries mount"),
            (0, "Company warns of lower profit this quarter"),
            (0, "Stock tumbles as foreign funds sell"),
        ],
        beside="volume_surge",
    ),
    ("quality_with_trend", "bullish"): Example(figures={"roe": 22.0, "debt_to_equity": 0.3}),
    ("quality_with_trend", "bearish"): Example(figures={"roe": 3.0, "debt_to_equity": 2.1}),
    ("cheap_growth", "bullish"): Example(
        figures={"pe": 14.0, "profit_growth": 26.0}, ranks={"pe": 18.0}, beside="volume_surge"
    ),
    ("cheap_growth", "bearish"): Example(
        figures={"pe": 88.0, "profit_growth": -12.0}, ranks={"pe": 96.0}, beside="volume_surge"
    ),
}


def cases_of(stocks: list[Stock]) -> Iterator[Case]:
    """A case of each side of the shipped rules, in the rules' order; none of a side that has none."""
    sides = [side for document in SHIPPED for side in document.sides]
    of_bars = newest_cases(stocks, [side for side in sides if side.needs <= {"series", "patterns"}])
    of_feed = feed_cases(stocks, [side for side in sides if side.needs <= {"series", "news"}])
    fresh = {stock.symbol: stock for stock in stocks}
    for side in sides:
        case = of_bars.get(side.key) or of_feed.get(side.key)
        if case is None and side.key in EXAMPLES:
            case = example_case([*fresh.values()], side, EXAMPLES[side.key])
            if case is not None:
                del fresh[case.stock.symbol]  # one example a stock
        if case is not None:
            yield case


def newest_cases(stocks: list[Stock], sides: list[RuleSide]) -> dict[RuleKey, Case]:
    """The newest case of sides that read bars alone."""
    plan = Plan([side.when for side in sides])
    newest: dict[RuleKey, Case] = {}
    for stock in stocks:
        for side, row in zip(sides, plan.run(facts_of(stock, plan)).astype(bool), strict=True):
            begun = [at for at in np.flatnonzero(row) if not row[max(at - QUIET, 0) : at].any()]
            shown = [int(at) for at in begun if BEFORE <= at < len(row) - AFTER]
            if shown and (side.key not in newest or stock.dates[shown[-1]] > _day(newest[side.key])):
                newest[side.key] = Case(side, stock, shown[-1])
    return newest


def _day(case: Case) -> date:
    return case.stock.dates[case.at]


def feed_cases(stocks: list[Stock], sides: list[RuleSide]) -> dict[RuleKey, Case]:
    """Cases that the sample feed makes on the newest bar: of each side the one of which most is told."""
    told: defaultdict[str, list[Told]] = defaultdict(list)
    for item in parse_feed(sample_feed()).items:
        meaning = understand(item.title)
        for symbol, said in meaning.symbols.items():
            if item.published_at is not None:
                one = Told(item.published_at, item.title, said.score, said.confidence, meaning.event or "")
                told[symbol].append(one)
    most: dict[RuleKey, Case] = {}
    for stock in stocks:
        for side in sides if stock.symbol in told else ():
            case = Case(side, stock, len(stock.dates) - 1, told[stock.symbol])
            before = most.get(side.key)
            if side.reads_news and begins(case) and (before is None or _weight(case) > _weight(before)):
                most[side.key] = case
    return most


def _weight(case: Case) -> float:
    return sum(abs(one.score) * one.confidence for one in case.told)


def example_case(stocks: list[Stock], side: RuleSide, example: Example) -> Case | None:
    """The newest bar on which the side begins to hold with the example's articles and figures."""
    beside = {one.key: one for document in SHIPPED for one in document.sides}
    conditions = [side, *([beside[example.beside, side.direction]] if example.beside else [])]
    plan = Plan([one.when for one in conditions])
    days = [(day, stock.symbol, stock, at) for stock in stocks for at, day in _where(stock, plan, example)]
    for _day_of_it, _symbol, stock, at in sorted(days, key=lambda one: one[:2], reverse=True):
        case = placed(side, stock, at, example)
        if begins(case):
            return case
    return None


def _where(stock: Stock, plan: Plan, example: Example) -> Iterator[tuple[int, date]]:
    """Bars on which all that is asked of the bars holds: as if everything in the example had been told on each."""
    everywhere = [told for at in range(len(stock.dates)) for told in _told(stock, at, example)]
    everywhere.sort(key=lambda one: one.seen)
    facts = facts_of(stock, plan, everywhere, example.figures, example.ranks, since=stock.dates[0])
    holds = plan.run(facts).astype(bool).all(axis=0)
    for at in np.flatnonzero(holds):
        if BEFORE <= at < len(holds) - AFTER:
            yield int(at), stock.dates[at]


def placed(side: RuleSide, stock: Stock, at: int, example: Example) -> Case:
    """The example at one bar."""
    return Case(side, stock, at, _told(stock, at, example), example.figures, example.ranks, made_up=True)


def _told(stock: Stock, at: int, example: Example) -> list[Told]:
    found = []
    for before, headline in example.headlines:
        meaning = understand(headline)
        seen = datetime.combine(stock.dates[max(at - before, 0)], MORNING)
        found.append(Told(seen, headline, meaning.score, meaning.confidence, meaning.event or ""))
    return found


def begins(case: Case) -> bool:
    """Whether the side holds on the case's bar, and on none of the bars before it."""
    plan = Plan([case.side.when])
    row = plan.run(facts_at(case, plan), live=True)[0].astype(bool)
    return bool(row[-1]) and not row[-1 - QUIET : -1].any()


def readings_of(case: Case) -> list[tuple[str, float]]:
    """The numbers that the condition read on the case's bar, by name."""
    plan = Plan([case.side.when])
    return [(text, value) for text, value in plan.explain(0, facts_at(case, plan)) if value is not None]


def facts_at(case: Case, plan: Plan) -> SymbolFacts:
    """What the plan reads as of the case's bar, which is the newest one."""
    known = replace(
        case.stock,
        dates=case.stock.dates[: case.at + 1],
        columns={name: values[: case.at + 1] for name, values in case.stock.columns.items()},
    )
    return facts_of(known, plan, case.told, case.figures, case.ranks, since=_day(case))


def facts_of(
    stock: Stock,
    plan: Plan,
    told: Sequence[Told] = (),
    figures: Mapping[str, float] | None = None,
    ranks: Mapping[str, float] | None = None,
    since: date | None = None,
) -> SymbolFacts:
    """What the plan reads of a stock, computed here; the figures are known from the day `since` on."""
    days = np.array(stock.dates, "datetime64[D]")
    prices = (stock.columns[name][None, :] for name in COLUMNS[:4])
    bars = Bars(*prices, volume=stock.columns["volume"][None, :], times=days.astype("datetime64[s]"))
    nodes = [Parser({}).parse(json.loads(label), "", "number") for label in plan.columns]
    values = Program(nodes).run(columns_of(Data(bars), 0))
    columns = {
        label: np.ascontiguousarray(np.broadcast_to(one, len(days)), dtype=np.float64)
        for label, one in zip(plan.columns, values, strict=True)
    }
    names = list(plan.patterns)
    patterns = catalogue.qualities(bars_of(**stock.columns), indicators_of(stock, names), names) if names else {}
    seen = np.array([int(one.seen.timestamp()) for one in told], np.int64)
    scores, confidences = (np.array([getattr(one, name) for one in told]) for name in ("score", "confidence"))
    known = np.array([since], "datetime64[D]").astype(np.int64)
    return SymbolFacts(
        stock.symbol,
        None,
        days.astype(np.int64),
        **stock.columns,
        columns=columns,
        articles=articles_of(days.astype(np.int64), seen, seen, scores, confidences, [one.event for one in told]),
        patterns=patterns,
        fundamentals=_dated(known, figures or {}),
        sector_ranks=_dated(known, ranks or {}),
    )


def _dated(days: NDArray[np.int64], values: Mapping[str, float]) -> dict[str, Dated]:
    return {name: Dated(days, np.array([one])) for name, one in values.items()}
