"""From JSON to nodes: every name, kind, number of operands and bound is checked here, and nowhere later."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from numbers import Real
from typing import Any

from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions.calls import CallForm
from chitti_shared.expressions.facts import check_price_only, parse_fact, refuse_fact
from chitti_shared.expressions.lowering import WINDOWS
from chitti_shared.expressions.nodes import Call, Constant, Kind, Node, Operation, Placeholder, Series
from chitti_shared.expressions.parameters import Variable, check_name, number_at
from chitti_shared.expressions.refusals import joined, listed, refusal, told
from chitti_shared.expressions.vocabulary import (
    FACTS,
    MAX_BARS,
    MAX_DEPTH,
    MAX_NODES,
    MAX_VALUES,
    OPERATORS,
    SERIES,
    SYNONYMS,
    Operator,
)
from chitti_shared.names import nearest

_PARAM = "param"
_TIMES = "times"
_ENDLESS = 1_000_000  # lists or values: enough to tell that it is too much
_SAID = {"number": "a number", "truth": "a condition"}


class Parser:
    """Reads the expressions of one rule or strategy.

    Parameters
    ----------
    variables : mapping of str to Variable
        The declared parameters.
    definitions : JSON
        `{name: expression}`, or None. An expression names another one by its name alone.
    path : str
        Where the definitions stand.
    facts : bool
        Whether the words of `FACTS` may be used: rules read them, strategies of a backtest don't.

    Raises
    ------
    InvalidInput
        `details.field` is the path of what is wrong.
    """

    def __init__(
        self, variables: Mapping[str, Variable], definitions: Any = None, path: str = "define", *, facts: bool = False
    ) -> None:
        self._variables = variables
        self._defaults = {name: one.default for name, one in variables.items()}
        self._definitions = _checked_definitions(definitions, path, variables)
        self._path = path
        self._facts = facts
        self._defined: dict[str, Node] = {}
        self._open: list[str] = []
        self._known: dict[Hashable, Node] = {}
        for name in self._definitions:
            self._definition(name, 0)

    def parse(self, document: Any, path: str, kind: Kind) -> Node:
        """The expression at `path`, which must be of that kind."""
        node = self._expression(document, path, 1)
        self._demand(node, kind, path)
        if node.depth > MAX_DEPTH:
            raise refusal(path, f"is nested {node.depth} deep; at most {MAX_DEPTH}", f"depth <= {MAX_DEPTH}")
        return node

    def whole(self, document: Any, path: str, least: int, most: int) -> int | Placeholder:
        """An integer in those bounds, or the name of one."""
        if isinstance(document, dict) and _PARAM in document:
            found = self._placeholder(document, path)
            _check_whole(self._defaults[found.name], path, least, most)
            return found
        return _check_whole(document, path, least, most)

    def _expression(self, document: Any, path: str, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise refusal(path, f"is nested deeper than {MAX_DEPTH}", f"depth <= {MAX_DEPTH}")
        if isinstance(document, bool):
            return self._one(Constant(document))
        if isinstance(document, Real):
            return self._one(Constant(number_at(document, path)))
        if isinstance(document, str):
            return self._named(document, path, depth)
        if isinstance(document, dict) and document:
            return self._object(document, path, depth)
        raise refusal(
            path,
            f"expected a number, a name or an object with one operator or indicator, found {told(document)}",
            "an expression",
        )

    def _named(self, name: str, path: str, depth: int) -> Node:
        if name in SERIES:
            return self._one(Series(name))
        if name in self._definitions:
            return self._definition(name, depth)
        if name in BY_NAME:
            hint = f'; an indicator is written {{"{name}": {{}}}}'
        elif name in self._variables:
            hint = f'; a parameter is written {{"param": "{name}"}}'
        else:
            hint = nearest(name, [*SERIES, *self._definitions])
        known = listed([*SERIES, *self._definitions])
        raise refusal(path, f"no series is called {told(name)}{hint}", f"one of {known}")

    def _definition(self, name: str, depth: int) -> Node:
        if name in self._defined:
            return self._defined[name]
        path = joined(self._path, name)
        if name in self._open:
            loop = [*self._open[self._open.index(name) :], name]
            raise refusal(path, f"is defined by itself: {' -> '.join(loop)}", "no loop", loop=loop)
        self._open.append(name)
        node = self._expression(self._definitions[name], path, depth + 1)
        self._open.pop()
        self._defined[name] = node
        return node

    def _object(self, document: dict[Any, Any], path: str, depth: int) -> Node:
        extra = {key: value for key, value in document.items() if key in ("output", _TIMES)}
        heads = [key for key in document if key not in extra]
        if len(heads) != 1 or not isinstance(heads[0], str):
            inside = "; of and parameters stand inside of the indicator" if len(heads) > 1 and "of" in heads else ""
            raise refusal(
                path,
                f"expected one operator or indicator, found {told(document)}{inside}",
                "one operator or indicator, with output and times beside an indicator",
            )
        head = heads[0]
        inside, given = joined(path, head), document[head]
        if head == _PARAM:
            return self._one(self._placeholder(document, path))
        if head in FACTS:
            return self._fact(head, given, extra, inside)
        if head in OPERATORS and not (head in BY_NAME and isinstance(given, dict | int | float)):
            if extra:
                raise refusal(inside, f"{next(iter(extra))} stands beside an indicator only", "no other key")
            return self._operation(OPERATORS[head], given, inside, depth)
        if head not in BY_NAME:
            synonym = SYNONYMS.get(head.lower())
            words = [*OPERATORS, *(FACTS if self._facts else ()), *BY_NAME]
            meant = f"; did you mean {synonym!r}?" if synonym else nearest(head, words)
            raise refusal(inside, f"no operator or indicator is called {told(head)}{meant}", "a known name")
        return self._call(head, given, extra, path, depth)

    def _fact(self, name: str, given: Any, extra: dict[str, Any], path: str) -> Node:
        if not self._facts:
            raise refuse_fact(name, path)
        if extra:
            raise refusal(path, f"{next(iter(extra))} stands beside an indicator only", "no other key")
        return self._one(parse_fact(name, given, path, self.whole))

    def _placeholder(self, document: dict[Any, Any], path: str) -> Placeholder:
        name, inside = document.get(_PARAM), joined(path, _PARAM)
        if len(document) != 1 or not isinstance(name, str):
            raise refusal(path, f'expected a number or {{"param": name}}, found {told(document)}', '{"param": name}')
        if name not in self._variables:
            known = listed(self._variables)
            meant = nearest(name, self._variables)
            raise refusal(inside, f"no parameter is called {told(name)}; declared: {known}{meant}", f"one of {known}")
        return Placeholder(name)

    def _operation(self, operator: Operator, given: Any, path: str, depth: int) -> Node:
        bars: int | Placeholder | None = None
        operands = given
        if operator.least_bars is not None:
            items = given if isinstance(given, list) else [given]
            if len(items) != operator.most + 1:
                raise refusal(path, f"expected {operator.form}, found {told(given)}", operator.form)
            operands, last = items[:-1], items[-1]
            bars = self._bars(operator, last, joined(path, len(operands)) if items is given else path)
        elif not isinstance(given, list):
            operands = [given]
        if not operator.least <= len(operands) <= operator.most:
            raise refusal(path, f"expected {operator.form}, found {told(given)}", operator.form)
        parsed = []
        for index, one in enumerate(operands):
            inside = joined(path, index) if isinstance(given, list) else path
            node = self._expression(one, inside, depth + 1)
            if operator.takes != "any":
                self._demand(node, operator.takes, inside)
            if self._facts and operator.name in WINDOWS:
                check_price_only(node, operator.name, inside)
            parsed.append(node)
        kind = parsed[0].kind if operator.gives == "same" else operator.gives
        return self._one(Operation(operator.name, tuple(parsed), kind, bars))

    def _bars(self, operator: Operator, given: Any, path: str) -> int | Placeholder:
        assert operator.least_bars is not None
        if operator.name == "ago" and isinstance(given, int) and not isinstance(given, bool) and given < 0:
            raise refusal(path, f"{given} bars ago lies in the future; look back only", "bars >= 0")
        return self.whole(given, path, operator.least_bars, MAX_BARS)

    def _call(self, name: str, given: Any, extra: dict[str, Any], path: str, depth: int) -> Node:
        form = CallForm(name, given, joined(path, name))
        operands = []
        for series, document in form.inputs.items():
            inside = form.input_path(series)
            node = self._expression(document, inside, depth + 1)
            self._demand(node, "number", inside)
            if self._facts:
                check_price_only(node, form.indicator.name, inside)
            operands.append(node)
        written = {
            key: self._placeholder(value, joined(form.path, key)) if isinstance(value, dict) else value
            for key, value in form.parameters.items()
        }
        parameters = form.resolved(written, self._defaults)
        output = form.output(extra.get("output"), "output" in extra, joined(path, "output"))
        call = self._one(Call(form.indicator.name, parameters, tuple(operands), output))
        if _TIMES not in extra:
            return call
        factor = self._expression(extra[_TIMES], joined(path, _TIMES), depth + 1)
        self._demand(factor, "number", joined(path, _TIMES))
        return self._one(Operation("*", (call, factor), "number"))

    def _one(self, node: Node) -> Node:
        """One object for what is equal, so that whoever works on nodes does it once.

        Operands are one object already: their identities stand for them, whatever is below.
        """
        key: Hashable = node
        if isinstance(node, Call):
            key = (node.name, node.parameters, node.output, *map(id, node.operands))
        elif isinstance(node, Operation):
            key = (node.name, node.bars, *map(id, node.operands))
        return self._known.setdefault(key, node)

    @staticmethod
    def _demand(node: Node, kind: str, path: str) -> None:
        if node.kind != kind:
            raise refusal(path, f"expected {_SAID[kind]}, found {_SAID[node.kind]}", _SAID[kind])


def check_size(roots: Mapping[str, Node]) -> None:
    """Refuse expressions that are too large together, their definitions written out."""
    size = sum(one.size for one in roots.values())
    if size > MAX_NODES:
        raise InvalidInput(
            f"the expression has {size} nodes, its definitions written out; at most {MAX_NODES}",
            field=next(iter(roots)),
            constraint=f"nodes <= {MAX_NODES}",
            found=size,
        )


def check_values(document: Any, path: str) -> None:
    """Refuse a JSON document that is too large to look at, and Python objects that are no JSON."""
    values, lists, waiting = 0, 0, [document]
    while waiting and lists <= _ENDLESS and values <= _ENDLESS:
        one = waiting.pop()
        if isinstance(one, list):
            lists += 1
            waiting.extend(one)
            continue
        values += 1
        if isinstance(one, dict):
            if not all(isinstance(key, str) for key in one):
                raise refusal(path, f"expected names for keys, found {told(one)}", "JSON")
            waiting.extend(one.values())
    if values > MAX_VALUES or waiting:
        raise refusal(
            path,
            f"holds {'more than ' if waiting else ''}{values} objects, names and numbers; at most {MAX_VALUES}",
            f"values <= {MAX_VALUES}",
            found=values,
        )


def _check_whole(value: Any, path: str, least: int, most: int) -> int:
    number = number_at(value, path)
    if number != int(number):
        raise refusal(path, f"expected an integer, found {told(value)}", "an integer")
    if not least <= number <= most:
        raise refusal(path, f"expected {least} to {most} bars, found {told(value)}", f"{least} to {most}")
    return int(number)


def _checked_definitions(document: Any, path: str, variables: Mapping[str, Variable]) -> dict[str, Any]:
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise refusal(path, f"expected an object of names and expressions, found {told(document)}", "an object")
    for name in document:
        inside = joined(path, str(name))
        check_name(name, inside)
        if name in SERIES or name in OPERATORS or name in BY_NAME or name in variables:
            raise refusal(inside, f"{name} is the name of something else already", "a name of its own")
    return document
