"""The second table of docs/PERFORMANCE.md: every function that TA-Lib has too."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.indicators import (
    BARS,
    COPY_MOST,
    OTHERS_LEAST,
    PANEL_BARS,
    SERIES_LEAST,
    SYMBOLS,
    Compared,
    copied_or,
)
from benchmarks.results import figure

COLUMNS = (
    "function", "series, us", "TA-Lib, us", "ratio", "panel, ms", "TA-Lib, ms", "ratio", "two threads, ratio",
    "panel / copy",
)  # fmt: skip


def markdown(series: Sequence[Compared], panel: Sequence[Compared]) -> str:
    """A line for each function, and before them which miss a target."""
    wide = {one.name: one for one in panel}
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" + "|---:" * (len(COLUMNS) - 1) + "|"]
    lines += ["| " + " | ".join(_cells(one, wide[one.name])) + " |" for one in sorted(series, key=lambda one: one.name)]
    return "\n".join([*missed(series, panel), "", *lines])


def missed(series: Sequence[Compared], panel: Sequence[Compared]) -> list[str]:
    """Which functions are below a target, in words."""
    slow = [f"`{one.name}` {one.ratio:.2f}x" for one in _worst(series) if one.ratio < SERIES_LEAST]
    wide = [
        f"`{one.name}` {one.ratio:.2f}x ({one.ours / one.copied:.1f} copies)"
        for one in _worst(panel)
        if not copied_or(one, OTHERS_LEAST)
    ]
    return [
        f"Series of {BARS:,} bars below {SERIES_LEAST}x: {', '.join(slow) or 'none'}.",
        f"Panels of {SYMBOLS:,} x {PANEL_BARS:,} below {OTHERS_LEAST}x and above {COPY_MOST} copies: "
        f"{', '.join(wide) or 'none'}.",
    ]


def _worst(compared: Sequence[Compared]) -> list[Compared]:
    return sorted(compared, key=lambda one: one.ratio)


def _cells(series: Compared, panel: Compared) -> list[str]:
    return [
        f"`{series.name}`",
        figure(series.ours * 1e6),
        figure(series.talib * 1e6),
        f"{series.ratio:.2f}x",
        figure(panel.ours * 1e3),
        figure(panel.talib * 1e3),
        f"{panel.ratio:.2f}x",
        f"{panel.talib / panel.two_threads:.2f}x",
        f"{panel.ours / panel.copied:.1f}",
    ]
