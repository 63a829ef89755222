"""The plots of a tear sheet, each drawn onto axes in the colours it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter, PercentFormatter

from chitti_cli.report import series
from chitti_cli.report.result import Result
from chitti_cli.report.words import grouped

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_SPANS = 1000
LOG_FROM = 4.0  # equity that grew or fell by more is drawn in logarithms


@dataclass(frozen=True, slots=True)
class Palette:
    """One colour for each role, as matplotlib takes it."""

    paper: str
    ink: str
    faint: str
    grid: str
    equity: str
    benchmark: str
    up: str
    down: str
    held: str


PAPER = Palette("#ffffff", "#1b2430", "#66707d", "#e3e7ec", "#1f6feb", "#8a94a1", "#12805c", "#c8372d", "#c9dcfb")


def dressed(axes: Axes, palette: Palette) -> None:
    """Axes without a box, with a quiet grid."""
    axes.set_facecolor("none")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(palette.grid)
    axes.grid(visible=True, axis="y", color=palette.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=palette.faint, labelsize=9, length=0, pad=5)
    axes.title.set_color(palette.ink)


def new_figure(width: float, height: float) -> Figure:
    """A figure of so many inches, see-through."""
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.patch.set_alpha(0.0)
    return figure


def dated(axes: Axes, result: Result) -> None:
    """The axis of time: dates where the bars have them, with no room beside the curve."""
    count = len(result.equity_curve)
    where = series.places(result.dates, count)
    if result.dates:
        locator = AutoDateLocator(minticks=4, maxticks=9)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(
            ConciseDateFormatter(locator, show_offset=False),  # type: ignore[no-untyped-call]
        )
    if count > 1:
        axes.set_xlim(where[0], where[-1])


def in_percent(axes: Axes, decimals: int | None = 0) -> None:
    """The values' axis in percent."""
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=decimals))


def in_rupees(axes: Axes) -> None:
    """The values' axis in rupees, in India's groups."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"₹{grouped(round(value))}"))


def line(axes: Axes, result: Result, values: series.Floats, **style: Any) -> None:
    """A curve over the bars, with no more points than can be seen."""
    at = series.thinned(values)
    axes.plot(series.places(result.dates, len(values))[at], values[at], solid_joinstyle="round", **style)


def equity(result: Result, palette: Palette) -> Figure:
    """Equity and the benchmark's, bars with a position tinted at the foot; below, the distance from the peak."""
    figure = new_figure(10.0, 5.4)
    above, beneath = figure.subplots(2, 1, sharex=True, height_ratios=[2.6, 1.0])
    dressed(above, palette)
    dressed(beneath, palette)
    above.spines["bottom"].set_visible(False)
    draw_equity(above, result, palette)
    draw_drawdown(beneath, result, palette)
    dated(beneath, result)
    return figure


def draw_equity(axes: Axes, result: Result, palette: Palette) -> None:
    curve = np.asarray(result.equity_curve)
    where = series.places(result.dates, len(curve))
    if result.benchmark_curve is not None:
        label = result.compared_with
        line(axes, result, series.floats(result.benchmark_curve), color=palette.benchmark, lw=1.3, label=label)
    line(axes, result, curve, color=palette.equity, lw=1.9, label="Strategy")
    axes.axhline(result.capital, color=palette.faint, lw=0.8, ls=(0, (2, 3)))
    lowest = float(np.nanmin(curve))
    if lowest > 0.0 and float(np.nanmax(curve)) / lowest > LOG_FROM:
        axes.set_yscale("log")
        axes.yaxis.set_minor_formatter(NullFormatter())
    spans = series.held_spans([*result.round_trips, *result.open_trades], len(curve) - 1)
    for first, last in spans[:MOST_SPANS]:
        axes.axvspan(where[first], where[last], ymax=0.03, color=palette.held, lw=0.0)
    in_rupees(axes)
    legend(axes, palette)


def draw_drawdown(axes: Axes, result: Result, palette: Palette) -> None:
    below = np.asarray(result.drawdown_curve)
    at = series.thinned(below)
    where = series.places(result.dates, len(below))[at]
    axes.fill_between(where, below[at], 0.0, color=palette.down, alpha=0.22, lw=0.0)
    axes.plot(where, below[at], color=palette.down, lw=1.1)
    axes.set_ylim(min(float(below.min()) * 1.08, -0.005), 0.0)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    in_percent(axes, None)


def legend(axes: Axes, palette: Palette) -> None:
    axes.legend(loc="upper left", frameon=False, fontsize=9, labelcolor=palette.ink, ncols=3, borderpad=0.0)


