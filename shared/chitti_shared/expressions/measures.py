"""What an expression needs: bars, indicators, columns. Of bound expressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from chitti_shared.contracts.indicators import NEVER
from chitti_shared.expressions.nodes import ARTICLES, Call, Node, Operation, Placeholder, Series, walk
from chitti_shared.expressions.vocabulary import CALENDAR, COLUMNS

_ONE_LESS = frozenset({"within", "for", "highest", "lowest", "mean", "sum", "std"})
_READ = {"typical": ("high", "low", "close"), "hl2": ("high", "low"), "ohlc4": ("open", "high", "low", "close")}


@dataclass(frozen=True, slots=True)
class Used:
    """An indicator with its parameters, as an expression uses it."""

    name: str
    parameters: tuple[tuple[str, int | float], ...]


def lookback(*nodes: Node) -> int:
    """Bars at the start of history on which not all of the expressions have a value yet."""
    return max((_own_bars(node) + lookback(*node.operands) for node in nodes), default=0)


def settling(*nodes: Node) -> int:
    """Bars until the start of history moves no value by more than 1e-6; `NEVER` for running totals."""
    return min(NEVER, max((_own_settling(node) + settling(*node.operands) for node in nodes), default=0))


def indicators(*nodes: Node) -> tuple[Used, ...]:
    """Every indicator that is used, each with the same parameters once, in the order they stand in."""
    calls = (node for node in walk(*nodes) if isinstance(node, Call))
    return tuple(
        dict.fromkeys(Used(one.name, cast("tuple[tuple[str, int | float], ...]", one.parameters)) for one in calls)
    )


def columns(*nodes: Node) -> tuple[str, ...]:
    """The columns of the bars that are read, in the order open, high, low, close, volume."""
    read: set[str] = set()
    for node in walk(*nodes):
        if isinstance(node, Series):
            read.update(_READ.get(node.name, (node.name,)))
    return tuple(name for name in COLUMNS if name in read)


def needs_dates(*nodes: Node) -> bool:
    """Whether the bars' dates are read."""
    return any(isinstance(node, Series) and node.name in CALENDAR for node in walk(*nodes))


def needs_news(*nodes: Node) -> bool:
    """Whether articles are read."""
    return any("news" in node.needs for node in nodes)


def _own_bars(node: Node) -> int:
    """Bars before the first value, counted from where every operand has one."""
    if isinstance(node, Call):
        return node.indicator.lookback(_numbers(node))
    if not isinstance(node, Operation):
        return 0
    if node.name in ("crosses_above", "crosses_below"):
        return 1
    if node.name in ARTICLES:  # what the first bars have is counted
        return 0
    assert not isinstance(node.bars, Placeholder)
    return 0 if node.bars is None else node.bars - (node.name in _ONE_LESS)


def _own_settling(node: Node) -> int:
    if isinstance(node, Operation) and node.name == "since":
        return NEVER
    rest = node.indicator.settling if isinstance(node, Call) else None
    return _own_bars(node) + (rest(_numbers(cast("Call", node))) if rest else 0)


def _numbers(call: Call) -> dict[str, int | float]:
    return dict(cast("tuple[tuple[str, int | float], ...]", call.parameters))
