"""The language of rules and strategies: JSON of indicators, comparisons, and/or/not, entries, exits and stops.

Parsed, checked and bounded here; each service computes what it needs of the nodes. docs/EXPRESSIONS.md is its
reference. A *rule* is one condition; a *strategy* is rules for entries and exits with stops around them. An expression
has no memory and sees no position: its value on a bar depends on that bar and those before it, and on nothing else.
"""

from chitti_shared.contracts.indicators import NEVER
from chitti_shared.expressions.descriptions import describe_node
from chitti_shared.expressions.lowering import lower
from chitti_shared.expressions.measures import Used, columns, indicators, lookback, needs_dates, needs_news, settling
from chitti_shared.expressions.nodes import Call, Constant, Fact, Need, Node, Operation, Placeholder, Series, walk
from chitti_shared.expressions.parameters import Variable
from chitti_shared.expressions.rules import Rule, parse_rule
from chitti_shared.expressions.strategies import Strategy, parse_strategy
from chitti_shared.expressions.vocabulary import FACTS, MAX_DEPTH, MAX_NODES, OPERATORS, SERIES, FactWord, Operator
from chitti_shared.expressions.writing import fingerprint, written

__all__ = [
    "FACTS",
    "MAX_DEPTH",
    "MAX_NODES",
    "NEVER",
    "OPERATORS",
    "SERIES",
    "Call",
    "Constant",
    "Fact",
    "FactWord",
    "Need",
    "Node",
    "Operation",
    "Operator",
    "Placeholder",
    "Rule",
    "Series",
    "Strategy",
    "Used",
    "Variable",
    "columns",
    "describe_node",
    "fingerprint",
    "indicators",
    "lookback",
    "lower",
    "needs_dates",
    "needs_news",
    "parse_rule",
    "parse_strategy",
    "settling",
    "walk",
    "written",
]
