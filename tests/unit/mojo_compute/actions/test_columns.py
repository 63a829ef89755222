"""Columns of many symbols stop between two of them when nobody waits any more."""

from __future__ import annotations

from contextvars import copy_context
from datetime import date

import numpy as np
import pytest
from chitti_shared.errors import Cancelled
from chitti_shared.expressions.parsing import Parser
from chitti_shared.ipc.calls import Call, bind_call
from mojo_compute.actions.columns import _fill, _Part
from mojo_compute.backtesting.expressions import Columns, Program
from mojo_compute.storage import Found, Series

BARS = 5
DAYS = np.datetime64("2025-01-01") + np.arange(BARS)


def part(number: int) -> _Part:
    prices = {name: np.full(BARS, 1.0 + number) for name in ("open", "high", "low", "close", "volume")}
    found = Found(number, f"S{number}", None, None, date(2025, 1, 5), 1)
    return _Part(found.symbol, found, Series(DAYS, prices), slice(number * BARS, (number + 1) * BARS))


class CancelledAfter(Program):
    """A program during whose first run the caller goes away."""

    def __init__(self, current: Call) -> None:
        super().__init__([Parser({}).parse("close", "", "number")])
        self._current = current
        self.runs = 0

    def run(self, columns: Columns, kept: object = None) -> list[np.ndarray]:
        self.runs += 1
        self._current.stop(Cancelled("the caller has gone"))
        return super().run(columns)


def test_a_cancelled_request_computes_no_further_symbol():
    current = Call("compute_columns")
    program = CancelledAfter(current)
    values = np.zeros((1, 3 * BARS))

    def work() -> None:
        bind_call(current)
        with pytest.raises(Cancelled, match="the caller has gone"):
            _fill([part(number) for number in range(3)], program, values, np.zeros((0, 0)))

    copy_context().run(work)
    assert program.runs == 1
    assert values[0].tolist() == [1.0] * BARS + [0.0] * 2 * BARS
