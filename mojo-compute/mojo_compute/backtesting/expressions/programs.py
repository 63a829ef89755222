"""Expressions as a list of steps over arrays: what they share is computed once, and let go after its last use."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
from chitti_shared.expressions import Call, Constant, Node, Operation, Series, lower

from mojo_compute.backtesting.expressions import arrays
from mojo_compute.backtesting.expressions.articles import mean_sentiment, number_of_articles
from mojo_compute.backtesting.expressions.columns import Columns
from mojo_compute.backtesting.expressions.values import Kept, outputs_of


@dataclass(frozen=True, slots=True)
class Frame:
    """What steps work on."""

    columns: Columns
    kept: Kept | None
    length: int


Compute = Callable[..., Any]  # of the frame and the values of the slots that it reads

_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": arrays.add,
    "-": arrays.subtract,
    "*": arrays.multiply,
    "/": arrays.divide,
    "min": np.minimum,
    "max": np.maximum,
}
_TRUE: dict[str, Callable[..., Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": arrays.differs,
}
_OF_ARTICLES = {"sentiment": mean_sentiment, "articles": number_of_articles}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


class Program:
    """Computes several bound expressions of one symbol's bars.

    Parameters
    ----------
    nodes : sequence of Node
        Bound: without placeholders.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._slots: dict[Hashable, int] = {}
        self._placed: dict[int, int] = {}  # slots of numbers, by the node's identity
        self._steps: list[tuple[Compute, tuple[int, ...]]] = []
        done: dict[int, Node] = {}
        lowered = [lower(one, done) for one in nodes]
        self._roots = [self._truth(one, wanted=True) if one.kind == "truth" else self._number(one) for one in lowered]
        self._kinds = [one.kind for one in lowered]
        self._released = self._last_uses()
        self._placed.clear()  # identities end with the nodes

    def __len__(self) -> int:
        """Steps: distinct subexpressions."""
        return len(self._steps)

    def run(self, columns: Columns, kept: Kept | None = None) -> list[Any]:
        """The expressions' values, in their order: float64, NaN where there is none; of conditions bool.

        Parameters
        ----------
        columns : Columns
        kept : Kept, optional
            Indicators of the same bars that were computed before, for other programs.

        Raises
        ------
        InvalidInput
            The bars lack what is read, or an indicator is not defined on a value.
        """
        frame = Frame(columns, kept, len(columns))
        values: list[Any] = [None] * len(self._steps)
        with np.errstate(all="ignore"):  # what is not finite becomes NaN
            for slot, (compute, reads) in enumerate(self._steps):
                values[slot] = compute(frame, *[values[one] for one in reads])
                for one in self._released[slot]:
                    values[one] = None
        whole = {"truth": arrays.as_flags, "number": arrays.as_numbers}
        return [whole[kind](values[root], frame.length) for root, kind in zip(self._roots, self._kinds, strict=True)]

    def _number(self, node: Node) -> int:
        """The slot of a number."""
        slot = self._placed.get(id(node))
        if slot is None:
            slot = self._placed[id(node)] = self._of_number(node)
        return slot

    def _of_number(self, node: Node) -> int:
        if isinstance(node, Constant):
            value = float(node.value)
            return self._slot(("constant", value), lambda _frame: value)
        if isinstance(node, Series):
            name = node.name
            return self._slot(("series", name), lambda frame: frame.columns.series(name))
        if isinstance(node, Call):
            return self._output(node)
        assert isinstance(node, Operation)
        if node.name == "since":
            flags = self._truth(node.operands[0], wanted=True)
            return self._slot("since", lambda frame, x: arrays.bars_since(x, frame.length), flags)
        if node.name in _OF_ARTICLES:
            of_articles, bars = _OF_ARTICLES[node.name], cast("int", node.bars)
            told = self._slot("told", lambda frame: frame.columns.told())
            return self._slot((of_articles, bars), lambda _frame, x: of_articles(x, bars), told)
        return self._computed(node)

    def _computed(self, node: Operation) -> int:
        name = node.name
        first, *others = node.operands
        if others:
            return self._folded(_ARITHMETIC[name], self._number, node.operands)
        slot = self._number(first)
        if name == "ago":
            bars = cast("int", node.bars)
            if bars == 0:
                return slot
            return self._slot(("ago", bars), lambda frame, x: arrays.earlier_number(x, bars, frame.length), slot)
        alone = np.abs if name == "abs" else np.negative
        return self._slot(alone, lambda _frame, x: alone(x), slot)

    def _folded(self, combine: Compute, place: Callable[[Node], int], operands: Sequence[Node]) -> int:
        """Operands combined from left to right, each as soon as it is there: none has to wait for all others."""
        slot = place(operands[0])
        for one in operands[1:]:
            slot = self._slot(combine, lambda _frame, x, y: combine(x, y), slot, place(one))
        return slot

    def _output(self, call: Call) -> int:
        reads = tuple(self._number(one) for one in call.operands)
        slot = self._slot(
            ("indicator", call.name, call.parameters),
            lambda frame, *inputs: outputs_of(call, inputs, frame.columns, frame.kept),
            *reads,
        )
        place = call.indicator.outputs.index(call.output)
        return self._slot(("output", place), lambda _frame, outputs: outputs[place], slot)

    def _truth(self, node: Node, *, wanted: bool) -> int:
        """The slot of the flags where a condition is known to be `wanted`."""
        if isinstance(node, Constant):
            flag = node.value is wanted
            return self._slot(("flag", flag), lambda _frame: flag)
        assert isinstance(node, Operation)
        name = node.name
        if name == "not":
            return self._truth(node.operands[0], wanted=not wanted)
        if name in _OPPOSITE:
            compare = _TRUE[name if wanted else _OPPOSITE[name]]
            numbers = [self._number(one) for one in node.operands]
            return self._slot(compare, lambda _frame, x, y: compare(x, y), *numbers)
        if name in ("all", "any"):
            combine = np.logical_and if (name == "all") is wanted else np.logical_or
            return self._folded(combine, partial(self._truth, wanted=wanted), node.operands)
        flags = self._truth(node.operands[0], wanted=wanted)
        return self._windowed(name, flags, cast("int", node.bars), wanted=wanted)

    def _windowed(self, name: str, flags: int, bars: int, *, wanted: bool) -> int:
        """`ago`, `within` and `for`."""
        shortest = 0 if name == "ago" else 1
        if bars == shortest:
            return flags
        function = arrays.earlier_truth
        if name != "ago":
            function = arrays.on_some if (name == "within") is wanted else arrays.on_each
        return self._slot((function, bars), lambda frame, x: function(x, bars, frame.length), flags)

    def _slot(self, what: Hashable, compute: Compute, *reads: int) -> int:
        """Where `what` of those slots stands; a new step only if nothing computes it yet."""
        key = (what, reads)
        known = self._slots.get(key)
        if known is None:
            known = self._slots[key] = len(self._steps)
            self._steps.append((compute, reads))
        return known

    def _last_uses(self) -> list[tuple[int, ...]]:
        """For each step the slots that nothing needs after it."""
        needed = set(self._roots)
        released: list[tuple[int, ...]] = []
        for _compute, reads in reversed(self._steps):
            ended = tuple(one for one in dict.fromkeys(reads) if one not in needed)
            needed.update(ended)
            released.append(ended)
        return released[::-1]
