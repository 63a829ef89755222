from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest
from chitti_shared.descriptors import allow_descriptors

SOFT, HARD = resource.getrlimit(resource.RLIMIT_NOFILE)


@pytest.fixture(autouse=True)
def a_shells_limit() -> Iterator[None]:
    """This process' limit a little lower than it is; put back afterwards."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (SOFT - 10, HARD))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (SOFT, HARD))


def limits() -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_NOFILE)


def test_what_is_wanted_is_allowed_and_the_hard_limit_stays():
    assert allow_descriptors(SOFT - 5) == SOFT - 5
    assert limits() == (SOFT - 5, HARD)


def test_a_limit_that_is_high_enough_stays():
    assert allow_descriptors(64) == SOFT - 10
    assert limits() == (SOFT - 10, HARD)


@pytest.mark.skipif(HARD == resource.RLIM_INFINITY, reason="this system has no hard limit")
def test_the_hard_limit_is_as_far_as_it_goes():
    assert allow_descriptors(HARD + 1) == HARD
    assert limits() == (HARD, HARD)
