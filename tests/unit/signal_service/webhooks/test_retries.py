from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_service.webhooks.retries import GIVE_UP_AFTER, LONGEST_S, Again, Answer, Failing, GiveUp, after_failure

NOW = datetime(2025, 9, 30, 4, tzinfo=UTC)


def longest(_low: float, high: float) -> float:
    return high


def test_pauses_double_up_to_an_hour():
    failing, pauses, now = None, [], NOW
    for _ in range(15):
        then = after_failure(Answer(500), failing, now, longest)
        assert isinstance(then, Again)
        pauses.append((then.at - now).total_seconds())
        failing, now = then.failing, then.at
    assert pauses == [*(2.0**n for n in range(12)), 3600.0, 3600.0, 3600.0]


@given(st.integers(0, 2**32), st.integers(1, 10_000), st.floats(0, 86_399))
def test_a_pause_is_drawn_from_nothing_to_its_bound(seed: int, failures: int, since_s: float):
    before = Failing(failures, NOW - timedelta(seconds=since_s))
    then = after_failure(Answer(error="no connection"), before, NOW, random.Random(seed).uniform)
    assert isinstance(then, Again)
    assert NOW <= then.at <= NOW + timedelta(seconds=min(2.0 ** min(failures, 20), LONGEST_S))
    assert then.at <= before.since + GIVE_UP_AFTER
    assert then.failing == Failing(failures + 1, before.since)


def test_a_failing_server_is_tried_until_a_day_is_over_and_then_given_up():
    failing, now, tries = None, NOW, 0
    while True:
        then = after_failure(Answer(503), failing, now, random.Random(tries).uniform)
        tries += 1
        if isinstance(then, GiveUp):
            break
        failing, now = then.failing, then.at
    assert now - NOW == GIVE_UP_AFTER
    assert then.by == "failures"
    assert 24 < tries < 200


def test_a_server_that_is_gone_is_given_up_at_once():
    assert after_failure(Answer(410), None, NOW, longest) == GiveUp(Failing(1, NOW), "gone")


def test_the_time_a_server_names_is_kept():
    then = after_failure(Answer(429, wait_s=120), None, NOW, longest)
    assert isinstance(then, Again)
    assert then.at == NOW + timedelta(seconds=120)


@pytest.mark.parametrize(
    ("status", "accepted"), [(200, True), (202, True), (299, True), (199, False), (302, False), (500, False)]
)
def test_only_a_success_is_accepted(status: int, accepted: bool):
    assert Answer(status).accepted is accepted


def test_a_failure_says_what_was_expected():
    assert Answer(404).why == "it answered 404, expected 200 to 299"
    assert "redirects are not followed" in Answer(301).why
    assert Answer(error="it closed the connection").why == "it closed the connection"
