"""Expressions as a tape of steps for the kernel: what they share is computed once, registers are used again."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from chitti_shared.expressions import Call, Constant, Fact, Node, Operation, Series, lower, written
from numpy.typing import NDArray

from signal_service.evaluation.facts import Floats, SymbolFacts
from signal_service.evaluation.inputs import Source, inputs_of
from signal_service.kernels._programs import Code, run_steps

Flags = NDArray[np.uint8]

_COMBINED = {
    "+": Code.ADD,
    "-": Code.SUBTRACT,
    "*": Code.MULTIPLY,
    "/": Code.DIVIDE,
    "min": Code.LEAST,
    "max": Code.GREATEST,
}
_ALONE = {"-": Code.NEGATE, "abs": Code.MAGNITUDE}
_COMPARED = {
    "<": Code.LESS,
    "<=": Code.AT_MOST,
    ">": Code.GREATER,
    ">=": Code.AT_LEAST,
    "==": Code.EQUAL,
    "!=": Code.DIFFERENT,
}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def label_of(node: Node) -> str:
    """The name of a column: the canonical JSON of its expression."""
    return json.dumps(written(node), sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class _Slot:
    """A value on the tape: an input, or what a step makes."""

    index: int
    is_flag: bool


@dataclass(frozen=True, slots=True)
class _Step:
    code: Code
    made: int  # slot, or the row of a result
    reads: tuple[int, ...]
    parameter: int


class Program:
    """Computes several bound expressions of one symbol's facts.

    Parameters
    ----------
    nodes : sequence of Node
        Bound; indicators read prices only.

    Attributes
    ----------
    sources : tuple of Source
        What it reads, in the order of the kernel's inputs.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._sources: dict[Source, int] = {}
        self._slots: list[_Slot] = []
        self._known: dict[Hashable, int] = {}
        self._placed: dict[int, int] = {}  # slots of numbers, by the node's identity
        self._steps: list[_Step] = []
        self._constants: dict[float, int] = {}
        self._rows = {"truth": 0, "number": 0}
        done: dict[int, Node] = {}
        for node in [lower(one, done) for one in nodes]:
            self._tell(node)
        self._placed.clear()  # identities end with the nodes
        self.sources = tuple(self._sources)
        self._tape, self._registers = _allocated(self._steps, self._slots, list(self._sources.values()))
        self._numbers = np.array(list(self._constants), dtype=np.float64)

    def __len__(self) -> int:
        """Steps."""
        return len(self._steps)

    def run(self, facts: SymbolFacts, first: int = 0, *, live: bool = False) -> tuple[Flags, Floats]:
        """The conditions' truths, and the numbers' values, a row for each in their order.

        Parameters
        ----------
        facts : SymbolFacts
        first : int
            The bar that is taken for the first one of history.
        live : bool
            Whether an article that no bar has closed after counts on the newest bar; else it counts on none.

        Returns
        -------
        truths : ndarray of uint8, shape (conditions, n - first)
            1 where it is known to hold.
        values : ndarray of float64, shape (numbers, n - first)
            NaN where it is not known.
        """
        length = len(facts) - first
        truths = np.empty((self._rows["truth"], length), dtype=np.uint8)
        values = np.empty((self._rows["number"], length))
        if length > 0:
            inputs = inputs_of(self.sources, facts, first, live=live)
            run_steps(self._tape, self._numbers, inputs, *self._registers, truths, values)
        return truths, values

    def _tell(self, node: Node) -> None:
        is_truth = node.kind == "truth"
        slot = self._truth(node, wanted=True) if is_truth else self._number(node)
        code = Code.TELL_FLAG if is_truth else Code.TELL_NUMBER
        self._steps.append(_Step(code, self._rows[node.kind], (slot,), 0))
        self._rows[node.kind] += 1

    def _number(self, node: Node) -> int:
        slot = self._placed.get(id(node))
        if slot is None:
            slot = self._placed[id(node)] = self._of_number(node)
        return slot

    def _of_number(self, node: Node) -> int:
        if isinstance(node, Constant):
            number = self._constants.setdefault(float(node.value), len(self._constants))
            return self._step(Code.FILL, parameter=number)
        if isinstance(node, Series):
            return self._input(Source("series", node.name))
        if isinstance(node, Call):
            return self._input(Source("column", label_of(node)))
        if isinstance(node, Fact):
            if node.name != "event":
                return self._input(Source(node.name, node.subject))
            return self._step(Code.TOTAL, self._input(Source("event", node.subject)), parameter=cast("int", node.bars))
        assert isinstance(node, Operation)
        return self._of_operation(node)

    def _of_operation(self, node: Operation) -> int:
        name, bars = node.name, cast("int", node.bars)
        if name == "since":
            return self._step(Code.SINCE, self._truth(node.operands[0], wanted=True))
        if name in ("articles", "sentiment"):
            number = self._step(Code.TOTAL, self._input(Source("articles", "")), parameter=bars)
            if name == "articles":
                return number
            total = self._step(Code.TOTAL, self._input(Source("scores", "")), parameter=bars)
            return self._step(Code.MEAN_SCORE, number, total)
        first, *others = (self._number(one) for one in node.operands)
        if name == "ago":
            return self._step(Code.EARLIER, first, parameter=bars) if bars else first
        if not others:
            return self._step(_ALONE[name], first)
        for one in others:
            first = self._step(_COMBINED[name], first, one)
        return first

    def _truth(self, node: Node, *, wanted: bool) -> int:
        """The slot of the flags where a condition is known to be `wanted`."""
        if isinstance(node, Constant):
            return self._step(Code.SET, parameter=int(node.value is wanted))
        assert isinstance(node, Operation)
        name = node.name
        if name == "not":
            return self._truth(node.operands[0], wanted=not wanted)
        if name in _COMPARED:
            numbers = [self._number(one) for one in node.operands]
            return self._step(_COMPARED[name if wanted else _OPPOSITE[name]], *numbers)
        flags = [self._truth(one, wanted=wanted) for one in node.operands]
        if name in ("all", "any"):
            slot = flags[0]
            for one in flags[1:]:
                slot = self._step(Code.BOTH if (name == "all") is wanted else Code.EITHER, slot, one)
            return slot
        return self._windowed(name, flags[0], cast("int", node.bars), wanted=wanted)

    def _windowed(self, name: str, flags: int, bars: int, *, wanted: bool) -> int:
        """`ago`, `within` and `for`."""
        if bars == (0 if name == "ago" else 1):
            return flags
        if name == "ago":
            return self._step(Code.EARLIER_FLAG, flags, parameter=bars)
        return self._step(Code.ON_SOME if (name == "within") is wanted else Code.ON_EACH, flags, parameter=bars)

    def _input(self, source: Source) -> int:
        slot = self._sources.get(source)
        if slot is None:
            slot = self._sources[source] = self._slot(is_flag=False)
        return slot

    def _step(self, code: Code, *reads: int, parameter: int = 0) -> int:
        """Where the step's value stands; a new step only if nothing computes it yet."""
        key = (code, reads, parameter)
        slot = self._known.get(key)
        if slot is None:
            slot = self._known[key] = self._slot(is_flag=code >= Code.LESS)
            self._steps.append(_Step(code, slot, reads, parameter))
        return slot

    def _slot(self, *, is_flag: bool) -> int:
        self._slots.append(_Slot(len(self._slots), is_flag))
        return len(self._slots) - 1


