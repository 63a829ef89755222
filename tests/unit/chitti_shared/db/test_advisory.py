from __future__ import annotations

from chitti_shared.db import advisory_key
from hypothesis import given
from hypothesis import strategies as st


def test_a_name_has_the_same_key_in_every_process() -> None:
    assert advisory_key("migrations") == -4228129026908589201


@given(st.text())
def test_a_key_fits_in_a_bigint(name: str) -> None:
    assert -(2**63) <= advisory_key(name) < 2**63
