from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from signal_service.alerts.judgements import Judgement
from signal_service.alerts.rules import BY_KEY
from signal_service.alerts.transitions import RuleState, SymbolState, decide

KEY = ("sma_crossover", "bullish")
FIRST = date(2025, 1, 6)


@dataclass(frozen=True)
class Held:
    """The parts of a finding that a decision looks at."""

    key: tuple[str, str]
    bar_date: date
    alert_id: str = field(default="", compare=False)

    def __post_init__(self):
        object.__setattr__(self, "alert_id", f"{self.key[0]}-{self.bar_date}")


def judgement(sessions: int, *, holds: bool, held_before: bool = False) -> Judgement:
    dates = tuple(FIRST + timedelta(days=i) for i in range(sessions))
    findings = (Held(KEY, dates[-1]),) if holds else ()
    return Judgement("TCS", dates, findings, frozenset({KEY}) if held_before else frozenset())


def after(known, decision, seen):
    rules = dict(known.rules) if known else {}
    return SymbolState(seen.bar_date, rules | dict(decision.states))


def test_a_rule_that_begins_to_hold_alerts_once():
    seen = judgement(10, holds=True)
    first = decide(seen, SymbolState(FIRST, {}))
    assert len(first.alerts) == 1
    assert decide(seen, after(None, first, seen)).alerts == ()


def test_what_held_already_at_the_first_look_is_no_transition():
    assert decide(judgement(10, holds=True, held_before=True), None).alerts == ()
    assert len(decide(judgement(10, holds=True), None).alerts) == 1


def test_a_remembered_state_counts_more_than_the_bar_before():
    missed = judgement(10, holds=True, held_before=True)  # it began while nobody looked
    assert len(decide(missed, SymbolState(FIRST, {})).alerts) == 1


def test_a_rule_stays_silent_in_its_cool_down():
    state = RuleState(active=False, last_alert_id="x", last_bar=FIRST)
    cooldown = BY_KEY[KEY].cooldown
    assert decide(judgement(cooldown, holds=True), SymbolState(FIRST, {KEY: state})).alerts == ()
    assert len(decide(judgement(cooldown + 1, holds=True), SymbolState(FIRST, {KEY: state})).alerts) == 1


def test_a_rule_that_ceases_to_hold_can_alert_again_later():
    active = SymbolState(FIRST, {KEY: RuleState(active=True, last_alert_id="x", last_bar=FIRST)})
    ceased = decide(judgement(8, holds=False), active)
    assert ceased.states == {KEY: RuleState(active=False, last_alert_id="x", last_bar=FIRST)}
    known = replace(active, rules=ceased.states)
    assert len(decide(judgement(9, holds=True), known).alerts) == 1


def test_an_older_judgement_than_the_state_changes_nothing():
    seen = judgement(5, holds=True)
    decision = decide(seen, SymbolState(seen.bar_date + timedelta(days=1), {}))
    assert (decision.alerts, decision.states) == ((), {})


def test_an_unchanged_state_is_not_written():
    active = SymbolState(FIRST, {KEY: RuleState(active=True)})
    assert decide(judgement(9, holds=True), active).states == {}
    assert decide(judgement(9, holds=False), SymbolState(FIRST, {})).states == {}


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_alerts_are_never_closer_than_the_cool_down_and_always_on_a_rise(course):
    known, alerted = SymbolState(FIRST, {}), []
    for at, holds in enumerate(course):
        seen = judgement(at + 1, holds=holds)
        decision = decide(seen, known)
        if decision.alerts:
            alerted.append(at)
            assert holds
            assert at == 0 or not course[at - 1]
        assert decide(seen, after(known, decision, seen)).alerts == ()  # a repeated look repeats nothing
        known = after(known, decision, seen)
    assert all(b - a >= BY_KEY[KEY].cooldown for a, b in itertools.pairwise(alerted))
