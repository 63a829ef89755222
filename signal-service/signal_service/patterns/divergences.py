"""Swings of price and of an indicator that part: RSI, MACD and OBV, regular and hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from chitti_shared.contracts.signals.pattern_events import DIVERGENT

from signal_service.kernels._divergences import divergences_into
from signal_service.patterns.bars import Floats
from signal_service.patterns.event_family import Column, EventFamily
from signal_service.patterns.history import History
from signal_service.patterns.rows import Form

COLUMNS = (
    Column("rsi_14", "rsi", {"period": 14}),
    Column("macd_line", "macd", {}, "macd_line"),
    Column("obv", "obv", {}),
)
RSI_POINTS, MACD_RANGES, OBV_DAYS = 10.0, 0.5, 5.0  # a large difference: points, ATRs, days of usual volume


_UNITS: dict[str, Callable[[History], Floats]] = {
    "rsi": lambda history: np.full(len(history), RSI_POINTS),
    "macd": lambda history: MACD_RANGES * history.atr,
    "obv": lambda history: OBV_DAYS * history.usual_volume,
}


def _family(word: str, column: Column) -> EventFamily:
    """The divergences of one indicator: who asks for those of another one does not wait for them."""
    sides = (("bullish", ("low", "low")), ("bearish", ("high", "high")))
    forms = tuple(Form(f"{hidden}{way}_{word}_divergence", roles) for way, roles in sides for hidden in ("", "hidden_"))
    return EventFamily(forms, (column,), partial(_rows, column.label, _UNITS[word]))


def _rows(label: str, unit_of: Callable[[History], Floats], history: History, columns: Mapping[str, Floats]) -> Floats:
    swings, out, unit = history.swings, history.room, unit_of(history)
    count = 0
    for kind, side, sign in ((0, history.up, 1.0), (2, history.down, -1.0)):
        own = swings.sides == -sign
        line = np.ascontiguousarray(sign * columns[label])
        count += divergences_into(
            side, sign, swings.bars[own], swings.known[own], line, unit, kind, kind + 1, out[count:]
        )
    return out[:count].copy()


DIVERGENCES: tuple[EventFamily, ...] = tuple(map(_family, DIVERGENT, COLUMNS))
