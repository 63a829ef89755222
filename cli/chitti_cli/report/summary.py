"""What a backtest brought, in a terminal."""

from __future__ import annotations

import numpy as np
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chitti_cli.report import words
from chitti_cli.report.result import Result
from chitti_cli.supervisor.lines import visible

_BLOCKS = "▁▂▃▄▅▆▇█"
_COLOURS = {"up": "green", "down": "red", "": ""}
_SHOWN = ("Growth", "Risk", "Trades")
WIDTH = 64


def sparkline(curve: list[float], width: int = WIDTH) -> str:
    """A curve as blocks: of each column the mean, from the lowest to the highest."""
    values = np.asarray(curve)
    values = values[np.isfinite(values)]
    if not len(values):
        return ""
    parts = np.array([part.mean() for part in np.array_split(values, min(width, len(values)))])
    low, high = float(parts.min()), float(parts.max())
    steps = np.full(len(parts), 3) if high == low else np.rint((parts - low) / (high - low) * 7).astype(int)
    return "".join(_BLOCKS[step] for step in steps)


def summary_of(result: Result) -> RenderableType:
    """Head, equity as a line of blocks, figures, whether it can be believed."""
    return Group(
        head(result),
        Text(),
        equity_line(result),
        Text(),
        Columns([group_of(name, result) for name in _SHOWN], padding=(0, 4)),
        *beside(result),
        *belief(result),
    )


def head(result: Result) -> Text:
    text = Text(visible(result.of), style="bold")
    text.append(f"  {visible(result.name)}", style="bold cyan")
    text.append(f"  {result.period}", style="dim")
    if result.rule:
        text.append(f"\n{visible(result.rule)}")
    return text


def equity_line(result: Result) -> Text:
    """First and last equity around its shape."""
    gained = (result.number("total_return") or 0.0) >= 0.0
    text = Text(f"{words.rupees(result.capital)} ", style="dim")
    text.append(sparkline(result.equity_curve), style="green" if gained else "red")
    text.append(f" {words.rupees(result.equity_curve[-1])}", style="bold")
    return text


def group_of(name: str, result: Result) -> Table:
    """One group of figures as two columns."""
    table = Table(
        box=None, padding=(0, 2, 0, 0), title=name, title_justify="left", title_style="bold", show_header=False
    )
    table.add_column(style="dim")
    table.add_column(justify="right")
    for figure in words.GROUPS[name]:
        word, value = words.WORDS[figure], result.results.get(figure)
        table.add_row(word.label, Text(words.shown(value, word.kind), style=_COLOURS[words.tone(figure, value)]))
    return table


def beside(result: Result) -> list[Text]:
    """The benchmark, and what costs do, a line each."""
    lines: list[Text] = []
    if result.benchmark:
        chosen = {name: words.BENCHMARK[name] for name in ("total_return", "excess_return", "alpha", "beta")}
        told = [
            f"{word.label.lower()} {words.shown(result.benchmark.get(name), word.kind)}"
            for name, word in chosen.items()
        ]
        lines.append(line_of(f"Against {result.compared_with}", ", ".join(told)))
    if len(result.cost_sensitivity) > 1:
        told = [
            f"{at.get('times', 1):g}x {words.shown(at.get('total_return'), 'signed')}" for at in result.cost_sensitivity
        ]
        lines.append(line_of("At other costs", ", ".join(told)))
    return [Text(), *lines] if lines else []


def belief(result: Result) -> list[Text]:
    """Look-ahead, ambiguous bars, orders that were not filled, notes."""
    lines = [lookahead_line(result)]
    if result.ambiguous_bars:
        lines.append(line_of("Ambiguous bars", f"{result.ambiguous_bars}: stop and target in reach; the stop counted"))
    if result.skipped.total:
        told = ", ".join(
            f"{name.replace('_', ' ')} {count}" for name, count in sorted(result.skipped.by_reason.items())
        )
        lines.append(line_of("Orders not filled", f"{result.skipped.total} ({told})"))
    lines += [line_of("Note", note) for note in result.notes]
    if result.run_id:
        lines.append(line_of("Run", f"{result.run_id}, fills at {result.fill.replace('_', ' ')}, {result.engine}"))
    return lines


def lookahead_line(result: Result) -> Text:
    proof = result.lookahead
    if proof is None or not proof.checked:
        reason = f": {proof.reason}" if proof is not None and proof.reason else ""
        return line_of("Look-ahead", f"not checked{reason}", "yellow")
    if proof.ok:
        return line_of("Look-ahead", f"none at {len(proof.points)} points", "green")
    first = proof.first_difference or {}
    at = first.get("date") or (result.day(int(first["bar"])) if "bar" in first else "")
    return line_of("Look-ahead", f"FOUND, first at {at}: the figures above can't be trusted", "bold red")


def line_of(name: str, text: str, style: str = "") -> Text:
    line = Text(f"{visible(name):<22}", style="dim")
    line.append(visible(text), style=style)
    return line
