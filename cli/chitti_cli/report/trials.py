"""What a sweep found, in a terminal: the best combinations, how much of it is luck, a heat map."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from chitti_cli.problem import Problem
from chitti_cli.report import words
from chitti_cli.report.summary import line_of
from chitti_cli.supervisor.lines import visible

Value = int | float | bool | str | None
_COLUMNS = ("sharpe_ratio", "total_return", "cagr", "max_drawdown", "win_rate", "profit_factor", "total_trades")
WIDTH = 7  # of a cell of a heat map
MOST_CELLS = 16  # of a heat map in the terminal, in a row
_FALSE, _NONE, _TRUE = (200, 55, 45), (90, 98, 110), (18, 128, 92)


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    symbol: str | None = None
    parameters: dict[str, Value]
    metrics: dict[str, Value]


class Heatmap(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `values` for each of `y_values`."""

    x: str
    y: str
    metric: str
    aggregate: str = "mean"
    x_values: list[Value]
    y_values: list[Value]
    values: list[list[float | None]]


class Luck(msgspec.Struct, frozen=True, kw_only=True):
    probability: float | None = None
    sharpe_ratio: float | None = None
    trials: int = 0
    deviation: float | None = None


class Sweep(msgspec.Struct, frozen=True, kw_only=True):
    """A completed sweep; see `SweepReply` for what each field holds."""

    strategy_id: str | None = None
    symbols: list[str] = []
    search: str = "grid"
    objective: str = "sharpe_ratio"
    goal: str = "maximise"
    size: int = 0
    count: int = 0
    invalid: int = 0
    failed: int = 0
    reason: str | None = None
    trials: dict[str, list[Value]]
    best: Trial | None = None
    heatmaps: list[Heatmap] = []
    deflated_sharpe: Luck | None = None
    executor: str = ""
    engine: str = ""
    computation_time_ms: float | None = None


_DECODER = msgspec.json.Decoder(Sweep)


def read_sweep(text: bytes) -> Sweep:
    """The sweep that a reply tells of.

    Raises
    ------
    Problem
        It is no reply of a completed sweep.
    """
    try:
        return _DECODER.decode(text)
    except msgspec.MsgspecError as error:
        raise Problem(f"this is no reply of a completed sweep: {error}") from error


def summary_of_sweep(found: Sweep, top: int) -> RenderableType:
    """Head, the best combinations, a heat map, luck."""
    parts: list[RenderableType] = [head(found), Text(), best_trials(found, top)]
    parts += [part for one in found.heatmaps for part in (Text(), heatmap_table(one, found.goal))]
    return Group(*parts, Text(), *remarks(found))


def head(found: Sweep) -> Text:
    text = Text(visible(", ".join(found.symbols[:6])), style="bold")
    text.append(f"  {visible(found.strategy_id or 'strategy as data')}", style="bold cyan")
    took = "" if found.computation_time_ms is None else f" in {found.computation_time_ms:,.0f} ms"
    text.append(f"  {found.count:,} trials, {found.search} of {found.size:,} combinations{took}", style="dim")
    return text


def order_of(found: Sweep) -> list[int]:
    """Trials by the objective, the best first, those without it last."""
    values = np.array([np.nan if value is None else value for value in found.trials[found.objective]], dtype=float)
    values = values if found.goal == "minimise" else -values
    return [int(at) for at in np.argsort(values, kind="stable")]  # NaN is put last


def best_trials(found: Sweep, top: int) -> Table:
    """The best combinations, a column for each parameter and figure."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    names = columns_of(found)
    for name in names:
        label = words.WORDS[name].label if name in words.WORDS else name
        table.add_column(visible(label), justify="left" if name == "symbol" else "right")
    for at in order_of(found)[:top]:
        table.add_row(*(cell(name, found.trials[name][at]) for name in names))
    return table


def columns_of(found: Sweep) -> list[str]:
    """Symbol and parameters, the objective, and of the other figures those that say most."""
    varied = [name for name in found.trials if name not in words.WORDS]
    figures = dict.fromkeys((found.objective, *_COLUMNS))
    return [*varied, *(name for name in figures if name in found.trials)]


def cell(name: str, value: Any) -> Text:
    word = words.WORDS.get(name)
    if word is None:
        return Text(visible(plain(value)))
    colours = {"up": "green", "down": "red", "": ""}
    return Text(visible(words.shown(value, word.kind)), style=colours[words.tone(name, value)])


def plain(value: Value) -> str:
    """A parameter's value, without digits that say nothing."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def chosen(count: int) -> list[int]:
    """Places of at most `MOST_CELLS`, evenly."""
    return sorted({round(place) for place in np.linspace(0, count - 1, min(count, MOST_CELLS))})


def heatmap_table(one: Heatmap, goal: str) -> RenderableType:
    """The heat map as coloured cells; of a large one every so many rows and columns."""
    columns, rows = chosen(len(one.x_values)), chosen(len(one.y_values))
    table = Table(box=None, padding=0, show_header=True, header_style="dim")
    table.add_column(f"{visible(one.y)} \\ {visible(one.x)}", justify="right", style="dim")
    for at in columns:
        table.add_column(visible(plain(one.x_values[at])), justify="center", min_width=WIDTH)
    values = np.array([[np.nan if value is None else value for value in row] for row in one.values], dtype=float)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    for row in reversed(rows):
        cells = [heat(values[row, at], low, high, one.metric, goal) for at in columns]
        table.add_row(visible(plain(one.y_values[row])) + " ", *cells)
    return Group(Text(f"{visible(label_of(one))}", style="bold"), table)


def label_of(one: Heatmap) -> str:
    """What the map shows, in words."""
    word = words.WORDS.get(one.metric)
    return f"{word.label if word else one.metric} ({one.aggregate})"


def briefly(value: float, metric: str) -> str:
    """A figure in the few letters that a cell has room for."""
    word = words.WORDS.get(metric)
    if word is None or word.kind not in {"ratio", "percent", "signed"}:
        return f"{value:.3g}"
    return f"{value:.2f}" if word.kind == "ratio" else f"{value:.0%}"


def heat(value: float, low: float, high: float, metric: str, goal: str) -> Text:
    if not np.isfinite(value):
        return Text(" " * WIDTH)
    share = 0.5 if high == low else (value - low) / (high - low)
    share = 1.0 - share if goal == "minimise" else share
    near, far = (_NONE, _TRUE) if share >= 0.5 else (_NONE, _FALSE)
    depth = abs(share - 0.5) * 2.0
    red, green, blue = (round(a + (b - a) * depth) for a, b in zip(near, far, strict=True))
    text = briefly(value, metric)
    return Text(f"{text:^{WIDTH}}", style=Style(color="white", bgcolor=f"rgb({red},{green},{blue})"))


def remarks(found: Sweep) -> list[Text]:
    """How much is luck, and what was left out."""
    lines = []
    luck = found.deflated_sharpe
    if luck is not None and luck.probability is not None:
        style = "green" if luck.probability >= 0.95 else "yellow" if luck.probability >= 0.5 else "red"
        told = f"{luck.probability:.1%} that the best Sharpe ratio is more than the luck of {luck.trials:,} trials"
        lines.append(line_of("Deflated Sharpe", told, style))
    if found.invalid:
        lines.append(line_of("Left out", f"{found.invalid:,} combinations out of order"))
    if found.failed:
        reason = f": {found.reason}" if found.reason else ""
        lines.append(line_of("Not possible", f"{found.failed:,}{reason}", "yellow"))
    if found.executor:
        lines.append(line_of("Run by", f"{found.executor}, {found.engine}"))
    return lines
