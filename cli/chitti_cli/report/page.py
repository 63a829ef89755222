"""The tear sheet: one page that needs nothing beside itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from chitti_cli.problem import Problem
from chitti_cli.report import series, words
from chitti_cli.report.drawing import as_svg
from chitti_cli.report.plots import MONTHS, TITLES
from chitti_cli.report.result import Result, Trade

MOST_TRADES = 2000  # a page with more of them is slow to open
_PAGE = "tear_sheet.html.j2"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its name, ready to be read."""

    label: str
    value: str
    hint: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    name: str
    title: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class Cell:
    """A month: what it brought, and how deep its colour is, 0 ... 100."""

    text: str
    tone: str
    depth: int


@dataclass(frozen=True, slots=True)
class Row:
    """A year of months."""

    name: str
    months: list[Cell]
    total: Cell


@cache
def template() -> Template:
    """The page's template; whatever comes from outside is escaped by it."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_PAGE)


def page_of(result: Result) -> str:
    """The whole page."""
    names = ("equity", "rolling_sharpe", "distribution", "trades", "excursions")
    drawn = {name: plot_of(name, result) for name in names}
    return template().render(
        result=result,
        window=series.window_of(len(result.equity_curve)),
        headline=[figure_of(name, result) for name in words.HEADLINE],
        groups=[(group, [figure_of(name, result) for name in named]) for group, named in words.GROUPS.items()],
        plots=drawn,
        small=[drawn[name] for name in names[1:] if drawn[name]],
        months=MONTHS,
        years=years_of(result),
        benchmark=benchmark_of(result),
        spells=spells_of(result),
        sensitivity=sensitivity_of(result),
        charges=[(name, words.rupees(paid, 2)) for name, paid in result.costs_by_line.items()],
        trades=[*trades_of(result.open_trades), *trades_of(reversed(result.round_trips[-MOST_TRADES:]))],
        trades_of=max(result.counts.get("round_trips", 0), len(result.round_trips)) + len(result.open_trades),
        reasons=sorted(result.skipped.by_reason.items()),
        settings=settings_of(result),
        manifest=manifest_of(result),
    )


def write_page(result: Result, path: Path) -> None:
    """Write the tear sheet.

    Raises
    ------
    Problem
        The file can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page_of(result), encoding="utf-8")
    except OSError as error:
        raise Problem(f"can't write {path}: {error.strerror}") from error


def plot_of(name: str, result: Result) -> Plot | None:
    svg = as_svg(name, result)
    return None if svg is None else Plot(name, TITLES[name], Markup(svg))  # noqa: S704 - matplotlib has escaped its texts


def figure_of(name: str, result: Result) -> Figure:
    word = words.WORDS[name]
    value = result.results.get(name)
    return Figure(word.label, words.shown(value, word.kind), word.hint, words.tone(name, value))


def cell_of(gain: float, most: float) -> Cell:
    if np.isnan(gain):
        return Cell("", "", 0)
    depth = round(8 + 62 * min(abs(gain) / most, 1.0)) if gain else 0
    return Cell(f"{gain * 100:.1f}", "up" if gain > 0 else "down", depth)


def years_of(result: Result) -> list[Row]:
    """The months as a table, coloured against the largest of them."""
    years = series.years_of(result.monthly_returns)
    gains = np.abs(np.array([year.months for year in years])) if years else np.zeros((1, 12))
    most = max(float(np.nanquantile(gains, 0.97)), 1e-9) if np.isfinite(gains).any() else 1.0
    year_most = max([abs(year.total) for year in years], default=0.0) or 1.0
    return [
        Row(year.name, [cell_of(gain, most) for gain in year.months], cell_of(year.total, year_most)) for year in years
    ]


def benchmark_of(result: Result) -> list[Figure]:
    """The benchmark's figures and the run's beside it."""
    told = result.benchmark or {}
    return [
        Figure(word.label, words.shown(told[name], word.kind), word.hint, words.tone(name, told[name]))
        for name, word in words.BENCHMARK.items()
        if name in told
    ]


