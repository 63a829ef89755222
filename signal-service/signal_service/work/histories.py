"""What follows from prices alone, kept by symbol until the prices change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from chitti_shared.contracts.columns import MAX_BARS, ComputeColumnsReply, ComputeColumnsRequest
from numpy.typing import ArrayLike

from signal_service.evaluation import Plan, SymbolFacts
from signal_service.patterns import catalogue
from signal_service.patterns.bars import Floats, bars_of
from signal_service.work.figures import industry_of
from signal_service.work.shelf import Shelf

_Key = tuple[str, tuple[str, ...], tuple[str, ...]]  # symbol, columns, patterns
_Dated = tuple[int, SymbolFacts]  # with the number of the bars that they follow from
_PRICES = ("open", "high", "low", "close", "volume")


class Histories:
    """Facts without articles and figures; the least recently used go first.

    Whole ones and those of the newest bars have bytes of their own: whoever reads all bars of every symbol once takes
    nothing from those who look at the newest bars of the same symbols again and again.

    Parameters
    ----------
    limit : int
        Bytes of arrays, of facts about the newest bars.
    whole_limit : int, optional
        Bytes of arrays, of facts about all bars; a quarter of `limit` if not given.
    """

    def __init__(self, limit: int, whole_limit: int | None = None) -> None:
        self._newest: Shelf[_Key, _Dated] = Shelf(limit, _size_of)
        self._whole: Shelf[_Key, _Dated] = Shelf(limit // 4 if whole_limit is None else whole_limit, _size_of)

    @property
    def used(self) -> int:
        """Bytes that are kept."""
        return self._newest.used + self._whole.used

    def find(self, symbol: str, seq: int | None, plan: Plan, *, whole: bool = True) -> SymbolFacts | None:
        """The history of a symbol whose bars import number `seq` changed last; None: it isn't kept.

        Parameters
        ----------
        symbol : str
        seq : int or None
        plan : Plan
        whole : bool
            Whether columns and patterns of all bars are wanted; else those of the newest ones do.
        """
        key = (symbol, plan.columns, plan.patterns)
        for shelf in (self._whole,) if whole else (self._newest, self._whole):
            kept = shelf.get(key)
            if kept is not None and kept[0] == seq:
                return kept[1]
        return None

    def keep(self, symbol: str, seq: int, plan: Plan, facts: SymbolFacts, *, whole: bool = True) -> None:
        """Keep facts in place of those kept before for the same symbol and plan."""
        (self._whole if whole else self._newest).put((symbol, plan.columns, plan.patterns), (seq, facts))


def _size_of(kept: _Dated) -> int:
    return size_of(kept[1])


def recent_bars_of(plan: Plan, *, whole: bool) -> int:
    """Of how many of the newest bars columns and patterns are wanted: of those that decide about the last two."""
    return MAX_BARS if whole else min(plan.bars + 1, MAX_BARS)


def request_of(symbols: Sequence[str], plan: Plan, *, whole: bool) -> ComputeColumnsRequest:
    """What to ask of mojo-compute: patterns are found in all bars, of the plan's columns the newest bars may do."""
    read = catalogue.columns_of(plan.patterns) if plan.patterns else ()
    return ComputeColumnsRequest(
        symbols=list(symbols),
        columns=[column.expression for column in read],
        recent=[json.loads(label) for label in plan.columns],
        recent_bars=recent_bars_of(plan, whole=whole),
    )


def histories_of(reply: ComputeColumnsReply, plan: Plan, *, whole: bool) -> list[tuple[str, int, SymbolFacts]]:
    """The symbols of a reply with the number of their bars and their facts, each in memory of its own.

    Parameters
    ----------
    reply : ComputeColumnsReply
        To `request_of` the same plan, as `whole`.
    plan : Plan
    whole : bool
        Whether columns and patterns of all bars are wanted; else those of the newest ones.
    """
    recent = _places_of(np.minimum(reply.counts, recent_bars_of(plan, whole=whole)))
    told = zip(reply.symbols, reply.current, reply.changed_seq, _places_of(reply.counts), recent, strict=True)
    return [
        (asked, seq, _history(reply, bars, reply.recent[:, newest], current, plan))
        for asked, current, seq, bars, newest in told
    ]


def _places_of(counts: ArrayLike) -> list[slice]:
    """Where each symbol's values stand."""
    return [slice(*ends) for ends in pairwise(np.concatenate(([0], np.cumsum(counts))).tolist())]


def _history(reply: ComputeColumnsReply, bars: slice, recent: Floats, symbol: str, plan: Plan) -> SymbolFacts:
    block = np.array(recent)
    prices = np.array([getattr(reply, name)[bars] for name in _PRICES])
    days = np.array(reply.days[bars], dtype=np.int64)
    found = _patterns(plan, prices, reply.columns[:, bars], recent.shape[1])
    for one in (block, prices, days):
        one.setflags(write=False)
    opened, high, low, close, volume = prices
    columns = dict(zip(plan.columns, block, strict=True))
    return SymbolFacts(
        symbol, industry_of(symbol), days, opened, high, low, close, volume, columns=columns, patterns=found
    )


def _patterns(plan: Plan, prices: Floats, columns: Floats, newest: int) -> dict[str, Floats]:
    """The qualities of the plan's patterns on each of the newest bars."""
    if not plan.patterns:
        return {}
    labels = [column.label for column in catalogue.columns_of(plan.patterns)]
    opened, high, low, close, volume = prices
    bars = bars_of(opened, high, low, close, volume)
    found = catalogue.qualities(bars, dict(zip(labels, columns, strict=True)), plan.patterns)
    block = np.array([values[len(bars) - newest :] for values in found.values()])
    block.setflags(write=False)
    return dict(zip(found, block, strict=True))


def size_of(facts: SymbolFacts) -> int:
    """Bytes of its arrays."""
    arrays = (
        facts.days,
        *(getattr(facts, name) for name in _PRICES),
        *facts.columns.values(),
        *facts.patterns.values(),
    )
    return sum(one.nbytes for one in arrays)
