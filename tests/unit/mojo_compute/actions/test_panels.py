"""Rows of a panel, some at a time: the same values wherever the cut is, and an end where nobody waits any more."""

from __future__ import annotations

from contextvars import copy_context
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.errors import Cancelled, InvalidInput
from chitti_shared.ipc.calls import Call, bind_call
from mojo_compute import indicators as ta
from mojo_compute.actions import panels
from mojo_compute.actions.inputs import Inputs
from mojo_compute.engines import select
from mojo_compute.indicators import resolve
from support.markets import bars_about, walk

LENGTHS = (120, 40, 5, 300, 300, 61)
ROWS = [bars_about(walk(seed, length), seed=seed) for seed, length in enumerate(LENGTHS)]


def context(engine: str = "cython") -> Any:
    return SimpleNamespace(engines=select(engine), bulk_threads=2)


def inputs_of(name: str) -> Inputs:
    columns = {one: np.empty(len(ROWS), dtype=object) for one in BY_NAME[name].inputs}
    for column, values in columns.items():
        values[:] = [row[column] for row in ROWS]
    return Inputs(columns)


def computed(name: str, only_last: int | None = None, engine: str = "cython") -> Any:
    declared = BY_NAME[name]
    return panels.compute_rows(declared, inputs_of(name), resolve(declared, {}), only_last, context(engine))


@pytest.mark.parametrize("engine", ["cython", "numpy"])
@pytest.mark.parametrize("group", [1, 100, 350, 10_000])
@pytest.mark.parametrize("only_last", [None, 4, 100])
@pytest.mark.parametrize("name", ["stoch", "atr", "cdlengulfing"])
def test_rows_have_the_values_that_each_has_alone(monkeypatch, name, only_last, group, engine):
    monkeypatch.setattr(panels, "_GROUP", group)
    monkeypatch.setattr(panels, "_WORTH_THREADS", 0)
    done, errors = computed(name, only_last, engine)
    short = [number for number, length in enumerate(LENGTHS) if length <= done.lookback]
    assert sorted(errors) == short
    for number, row in enumerate(ROWS):
        if number in short:
            continue
        found = ta.FUNCTIONS[name](**{one: row[one] for one in BY_NAME[name].inputs})
        for rows, values in zip(done.outputs, found if isinstance(found, tuple) else (found,), strict=True):
            expected = values if only_last is None else values[-only_last:]
            np.testing.assert_allclose(rows[number], expected, rtol=1e-9, atol=1e-9)


def test_the_shape_is_that_of_what_is_answered():
    assert computed("atr", 5)[0].outputs[0].shape == (6, 5)
    assert [len(row) for row in computed("atr", 50)[0].outputs[0]] == [50, 40, 5, 50, 50, 50]
    assert [len(row) for row in computed("atr")[0].outputs[0]] == list(LENGTHS)


def test_where_no_row_has_values_the_first_says_why():
    declared = BY_NAME["rsi"]
    inputs = Inputs({"close": np.ones((3, 4))}, called={"close": "prices"})
    with pytest.raises(InvalidInput, match="exceeds data length") as refused:
        panels.compute_rows(declared, inputs, resolve(declared, {}), None, context())
    assert refused.value.details["row"] == 0


def test_work_that_was_cancelled_ends_with_its_reason():
    def cancelled() -> None:
        current = Call("compute_atr")
        bind_call(current)
        current.stop(Cancelled("nobody waits"))
        computed("atr")

    with pytest.raises(Cancelled, match="nobody waits"):
        copy_context().run(cancelled)
