from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from signal_service.alerts.judgements import Judgement
from signal_service.alerts.silence import Silence
from signal_service.alerts.transitions import RuleState, SymbolState, decide
from signal_service.rules.book import RuleBook, book_of

KEY = ("sma_crossover", "bullish")
FIRST = date(2025, 1, 6)
SINCE = {side.key: 0 for side in book_of(0, [], [], {}).sides}
BOOK = book_of(7, [], [], SINCE)
COOLDOWN = BOOK.by_key[KEY].cooldown


@dataclass(frozen=True)
class Held:
    """The parts of a finding that a decision looks at."""

    key: tuple[str, str]
    bar_date: date
    cooldown: int = COOLDOWN
    alert_id: str = field(default="", compare=False)

    def __post_init__(self):
        object.__setattr__(self, "alert_id", f"{self.key[0]}-{self.bar_date}")

    @property
    def rule(self):
        return self.key[0]


def judgement(sessions: int, *, holds: bool, held_before: bool = False) -> Judgement:
    dates = tuple(FIRST + timedelta(days=i) for i in range(sessions))
    findings = (Held(KEY, dates[-1]),) if holds else ()
    return Judgement("TCS", dates, findings, frozenset({KEY}) if held_before else frozenset())


def known_as(bar_date: date, rules: dict, book: RuleBook = BOOK) -> SymbolState:
    return SymbolState(bar_date, rules, book.version)


def after(known, decision, seen):
    rules = dict(known.rules) if known else {}
    return known_as(seen.bar_date, rules | dict(decision.states))


def test_a_rule_that_begins_to_hold_alerts_once():
    seen = judgement(10, holds=True)
    first = decide(seen, known_as(FIRST, {}), BOOK)
    assert len(first.alerts) == 1
    assert decide(seen, after(None, first, seen), BOOK).alerts == ()


def test_what_held_already_at_the_first_look_is_no_transition():
    assert decide(judgement(10, holds=True, held_before=True), None, BOOK).alerts == ()
    assert len(decide(judgement(10, holds=True), None, BOOK).alerts) == 1


def test_a_remembered_state_counts_more_than_the_bar_before():
    missed = judgement(10, holds=True, held_before=True)  # it began while nobody looked
    assert len(decide(missed, known_as(FIRST, {}), BOOK).alerts) == 1


def test_what_held_already_when_a_rule_was_changed_is_no_transition():
    changed = replace(BOOK, version=8, since=SINCE | {KEY: 8})
    missed = judgement(10, holds=True, held_before=True)
    decision = decide(missed, known_as(FIRST, {}), changed)
    assert decision.alerts == ()
    assert decision.states == {KEY: RuleState(active=True)}
    judged = SymbolState(missed.bar_date, decision.states, changed.version)
    assert len(decide(judgement(12, holds=True), replace(judged, rules={}), changed).alerts) == 1


def test_a_rule_stays_silent_in_its_cool_down():
    state = RuleState(active=False, last_alert_id="x", last_bar=FIRST)
    assert decide(judgement(COOLDOWN, holds=True), known_as(FIRST, {KEY: state}), BOOK).alerts == ()
    assert len(decide(judgement(COOLDOWN + 1, holds=True), known_as(FIRST, {KEY: state}), BOOK).alerts) == 1


def test_a_rule_that_ceases_to_hold_can_alert_again_later():
    active = known_as(FIRST, {KEY: RuleState(active=True, last_alert_id="x", last_bar=FIRST)})
    ceased = decide(judgement(8, holds=False), active, BOOK)
    assert ceased.states == {KEY: RuleState(active=False, last_alert_id="x", last_bar=FIRST)}
    known = replace(active, rules=ceased.states)
    assert len(decide(judgement(9, holds=True), known, BOOK).alerts) == 1


def test_what_is_muted_raises_nothing_and_moves_on():
    for muted in (("TCS", None), (None, "sma_crossover"), ("TCS", "sma_crossover")):
        seen = judgement(10, holds=True)
        decision = decide(seen, known_as(FIRST, {}), BOOK, Silence(frozenset({muted})))
        assert decision.alerts == ()
        assert decision.states == {KEY: RuleState(active=True)}
        assert decide(seen, after(None, decision, seen), BOOK).alerts == ()  # no alert either once it is heard again


def test_mutes_of_others_leave_an_alert_alone():
    silence = Silence(frozenset({("INFY", None), (None, "rsi_reversal"), ("INFY", "sma_crossover")}))
    assert len(decide(judgement(10, holds=True), known_as(FIRST, {}), BOOK, silence).alerts) == 1


def test_an_older_judgement_than_the_state_changes_nothing():
    seen = judgement(5, holds=True)
    decision = decide(seen, known_as(seen.bar_date + timedelta(days=1), {}), BOOK)
    assert (decision.alerts, decision.states) == ((), {})


def test_an_unchanged_state_is_not_written():
    active = known_as(FIRST, {KEY: RuleState(active=True)})
    assert decide(judgement(9, holds=True), active, BOOK).states == {}
    assert decide(judgement(9, holds=False), known_as(FIRST, {}), BOOK).states == {}


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_alerts_are_never_closer_than_the_cool_down_and_always_on_a_rise(course):
    known, alerted = known_as(FIRST, {}), []
    for at, holds in enumerate(course):
        seen = judgement(at + 1, holds=holds)
        decision = decide(seen, known, BOOK)
        if decision.alerts:
            alerted.append(at)
            assert holds
            assert at == 0 or not course[at - 1]
        assert decide(seen, after(known, decision, seen), BOOK).alerts == ()  # a repeated look repeats nothing
        known = after(known, decision, seen)
    assert all(b - a >= COOLDOWN for a, b in itertools.pairwise(alerted))
