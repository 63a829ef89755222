"""Rate limits, on a clock of our own."""

import pytest
from chitti_shared.errors import RateLimited
from core_api.security.rates import Rate, RateLimit
from hypothesis import given
from hypothesis import strategies as st


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_the_next_is_told_when_to_come_back():
    clock = Clock()
    limit = RateLimit("login", Rate.parse("10/m:3"), clock)
    for _ in range(3):
        limit.take("a")
    with pytest.raises(RateLimited) as caught:
        limit.take("a")
    assert caught.value.details == {"limit": "login", "retry_after_ms": 6000}
    clock.now += 5.9
    with pytest.raises(RateLimited):
        limit.take("a")
    clock.now += 0.11
    limit.take("a")


def test_one_key_does_not_use_up_another():
    limit = RateLimit("login", Rate(1.0, 1), Clock())
    limit.take("a")
    limit.take("b")
    with pytest.raises(RateLimited):
        limit.take("a")


def test_the_keys_remembered_are_bounded():
    limit = RateLimit("open", Rate(1.0, 1), Clock())
    for key in range(12_000):
        limit.take(key)
    assert len(limit._due) == 10_000


@given(st.lists(st.floats(0.0, 3.0), min_size=1, max_size=200), st.integers(1, 5), st.integers(1, 20))
def test_never_more_than_burst_plus_rate_times_time_pass(gaps, burst, per_s):
    clock = Clock()
    limit = RateLimit("x", Rate(float(per_s), burst), clock)
    passed = 0
    for gap in gaps:
        clock.now += gap
        try:
            limit.take("a")
        except RateLimited:
            continue
        passed += 1
    assert passed <= burst + per_s * (clock.now - 1000.0) + 1e-6


@pytest.mark.parametrize(
    ("text", "rate"), [("5/s", Rate(5.0, 5)), ("60/m:2", Rate(1.0, 2)), ("3600/h", Rate(1.0, 3600))]
)
def test_rates_are_read_from_text(text, rate):
    assert Rate.parse(text) == rate


@pytest.mark.parametrize("text", ["", "5", "5/d", "0/s", "-1/s", "5/s:0", "5/s:", "5.5/s", "5/s\n:1"])
def test_other_texts_are_refused(text):
    with pytest.raises(ValueError, match="a rate is"):
        Rate.parse(text)
