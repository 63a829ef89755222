"""How an alert looks in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from chitti_shared.contracts.signals import Alert, Evidence
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from chitti_cli.supervisor.lines import visible

_COLOURS = {"bullish": "green", "bearish": "red", "neutral": "yellow"}
_ARROWS = {"bullish": "▲", "bearish": "▼"}
# the evidence that a line has room for, in reading order; `chitti alerts --json` has all of it
_PRICE_ACTION = {
    "change": "day {:+.1f}%",
    "change_5_sessions": "week {:+.1f}%",
    "sma_20": "SMA20 {:,.1f}",
    "sma_50": "SMA50 {:,.1f}",
    "rsi_14": "RSI {:.1f}",
    "highest_high_of_252_bars_previous": "52-week high before {:,.2f}",
    "lowest_low_of_252_bars_previous": "52-week low before {:,.2f}",
    "volume_ratio": "vol {:.1f}x",
}


def alert_block(alert: Alert) -> RenderableType:
    """Symbol and direction, the headline, the price action behind it, and how often its rule was right before."""
    colour = _COLOURS[alert.direction]
    head = Text()
    head.append(f"{_ARROWS[alert.direction]} {alert.symbol:<11}", style=f"bold {colour}")
    head.append(f"{alert.direction:<8}", style=colour)
    head.append(f" impact {alert.impact:>3.0f}  ")
    head.append(f"{alert.price:>10,.2f}  ")
    head.append(f"{alert.rule}  {alert.bar_date}", style="dim")
    lines: list[RenderableType] = [head]
    if alert.headline:
        lines.append(Padding(Text(visible(alert.headline), style="bold"), (0, 0, 0, 2)))
    lines.append(Padding(facts(alert), (0, 0, 0, 2)))
    lines.append(Padding(Text(record(alert), style="dim"), (0, 0, 0, 2)))
    return Group(*lines)


def facts(alert: Alert) -> Text:
    """The sentiment, and the price action that the evidence tells of."""
    text = Text()
    if alert.sentiment and alert.sentiment_score is not None:
        text.append(f"sentiment {alert.sentiment_score:+.2f}", style=_COLOURS[alert.sentiment])
    for fact in price_action(alert.evidence):
        if text:
            text.append(" · ", style="dim")
        text.append(fact)
    return text


def record(alert: Alert) -> str:
    """The confidence, and what the earlier cases of its rule came to on the company and its industry."""
    values = {item.name: item.value for item in alert.evidence}
    cases, rate = values.get("past_cases"), values.get("past_hit_rate")
    if alert.confidence is None:
        said = f"confidence unknown: {alert.confidence_basis}"
    else:
        said = f"confidence {alert.confidence:.2f}"
    if isinstance(cases, int | float) and isinstance(rate, int | float):
        said += f" · right {rate:.0%} of {cases:,.0f} times before"
    return said


def price_action(evidence: Sequence[Evidence]) -> list[str]:
    """`day +3.1 %`, `RSI14 61.2`, ...: what the evidence says about prices, for a person."""
    values = {item.name: item.value for item in evidence if isinstance(item.value, float | int)}
    return [form.format(values[name]) for name, form in _PRICE_ACTION.items() if name in values]
