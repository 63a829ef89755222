"""The compiled engine and the readable one simulate any run alike, fill by fill."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.strategies import Execution
from hypothesis import HealthCheck, given, settings
from mojo_compute.backtesting import readable, simulation
from mojo_compute.backtesting.costs import Schedule
from mojo_compute.backtesting.data import Bars
from mojo_compute.backtesting.runs import FILL, REASONS, ROUND_TRIP, SKIPPED, SKIPS, Run
from mojo_compute.backtesting.signals import Signals

from tests.support.random_backtests import Case, cases

pytest.importorskip("mojo_compute.backtesting._engine", reason="the compiled engine isn't built")

CAPITAL_SHARE = 1e-9


def schedule_of(case: Case) -> Schedule:
    return Schedule.of(case.lines, 0.0, days_of(case.bars))


def days_of(bars: Bars) -> np.ndarray | None:
    return None if bars.times is None else bars.times.astype("datetime64[D]").astype(np.int32)


def both(case: Case) -> tuple[Run, Run]:
    parts = case.bars, case.signals, case.execution, schedule_of(case), case.actions
    return simulation.simulate(*parts, positions=True), readable.simulate(*parts, positions=True)


def assert_tables_agree(compiled: np.ndarray, plain: np.ndarray, dtype: np.dtype, what: str, reasons=REASONS) -> None:
    def told(table: np.ndarray) -> list[str]:
        return [f"{one} {reasons[one['reason']]}" for one in table]

    assert len(compiled) == len(plain), f"{what}:\n{told(compiled)}\n{told(plain)}"
    for name in dtype.names:
        if dtype[name].kind == "f":
            agree = np.allclose(compiled[name], plain[name], rtol=1e-9, atol=1e-9, equal_nan=True)
        else:
            agree = np.array_equal(compiled[name], plain[name])
        # words for two tables cost more than the two runs: only where they are needed
        assert agree, f"{what} {name}:\n" + "\n".join(told(compiled)) + "\nplain:\n" + "\n".join(told(plain))


def assert_agree(case: Case) -> None:
    compiled, plain = both(case)
    assert_tables_agree(compiled.fills, plain.fills, FILL, "fills")
    # within a bar the order of what wasn't filled says nothing
    assert_tables_agree(np.sort(compiled.skipped), np.sort(plain.skipped), SKIPPED, "skipped", SKIPS)
    assert_tables_agree(compiled.round_trips, plain.round_trips, ROUND_TRIP, "round trips")
    assert_tables_agree(compiled.open_trades, plain.open_trades, ROUND_TRIP, "open trades")
    assert compiled.ambiguous_bars == plain.ambiguous_bars
    near = {"rtol": 1e-9, "atol": CAPITAL_SHARE * case.execution.initial_capital}
    for name in ("equity", "cash", "exposure", "positions"):
        np.testing.assert_allclose(getattr(compiled, name), getattr(plain, name), err_msg=name, **near)


@given(cases())
@settings(max_examples=100)
def test_both_engines_fill_the_same_orders_at_the_same_prices(case):
    assert_agree(case)


@pytest.mark.exhaustive
@pytest.mark.timeout(600)
@given(cases(most_bars=60))
@settings(max_examples=5_000, suppress_health_check=[HealthCheck.too_slow])
def test_both_engines_agree_over_and_over(case):
    assert_agree(case)


def test_a_bar_that_tells_no_volume_among_others_trades_nothing():
    close = np.full((1, 6), 100.0)
    volume = np.array([[1e6, 1e6, 1e6, np.nan, 1e6, 1e6]])
    first, third = (np.arange(6)[np.newaxis] == bar for bar in (0, 2))
    case = Case(
        Bars(close, close, close, close, volume),
        Signals(entries=first, exits=third),
        Execution(slippage_volume=0.1),
        lines=(),
        actions=None,
    )
    assert_agree(case)
    assert both(case)[1].fills["bar"].tolist() == [1, 4]
