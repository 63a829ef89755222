"""Which implementation executes orders."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from chitti_shared.errors import EngineUnavailable
from mojo_compute.backtesting.simulators import simulator

COMPILED = "mojo_compute.backtesting.simulation"


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    simulator.cache_clear()
    yield
    simulator.cache_clear()


@pytest.mark.parametrize("setting", [None, "auto", "mojo", "cython"])
def test_the_compiled_engine_is_taken_where_it_is(setting: str | None):
    name, simulate = simulator(setting)
    assert (name, simulate.__module__) == ("cython", COMPILED)


def test_the_readable_one_is_taken_on_request():
    name, simulate = simulator("numpy")
    assert (name, simulate.__module__) == ("numpy", "mojo_compute.backtesting.readable.simulation")


def test_without_the_compiled_one_the_readable_one_is_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, COMPILED, None)
    assert simulator("auto")[0] == "numpy"
    assert simulator("mojo")[0] == "numpy"
    with pytest.raises(EngineUnavailable, match="the compiled engine can't be used"):
        simulator("cython")


def test_an_unknown_engine_is_refused():
    with pytest.raises(EngineUnavailable, match="no engine is called 'fortran': there are cython and numpy"):
        simulator("fortran")
