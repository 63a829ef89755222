"""Candlesticks: the numbers of the `cdl...` indicators as patterns with a quality, points and levels."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from chitti_shared.contracts.signals.candlesticks import BY_PATTERN, CANDLESTICKS, Candlestick

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


def columns_of(names: Collection[str]) -> tuple[Column, ...]:
    """The indicators behind the candlesticks of `names`."""
    return tuple(Column(indicator, indicator, {}) for indicator in _indicators(_asked(names)))


def find(history: History, columns: Mapping[str, Floats], names: Collection[str], since: int = 0) -> list[Pattern]:
    """Candlesticks that bars from number `since` on complete."""
    asked = _asked(names)
    if not asked:
        return []
    numbers = _numbers(asked, columns)
    rows = np.empty((max(int(np.count_nonzero(numbers)), 1), WIDTH))
    count = candlesticks_into(history.up, numbers, _plan(asked), since, rows)
    return patterns_of(rows[:count], _FORMS, names)


def qualities(history: History, columns: Mapping[str, Floats], names: Collection[str]) -> dict[str, Floats]:
    """For each candlestick of `names` its quality on each bar, 0 where it is none."""
    asked = _asked(names)
    if not asked:
        return {}
    out = np.zeros((len(asked), len(history)))
    candlestick_qualities_into(history.up, _numbers(asked, columns), _plan(asked), out)
    return {one.kind.name: out[number] for number, one in enumerate(asked)}


def _asked(names: Collection[str]) -> list[Candlestick]:
    return [one for one in CANDLESTICKS if one.kind.name in names]


def _indicators(asked: list[Candlestick]) -> list[str]:
    return list(dict.fromkeys(one.indicator for one in asked))


def _numbers(asked: list[Candlestick], columns: Mapping[str, Floats]) -> Floats:
    """One row for each indicator; a bar without a number has 0, as the warm-up has."""
    return np.nan_to_num(np.array([columns[name] for name in _indicators(asked)], dtype=np.float64), copy=False)


def _plan(asked: list[Candlestick]) -> Integers:
    places = {name: number for number, name in enumerate(_indicators(asked))}
    return np.array(
        [
            (places[one.indicator], one.sign, one.candles, _WAYS[one.kind.direction], _KINDS[one.kind.name])
            for one in asked
        ],
        dtype=np.int64,
    )