def _allocated(
    steps: Sequence[_Step], slots: Sequence[_Slot], inputs: Sequence[int]
) -> tuple[NDArray[np.int32], tuple[int, int]]:
    """The tape with places instead of slots, and how many registers of numbers and of flags it needs.

    A register is free again after the last step that reads it, so that what is worked on stays in the cache.
    """
    last_use = {slot: index for index, one in enumerate(steps) for slot in one.reads}
    places = {slot: index for index, slot in enumerate(inputs)}
    free: dict[bool, list[int]] = {False: [], True: []}
    used = {False: len(inputs), True: 0}
    tape = np.zeros((len(steps), 5), dtype=np.int32)
    for index, one in enumerate(steps):
        made = one.made
        if one.code < Code.TELL_FLAG:
            is_flag = slots[one.made].is_flag
            if free[is_flag]:
                made = free[is_flag].pop()
            else:
                made = used[is_flag]
                used[is_flag] += 1
            places[one.made] = made
        tape[index, :2] = one.code, made
        tape[index, 2 : 2 + len(one.reads)] = [places[slot] for slot in one.reads]
        tape[index, 4] = one.parameter
        for slot in set(one.reads):
            if last_use[slot] == index and slot not in inputs:
                free[slots[slot].is_flag].append(places[slot])
    return tape, (used[False] - len(inputs), used[True])
