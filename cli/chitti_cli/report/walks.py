"""What a walk forward found, in a terminal: each window, what is lost outside the sample, the stitched curve."""

from __future__ import annotations

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chitti_cli.problem import Problem
from chitti_cli.report import words
from chitti_cli.report.summary import line_of, sparkline
from chitti_cli.report.trials import Value, cell, plain
from chitti_cli.supervisor.lines import visible

_STITCHED = ("total_return", "cagr", "sharpe_ratio", "max_drawdown", "win_rate", "total_trades")


class Span(msgspec.Struct, frozen=True, kw_only=True):
    first: int
    last: int
    first_date: str | None = None
    last_date: str | None = None

    @property
    def told(self) -> str:
        """Its days, or its bars."""
        if self.first_date and self.last_date:
            return f"{self.first_date[:10]} to {self.last_date[:10]}"
        return f"bars {self.first} to {self.last}"


class Window(msgspec.Struct, frozen=True, kw_only=True):
    test: Span
    parameters: dict[str, Value] | None
    in_sample: dict[str, Value] = {}
    out_of_sample: dict[str, Value] = {}


class Degradation(msgspec.Struct, frozen=True, kw_only=True):
    in_sample: float | None = None
    out_of_sample: float | None = None
    ratio: float | None = None


class Stability(msgspec.Struct, frozen=True, kw_only=True):
    values: list[Value] = []
    distinct: int = 0
    changes: int = 0


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """A completed walk; see `WalkForwardReply` for what each field holds."""

    strategy_id: str | None = None
    symbols: list[str] = []
    objective: str = "sharpe_ratio"
    windows: list[Window]
    degradation: dict[str, Degradation] = {}
    stability: dict[str, Stability] = {}
    results: dict[str, Value] = {}
    equity_curve: list[float] = []
    count: int = 0
    executor: str = ""
    engine: str = ""
    computation_time_ms: float | None = None


_DECODER = msgspec.json.Decoder(Walk)


def read_walk(text: bytes) -> Walk:
    """The walk that a reply tells of.

    Raises
    ------
    Problem
        It is no reply of a completed walk.
    """
    try:
        return _DECODER.decode(text)
    except msgspec.MsgspecError as error:
        raise Problem(f"this is no reply of a completed walk forward: {error}") from error


def summary_of_walk(found: Walk) -> RenderableType:
    """Head, windows, the stitched curve, what is lost."""
    return Group(head(found), Text(), table_of(found), Text(), *stitched(found), *remarks(found))


def head(found: Walk) -> Text:
    text = Text(visible(", ".join(found.symbols[:6])), style="bold")
    text.append(f"  {visible(found.strategy_id or 'strategy as data')}", style="bold cyan")
    took = "" if found.computation_time_ms is None else f" in {found.computation_time_ms:,.0f} ms"
    text.append(f"  {len(found.windows)} windows, {found.count:,} combinations{took}", style="dim")
    return text


def table_of(found: Walk) -> Table:
    """A row for each window: when it was tried, what was chosen, the objective before and after."""
    word = words.WORDS.get(found.objective)
    label = word.label if word else found.objective
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Tried on")
    table.add_column("Chosen")
    table.add_column(f"{visible(label)}, chosen by", justify="right")
    table.add_column("out of sample", justify="right")
    table.add_column("Return", justify="right")
    for window in found.windows:
        chosen = window.parameters
        told = "nothing" if chosen is None else ", ".join(f"{name} {plain(value)}" for name, value in chosen.items())
        table.add_row(
            window.test.told,
            visible(told),
            cell(found.objective, window.in_sample.get(found.objective)),
            cell(found.objective, window.out_of_sample.get(found.objective)),
            cell("total_return", window.out_of_sample.get("total_return")),
        )
    return table


def stitched(found: Walk) -> list[Text]:
    """All windows' trying one behind the other."""
    if not found.equity_curve:
        return []
    gained = found.equity_curve[-1] >= found.equity_curve[0]
    line = Text("Out of sample  ", style="dim")
    line.append(sparkline(found.equity_curve), style="green" if gained else "red")
    line.append(f" {words.rupees(found.equity_curve[-1])}", style="bold")
    figures = Text()
    for name in _STITCHED:
        if name in found.results:
            figures.append(f"{words.WORDS[name].label} ", style="dim")
            figures.append_text(cell(name, found.results[name]))
            figures.append("   ")
    return [line, figures, Text()]


def remarks(found: Walk) -> list[Text]:
    """What is left of the objective outside the sample, and how steady the choice is."""
    lines = []
    lost = found.degradation.get(found.objective)
    if lost is not None and lost.in_sample is not None and lost.out_of_sample is not None:
        kept = lost.ratio or 0.0
        style = "green" if kept >= 0.7 else "yellow" if kept >= 0.3 else "red"
        told = f"{lost.in_sample:.2f} where it was chosen by, {lost.out_of_sample:.2f} where it was tried"
        lines.append(line_of(f"Mean {found.objective}"[:22], told, style))
    for name, one in found.stability.items():
        told = f"{one.distinct} different in {len(one.values)} windows, changed {one.changes} times"
        lines.append(line_of(f"Choice of {name}"[:22], told))
    if found.executor:
        lines.append(line_of("Run by", f"{found.executor}, {found.engine}"))
    return lines
