"""Bars that make the candlesticks which the sample market never had, so that they can be drawn at all.

Before each stand forty quiet bars that rise or fall towards it: what is long or short is told by the bars before.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from sample_bars import COLUMNS, Stock

BEFORE = 40
MADE_UP = "made-up bars"
FIRST_DAY = date(2025, 1, 1)
START = 100.0

Bar = tuple[float, float, float, float]  # open, high, low, close, from the last quiet close

# by pattern: how much the quiet bars rise each, and the bars of the pattern
TAILS: dict[str, tuple[float, list[Bar]]] = {
    "cdl3starsinsouth": (
        -0.25,
        [(0, 0.1, -9, -4), (-3, -2.9, -7, -5), (-5.6, -5.6, -6, -6)],
    ),
    "cdlabandonedbaby_up": (
        -0.25,
        [(0, 0.3, -4.3, -4), (-5.5, -5.1, -5.9, -5.48), (-4.3, -1, -4.6, -1.3)],
    ),
    "cdlabandonedbaby_down": (
        0.25,
        [(0, 4.3, -0.3, 4), (5.5, 5.9, 5.1, 5.48), (4.3, 4.6, 1, 1.3)],
    ),
    "cdlconcealbabyswall": (
        -0.25,
        [(0, 0, -4, -4), (-4.2, -4.2, -8, -8), (-8.5, -6, -9.6, -9.5), (-5.5, -5.4, -10.2, -10)],
    ),
    "cdlkicking_up": (-0.25, [(0, 0, -4, -4), (0.8, 5, 0.8, 5)]),
    "cdlkicking_down": (0.25, [(0, 4, 0, 4), (-0.8, -0.8, -5, -5)]),
    "cdlkickingbylength_up": (-0.25, [(0, 0, -3, -3), (0.8, 6, 0.8, 6)]),
    "cdlkickingbylength_down": (0.25, [(0, 3, 0, 3), (-0.8, -0.8, -6, -6)]),
    "cdlmathold": (
        0.25,
        [(0, 5.2, -0.2, 5), (6, 6.3, 5.4, 5.6), (5.5, 5.7, 4.6, 4.9), (4.8, 5, 3.9, 4.2), (4.4, 8.4, 4.2, 8)],
    ),
}


def made_up_stock(name: str) -> Stock:
    """Quiet bars, then those of the pattern `name`."""
    rise, tail = TAILS[name]
    bars: list[Bar] = []
    last = START
    for number in range(BEFORE):
        body = rise + (1.0 if number % 2 else -1.0)
        bars.append((last, max(last, last + body) + 0.5, min(last, last + body) - 0.5, last + body))
        last += body
    bars += [(one[0] + last, one[1] + last, one[2] + last, one[3] + last) for one in tail]
    values = np.array(bars).T
    columns = dict(zip(COLUMNS, (*values, np.full(len(bars), 1e6)), strict=True))
    days = tuple(FIRST_DAY + timedelta(days=number) for number in range(len(bars)))
    return Stock(MADE_UP, days, {key: np.ascontiguousarray(one) for key, one in columns.items()})
