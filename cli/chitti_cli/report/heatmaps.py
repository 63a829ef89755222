"""Heat maps of sweeps as PNG files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from chitti_cli.problem import Problem
from chitti_cli.report.drawing import save
from chitti_cli.report.plots import PAPER, new_figure
from chitti_cli.report.trials import Heatmap, Sweep, briefly, label_of, plain

MOST_TICKS = 24
MOST_TEXTS = 200  # cells with their number


def write_heatmaps(found: Sweep, folder: Path) -> list[Path]:
    """Write each heat map of a sweep as `heatmap_X_Y.png`.

    Raises
    ------
    Problem
        The folder can't be written, or the sweep has no heat map.
    """
    if not found.heatmaps:
        raise Problem(
            "a heat map needs two axes", "for example: --grid fast_period=5:50:5 --grid slow_period=20:200:20"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        title = f"{found.strategy_id or 'strategy'} · {', '.join(found.symbols[:6])}"
        return [
            save(drawn(one, found.goal), f"{title} · {label_of(one)}", folder / f"heatmap_{one.x}_{one.y}.png")
            for one in found.heatmaps
        ]
    except OSError as error:
        raise Problem(f"can't write plots into {folder}: {error.strerror}") from error


def drawn(one: Heatmap, goal: str) -> Figure:
    """The map with the best cells in green."""
    values = np.array([[np.nan if value is None else value for value in row] for row in one.values], dtype=float)
    figure = new_figure(9.0, 6.0)
    axes = figure.subplots()
    ends = [PAPER.down, "#f2f0e9", PAPER.up]
    colours = LinearSegmentedColormap.from_list("goal", ends[::-1] if goal == "minimise" else ends)
    shown = axes.imshow(values, cmap=colours, aspect="auto", origin="lower")
    ticks(axes, one)
    if values.size <= MOST_TEXTS:
        for row, column in zip(*np.nonzero(np.isfinite(values)), strict=True):
            text = briefly(float(values[row, column]), one.metric)
            axes.text(column, row, text, ha="center", va="center", fontsize=8, color=PAPER.ink)
    bar = figure.colorbar(shown, ax=axes, shrink=0.85)
    bar.outline.set_visible(False)
    bar.ax.tick_params(colors=PAPER.faint, labelsize=8, length=0)
    return figure


def ticks(axes: Axes, one: Heatmap) -> None:
    """Both axes with their values, every so many where there are many."""
    for axis, name, values in ((axes.xaxis, one.x, one.x_values), (axes.yaxis, one.y, one.y_values)):
        step = -(-len(values) // MOST_TICKS)
        places = range(0, len(values), step)
        axis.set_ticks(list(places), [plain(values[at]) for at in places])
        axis.set_label_text(name, fontsize=9, color=PAPER.faint)
    axes.tick_params(colors=PAPER.faint, labelsize=8, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
