"""What a run refuses, what it reads though it is laid out otherwise, and how it is stopped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import Cancelled, InvalidInput
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.simulation import simulate
from support.simulations import at, chances, made, run

BARS = made(3)
QUIET = replace(BARS, volume=np.zeros((1, 60)))


@pytest.mark.parametrize(
    ("fields", "settings", "field"),
    [
        ({"entries": at(59, 0)}, {}, "entries"),
        ({"entries": at(60, 0), "exits": at(60, 0, rows=2)}, {}, "exits"),
        ({"entries": at(60, 0), "limit": np.full((60,), np.nan)}, {}, "limit"),
        ({"entries": at(60, 0), "weights": np.zeros((1, 60))}, {}, "entries"),
        ({"entries": at(60, 0).astype(float)}, {}, "entries"),
        ({"entries": at(60, 0), "limit": np.full((1, 60), -1.0)}, {}, "limit"),
        ({"weights": np.full((1, 60), np.inf)}, {}, "weights"),
        ({}, {}, "entries"),
        ({"entries": at(60, 0)}, {"slippage_ticks": 1.0}, "slippage_ticks"),
    ],
)
def test_signals_that_do_not_fit_are_refused(fields, settings, field: str):
    with pytest.raises(InvalidInput) as found:
        run(BARS, settings=settings, **fields)
    assert found.value.details["field"] == field
    assert found.value.details["constraint"]


@pytest.mark.parametrize("name", ["slippage_volume", "volume_limit"])
@pytest.mark.parametrize("bars", [QUIET, replace(BARS, volume=None)])
def test_what_needs_volume_is_refused_without_it(name: str, bars):
    with pytest.raises(InvalidInput, match=f"{name} needs"):
        run(bars, entries=at(60, 0), settings={name: 0.5})


@pytest.mark.parametrize("column", ["open", "high", "low", "volume"])
def test_columns_of_another_shape_are_refused(column: str):
    with pytest.raises(InvalidInput) as found:
        run(replace(BARS, **{column: np.ones((1, 59))}), entries=at(60, 0))
    assert found.value.details["field"] == column


def test_bars_without_a_bar_are_refused():
    empty = np.empty((1, 0))
    with pytest.raises(InvalidInput, match="shape"):
        run(replace(BARS, open=empty, high=empty, low=empty, close=empty, volume=None), entries=np.empty((1, 0), bool))


def test_days_of_another_number_than_bars_are_refused():
    with pytest.raises(InvalidInput, match="59 days for 60 bars"):
        run(BARS, entries=at(60, 0), days=np.arange(59, dtype=np.int32))


@pytest.mark.parametrize(("bars", "rows"), [([3], [1]), ([3], [-1]), ([9, 3], [0, 0])])
def test_corporate_actions_of_unknown_rows_or_out_of_order_are_refused(bars: list[int], rows: list[int]):
    count = len(bars)
    actions = Actions(np.array(bars, np.int32), np.array(rows, np.int32), np.full(count, 2.0), np.zeros(count))
    with pytest.raises(InvalidInput) as found:
        run(BARS, actions=actions, entries=at(60, 0))
    assert found.value.details["field"] == "actions"


def test_a_run_that_is_stopped_answers_so():
    long = made(1, 20_000)
    signals = Signals(entries=chances((1, 20_000), 0.1, 1), exits=chances((1, 20_000), 0.1, 2))
    stop = np.ones(1, np.int32)
    with pytest.raises(Cancelled):
        simulate(long, signals, Execution(), Schedule.of("none"), stop=stop)
    stop[0] = 0
    assert len(simulate(long, signals, Execution(), Schedule.of("none"), stop=stop).equity) == 20_000


def test_arrays_may_be_laid_out_in_any_way():
    wide = made(4, 120)
    every = [column[:, ::2] for column in (wide.open, wide.high, wide.low, wide.close)]
    volume = wide.volume[:, ::2]
    entries, limit = chances((1, 120), 0.2, 1)[:, ::2], (wide.close * 1.01)[:, ::2]
    sliced = replace(wide, open=every[0], high=every[1], low=every[2], close=every[3], volume=volume)
    copied = replace(
        wide, **{name: getattr(sliced, name).copy() for name in ("open", "high", "low", "close", "volume")}
    )
    one = run(sliced, entries=entries, limit=limit.astype(np.float32))
    two = run(copied, entries=entries.copy(), limit=limit.astype(np.float32).astype(np.float64))
    assert one.fills.tobytes() == two.fills.tobytes()
    assert len(one.fills) > 0
