"""One line crosses another: moving averages, the close and its long average, MACD and its signal."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from signal_service.kernels._crossings import crossings_into
from signal_service.patterns.bars import Floats
from signal_service.patterns.event_family import Column, EventFamily
from signal_service.patterns.history import CLOSE, History
from signal_service.patterns.rows import Form, room

COLUMNS = (
    Column("sma_50", "sma", {"period": 50}),
    Column("sma_200", "sma", {"period": 200}),
    Column("ema_20", "ema", {"period": 20}),
    Column("ema_50", "ema", {"period": 50}),
    Column("macd_line", "macd", {}, "macd_line"),
    Column("macd_signal", "macd", {}, "signal_line"),
)
# upwards, downwards, fast, slow, where a chart shows it, ATRs a bar that part the lines sharply; None: the close
_PAIRS: tuple[tuple[str, str, str | None, str, str | None, float], ...] = (
    ("golden_cross", "death_cross", "sma_50", "sma_200", "sma_200", 0.1),
    ("close_above_sma_200", "close_below_sma_200", None, "sma_200", "sma_200", 1.0),
    ("ema_20_above_50", "ema_20_below_50", "ema_20", "ema_50", "ema_50", 0.1),
    ("macd_above_signal", "macd_below_signal", "macd_line", "macd_signal", None, 0.1),
)


def rows(history: History, columns: Mapping[str, Floats]) -> Floats:
    """Rows of all crossings of a history."""
    out = room(len(history), len(_PAIRS))
    count = kind = 0

    def line(label: str | None, sign: float) -> Floats:
        values = history.up[CLOSE] if label is None else columns[label]
        return np.ascontiguousarray(sign * values)

    for _up, _down, fast, slow, drawn, unit in _PAIRS:
        for side, sign in ((history.up, 1.0), (history.down, -1.0)):
            count += crossings_into(
                side, sign, line(fast, sign), line(slow, sign), line(drawn, sign), unit, kind, out[count:]
            )
            kind += 1
    return out[:count]


CROSSINGS = EventFamily(
    tuple(Form(name, ("crossing",)) for up, down, *_ in _PAIRS for name in (up, down)), COLUMNS, rows
)
