"""Bars of a symbol as candles, and patterns drawn over them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from chitti_cli.report.plots import PAPER

COLOURS = 48  # enough for a chart, and a small file
TICKS = 5
# prices that something keeps to or leaves, rather than a corner of a line
_ACROSS = {"range_high", "range_low", "highest", "lowest", "before_gap", "after_gap", "former_extreme"}
_ALONE = {"breakout", "close"}


@dataclass(frozen=True, slots=True)
class Candles:
    """Daily bars, oldest first, of one length."""

    dates: Sequence[date]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pattern by numbers of bars: corners (bar, price, role), where it begins and ends, the prices it is about."""

    points: Sequence[tuple[int, float, str]]
    first: int
    last: int
    target: float | None = None
    invalidation: float | None = None


def draw_candles(axes: Axes, bars: Candles, first: int, end: int) -> None:
    """The bars first <= i < end, at their numbers, with days below."""
    where = np.arange(first, end)
    opened, high, low, close = (values[first:end] for values in (bars.open, bars.high, bars.low, bars.close))
    colours = [PAPER.up if up else PAPER.down for up in close >= opened]
    axes.vlines(where, low, high, colors=colours, linewidth=0.8, alpha=0.8)
    axes.bar(where, np.abs(close - opened), 0.6, np.minimum(opened, close), color=colours, alpha=0.8)
    marks = np.unique(np.linspace(first, end - 1, TICKS).astype(int))
    axes.set_xticks(marks, [f"{bars.dates[at]:%d %b %y}" for at in marks])
    axes.set_xlim(first - 1, end)


def draw_pattern(axes: Axes, pattern: Drawn, colour: str = PAPER.equity) -> None:
    """Lines through the points, one above and one below where they have such roles; levels go across."""
    across = [one for one in pattern.points if one[2] in _ACROSS]
    for _bar, price, _role in across:
        axes.hlines(price, pattern.first, pattern.last, colors=colour, linewidth=1.5)
    sides = [[one for one in pattern.points if one[2] == side] for side in ("upper", "lower")]
    apart = _ACROSS | _ALONE | {"upper", "lower"}
    rest = [one for one in pattern.points if one[2] not in apart]
    for line in (*sides, rest):
        axes.plot([one[0] for one in line], [one[1] for one in line], color=colour, lw=1.5, marker="o", ms=3.5)
    bar, price, _role = pattern.points[-1]
    axes.plot([bar], [price], marker="D", ms=6, color=PAPER.ink, ls="")


def draw_levels(axes: Axes, pattern: Drawn, end: int) -> None:
    """The target and the invalidation, from the last bar on."""
    for price, colour, word in ((pattern.target, PAPER.up, "target"), (pattern.invalidation, PAPER.down, "invalid")):
        if price is not None:
            axes.hlines(price, pattern.last, end, colors=colour, linestyles="dashed", linewidth=1.1)
            axes.annotate(word, (end, price), (-2, 2), textcoords="offset points", ha="right", fontsize=8, color=colour)


def save_small(figure: Figure, path: Path) -> None:
    """Write a PNG of few colours on white paper.

    Raises
    ------
    OSError
        The file can't be written.
    """
    from PIL import Image

    figure.patch.set_alpha(1.0)
    figure.patch.set_facecolor(PAPER.paper)
    raw = io.BytesIO()
    figure.savefig(raw, dpi=100)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(raw).convert("RGB").quantize(COLOURS).save(path, format="PNG", optimize=True)
