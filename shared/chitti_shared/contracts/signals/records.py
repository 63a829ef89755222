"""How the rules did: on stored history, and with the alerts that they raised."""

from __future__ import annotations

import msgspec

from chitti_shared.contracts.action import Action, Reply, Request, Route, Symbol
from chitti_shared.contracts.signals.alerts import Direction, RuleName


class RecordFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What followed the bars of history on which a rule began to hold.

    `hits` are the cases after which the close lay in the rule's direction `horizon` sessions later;
    `expected_rate` is what all companies did over the same sessions, where that is known;
    `mean_return` and `mean_move` (of its size) are fractions. Null without a case.
    """

    cases: int
    hits: int
    hit_rate: float | None
    expected_rate: float | None
    mean_return: float | None
    mean_move: float | None


class AlertOutcomes(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the alerts raised: those whose `horizon` sessions are over are hits or misses."""

    alerts: int
    pending: int
    hits: int
    misses: int
    hit_rate: float | None
    mean_return: float | None


class RuleStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """One rule in one direction.

    `base_rate` is the share of companies that moved in the direction over as many sessions on any
    day, `confidence` what an alert of it on the symbol asked for would say now; null without one, and with fewer
    than 30 cases (`confidence_basis` says so).
    """

    rule: str
    direction: Direction
    horizon: int
    cooldown: int
    base_rate: float
    confidence: float | None
    confidence_basis: str
    history: RecordFigures
    outcomes: AlertOutcomes


class GetRuleStatisticsRequest(Request, frozen=True, kw_only=True):
    """Of all rules, or one; on all companies together, or one symbol's (its industry then backs the confidence)."""

    rule: RuleName | None = None
    direction: Direction | None = None
    symbol: Symbol | None = None


class GetRuleStatisticsReply(Reply, frozen=True, kw_only=True):
    """`symbols` is the number of companies measured, `price_seq` the import of prices they are measured on."""

    rules: list[RuleStatistics]
    count: int
    symbols: int
    price_seq: int


GET_RULE_STATISTICS = Action(
    "get_rule_statistics",
    GetRuleStatisticsRequest,
    GetRuleStatisticsReply,
    lane="bulk",
    route=Route("GET", "/api/rules/statistics"),
    doc="How often each rule was right: on stored history, and with its alerts.",
)
