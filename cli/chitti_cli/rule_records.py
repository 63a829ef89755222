"""Asks the daemon how the rules did, and shows it."""

from __future__ import annotations

from chitti_shared.contracts import signals
from chitti_shared.settings import Settings
from rich.table import Table
from rich.text import Text

from chitti_cli import sockets

_COLORS = {"bullish": "green", "bearish": "red"}
_RIGHT = ("cases", "right", "all companies", "mean move", "alerts", "right so far")


async def asked(settings: Settings, rule: str | None, symbol: str | None) -> signals.GetRuleStatisticsReply:
    """The statistics of all rules or one. Errors: Problem, NotFound."""
    reply: signals.GetRuleStatisticsReply = await sockets.asked(
        settings,
        signals.SIGNAL_SERVICE,
        signals.GET_RULE_STATISTICS,
        {"rule": rule, "symbol": symbol},
        command="chitti rules",
    )
    return reply


def table_of(reply: signals.GetRuleStatisticsReply, of_company: bool) -> Table:
    """A row for each rule and direction; of one company also the confidence of an alert on it."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("rule", no_wrap=True)
    for title in (*_RIGHT, *(("confidence",) if of_company else ())):
        table.add_column(title, justify="right")
    for one in reply.rules:
        cells: list[str | Text] = [
            Text.assemble((one.rule, "bold"), " ", (one.direction, _COLORS[one.direction])),
            f"{one.history.cases:,}",
            _share(one.history.hit_rate),
            _share(one.history.expected_rate),
            _share(one.history.mean_move),
            f"{one.outcomes.alerts:,}",
            _share(one.outcomes.hit_rate),
        ]
        table.add_row(*cells, *((_share(one.confidence),) if of_company else ()))
    return table


def _share(value: float | None) -> str:
    return f"{100.0 * value:.1f} %" if value is not None else "-"
