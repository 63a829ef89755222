"""The one way to write an expression: what the hash of a rule or strategy is taken of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from chitti_shared.expressions.nodes import Call, Constant, Fact, Node, Placeholder, Series
from chitti_shared.expressions.parameters import Variable
from chitti_shared.expressions.vocabulary import OPERATORS


def written(node: Node) -> Any:
    """The JSON of a node: definitions and defaults written out, no shorthands, no aliases."""
    if isinstance(node, Constant):
        return _number(node.value)
    if isinstance(node, Series):
        return node.name
    if isinstance(node, Placeholder):
        return {"param": node.name}
    if isinstance(node, Fact):
        return {node.name: node.subject if node.bars is None else [node.subject, written_whole(node.bars)]}
    if isinstance(node, Call):
        return _call(node)
    operands = [written(one) for one in node.operands]
    if node.bars is not None:
        return {node.name: [*operands, written_whole(node.bars)] if operands else written_whole(node.bars)}
    return {node.name: operands[0] if OPERATORS[node.name].most == 1 else operands}


def written_whole(bars: int | Placeholder) -> Any:
    """The JSON of a number of bars."""
    return written(bars) if isinstance(bars, Placeholder) else bars


def written_variables(variables: Mapping[str, Variable]) -> dict[str, Any]:
    """The JSON of declared parameters, by name."""
    return {
        name: {
            "default": _number(one.default),
            **({} if one.least is None else {"min": _number(one.least)}),
            **({} if one.most is None else {"max": _number(one.most)}),
        }
        for name, one in sorted(variables.items())
    }


def fingerprint(canonical: Any) -> str:
    """64 hex digits, the same for what means the same in any process: SHA-256 of the canonical JSON."""
    text = json.dumps(canonical, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _call(call: Call) -> dict[str, Any]:
    inside: dict[str, Any] = {
        name: written(value) if isinstance(value, Placeholder) else _number(value) for name, value in call.parameters
    }
    plain = tuple(Series(name) for name in call.indicator.inputs)
    if call.operands != plain:
        names = call.indicator.inputs
        inputs = {name: written(one) for name, one in zip(names, call.operands, strict=True)}
        inside["of"] = inputs if len(names) > 1 else inputs[names[0]]
    output = {} if len(call.indicator.outputs) == 1 else {"output": call.output}
    return {call.name: inside, **output}


def _number(value: float | bool) -> int | float | bool:
    """One way for one number: 30.0 is 30, as far as floats count whole numbers exactly."""
    if isinstance(value, float) and value == int(value) and abs(value) < 2**53:
        return int(value)
    return value
