"""Bollinger's bands within Keltner's, and the bar on which they leave them."""

from __future__ import annotations

from collections.abc import Mapping

from signal_service.kernels._squeezes import squeezes_into
from signal_service.patterns.bars import Floats
from signal_service.patterns.event_family import Column, EventFamily
from signal_service.patterns.history import History
from signal_service.patterns.rows import Form, room

_ROLES = ("range_high", "range_low", "close")


def rows(history: History, columns: Mapping[str, Floats]) -> Floats:
    """Rows of all squeezes and releases of a history."""
    out = room(len(history), 1)
    return out[: squeezes_into(history.up, columns["squeeze_on"], columns["squeeze_momentum"], 0, 1, 2, out)]


SQUEEZES = EventFamily(
    tuple(Form(name, _ROLES) for name in ("squeeze", "squeeze_release_up", "squeeze_release_down")),
    (
        Column("squeeze_on", "squeeze", {}, "squeeze_on"),
        Column("squeeze_momentum", "squeeze", {}, "momentum"),
    ),
    rows,
)
