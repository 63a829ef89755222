"""Compiled cost schedules charge what their lines say, read one by one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chitti_shared.contracts.strategies import CostLine
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.readable.charges import Charges

FIRST = date(2025, 1, 1)
DAYS = st.integers(0, 30).map(lambda after: FIRST + timedelta(days=after))
RATES = st.sampled_from([0.0, 1e-6, 0.001, 0.18, 1.0, 50.0])


@st.composite
def lines(draw: st.DrawFn) -> tuple[CostLine, ...]:
    """Charges with versions; a sum names charges before it."""
    made: list[CostLine] = []
    for number in range(draw(st.integers(1, 5))):
        name, before = f"line{number}", [f"line{other}" for other in range(number)]
        for begun in draw(st.sets(st.none() | DAYS, min_size=1, max_size=3)):
            bases = [st.sampled_from(["value", "quantity", "order"])]
            if before:
                bases.append(st.lists(st.sampled_from(before), min_size=1, max_size=3, unique=True))
            minimum = draw(st.sampled_from([0.0, 5.0]))
            made.append(
                CostLine(
                    name=name,
                    rate=draw(RATES),
                    basis=draw(st.one_of(bases)),
                    side=draw(st.sampled_from(["both", "buy", "sell"])),
                    minimum=minimum,
                    maximum=draw(st.sampled_from([None, minimum, minimum + 20.0])),
                    effective=None if begun is None else begun.isoformat(),
                )
            )
    return tuple(draw(st.permutations(made)))


@given(
    lines(),
    st.none() | DAYS,
    st.booleans(),
    st.sampled_from([1.0, 3.0, 0.25, 1e6]),
    st.sampled_from([100.0, 0.05, 33_333.35]),
)
def test_a_compiled_schedule_charges_what_its_lines_say(schedule, day, buys, quantity, price):
    told = Charges(schedule).cost(day, buys, quantity, price)
    number = None if day is None else (day - date(1970, 1, 1)).days
    signed = quantity if buys else -quantity
    assert Schedule.of(schedule).cost(signed, price, number) == pytest.approx(told, rel=1e-12, abs=1e-12)
