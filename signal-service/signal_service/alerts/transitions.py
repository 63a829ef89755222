"""From what holds now and what held before to the alerts that are due: an alert is a change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from signal_service.alerts.judgements import Finding, Judgement
from signal_service.alerts.silence import Silence
from signal_service.rules import RuleKey
from signal_service.rules.book import RuleBook

NOTHING_MUTED = Silence()


@dataclass(frozen=True, slots=True)
class RuleState:
    """One rule on one symbol at the last look; `last_bar` is the bar of its last alert."""

    active: bool
    last_alert_id: str | None = None
    last_bar: date | None = None


@dataclass(frozen=True, slots=True)
class SymbolState:
    """What is remembered of a symbol; rules without an entry did not hold and never alerted.

    `book_version` is the version of the rules it was last judged with, `judged_at` when that was.
    """

    bar_date: date
    rules: Mapping[RuleKey, RuleState]
    book_version: int = 0
    judged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Alerts that are due, and the rule states that changed."""

    alerts: tuple[Finding, ...]
    states: Mapping[RuleKey, RuleState]

    @property
    def is_empty(self) -> bool:
        """Whether nothing follows."""
        return not self.alerts and not self.states


def decide(
    judgement: Judgement, known: SymbolState | None, book: RuleBook, silence: Silence = NOTHING_MUTED
) -> Decision:
    """Which findings become alerts.

    A rule alerts when it holds now, did not hold at the last look, its cool-down is over, and nobody muted it.
    The last look at a symbol that a rule never judged is its previous bar, so neither the first import of a market
    nor a new rule raises alerts for what was so already. A judgement older than the state (another instance was
    faster) changes nothing.
    """
    if known is not None and known.bar_date > judgement.bar_date:
        return Decision((), {})
    findings = {finding.key: finding for finding in judgement.findings}
    alerts: list[Finding] = []
    states: dict[RuleKey, RuleState] = {}
    for key in book.by_key:
        stored = _stored(key, known, book)
        old = stored if stored is not None else RuleState(key in judgement.held_before)
        finding = findings.get(key)
        if (
            finding is not None
            and not old.active
            and _cooled(finding, old, judgement.dates)
            and not silence.covers(judgement.symbol, finding.rule)
        ):
            alerts.append(finding)
            states[key] = RuleState(True, finding.alert_id, finding.bar_date)
        elif (finding is not None) != (stored is not None and stored.active):
            states[key] = RuleState(finding is not None, old.last_alert_id, old.last_bar)
    return Decision(tuple(alerts), states)


def _stored(key: RuleKey, known: SymbolState | None, book: RuleBook) -> RuleState | None:
    """What the last look saw of a rule; None: it never looked at this one."""
    if known is None or book.is_new(key, known.book_version):
        return None
    return known.rules.get(key, RuleState(active=False))


def _cooled(finding: Finding, state: RuleState, dates: Sequence[date]) -> bool:
    """Whether enough sessions passed since the rule's last alert."""
    if state.last_bar is None:
        return True
    return len(dates) - bisect_right(dates, state.last_bar) >= finding.cooldown
