"""Rules over the wire: those that come with the service, and a user's own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import Action, IsoDate, Reply, Request, Route, Symbol
from chitti_shared.contracts.backtests import (
    Benchmark,
    Causality,
    CurveLimit,
    ParameterValue,
    TradesLimit,
)
from chitti_shared.contracts.signals.alerts import Direction, Kind, RuleName
from chitti_shared.contracts.strategies import CostLine

MAX_RULES = 200
Origin = Literal["shipped", "user"]
RuleJson = Annotated[dict[str, Any], Meta(description="A rule document: docs/SIGNALS.md")]


class RuleCondition(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in one direction: what it says of itself, its condition in English, what the condition reads."""

    direction: Direction
    says: str
    description: str
    needs: list[str]
    indicators: list[str]
    patterns: list[str]
    metrics: list[str]
    events: list[str]
    bars: int
    fingerprint: str


class RuleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of the list; `document` is how its author wrote it.

    `bars` of its sides is the number of bars before the first on which every indicator has a value.
    """

    name: str
    title: str
    why: str
    kind: Kind
    origin: Origin
    enabled: bool
    sides: list[RuleCondition]
    cooldown: int
    horizon: int
    expires: int
    document: dict[str, Any]
    created_at: datetime | None
    updated_at: datetime | None


class ListRulesRequest(Request, frozen=True, kw_only=True):
    kind: Kind | None = None
    origin: Origin | None = None
    enabled: bool | None = None


class ListRulesReply(Reply, frozen=True, kw_only=True):
    """The shipped ones first. `version` changes with every change of a rule."""

    rules: list[RuleEntry]
    count: int
    version: int


class RuleRequest(Request, frozen=True, kw_only=True):
    name: RuleName


class RuleReply(Reply, frozen=True, kw_only=True):
    rule: RuleEntry


class PutRuleRequest(Request, frozen=True, kw_only=True):
    """Store a rule under a name of its own; one that is there already is replaced, its states begin anew."""

    name: RuleName
    rule: RuleJson
    enabled: bool = True


class PutRuleReply(Reply, frozen=True, kw_only=True):
    """`created` is false when a rule of that name was replaced; `warnings` are those of `check_rule`."""

    rule: RuleEntry
    created: bool
    warnings: list[str]


class RemoveRuleReply(Reply, frozen=True, kw_only=True):
    """Its alerts stay."""

    name: str
    removed: bool


class SetRuleRequest(Request, frozen=True, kw_only=True):
    """A rule that is not enabled is not judged; enabled again, it begins anew."""

    name: RuleName
    enabled: bool


class CheckRuleRequest(Request, frozen=True, kw_only=True):
    rule: RuleJson


class RuleProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong: where, in words, and what it should be."""

    field: str
    message: str
    constraint: str


class CheckRuleReply(Reply, frozen=True, kw_only=True):
    """`rule` and `canonical` (definitions and defaults written out) are null where it is not valid."""

    valid: bool
    errors: list[RuleProblem]
    warnings: list[str]
    rule: RuleEntry | None
    canonical: dict[str, Any] | None


class BacktestRuleRequest(Request, frozen=True, kw_only=True):
    """A rule as a strategy: in when its condition holds (short for a bearish one), out `horizon` bars later.

    Parameters
    ----------
    rule : str or dict
        Its name, or a rule document.
    direction : str
        Needed where the rule has both.
    parameters : dict
        The rule's own, and settings of the execution, as `backtest` takes them.
    others
        As `backtest` takes them.
    """

    rule: Annotated[str, Meta(max_length=64)] | RuleJson  # no pattern: see tests/unit/chitti_shared/contracts
    direction: Direction | None = None
    symbol: Symbol | None = None
    symbols: Annotated[list[Symbol], Meta(min_length=1, max_length=100)] | None = None
    start: IsoDate | None = None
    end: IsoDate | None = None
    bars: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    parameters: dict[str, ParameterValue] = msgspec.field(default_factory=dict)
    costs: (
        Literal["flat", "none", "nse_delivery", "nse_intraday"]
        | Annotated[list[CostLine], Meta(min_length=1, max_length=64)]
    ) = "flat"
    mode: Literal["portfolio", "apart"] = "portfolio"
    benchmark: Benchmark = "buy_and_hold"
    verify_causality: Causality = 3
    keep: bool = True
    trades_limit: TradesLimit = 1_000
    curve_limit: CurveLimit = 100_000


class HitRate(msgspec.Struct, frozen=True, kw_only=True):
    """What followed the bars on which the condition began to hold.

    `rate` is the share of `cases` whose close `horizon` bars later lay in the direction, `base_rate` that share
    over all bars, `mean_return` their mean return as a fraction; null without a case.
    """

    cases: int
    hits: int
    rate: float | None
    base_rate: float | None
    mean_return: float | None
    horizon: int


class BacktestRuleReply(Reply, frozen=True, kw_only=True):
    """`backtest` is the JSON of the reply of `backtest`, as its action answers it."""

    rule: str
    direction: Direction
    description: str
    hit_rate: HitRate
    backtest: msgspec.Raw
    time_ms: float


LIST_RULES = Action(
    "list_rules",
    ListRulesRequest,
    ListRulesReply,
    route=Route("GET", "/api/rules"),
    doc="The rules: those that come with the service, and a user's own.",
)
GET_RULE = Action("get_rule", RuleRequest, RuleReply, route=Route("GET", "/api/rules/{name}"), doc="One rule.")
PUT_RULE = Action(
    "put_rule",
    PutRuleRequest,
    PutRuleReply,
    route=Route("PUT", "/api/rules/{name}"),
    doc="Store a rule of one's own, or replace it.",
)
REMOVE_RULE = Action(
    "remove_rule",
    RuleRequest,
    RemoveRuleReply,
    route=Route("DELETE", "/api/rules/{name}"),
    doc="Forget a rule of one's own; its alerts stay.",
)
SET_RULE = Action(
    "set_rule",
    SetRuleRequest,
    RuleReply,
    route=Route("PATCH", "/api/rules/{name}"),
    doc="Switch any rule off or on.",
)
CHECK_RULE = Action(
    "check_rule",
    CheckRuleRequest,
    CheckRuleReply,
    route=Route("POST", "/api/rules/check"),
    doc="Say what a rule document means, or what is wrong with it; stores nothing.",
)
BACKTEST_RULE = Action(
    "backtest_rule",
    BacktestRuleRequest,
    BacktestRuleReply,
    idempotent=False,
    lane="bulk",
    route=Route("POST", "/api/rules/backtest"),
    doc="Run a rule over history: its hit rate, and a backtest that trades it.",
)
RULE_ACTIONS = (LIST_RULES, CHECK_RULE, BACKTEST_RULE, GET_RULE, PUT_RULE, REMOVE_RULE, SET_RULE)
