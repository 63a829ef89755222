"""Breakouts from ranges of 20 and 55 bars, and 52-week extremes."""

from __future__ import annotations

from collections.abc import Mapping

from chitti_shared.contracts.signals.pattern_events import BREAKOUT_BARS

from signal_service.kernels._ranges import breakouts_into, extremes_into
from signal_service.patterns.bars import Floats
from signal_service.patterns.event_family import EventFamily
from signal_service.patterns.history import History
from signal_service.patterns.rows import Form, room

YEAR = 252
_UP, _DOWN = ("range_high", "range_low", "breakout"), ("range_low", "range_high", "breakout")
_EXTREME = ("former_extreme", "extreme")


def _forms() -> tuple[Form, ...]:
    ranges = [
        Form(f"breakout_{n}_{way}", roles) for n in BREAKOUT_BARS for way, roles in (("up", _UP), ("down", _DOWN))
    ]
    return (*ranges, Form("high_52_week", _EXTREME), Form("low_52_week", _EXTREME))


def rows(history: History, _columns: Mapping[str, Floats]) -> Floats:
    """Rows of all breakouts and extremes of a history."""
    out = room(len(history), 6)
    count = kind = 0
    for bars in BREAKOUT_BARS:
        for side, sign in ((history.up, 1.0), (history.down, -1.0)):
            count += breakouts_into(side, sign, bars, kind, out[count:])
            kind += 1
    for side, sign in ((history.up, 1.0), (history.down, -1.0)):
        count += extremes_into(side, sign, YEAR, kind, out[count:])
        kind += 1
    return out[:count]


BREAKOUTS = EventFamily(_forms(), (), rows)
