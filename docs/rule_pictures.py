"""Draw each shipped rule at one of its cases on real bars: `python docs/rule_pictures.py` writes docs/img/rules.

The bars are those of the sample market; `rule_cases` tells which case of a side is shown, and what its articles and
figures are where it reads some. Over the bars lie the means, bands and extremes of prices that the condition reads and
a dot for each article; below stand the articles, oldest first, and the numbers that were read on the bar of the arrow.
"""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from pathlib import Path

import numpy as np
from chitti_cli.report.charts import Candles, draw_candles, save_small
from chitti_cli.report.plots import PAPER, dressed, legend, new_figure
from chitti_shared.expressions import describe_node
from chitti_shared.expressions.parsing import Parser
from chitti_shared.market_time import IST
from matplotlib.axes import Axes
from rule_cases import AFTER, BEFORE, Case, Told, cases_of, facts_of, readings_of
from sample_bars import COLUMNS, sample_market
from signal_service.evaluation import Plan

FOLDER = Path(__file__).resolve().parent / "img" / "rules"
LINE = 108  # characters below a picture
LINES = (PAPER.equity, "#b7791f", "#7c4dbd")
ON_PRICES = {"sma", "bollinger", "max", "min"}
HEIGHT, LINE_HEIGHT = 3.1, 0.155  # inches


def draw(case: Case) -> None:
    """Write the bars around a case, with an arrow at it, and what was read."""
    name, direction = case.side.key
    notes = [*(_said(one) for one in case.told), *_numbers(case)]
    figure = new_figure(6.4, HEIGHT + LINE_HEIGHT * len(notes))
    axes = figure.subplots()
    dressed(axes, PAPER)
    bars = Candles(case.stock.dates, *(case.stock.columns[column] for column in COLUMNS[:4]))
    first, end = case.at - BEFORE, min(case.at + AFTER + 1, len(case.stock.dates))
    draw_candles(axes, bars, first, end)
    _draw_read(axes, case, first, end)
    _point(axes, case)
    _mark(axes, case)
    axes.set_title(_title(case), fontsize=9, loc="left", color=PAPER.ink)
    axes.set_xlabel("\n".join(notes), fontsize=7.5, color=PAPER.ink, ha="left", x=0.0, labelpad=6, linespacing=1.35)
    save_small(figure, FOLDER / f"{name}_{direction}.png")


def _point(axes: Axes, case: Case) -> None:
    """An arrow at the case's bar, inside of the axes."""
    up = case.side.direction == "bullish"
    colour = PAPER.up if up else PAPER.down
    axes.margins(y=0.12)
    axes.annotate(
        "",
        (case.at, case.stock.columns["low" if up else "high"][case.at]),
        (0, -24 if up else 24),
        textcoords="offset points",
        arrowprops={"facecolor": colour, "edgecolor": "none", "width": 2.5, "headwidth": 9, "headlength": 8},
    )


def _draw_read(axes: Axes, case: Case, first: int, end: int) -> None:
    """The indicators that the condition reads beside the prices, where they are prices."""
    plan = Plan([case.side.when])
    facts = facts_of(case.stock, plan)
    lines = []
    for label, values in facts.columns.items():
        ((name, inputs), *_output) = json.loads(label).items()
        if name in ON_PRICES and inputs.get("of", "close") != "volume":
            lines.append((describe_node(Parser({}).parse(json.loads(label), "", "number")), values))
    for (label, values), colour in zip(lines, LINES, strict=False):
        axes.plot(np.arange(first, end), values[first:end], color=colour, lw=1.1, label=label)
    if lines:
        legend(axes, PAPER)


def _mark(axes: Axes, case: Case) -> None:
    """A dot for each article at the bar that it counts on from, on the other side of the bars than the arrow."""
    up = case.side.direction == "bullish"
    placed: Counter[int] = Counter()
    for one in case.told:
        at = min(int(np.searchsorted(case.stock.dates, one.seen.astimezone(IST).date())), case.at)
        placed[at] += 1
        price = case.stock.columns["high" if up else "low"][at]
        height = 7 * placed[at] * (1 if up else -1)
        colour = PAPER.up if one.score > 0.0 else PAPER.down if one.score < 0.0 else PAPER.faint
        axes.annotate(
            "\N{BLACK CIRCLE}", (at, price), (0, height), textcoords="offset points", ha="center", va="center",
            fontsize=8, color=colour,
        )  # fmt: skip


def _title(case: Case) -> str:
    columns, horizon = case.stock.columns, case.side.horizon
    title = f"{case.side.name}, {case.side.direction}: {case.stock.symbol}, {case.stock.dates[case.at]:%d %B %Y}"
    if case.made_up:
        return f"{title} - real bars, made-up {'articles' if case.told else 'figures'}"
    if case.told:
        return f"{title}, the sample feed's articles"
    later = columns["close"][case.at + horizon] / columns["close"][case.at] - 1.0
    return f"{title}, {later:+.1%} after {horizon} sessions"


def _said(told: Told) -> str:
    event = f" [{told.event}]" if told.event else ""
    said = textwrap.shorten(f"{told.headline}{event}", LINE - 20, placeholder=" ...")
    return f"{told.seen.astimezone(IST):%d %b}   {told.score:+.2f}   {said}"


def _numbers(case: Case) -> list[str]:
    return textwrap.wrap("; ".join(f"{text} {_figure(value)}" for text, value in readings_of(case)), LINE)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.2f}".rstrip("0").rstrip(".")


def main() -> None:
    for case in cases_of(sample_market()):
        draw(case)


if __name__ == "__main__":
    main()
