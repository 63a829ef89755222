"""From what holds now and what held before to the alerts that are due: an alert is a change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from signal_service.alerts.judgements import Finding, Judgement
from signal_service.alerts.rules import BY_KEY, RuleKey


@dataclass(frozen=True, slots=True)
class RuleState:
    """One rule on one symbol at the last look; `last_bar` is the bar of its last alert."""

    active: bool
    last_alert_id: str | None = None
    last_bar: date | None = None


@dataclass(frozen=True, slots=True)
class SymbolState:
    """What is remembered of a symbol; rules without an entry did not hold and never alerted."""

    bar_date: date
    rules: Mapping[RuleKey, RuleState]


@dataclass(frozen=True, slots=True)
class Decision:
    """Alerts that are due, and the rule states that changed."""

    alerts: tuple[Finding, ...]
    states: Mapping[RuleKey, RuleState]


def decide(judgement: Judgement, known: SymbolState | None) -> Decision:
    """Which findings become alerts.

    A rule alerts when it holds now, did not hold at the last look, and its cool-down is over.
    The last look at a symbol never judged is its previous bar, so the first import of a
    market raises no alert for what was so already. A judgement older than the state (another
    instance was faster) changes nothing.
    """
    if known is not None and known.bar_date > judgement.bar_date:
        return Decision((), {})
    before = known.rules if known is not None else {key: RuleState(active=True) for key in judgement.held_before}
    holding = {finding.key: finding for finding in judgement.findings}
    alerts: list[Finding] = []
    states: dict[RuleKey, RuleState] = {}
    for key in holding.keys() | before.keys():
        old = before.get(key, RuleState(active=False))
        finding = holding.get(key)
        if finding is not None and not old.active and _cooled(key, old, judgement.dates):
            alerts.append(finding)
            states[key] = RuleState(True, finding.alert_id, finding.bar_date)
        elif (finding is not None) != (known is not None and old.active):
            states[key] = RuleState(finding is not None, old.last_alert_id, old.last_bar)
    order = list(BY_KEY)
    alerts.sort(key=lambda finding: order.index(finding.key))
    return Decision(tuple(alerts), states)


def _cooled(key: RuleKey, state: RuleState, dates: Sequence[date]) -> bool:
    """Whether enough sessions passed since the rule's last alert."""
    if state.last_bar is None:
        return True
    return len(dates) - bisect_right(dates, state.last_bar) >= BY_KEY[key].cooldown
