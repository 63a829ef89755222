from __future__ import annotations

import random

from chitti_cli.supervisor.backoff import Backoff
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(0, 2**32), st.floats(0.01, 5.0), st.floats(5.0, 60.0))
def test_delays_double_up_to_the_cap(seed: int, base_s: float, cap_s: float):
    backoff = Backoff(base_s, cap_s, 30.0, random.Random(seed))
    for crash in range(40):
        ceiling = min(cap_s, base_s * 2**crash)
        assert ceiling / 2 <= backoff.next_delay_s(0.1) <= ceiling


def test_a_stable_run_starts_the_delays_over():
    backoff = Backoff(1.0, 60.0, 30.0, random.Random(1))
    for _ in range(6):
        backoff.next_delay_s(1.0)
    assert backoff.next_delay_s(29.0) > 16.0
    assert backoff.next_delay_s(30.0) <= 1.0
    assert backoff.crashes == 1