def rolling(result: Result, palette: Palette) -> Figure | None:
    """The Sharpe ratio of the newest bars; None: there are too few of them."""
    returns = series.returns_of(result)
    window = series.window_of(len(returns))
    if not window:
        return None
    found = series.rolling_sharpe(returns, window, result.number("periods_per_year") or 252.0)
    if np.isnan(found).all():
        return None
    figure = new_figure(4.9, 2.5)
    axes = figure.subplots()
    dressed(axes, palette)
    axes.axhline(0.0, color=palette.faint, lw=0.9)
    line(axes, result, found, color=palette.equity, lw=1.4)
    dated(axes, result)
    return figure


def distribution(result: Result, palette: Palette) -> Figure | None:
    """How often bars brought how much, where something was at stake; VaR marked. None: nothing ever was."""
    returns = series.returns_of(result)
    moved = returns[np.isfinite(returns) & (returns != 0.0)]
    if len(moved) < 2:
        return None
    figure = new_figure(4.9, 2.5)
    axes = figure.subplots()
    dressed(axes, palette)
    low, high = np.quantile(moved, [0.002, 0.998])
    bins = np.linspace(low, high, 46) if high > low else 10
    counts, edges = np.histogram(np.clip(moved, low, high), bins)
    middles = (edges[:-1] + edges[1:]) / 2.0
    colours = [palette.up if middle >= 0.0 else palette.down for middle in middles]
    axes.bar(middles, counts, width=np.diff(edges) * 0.9, color=colours, alpha=0.75)
    risk = result.number("var_95")
    if risk is not None and risk < 0.0:
        axes.axvline(risk, color=palette.ink, lw=1.0, ls=(0, (3, 2)))
        axes.annotate(
            "VaR 95 %", (risk, 1.0), (-4, -2), xycoords=("data", "axes fraction"), textcoords="offset points",
            ha="right", va="top", fontsize=8, color=palette.ink,
        )  # fmt: skip
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=None))
    return figure


def trades(result: Result, palette: Palette) -> Figure | None:
    """Each closed trade: what it made by how long it was held. None: there are none."""
    if not result.round_trips:
        return None
    figure, axes = _gains(result, palette, lambda trade: trade.bars)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.set_xlabel("bars held", fontsize=8, color=palette.faint)
    return figure


def excursions(result: Result, palette: Palette) -> Figure | None:
    """Each closed trade: what it made against the worst it stood. None: there are none."""
    if not result.round_trips:
        return None
    figure, axes = _gains(result, palette, lambda trade: -trade.mae)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=None))
    axes.set_xlabel("worst price after the entry (MAE), below it", fontsize=8, color=palette.faint)
    return figure


def _gains(result: Result, palette: Palette, across: Callable[[Any], float]) -> tuple[Figure, Axes]:
    """A dot for each of the newest trades: what it made, over what `across` says of it."""
    figure = new_figure(4.9, 2.5)
    axes = figure.subplots()
    dressed(axes, palette)
    shown = result.round_trips[-3000:]
    colours = [palette.up if trade.pnl > 0.0 else palette.down for trade in shown]
    axes.axhline(0.0, color=palette.faint, lw=0.9)
    axes.scatter([across(one) for one in shown], [one.gain for one in shown], s=16, c=colours, alpha=0.7, lw=0.0)
    in_percent(axes, None)
    return figure, axes


def months(result: Result, palette: Palette) -> Figure | None:
    """Return of each month, a row for each year. None: bars without dates."""
    years = series.years_of(result.monthly_returns)
    if not years:
        return None
    table = np.array([year.months for year in years])
    most = max(float(np.nanmax(np.abs(table))), 1e-9)
    figure = new_figure(10.0, 0.6 + 0.33 * len(years))
    axes = figure.subplots()
    colours = LinearSegmentedColormap.from_list("gains", [palette.down, palette.paper, palette.up])
    axes.imshow(table, cmap=colours, vmin=-most, vmax=most, aspect="auto")
    for row, column in zip(*np.nonzero(~np.isnan(table)), strict=True):
        axes.text(column, row, f"{table[row, column]:.1%}", ha="center", va="center", fontsize=8, color=palette.ink)
    axes.set_xticks(range(12), MONTHS)
    axes.set_yticks(range(len(years)), [year.name for year in years])
    axes.tick_params(colors=palette.faint, labelsize=9, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure


Draw = Callable[[Result, Palette], Figure | None]
# by the name of the file that `--plots` writes
PLOTS: dict[str, Draw] = {
    "equity": equity,
    "monthly_returns": months,
    "rolling_sharpe": rolling,
    "distribution": distribution,
    "trades": trades,
    "excursions": excursions,
}

TITLES = {
    "equity": "Equity and drawdown",
    "monthly_returns": "Monthly returns",
    "rolling_sharpe": "Rolling Sharpe ratio",
    "distribution": "Returns of bars",
    "trades": "Trades by holding time",
    "excursions": "Trades by what they had to stand",
}

# text stays text, glyphs of a font that every machine has are what it is measured by
mpl.rcParams["svg.fonttype"] = "none"
mpl.rcParams["text.parse_math"] = False  # names are names, whatever is in them
