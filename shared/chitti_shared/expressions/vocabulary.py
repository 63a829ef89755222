"""The words of the language beside the indicators: series and operators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chitti_shared.contracts.indicators import MAX_PERIOD
from chitti_shared.expressions.nodes import Kind

MAX_NODES = 1_000  # of a rule or strategy, definitions written out
MAX_DEPTH = 32
MAX_VALUES = 4_000  # objects, names and numbers of the JSON, before it is looked at
MANY = 1_000  # operands of what takes any number of them

COLUMNS = ("open", "high", "low", "close", "volume")
SERIES: dict[str, str] = {
    "open": "first price of the bar",
    "high": "highest price of the bar",
    "low": "lowest price of the bar",
    "close": "last price of the bar",
    "volume": "shares traded in the bar",
    "typical": "(high + low + close) / 3",
    "hl2": "(high + low) / 2",
    "ohlc4": "(open + high + low + close) / 4",
    "weekday": "day of the week of the bar's date, 1 Monday to 7 Sunday",
    "day": "day of the month of the bar's date, 1 to 31",
    "month": "month of the bar's date, 1 to 12",
    "time": "when the bar begins, hours and minutes as one number: 915 to 1530 in a session, 0 for daily bars",
}
CALENDAR = frozenset({"weekday", "day", "month", "time"})


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator.

    Parameters
    ----------
    name : str
    gives : str
        "number" or "truth"; "same": what its operand is.
    takes : str
        What each operand must be: "number" or "truth"; "any": either.
    least, most : int
        How many operands.
    summary : str
        One line on its value.
    least_bars : int or None
        Where a number of bars stands behind the operands: the least it may be.
    """

    name: str
    gives: Kind | Literal["same"]
    takes: Kind | Literal["any"]
    least: int
    most: int
    summary: str
    least_bars: int | None = None

    @property
    def form(self) -> str:
        """What it is given, in words."""
        kind = {"number": "number", "truth": "condition", "any": "number or condition"}[self.takes]
        if self.least_bars is not None:
            return f"[a {kind}, bars]" if self.most else "a number of bars"
        if self.most == 1:
            return f"a {kind}"
        if self.least == self.most:
            return f"a list of {self.least} {kind}s"
        return f"a list of {self.least} {'to' if self.most == MANY else 'or'} {self.most} {kind}s"


def _operators() -> tuple[Operator, ...]:
    return (
        Operator("+", "number", "number", 2, MANY, "sum of all"),
        Operator("-", "number", "number", 1, 2, "first less second; of one, its negative"),
        Operator("*", "number", "number", 2, MANY, "product of all"),
        Operator("/", "number", "number", 2, 2, "first by second; null by 0"),
        Operator("min", "number", "number", 2, MANY, "least of all on the bar"),
        Operator("max", "number", "number", 2, MANY, "greatest of all on the bar"),
        Operator("abs", "number", "number", 1, 1, "without its sign"),
        Operator("<", "truth", "number", 2, 2, "first is less than second"),
        Operator("<=", "truth", "number", 2, 2, "first is at most second"),
        Operator(">", "truth", "number", 2, 2, "first is greater than second"),
        Operator(">=", "truth", "number", 2, 2, "first is at least second"),
        Operator("==", "truth", "number", 2, 2, "both are equal"),
        Operator("!=", "truth", "number", 2, 2, "both differ"),
        Operator("between", "truth", "number", 3, 3, "first is at least second and at most third"),
        Operator("crosses_above", "truth", "number", 2, 2, "first was at most second a bar ago and is greater now"),
        Operator("crosses_below", "truth", "number", 2, 2, "first was at least second a bar ago and is less now"),
        Operator("rising", "truth", "number", 1, 1, "each of the last `bars` changes was upward", 1),
        Operator("falling", "truth", "number", 1, 1, "each of the last `bars` changes was downward", 1),
        Operator("all", "truth", "truth", 1, MANY, "every condition is true"),
        Operator("any", "truth", "truth", 1, MANY, "at least one condition is true"),
        Operator("not", "truth", "truth", 1, 1, "the condition is false"),
        Operator("within", "truth", "truth", 1, 1, "true on one or more of the last `bars` bars, this one included", 1),
        Operator("for", "truth", "truth", 1, 1, "true on each of the last `bars` bars, this one included", 1),
        Operator("since", "number", "truth", 1, 1, "bars since the condition was last true, 0 on such a bar"),
        Operator("ago", "same", "any", 1, 1, "what it was `bars` bars before", 0),
        Operator("highest", "number", "number", 1, 1, "highest of the last `bars` bars, this one included", 1),
        Operator("lowest", "number", "number", 1, 1, "lowest of the last `bars` bars, this one included", 1),
        Operator("mean", "number", "number", 1, 1, "mean of the last `bars` bars, this one included", 1),
        Operator("sum", "number", "number", 1, 1, "sum of the last `bars` bars, this one included", 1),
        Operator("std", "number", "number", 1, 1, "population standard deviation of the last `bars` bars", 2),
        Operator("rank", "number", "number", 1, 1, "percent of the `bars` bars before that lie below, 0 to 100", 2),
        Operator("change", "number", "number", 1, 1, "value less the value `bars` bars before", 1),
        Operator("articles", "number", "number", 0, 0, "number of articles first seen in the last `bars` bars", 1),
        Operator("sentiment", "number", "number", 0, 0, "their mean sentiment, -1 to 1; null where there is none", 1),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FactWord:
    """A word for what is known of a symbol beside its bars: `{"pattern": "double_top"}`, `{"event": ["deal", 3]}`.

    Parameters
    ----------
    name : str
    subject : str
        What stands behind it, in words.
    summary : str
        One line on its value.
    least_bars : int or None
        Where a number of bars follows: the least it may be.
    """

    name: str
    subject: str
    summary: str
    least_bars: int | None = None

    @property
    def form(self) -> str:
        """What it is given, in words."""
        return f"[the name of {self.subject}, bars]" if self.least_bars is not None else f"the name of {self.subject}"


FACTS: dict[str, FactWord] = {
    one.name: one
    for one in (
        FactWord("fundamental", "a metric", "the company's newest figure known on the bar's day; null without one"),
        FactWord("sector_rank", "a metric", "percent of the other companies of its industry with a lower figure, 0 to "
                 "100; null with fewer than 5 others"),
        FactWord("pattern", "a pattern", "quality (0 to 1) of a pattern that is completed on the bar, else 0"),
        FactWord("event", "a type of event", "number of articles of that type first seen in the last `bars` bars", 1),
    )
}  # fmt: skip


# What other languages call them: told where they are used here
SYNONYMS = {
    synonym: name
    for name, synonyms in {
        "all": "and && &", "any": "or || |", "not": "!", "==": "= eq", "!=": "ne <>", ">": "gt", ">=": "gte ge",
        "<": "lt", "<=": "lte le", "crosses_above": "crossover crossed_above cross_above",
        "crosses_below": "crossunder crossed_below cross_below", "ago": "shift lag ref prev previous",
        "since": "barssince", "highest": "rolling_max", "lowest": "rolling_min", "mean": "average avg", "std": "stdev",
        "change": "diff",
    }.items()
    for synonym in synonyms.split()
}  # fmt: skip
OPERATORS: dict[str, Operator] = {one.name: one for one in _operators()}
MAX_BARS = MAX_PERIOD
