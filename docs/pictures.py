"""Draw each pattern of price as it stands in real bars: `python docs/pictures.py [NAME ...]` writes docs/img/patterns.

The bars are those of the sample market (`cli/chitti_cli/sample`). Of each kind the example with the highest quality
is drawn, whatever became of it, with the bars before and after it.
"""

from __future__ import annotations

import argparse
import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from chitti_cli.report.plots import PAPER, dressed, new_figure
from chitti_shared.contracts.signals.patterns import BY_NAME
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image
from signal_service.patterns import NAMES, Pattern, find_patterns

DOCS = Path(__file__).resolve().parent
SAMPLE = DOCS.parent / "cli" / "chitti_cli" / "sample" / "nifty50_eod.csv.zip"
FOLDER = DOCS / "img" / "patterns"
COLUMNS = ("open", "high", "low", "close", "volume")
AFTER = 30  # bars shown after the last one
SMALLEST = 20  # bars shown before a pattern; those of a long one are half its length
COLOURS = 48


@dataclass(frozen=True, slots=True)
class Stock:
    """One symbol's bars, oldest first."""

    symbol: str
    dates: tuple[date, ...]
    columns: dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Example:
    """A pattern, and the stock that it was found on."""

    stock: Stock
    pattern: Pattern


def sample_market() -> list[Stock]:
    """The stocks of the sample market."""
    rows: dict[str, list[dict[str, str]]] = {}
    with zipfile.ZipFile(SAMPLE) as archive, archive.open(archive.namelist()[0]) as file:
        for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")):
            rows.setdefault(row["symbol"], []).append(row)
    return [
        Stock(
            symbol,
            tuple(date.fromisoformat(row["date"]) for row in of_symbol),
            {name: np.array([float(row[name]) for row in of_symbol]) for name in COLUMNS},
        )
        for symbol, of_symbol in rows.items()
    ]


def best_examples(stocks: list[Stock], names: list[str]) -> dict[str, Example]:
    """By name the pattern of the highest quality that has bars after it to show."""
    best: dict[str, Example] = {}
    for stock in stocks:
        for one in find_patterns(**stock.columns, names=names):
            shown = one.last + AFTER < len(stock.dates)
            if shown and (one.name not in best or one.quality > best[one.name].pattern.quality):
                best[one.name] = Example(stock, one)
    return best


def draw(stock: Stock, pattern: Pattern, path: Path) -> None:
    """Write a pattern with its bars, lines, target and invalidation as a PNG file."""
    length = pattern.last - pattern.first
    first = max(pattern.first - max(length // 2, SMALLEST), 0)
    end = min(pattern.last + AFTER + 1, len(stock.dates))
    figure = new_figure(6.4, 3.1)
    axes = figure.subplots()
    dressed(axes, PAPER)
    draw_bars(axes, stock, first, end)
    draw_points(axes, pattern)
    draw_levels(axes, pattern, end)
    marks = np.linspace(first, end - 1, 5).astype(int)
    axes.set_xticks(marks, [f"{stock.dates[at]:%d %b %y}" for at in marks])
    axes.set_xlim(first - 1, end)
    title = f"{BY_NAME[pattern.name].title}: {stock.symbol}, {stock.dates[pattern.last]:%d %B %Y}"
    axes.set_title(f"{title}, quality {pattern.quality:.2f}", fontsize=9, loc="left", color=PAPER.ink)
    save(figure, path)


def draw_bars(axes: Axes, stock: Stock, first: int, end: int) -> None:
    """Candles of the bars first <= i < end."""
    where = np.arange(first, end)
    opened, high, low, close = (stock.columns[name][first:end] for name in COLUMNS[:4])
    colours = [PAPER.up if up else PAPER.down for up in close >= opened]
    axes.vlines(where, low, high, colors=colours, linewidth=0.8, alpha=0.8)
    axes.bar(where, np.abs(close - opened), 0.6, np.minimum(opened, close), color=colours, alpha=0.8)


def draw_points(axes: Axes, pattern: Pattern) -> None:
    """Lines through the points: one above and one below where they have such roles, else one through all."""
    sides = [[one for one in pattern.points if one.role == side] for side in ("upper", "lower")]
    rest = [one for one in pattern.points if one.role not in ("upper", "lower", "breakout")]
    for line in [*sides, rest]:
        axes.plot(
            [one.bar for one in line], [one.price for one in line], color=PAPER.equity, lw=1.5, marker="o", ms=3.5
        )
    last = pattern.points[-1]
    axes.plot([last.bar], [last.price], marker="D", ms=6, color=PAPER.ink, ls="")


def draw_levels(axes: Axes, pattern: Pattern, end: int) -> None:
    """The target and the invalidation, from the last bar on."""
    for price, colour, word in ((pattern.target, PAPER.up, "target"), (pattern.invalidation, PAPER.down, "invalid")):
        if price is not None:
            axes.hlines(price, pattern.last, end, colors=colour, linestyles="dashed", linewidth=1.1)
            axes.annotate(word, (end, price), (-2, 2), textcoords="offset points", ha="right", fontsize=8, color=colour)


def save(figure: Figure, path: Path) -> None:
    """A small PNG: few colours are enough for a chart."""
    figure.patch.set_alpha(1.0)
    figure.patch.set_facecolor(PAPER.paper)
    raw = io.BytesIO()
    figure.savefig(raw, dpi=100)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(raw).convert("RGB").quantize(COLOURS).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="patterns; all of them by default")
    names = parser.parse_args().names or list(NAMES)
    for name, example in best_examples(sample_market(), names).items():
        draw(example.stock, example.pattern, FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
