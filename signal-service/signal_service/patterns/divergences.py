"""Swings of price and of an indicator that part: RSI, MACD and OBV, regular and hidden."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from chitti_shared.contracts.signals.pattern_events import DIVERGENT

from signal_service.kernels._divergences import divergences_into
from signal_service.patterns.bars import Floats
from signal_service.patterns.event_family import Column, EventFamily
from signal_service.patterns.history import History
from signal_service.patterns.rows import Form, room

COLUMNS = (
    Column("rsi_14", "rsi", {"period": 14}),
    Column("macd_line", "macd", {}, "macd_line"),
    Column("obv", "obv", {}),
)
_LINES = dict(zip(DIVERGENT, (one.label for one in COLUMNS), strict=True))
RSI_POINTS, MACD_RANGES, OBV_DAYS = 10.0, 0.5, 5.0  # a large difference: points, ATRs, days of usual volume


def _forms() -> tuple[Form, ...]:
    sides = (("bullish", ("low", "low")), ("bearish", ("high", "high")))
    return tuple(
        Form(f"{hidden}{way}_{word}_divergence", roles)
        for word in DIVERGENT
        for way, roles in sides
        for hidden in ("", "hidden_")
    )


def rows(history: History, columns: Mapping[str, Floats]) -> Floats:
    """Rows of all divergences of a history."""
    swings, out = history.swings, room(len(history), len(_LINES) * 2)
    units = {
        "rsi": np.full(len(history), RSI_POINTS),
        "macd": MACD_RANGES * history.atr,
        "obv": OBV_DAYS * history.usual_volume,
    }
    count = kind = 0
    for word, label in _LINES.items():
        for side, sign in ((history.up, 1.0), (history.down, -1.0)):
            own = swings.sides == -sign
            line = np.ascontiguousarray(sign * columns[label])
            count += divergences_into(
                side, sign, swings.bars[own], swings.known[own], line, units[word], kind, kind + 1, out[count:]
            )
            kind += 2
    return out[:count]


DIVERGENCES = EventFamily(_forms(), COLUMNS, rows)
