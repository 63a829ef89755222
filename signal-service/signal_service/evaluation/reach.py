"""How far back an expression looks."""

from __future__ import annotations

from typing import cast

from chitti_shared.expressions import Call, Fact, Node, Operation
from chitti_shared.expressions.lowering import WINDOWS

_INCLUDING = frozenset({"within", "for", "articles", "sentiment"})  # their bars count the one they stand on
_CROSSINGS = frozenset({"crosses_above", "crosses_below"})


def reach_of(node: Node) -> int | None:
    """Bars before the newest one that decide its value, columns being there; None: all of them.

    Parameters
    ----------
    node : Node
        Bound.
    """
    if isinstance(node, Fact):
        return 0 if node.bars is None else cast("int", node.bars) - 1
    if isinstance(node, Call) or not isinstance(node, Operation) or node.name in WINDOWS:
        return 0
    if node.name == "since":
        return None
    inner = [reach_of(one) for one in node.operands]
    if None in inner:
        return None
    own = 1 if node.name in _CROSSINGS else cast("int", node.bars or 0) - (node.name in _INCLUDING)
    return own + max((one or 0 for one in inner), default=0)
