"""A bound expression in fewer operators: what a service has to compute.

What is left: `+ - * / min max abs`, comparisons, `all any not within for since ago`, indicators, series, constants.
"""

from __future__ import annotations

from collections.abc import Callable

from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.contracts.indicators.parameters import resolve
from chitti_shared.expressions.nodes import Call, Node, Operation

WINDOWS = {  # operators that are computed as indicators
    "highest": "max",
    "lowest": "min",
    "mean": "sma",
    "sum": "sum",
    "std": "stddev",
    "rank": "percentrank",
    "change": "mom",
}
_SHORTEST = 2  # bars of an indicator's window; over one bar the highest, lowest, mean and sum are the value itself


def lower(node: Node, done: dict[int, Node] | None = None) -> Node:
    """The same expression without `between`, `crosses_*`, `rising`, `falling` and the windows that are indicators.

    Parameters
    ----------
    node : Node
        Bound.
    done : dict, optional
        What was lowered before, by the node's identity: what stands twice is lowered once.
    """
    if not node.operands:
        return node
    done = {} if done is None else done
    found = done.get(id(node))
    if found is None:
        found = done[id(node)] = _lowered(node, tuple(lower(one, done) for one in node.operands))
    return found


def _lowered(node: Node, operands: tuple[Node, ...]) -> Node:
    if isinstance(node, Call):
        plain = all(one is other for one, other in zip(operands, node.operands, strict=True))
        return node if plain else Call(node.name, node.parameters, operands, node.output)
    assert isinstance(node, Operation)
    if node.name in WINDOWS:
        assert isinstance(node.bars, int)
        return _window(node.name, operands[0], node.bars)
    written_out = _WRITTEN_OUT.get(node.name)
    if written_out is None:
        return Operation(node.name, operands, node.kind, node.bars)
    found = written_out(*operands)
    return found if node.bars is None else Operation("for", (found,), "truth", node.bars)


def _window(name: str, operand: Node, bars: int) -> Node:
    if bars < _SHORTEST and name != "change":
        return operand
    declared = BY_NAME[WINDOWS[name]]
    return Call(declared.name, tuple(resolve(declared, {"period": bars}).items()), (operand,), declared.outputs[0])


def _before(node: Node) -> Node:
    return Operation("ago", (node,), node.kind, 1)


def _compared(name: str, first: Node, second: Node) -> Node:
    return Operation(name, (first, second), "truth")


def _both(first: Node, second: Node) -> Node:
    return Operation("all", (first, second), "truth")


_WRITTEN_OUT: dict[str, Callable[..., Node]] = {
    "between": lambda x, low, high: _both(_compared(">=", x, low), _compared("<=", x, high)),
    "crosses_above": lambda x, y: _both(_before(_compared("<=", x, y)), _compared(">", x, y)),
    "crosses_below": lambda x, y: _both(_before(_compared(">=", x, y)), _compared("<", x, y)),
    "rising": lambda x: _compared(">", x, _before(x)),
    "falling": lambda x: _compared("<", x, _before(x)),
}
