"""Expressions in English, for a person who did not write them."""

from __future__ import annotations

from collections.abc import Mapping

from chitti_shared.expressions.binding import Values
from chitti_shared.expressions.nodes import Call, Constant, Fact, Node, Operation, Placeholder, Series
from chitti_shared.expressions.parameters import Variable

_SERIES = {"typical": "typical price", "hl2": "middle price", "ohlc4": "average price", "day": "day of the month"}
_COMPARED = {"==": "=", "!=": "is not"}
_WINDOWS = {
    "highest": "highest {x} of {n} bars",
    "lowest": "lowest {x} of {n} bars",
    "mean": "mean {x} of {n} bars",
    "sum": "sum of {x} over {n} bars",
    "std": "deviation of {x} over {n} bars",
    "rank": "percent rank of {x} among {n} bars",
    "change": "change of {x} over {n} bars",
    "rising": "{x} rises for {n} bars",
    "falling": "{x} falls for {n} bars",
    "within": "{x} within {n} bars",
    "for": "{x} for {n} bars",
    "ago": "{x} {n} bars ago",
    "articles": "articles of {n} bars",
    "sentiment": "sentiment of {n} bars",
}
_FACTS = {"fundamental": "{}", "sector_rank": "rank of {} in its industry", "pattern": "quality of {}"}
_PLAIN = frozenset({"min", "max", "abs", "articles", "sentiment"})  # as an operand without parentheses
_OPENINGS = {
    "entry": "enter long when",
    "exit": "leave long when",
    "short_entry": "enter short when",
    "short_exit": "leave short when",
}
_STOPS = {"stop_loss": "stop loss", "take_profit": "take profit", "trailing_stop": "trailing stop"}
_PRICES = {
    "entry_limit": "enter long at {x} or better",
    "entry_stop": "enter long once {x} is reached",
    "short_entry_limit": "enter short at {x} or better",
    "short_entry_stop": "enter short once {x} is reached",
    "priority": "highest {x} first",
}


# conditions that read well beside "and" and "or"
_BARE = frozenset({"<", "<=", ">", ">=", "==", "!=", "crosses_above", "crosses_below", "rising", "falling"})


def describe_node(node: Node) -> str:
    """An expression, such as `close crosses above SMA(50) and RSI(14) < 30`."""
    if isinstance(node, Constant):
        return _constant(node.value)
    if isinstance(node, Series):
        return _SERIES.get(node.name, node.name)
    if isinstance(node, Placeholder):
        return node.name
    if isinstance(node, Fact):
        return _fact(node)
    return _call(node) if isinstance(node, Call) else _operation(node)


def describe_values(variables: Mapping[str, Variable], values: Values) -> str:
    """`, with fast = 10 (2 to 50)`; nothing without parameters."""
    if not variables:
        return ""
    told = (f"{name} = {_number(values[name])}{_bounds(one)}" for name, one in variables.items())
    return ", with " + ", ".join(told)


def describe_strategy(
    rules: Mapping[str, Node],
    stops: Mapping[str, Node],
    max_bars: int | Placeholder | None,
    prices: Mapping[str, Node],
) -> str:
    """A whole strategy, its parts apart by semicolons."""
    told = [f"{_OPENINGS[key]} {describe_node(node)}" for key, node in rules.items()]
    told += [_PRICES[key].format(x=describe_node(node)) for key, node in prices.items()]
    told += [f"{_STOPS[key]} {_stop(node)}" for key, node in stops.items()]
    if max_bars is not None:
        told.append(f"leave after {_bars(max_bars)}")
    return "; ".join(told)


def _call(call: Call) -> str:
    given = []
    for one, (name, value) in zip(call.indicator.parameters, call.parameters, strict=True):
        shown = value.name if isinstance(value, Placeholder) else _number(value)
        if name.endswith("period"):
            given.append(shown)
        elif value != one.default:
            given.append(f"{name} {one.names[int(shown)] if one.names and shown.isdigit() else shown}")
    told = call.name.upper() + (f"({', '.join(given)})" if given else "")
    names = call.indicator.inputs
    if call.operands != tuple(Series(name) for name in names):
        told += " of " + " and ".join(_part(one) for one in call.operands)
    if len(call.indicator.outputs) > 1:
        told += f" {call.output.replace('_', ' ')}"
    return told


def _fact(node: Fact) -> str:
    subject = node.subject.replace("_", " ")
    if node.name == "event":
        assert node.bars is not None
        return f"articles on {subject} of {_bars(node.bars)}"
    return _FACTS[node.name].format(subject)


def _operation(node: Operation) -> str:
    name, operands = node.name, node.operands
    if node.bars is not None:
        told = _WINDOWS[name].format(x=" ".join(map(_part, operands)), n=_whole(node.bars))
        return told.replace(" 1 bars", " 1 bar")
    if name in ("all", "any"):
        return (" and " if name == "all" else " or ").join(_part(one, _BARE) for one in operands)
    parts = [_part(one) for one in operands]
    if name == "not":
        return f"not {parts[0]}"
    if name == "since":
        return f"bars since {parts[0]}"
    if name == "between":
        return f"{parts[0]} is between {parts[1]} and {parts[2]}"
    if name in ("min", "max", "abs"):
        return f"{name}({', '.join(describe_node(one) for one in operands)})"
    if len(parts) == 1:
        return f"-{parts[0]}"
    return f" {_COMPARED.get(name, name.replace('_', ' '))} ".join(parts)


def _part(node: Node, bare: frozenset[str] = frozenset()) -> str:
    """An operand: in parentheses where its words would run into those around it."""
    told = describe_node(node)
    plain = not isinstance(node, Operation) or node.name in _PLAIN or node.name in bare
    return told if plain else f"({told})"


def _stop(node: Node) -> str:
    if isinstance(node, Constant):
        return f"{_number(round(node.value * 100, 6))} %"
    return describe_node(node) + (" as a fraction" if isinstance(node, Placeholder) else "")


def _bars(bars: int | Placeholder) -> str:
    return f"{_whole(bars)} bar{'' if bars == 1 else 's'}"


def _whole(bars: int | Placeholder) -> str:
    return bars.name if isinstance(bars, Placeholder) else str(bars)


def _constant(value: float | bool) -> str:
    return ("always" if value else "never") if isinstance(value, bool) else _number(value)


def _number(value: float) -> str:
    return str(value).removesuffix(".0")


def _bounds(one: Variable) -> str:
    if one.least is None and one.most is None:
        return ""
    if one.most is None:
        return f" (at least {_number(one.least or 0)})"
    if one.least is None:
        return f" (at most {_number(one.most)})"
    return f" ({_number(one.least)} to {_number(one.most)})"
