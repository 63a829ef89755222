"""What follows from prices alone, kept by symbol until the prices change."""

from __future__ import annotations

import json
from collections import OrderedDict
from itertools import pairwise
from typing import Any

import numpy as np
from chitti_shared.contracts.columns import ComputeColumnsReply

from signal_service.evaluation import Plan, SymbolFacts
from signal_service.patterns import catalogue
from signal_service.patterns.bars import Floats, bars_of
from signal_service.work.figures import industry_of

_Key = tuple[str, tuple[str, ...], tuple[str, ...]]  # symbol, columns, patterns
_PRICES = ("open", "high", "low", "close", "volume")


class Histories:
    """Facts without articles and figures; the least recently used go first.

    Parameters
    ----------
    limit : int
        Bytes of arrays.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._kept: OrderedDict[_Key, tuple[int, SymbolFacts]] = OrderedDict()

    @property
    def used(self) -> int:
        """Bytes that are kept."""
        return self._used

    def find(self, symbol: str, seq: int | None, plan: Plan) -> SymbolFacts | None:
        """The history of a symbol whose bars import number `seq` changed last; None: it isn't kept."""
        key = (symbol, plan.columns, plan.patterns)
        kept = self._kept.get(key)
        if kept is None or kept[0] != seq:
            return None
        self._kept.move_to_end(key)
        return kept[1]

    def keep(self, symbol: str, seq: int, plan: Plan, facts: SymbolFacts) -> None:
        key = (symbol, plan.columns, plan.patterns)
        replaced = self._kept.pop(key, None)
        self._used += size_of(facts) - (size_of(replaced[1]) if replaced is not None else 0)
        self._kept[key] = seq, facts
        while self._used > self._limit:
            _key, (_seq, oldest) = self._kept.popitem(last=False)
            self._used -= size_of(oldest)


def asked_of(plan: Plan) -> list[Any]:
    """The columns to ask for: those of the plan, then those that its patterns are found with."""
    found = catalogue.columns_of(plan.patterns) if plan.patterns else ()
    return [*(json.loads(label) for label in plan.columns), *(column.expression for column in found)]


def histories_of(reply: ComputeColumnsReply, plan: Plan) -> list[tuple[str, int, SymbolFacts]]:
    """The symbols of a reply with the number of their bars and their facts, each in memory of its own."""
    ends = np.concatenate(([0], np.cumsum(reply.counts))).tolist()
    places = zip(reply.symbols, reply.current, reply.changed_seq, pairwise(ends), strict=True)
    return [(asked, seq, _history(reply, slice(*bounds), current, plan)) for asked, current, seq, bounds in places]


def _history(reply: ComputeColumnsReply, bars: slice, symbol: str, plan: Plan) -> SymbolFacts:
    block = np.array(reply.columns[:, bars])
    prices = np.array([getattr(reply, name)[bars] for name in _PRICES])
    days = np.array(reply.days[bars], dtype=np.int64)
    found = _patterns(plan, prices, block[len(plan.columns) :])
    block = block[: len(plan.columns)].copy()
    for one in (block, prices, days, *found.values()):
        one.setflags(write=False)
    opened, high, low, close, volume = prices
    columns = dict(zip(plan.columns, block, strict=True))
    return SymbolFacts(
        symbol, industry_of(symbol), days, opened, high, low, close, volume, columns=columns, patterns=found
    )


def _patterns(plan: Plan, prices: Floats, columns: Floats) -> dict[str, Floats]:
    """The qualities of the plan's patterns on each bar."""
    if not plan.patterns:
        return {}
    labels = [column.label for column in catalogue.columns_of(plan.patterns)]
    opened, high, low, close, volume = prices
    bars = bars_of(opened, high, low, close, volume)
    return catalogue.qualities(bars, dict(zip(labels, columns, strict=True)), plan.patterns)


def size_of(facts: SymbolFacts) -> int:
    """Bytes of its arrays."""
    arrays = (
        facts.days,
        *(getattr(facts, name) for name in _PRICES),
        *facts.columns.values(),
        *facts.patterns.values(),
    )
    return sum(one.nbytes for one in arrays)