def spells_of(result: Result) -> list[dict[str, str]]:
    """The deepest drawdowns as a table."""
    return [
        {
            "depth": f"{spell.depth:.2%}",
            "peak": result.day(spell.peak),
            "trough": result.day(spell.trough),
            "end": "still under water" if spell.end is None else result.day(spell.end),
            "bars": words.grouped(spell.bars),
        }
        for spell in series.worst_spells(np.asarray(result.drawdown_curve))
    ]


def sensitivity_of(result: Result) -> list[tuple[str, list[Figure]]]:
    """What the run would have brought at other costs."""
    names = ("total_return", "sharpe_ratio", "max_drawdown", "total_costs")
    told = []
    for at in result.cost_sensitivity:
        figures = []
        for name in names:
            word, value = words.WORDS[name], at.get(name)
            figures.append(Figure(word.label, words.shown(value, word.kind), word.hint, words.tone(name, value)))
        told.append((f"{at.get('times', 1):g}x", figures))
    return told


def trades_of(trades: Any) -> list[dict[str, Any]]:
    """Rows of the table of trades."""
    return [trade_row(trade) for trade in trades]


def trade_row(trade: Trade) -> dict[str, Any]:
    return {
        "symbol": trade.symbol,
        "side": trade.side,
        "entry": trade.entry_date[:16].replace("T", " ") if trade.entry_date else f"bar {trade.entry_bar}",
        "exit": leaving_of(trade),
        "bars": words.grouped(trade.bars),
        "quantity": f"{trade.quantity:,.4f}".rstrip("0").rstrip("."),
        "entry_price": f"{trade.entry_price:,.2f}",
        "exit_price": words.NONE if trade.exit_price is None else f"{trade.exit_price:,.2f}",
        "costs": words.rupees(trade.costs, 2),
        "pnl": words.rupees(trade.pnl, 2),
        "gain": f"{trade.gain:+.2%}",
        "mae": f"{trade.mae:.2%}",
        "mfe": f"{trade.mfe:.2%}",
        "reason": (trade.reason or "open").replace("_", " "),
        "tone": "up" if trade.pnl > 0 else "down" if trade.pnl < 0 else "",
    }


def leaving_of(trade: Trade) -> str:
    if trade.exit_bar is None or trade.exit_bar < 0:
        return "open"
    return trade.exit_date[:16].replace("T", " ") if trade.exit_date else f"bar {trade.exit_bar}"


def settings_of(result: Result) -> list[tuple[str, str]]:
    """The strategy's parameters, then how orders were executed and what they cost."""
    manifest = result.manifest
    found = [*manifest.get("parameters", {}).items(), *manifest.get("execution", {}).items()]
    found += [("fill", result.fill)] if result.fill and "fill" not in dict(found) else []
    costs = manifest.get("costs")
    if costs not in (None, "flat"):  # which has taken its place
        found = [(name, value) for name, value in found if name != "transaction_cost"]
    if isinstance(costs, str):
        found.append(("costs", costs))
    elif isinstance(costs, list):
        found += [(f"cost: {line.get('name')}", told_line(line)) for line in costs]
    return [(name.replace("_", " "), told(value)) for name, value in found]


def told_line(line: dict[str, Any]) -> str:
    """One charge of a schedule."""
    rest = (f"{name} {told(value)}" for name, value in line.items() if name != "name" and value not in (None, 0.0))
    return ", ".join(rest)


def manifest_of(result: Result) -> list[tuple[str, str]]:
    """What else the run was made of."""
    apart = {"parameters", "execution", "costs"}
    found = [(name, value) for name, value in result.manifest.items() if name not in apart and value is not None]
    return [("run id", result.run_id), *((name.replace("_", " "), told(value)) for name, value in found)]


def told(value: Any) -> str:
    """A setting's value in a line."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, list):
        return ", ".join(told(one) for one in value)
    if isinstance(value, dict) and any(isinstance(one, dict | list) for one in value.values()):
        return json.dumps(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {told(one)}" for name, one in value.items())
    return str(value)
