"""Why a condition holds: the numbers that it read, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple, cast

from chitti_shared.expressions import Constant, Node, Operation, describe_node
from chitti_shared.expressions.lowering import WINDOWS

from signal_service.evaluation.facts import Floats, SymbolFacts
from signal_service.evaluation.programs import Flags, Program

_JOINED = frozenset({"all", "any"})
_WINDOWED = frozenset({"within", "for"})
_CROSSINGS = frozenset({"crosses_above", "crosses_below"})
_TRENDS = frozenset({"rising", "falling"})
_ARITHMETIC = frozenset({"+", "-", "*", "/", "min", "max", "abs"})


class Reading(NamedTuple):
    """One number that was read: what it is ("RSI(14)", "close 1 bar ago"), and its value; None: not known."""

    text: str
    value: float | None


class Explanation:
    """One condition with everything inside of it that may have to be told.

    Parameters
    ----------
    condition : Node
        Bound.
    """

    def __init__(self, condition: Node) -> None:
        self._condition = condition
        nodes = list({id(one): one for one in _told(condition)}.values())
        self._numbers = {id(one): row for row, one in enumerate(_of_kind(nodes, "number"))}
        truths = _of_kind(nodes, "truth")
        self._truths = {id(one): row for row, one in enumerate(truths)}
        denied = [Operation("not", (one,), "truth") for one in truths]
        self._program = Program([*truths, *denied, *_of_kind(nodes, "number")])

    def of(self, facts: SymbolFacts, first: int, *, live: bool) -> tuple[Reading, ...]:
        """What was read for the newest bar, each number once; nothing before bar `first` decides about it."""
        if not len(facts):
            return ()
        truths, values = self._program.run(facts, first, live=live)
        newest = len(facts) - first - 1
        told = _Telling(self._truths, self._numbers, truths, values, newest)
        found = told.condition(self._condition, newest, wanted=True)
        return tuple(dict.fromkeys(found))


def _told(node: Node) -> Iterator[Node]:
    """What may be told of an expression: nothing of what an indicator was computed of."""
    yield node
    if isinstance(node, Operation) and node.name not in WINDOWS:
        for one in node.operands:
            yield from _told(one)


def _of_kind(nodes: list[Node], kind: str) -> list[Node]:
    return [one for one in nodes if one.kind == kind]


class _Telling:
    """The way through a condition, with everything computed."""

    def __init__(
        self, truths: dict[int, int], numbers: dict[int, int], flags: Flags, values: Floats, newest: int
    ) -> None:
        self._truths, self._numbers = truths, numbers
        self._flags, self._values = flags, values
        self._newest = newest

    def condition(self, node: Node, bar: int, *, wanted: bool) -> Iterator[Reading]:
        """What decides that the condition is `wanted` on a bar."""
        if not isinstance(node, Operation):
            return
        name, first = node.name, node.operands[0]
        if name == "not":
            yield from self.condition(first, bar, wanted=not wanted)
        elif name in _JOINED:
            one_is_enough = (name == "any") is wanted
            decisive = [one for one in node.operands if self._is(one, bar, wanted=wanted)] if one_is_enough else []
            for one in decisive or node.operands:
                yield from self.condition(one, bar, wanted=wanted)
        elif name in _WINDOWED:
            one_is_enough = (name == "within") is wanted
            last = self._last(first, bar, cast("int", node.bars), wanted=wanted) if one_is_enough else bar
            yield from self.condition(first, last, wanted=wanted)
        elif name == "ago":
            yield from self.condition(first, bar - cast("int", node.bars), wanted=wanted)
        else:
            yield from self._compared(node, bar)

    def _compared(self, node: Operation, bar: int) -> Iterator[Reading]:
        before = 1 if node.name in _CROSSINGS else cast("int", node.bars) if node.name in _TRENDS else 0
        for one in node.operands:
            yield from self.number(one, bar)
            if before:
                yield from self.number(one, bar - before)

    def number(self, node: Node, bar: int) -> Iterator[Reading]:
        """A number, with what it was computed of where that is told apart."""
        if isinstance(node, Constant):
            return
        if not isinstance(node, Operation) or node.name in WINDOWS:
            yield self._reading(node, bar)
            return
        if node.name == "ago":
            yield from self.number(node.operands[0], bar - cast("int", node.bars))
            return
        varying = [one for one in node.operands if not isinstance(one, Constant)]
        if node.name not in _ARITHMETIC or len(varying) > 1:
            yield self._reading(node, bar)
        if node.name in _ARITHMETIC:
            for one in varying:
                yield from self.number(one, bar)

    def _reading(self, node: Node, bar: int) -> Reading:
        ago = self._newest - bar
        text = describe_node(node) + (f" {ago} bar{'' if ago == 1 else 's'} ago" if ago else "")
        value = float(self._values[self._numbers[id(node)], bar]) if bar >= 0 else math.nan
        return Reading(text, None if math.isnan(value) else value)

    def _is(self, node: Node, bar: int, *, wanted: bool) -> bool:
        row = self._truths[id(node)] + (0 if wanted else len(self._truths))
        return bar >= 0 and bool(self._flags[row, bar])

    def _last(self, node: Node, bar: int, bars: int, *, wanted: bool) -> int:
        """The last of so many bars on which the condition was `wanted`; the newest one where none was."""
        found = (one for one in range(bar, max(-1, bar - bars), -1) if self._is(node, one, wanted=wanted))
        return next(found, bar)
