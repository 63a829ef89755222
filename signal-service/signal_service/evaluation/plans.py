"""Conditions of rules, made ready: what they want to be asked for, where they hold, and by which numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import Call, Node, Operation, describe_node, walk
from chitti_shared.expressions.lowering import WINDOWS
from numpy.typing import NDArray

from signal_service.evaluation.explanations import Explanation, Reading
from signal_service.evaluation.facts import SymbolFacts
from signal_service.evaluation.programs import Flags, Program
from signal_service.evaluation.reach import reach_of

ALL_BARS = 1 << 40  # more than any history has


class Plan:
    """Conditions that are computed together.

    Parameters
    ----------
    conditions : sequence of Node
        Bound conditions. Row i of every result is condition i.

    Attributes
    ----------
    columns : tuple of str
        Canonical JSON of the indicators that `SymbolFacts.columns` must hold, which `compute_columns` computes.
    patterns : tuple of str
        Patterns that `SymbolFacts.patterns` must hold.
    metrics : tuple of str
        Metrics whose figures are read.
    ranked : tuple of str
        Metrics whose ranks within the industry are read.
    needs_news : bool
        Whether articles are read.
    bars : int
        How many of the newest bars decide about the newest one; `ALL_BARS` where `since` has no bound.

    Raises
    ------
    InvalidInput
        An indicator reads articles, which no column of prices can tell.
    """

    def __init__(self, conditions: Sequence[Node]) -> None:
        self.conditions = tuple(conditions)
        for one in self.conditions:
            _check_price_only(one)
        self._program = Program(self.conditions)
        read: dict[str, list[str]] = {}
        for kind, name in self._program.sources:
            read.setdefault(kind, []).append(name)
        self.columns = tuple(read.get("column", ()))
        self.patterns = tuple(read.get("pattern", ()))
        self.metrics = tuple(read.get("fundamental", ()))
        self.ranked = tuple(read.get("sector_rank", ()))
        self.needs_news = not read.keys().isdisjoint({"articles", "scores", "event"})
        reaches = [reach_of(one) for one in self.conditions]
        self.bars = 1 if not reaches else ALL_BARS if None in reaches else 1 + max(one or 0 for one in reaches)
        self._explanations: dict[int, Explanation] = {}

    def __len__(self) -> int:
        return len(self.conditions)

    def run(self, facts: SymbolFacts, *, live: bool = False) -> Flags:
        """Where each condition is known to hold: uint8, shape (conditions, n).

        Parameters
        ----------
        facts : SymbolFacts
            With everything that the plan names.
        live : bool
            Whether an article that no bar has closed after yet counts on the newest bar; else it counts on none.

        Raises
        ------
        ComputationError
            The facts lack a column or a pattern.
        """
        return self._program.run(facts, live=live)[0]

    def run_last(self, facts: SymbolFacts, *, live: bool = True) -> NDArray[np.bool_]:
        """Whether each condition holds on the newest bar: as `run` has it, computed of as few bars as do.

        Raises
        ------
        ComputationError
            The facts lack a column or a pattern.
        """
        if not len(facts):
            return np.zeros(len(self.conditions), dtype=np.bool_)
        return self.run_newest(facts, 1, live=live)[:, -1].astype(np.bool_)

    def run_newest(self, facts: SymbolFacts, count: int, *, live: bool = True) -> Flags:
        """Where each condition holds on the newest bars: what `run` has of them, computed of as few bars as do.

        Returns
        -------
        ndarray of uint8, shape (conditions, min(count, n))

        Raises
        ------
        ComputationError
            The facts lack a column or a pattern, or have it on fewer than `bars + count - 1` bars.
        """
        first = max(0, len(facts) - self.bars - count + 1)
        truths, _values = self._program.run(facts, first, live=live)
        return truths[:, -count:]

    def explain(self, index: int, facts: SymbolFacts, *, live: bool = True) -> tuple[Reading, ...]:
        """The numbers that condition `index` read on the newest bar, each once, in the order they stand in.

        Of `any` those of the parts that hold, where one does; of `within` those of the last bar on which it was so.

        Raises
        ------
        ComputationError
            The facts lack a column or a pattern.
        """
        found = self._explanations.get(index)
        if found is None:
            found = self._explanations[index] = Explanation(self.conditions[index])
        return found.of(facts, max(0, len(facts) - self.bars), live=live)

    @cached_property
    def needs(self) -> frozenset[str]:
        """What it reads: of "series", "news", "fundamentals", "patterns"."""
        return frozenset[str]().union(*(one.needs for one in self.conditions))


def _check_price_only(condition: Node) -> None:
    for node in walk(condition):
        is_computed = isinstance(node, Call) or (isinstance(node, Operation) and node.name in WINDOWS)
        if is_computed and node.needs - {"series"}:
            raise InvalidInput(
                f"{describe_node(node)}: indicators of a rule are computed of prices and volume only",
                field="when",
                constraint="indicators of prices and volume",
            )
