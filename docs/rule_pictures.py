"""Draw each shipped rule at its newest case on real bars: `python docs/rule_pictures.py` writes docs/img/rules.

The bars are those of the sample market. A case is a bar on which a rule begins to hold; of each side the newest one
with bars behind it to show is drawn, whatever came of it. Rules that read articles or figures of companies have no
picture: bars alone do not tell where they hold.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from chitti_cli.report.charts import Candles, draw_candles, save_small
from chitti_cli.report.plots import PAPER, dressed, new_figure
from chitti_shared.expressions.parsing import Parser
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.expressions import Program, columns_of
from pictures import COLUMNS, Stock, indicators_of, sample_market
from signal_service.evaluation import Plan, SymbolFacts
from signal_service.patterns import catalogue
from signal_service.patterns.bars import bars_of
from signal_service.rules import SHIPPED, RuleSide

FOLDER = Path(__file__).resolve().parent / "img" / "rules"
BEFORE, AFTER = 60, 20  # bars shown beside the case
QUIET = 5  # bars on which the rule did not hold


def pictured_sides() -> list[RuleSide]:
    """Sides of the rules that read nothing but bars and what follows from them."""
    return [side for document in SHIPPED for side in document.sides if side.needs <= {"series", "patterns"}]


def facts_of(stock: Stock, plan: Plan) -> SymbolFacts:
    """What the plan reads of a stock, computed here."""
    days = np.array(stock.dates, "datetime64[D]")
    prices = (stock.columns[name][None, :] for name in COLUMNS[:4])
    bars = Bars(*prices, volume=stock.columns["volume"][None, :], times=days.astype("datetime64[s]"))
    nodes = [Parser({}).parse(json.loads(label), "", "number") for label in plan.columns]
    values = Program(nodes).run(columns_of(Data(bars), 0))
    columns = {
        label: np.ascontiguousarray(np.broadcast_to(one, len(days)), dtype=np.float64)
        for label, one in zip(plan.columns, values, strict=True)
    }
    names = list(plan.patterns)
    patterns = catalogue.qualities(bars_of(**stock.columns), indicators_of(stock, names), names) if names else {}
    return SymbolFacts(stock.symbol, None, days.astype(np.int64), **stock.columns, columns=columns, patterns=patterns)


def newest_cases(stocks: list[Stock], sides: list[RuleSide]) -> dict[int, tuple[Stock, int]]:
    """By the number of a side the stock and the bar of its newest case."""
    plan = Plan([side.when for side in sides])
    newest: dict[int, tuple[Stock, int]] = {}
    for stock in stocks:
        holds = plan.run(facts_of(stock, plan)).astype(bool)
        for number, row in enumerate(holds):
            begun = [at for at in np.flatnonzero(row) if not row[max(at - QUIET, 0) : at].any()]
            shown = [int(at) for at in begun if BEFORE <= at < len(row) - AFTER]
            if shown and (number not in newest or stock.dates[shown[-1]] > _day(newest[number])):
                newest[number] = (stock, shown[-1])
    return newest


def _day(case: tuple[Stock, int]) -> object:
    return case[0].dates[case[1]]


def draw(side: RuleSide, stock: Stock, at: int) -> None:
    """Write the bars around a case, with an arrow at it."""
    name, direction = side.key
    figure = new_figure(6.4, 3.1)
    axes = figure.subplots()
    dressed(axes, PAPER)
    bars = Candles(stock.dates, *(stock.columns[column] for column in COLUMNS[:4]))
    draw_candles(axes, bars, at - BEFORE, at + AFTER + 1)
    up = direction == "bullish"
    price = stock.columns["low" if up else "high"][at]
    colour = PAPER.up if up else PAPER.down
    axes.annotate(
        "", (at, price), (0, -26 if up else 26), textcoords="offset points", arrowprops={"color": colour, "width": 2}
    )
    later = stock.columns["close"][at + side.horizon] / stock.columns["close"][at] - 1.0
    title = f"{name}, {direction}: {stock.symbol}, {stock.dates[at]:%d %B %Y}"
    axes.set_title(f"{title}, {later:+.1%} after {side.horizon} sessions", fontsize=9, loc="left", color=PAPER.ink)
    save_small(figure, FOLDER / f"{name}_{direction}.png")


def main() -> None:
    sides = pictured_sides()
    for number, (stock, at) in newest_cases(sample_market(), sides).items():
        draw(sides[number], stock, at)


if __name__ == "__main__":
    main()
