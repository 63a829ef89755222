"""Draw each pattern of price as it stands in real bars: `python docs/pictures.py [NAME ...]` writes docs/img/patterns.

The bars are those of the sample market (`cli/chitti_cli/sample`). Of each kind the example with the highest quality
is drawn, whatever became of it, with the bars before and after it. Candlesticks that this market never had are drawn
with bars that are made up for them, and say so.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from chitti_cli.report.charts import Candles, Drawn, draw_candles, draw_levels, draw_pattern, save_small
from chitti_cli.report.plots import PAPER, dressed, new_figure
from chitti_shared.contracts.indicators import BY_NAME as INDICATORS
from chitti_shared.contracts.signals.patterns import BY_NAME
from made_up_bars import MADE_UP, TAILS, made_up_stock
from mojo_compute import indicators as ta
from numpy.typing import NDArray
from sample_bars import COLUMNS, Stock, sample_market
from signal_service.patterns import Pattern, catalogue
from signal_service.patterns.bars import bars_of

FOLDER = Path(__file__).resolve().parent / "img" / "patterns"
AFTER = 30  # bars shown after the last one
SMALLEST = 20  # bars shown before a pattern; those of a long one are half its length


@dataclass(frozen=True, slots=True)
class Example:
    """A pattern, and the stock that it was found on."""

    stock: Stock
    pattern: Pattern


def examples_of(names: list[str]) -> dict[str, Example]:
    """By name the best example of the sample market, else the made-up one."""
    made_up = [best_examples([made_up_stock(name)], [name], after=0) for name in names if name in TAILS]
    return {name: one for found in made_up for name, one in found.items()} | best_examples(sample_market(), names)


def best_examples(stocks: list[Stock], names: list[str], after: int = AFTER) -> dict[str, Example]:
    """By name the pattern of the highest quality that has so many bars after it to show."""
    best: dict[str, Example] = {}
    for stock in stocks:
        for one in catalogue.find(bars_of(**stock.columns), indicators_of(stock, names), names):
            shown = one.last + after < len(stock.dates)
            if shown and (one.name not in best or one.quality > best[one.name].pattern.quality):
                best[one.name] = Example(stock, one)
    return best


def indicators_of(stock: Stock, names: list[str]) -> dict[str, NDArray[np.float64]]:
    """What the patterns of `names` read beside the bars."""
    found = {}
    for column in catalogue.columns_of(names):
        inputs = (stock.columns.get(name, stock.columns["close"]) for name in INDICATORS[column.indicator].inputs)
        values = getattr(ta, column.indicator)(*inputs, **column.parameters)
        one = values if column.output is None else getattr(values, column.output)
        found[column.label] = np.asarray(one, dtype=np.float64)
    return found


def draw(stock: Stock, pattern: Pattern, path: Path) -> None:
    """Write a pattern with its bars, lines, target and invalidation as a PNG file."""
    length = pattern.last - pattern.first
    first = max(pattern.first - max(length // 2, SMALLEST), 0)
    end = min(pattern.last + AFTER + 1, len(stock.dates))
    figure = new_figure(6.4, 3.1)
    axes = figure.subplots()
    dressed(axes, PAPER)
    draw_candles(axes, Candles(stock.dates, *(stock.columns[name] for name in COLUMNS[:4])), first, end)
    drawn = Drawn(pattern.points, pattern.first, pattern.last, pattern.target, pattern.invalidation)
    draw_pattern(axes, drawn)
    draw_levels(axes, drawn, end)
    where = MADE_UP if stock.symbol == MADE_UP else f"{stock.symbol}, {stock.dates[pattern.last]:%d %B %Y}"
    title = f"{BY_NAME[pattern.name].title}: {where}"
    axes.set_title(f"{title}, quality {pattern.quality:.2f}", fontsize=9, loc="left", color=PAPER.ink)
    save_small(figure, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="patterns; all of them by default")
    names = parser.parse_args().names or list(BY_NAME)
    for name, example in examples_of(names).items():
        draw(example.stock, example.pattern, FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
