"""Candlesticks: the numbers of the `cdl...` indicators as patterns with a quality, points and levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from chitti_shared.contracts.signals.candlesticks import BY_PATTERN, CANDLESTICKS

from signal_service.kernels._candlesticks import candlestick_qualities_into, candlesticks_into
from signal_service.patterns.bars import Floats
from signal_service.patterns.event_family import Column
from signal_service.patterns.history import History, Integers
from signal_service.patterns.pattern import Pattern
from signal_service.patterns.rows import WIDTH, Form, patterns_of

NAMES: tuple[str, ...] = tuple(BY_PATTERN)
_FORMS = tuple(Form(name, ("highest", "lowest", "close")) for name in NAMES)
_KINDS = {name: number for number, name in enumerate(NAMES)}
_WAYS = {"bullish": 1, "bearish": -1, "neutral": 0}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Some of the candlesticks: their names, the indicators they are read from, and the kernel's plan."""

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    plan: Integers


@lru_cache(maxsize=256)
def _asked(names: frozenset[str]) -> _Asked:
    asked = [one for one in CANDLESTICKS if one.kind.name in names]
    places = {name: number for number, name in enumerate(dict.fromkeys(one.indicator for one in asked))}
    plan = [
        (places[one.indicator], one.sign, one.candles, _WAYS[one.kind.direction], _KINDS[one.kind.name])
        for one in asked
    ]
    return _Asked(
        names=tuple(one.kind.name for one in asked),
        columns=tuple(Column(indicator, indicator, {}) for indicator in places),
        plan=np.array(plan, dtype=np.int64),
    )


def columns_of(names: frozenset[str]) -> tuple[Column, ...]:
    """The indicators behind the candlesticks of `names`."""
    return _asked(names).columns


def find(history: History, columns: Mapping[str, Floats], names: frozenset[str], since: int = 0) -> list[Pattern]:
    """Candlesticks that bars from number `since` on complete."""
    asked = _asked(names)
    if not asked.names:
        return []
    numbers = _numbers(asked, columns)
    rows = np.empty((max(int(np.count_nonzero(numbers)), 1), WIDTH))
    count = candlesticks_into(history.up, numbers, asked.plan, since, rows)
    return patterns_of(rows[:count], _FORMS, names)


def qualities(history: History, columns: Mapping[str, Floats], names: frozenset[str]) -> dict[str, Floats]:
    """For each candlestick of `names` its quality on each bar, 0 where it is none."""
    asked = _asked(names)
    if not asked.names:
        return {}
    out = np.zeros((len(asked.names), len(history)))
    candlestick_qualities_into(history.up, _numbers(asked, columns), asked.plan, out)
    return dict(zip(asked.names, out, strict=True))


def _numbers(asked: _Asked, columns: Mapping[str, Floats]) -> Floats:
    """One row for each indicator."""
    return np.array([columns[one.label] for one in asked.columns], dtype=np.float64)
