"""Numbers in the place of names."""

from __future__ import annotations

from collections.abc import Mapping

from chitti_shared.contracts.indicators.parameters import resolve
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions.nodes import Call, Constant, Fact, Node, Operation, Placeholder
from chitti_shared.expressions.vocabulary import FACTS, MAX_BARS, OPERATORS

Values = Mapping[str, int | float]


def bind(node: Node, values: Values, done: dict[int, Node] | None = None) -> Node:
    """The expression with every placeholder replaced by its value.

    Parameters
    ----------
    node : Node
    values : mapping of str to number
    done : dict, optional
        What was bound before with the same values, by the node's identity: what stands twice is bound once.

    Raises
    ------
    InvalidInput
        A value does not do where it stands, such as a period of 1; `details.field` names the parameter.
    """
    if node.is_bound:
        return node
    done = {} if done is None else done
    found = done.get(id(node))
    if found is None:
        found = done[id(node)] = _bound(node, values, done)
    return found


def _bound(node: Node, values: Values, done: dict[int, Node]) -> Node:
    if isinstance(node, Placeholder):
        return Constant(values[node.name])
    if isinstance(node, Fact):
        return Fact(node.name, node.subject, _bars(node, values))
    operands = tuple(bind(one, values, done) for one in node.operands)
    if isinstance(node, Call):
        return Call(node.name, _parameters(node, values), operands, node.output)
    assert isinstance(node, Operation)
    return Operation(node.name, operands, node.kind, _bars(node, values))


def bind_whole(bars: int | Placeholder, values: Values, least: int, what: str) -> int:
    """A number of bars, checked as in the JSON."""
    if not isinstance(bars, Placeholder):
        return bars
    value = values[bars.name]
    if value != int(value) or not least <= value <= MAX_BARS:
        raise InvalidInput(
            f"{what} with {bars.name} = {value}: expected an integer of {least} to {MAX_BARS} bars",
            field=f"parameters.{bars.name}",
            constraint=f"an integer, {least} to {MAX_BARS}",
        )
    return int(value)


def _bars(node: Operation | Fact, values: Values) -> int | None:
    if node.bars is None:
        return None
    word = FACTS[node.name] if isinstance(node, Fact) else OPERATORS[node.name]
    least = word.least_bars
    assert least is not None
    return bind_whole(node.bars, values, least, node.name)


def _parameters(call: Call, values: Values) -> tuple[tuple[str, int | float | Placeholder], ...]:
    named = {name: one.name for name, one in call.parameters if isinstance(one, Placeholder)}
    if not named:
        return call.parameters
    given = {name: values[one.name] if isinstance(one, Placeholder) else one for name, one in call.parameters}
    try:
        return tuple(resolve(call.indicator, given).items())
    except InvalidInput as error:
        at_fault = named.get(str(error.details["field"]), next(iter(named.values())))
        told = ", ".join(f"{name} = {values[name]}" for name in dict.fromkeys(named.values()))
        raise InvalidInput(
            f"{call.name} with {told}: {error.message}",
            field=f"parameters.{at_fault}",
            constraint=error.details["constraint"],
        ) from error
