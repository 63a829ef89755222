import pytest
from chitti_shared.errors import ServiceUnavailable
from chitti_shared.ipc.retries import Breaker, RetryBudget, full_jitter
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(1, 10_000))
def test_pauses_are_spread_from_zero_to_a_doubling_bound(attempt: int) -> None:
    assert 0.0 <= full_jitter(attempt, base_s=0.1, cap_s=5.0) <= min(5.0, 0.1 * 2.0 ** min(attempt - 1, 60))


def test_retries_stay_a_fraction_of_calls() -> None:
    budget = RetryBudget(per_call=0.125, most=2.0)
    assert [budget.spend() for _ in range(3)] == [True, True, False]
    for _ in range(10):
        budget.earn()
    assert [budget.spend(), budget.spend()] == [True, False]


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_probe_through() -> None:
    now = 100.0
    breaker = Breaker("demo", lambda: now, failures=3, base_s=1.0, cap_s=1.0)
    for _ in range(2):
        breaker.check()
        breaker.failed()
    breaker.answered()
    for _ in range(3):
        breaker.check()
        breaker.failed()
    now = breaker._open_until - 0.001
    with pytest.raises(ServiceUnavailable) as caught:
        breaker.check()
    assert caught.value.details["retry_after_ms"] >= 1
    now = breaker._open_until + 0.001
    breaker.check()
    with pytest.raises(ServiceUnavailable):
        breaker.check()  # the probe is out
    breaker.connected()
    breaker.check()  # nobody answered yet, but nobody refused either
    breaker.answered()
    breaker.check()


def test_a_service_that_takes_connections_and_answers_nothing_opens_the_breaker() -> None:
    now = 0.0
    breaker = Breaker("demo", lambda: now, failures=3, base_s=1.0, cap_s=1.0)
    for _ in range(3):
        breaker.check()
        breaker.connected()
        breaker.failed()
    now = -1.0
    with pytest.raises(ServiceUnavailable):
        breaker.check()


def test_an_abandoned_probe_lets_the_next_one_try() -> None:
    now = 0.0
    breaker = Breaker("demo", lambda: now, failures=1, base_s=1.0, cap_s=1.0)
    breaker.failed()
    now = 2.0
    breaker.check()
    breaker.abandoned()
    breaker.check()
