"""Gaps between one bar's range and the next, and the bars that fill them."""

from __future__ import annotations

from collections.abc import Mapping

from signal_service.kernels._gaps import gaps_into
from signal_service.patterns.bars import Floats
from signal_service.patterns.event_family import EventFamily
from signal_service.patterns.history import History
from signal_service.patterns.rows import Form, room

_GAP, _FILLED = ("before_gap", "after_gap"), ("before_gap", "after_gap", "filled")


def rows(history: History, _columns: Mapping[str, Floats]) -> Floats:
    """Rows of all gaps of a history."""
    out = room(len(history), 4)
    count = gaps_into(history.up, 1.0, 0, 1, 2, out)
    count += gaps_into(history.down, -1.0, 3, 4, 5, out[count:])
    return out[:count]


GAPS = EventFamily(
    (
        Form("gap_up", _GAP),
        Form("breakaway_gap_up", _GAP),
        Form("gap_up_filled", _FILLED),
        Form("gap_down", _GAP),
        Form("breakaway_gap_down", _GAP),
        Form("gap_down_filled", _FILLED),
    ),
    (),
    rows,
)
