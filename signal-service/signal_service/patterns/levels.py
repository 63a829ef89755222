"""Levels that prices turned at more than once: bounces from them, breaks, and what holds after a break."""

from __future__ import annotations

from collections.abc import Mapping

from signal_service.kernels._levels import levels_into
from signal_service.patterns.bars import Floats
from signal_service.patterns.event_family import EventFamily
from signal_service.patterns.history import History
from signal_service.patterns.rows import Form, room

_TOUCHES = ("touch", "touch", "touch")


def rows(history: History, _columns: Mapping[str, Floats]) -> Floats:
    """Rows of all that happens at levels."""
    swings, out = history.swings, room(len(history), 6)
    count = levels_into(history.up, 1.0, swings.bars, swings.known, swings.prices, 0, out)
    count += levels_into(history.down, -1.0, swings.bars, swings.known, -swings.prices, 3, out[count:])
    return out[:count]


LEVELS = EventFamily(
    (
        Form("resistance_breakout", (*_TOUCHES, "breakout")),
        Form("support_bounce", (*_TOUCHES, "bounce")),
        Form("resistance_retest", (*_TOUCHES, "retest")),
        Form("support_breakdown", (*_TOUCHES, "breakout")),
        Form("resistance_rejection", (*_TOUCHES, "bounce")),
        Form("support_retest", (*_TOUCHES, "retest")),
    ),
    (),
    rows,
)
