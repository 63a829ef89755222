"""What holds for every run of the readable engine, whatever the settings."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from mojo_compute.backtesting.readable import simulate
from mojo_compute.backtesting.runs import FILL, REASONS, Run

from tests.support.random_backtests import Case, cases


def run(case: Case) -> Run:
    schedule = SimpleNamespace(lines=case.lines)
    return simulate(case.bars, case.signals, case.execution, schedule, case.actions, positions=True)


def last_closes(closes: np.ndarray) -> np.ndarray:
    """Each bar's close or, where there is none, the one before it."""
    known = np.where(np.isnan(closes), -1, np.arange(closes.shape[1]))
    at = np.maximum.accumulate(known, axis=1)
    filled = np.take_along_axis(closes, np.maximum(at, 0), axis=1)
    return np.where(at < 0, 0.0, filled)


@given(cases())
@settings(max_examples=150)
def test_cash_and_positions_are_the_equity_of_every_bar(case):
    done = run(replace(case, actions=None))
    worth = done.positions * last_closes(case.bars.close)
    np.testing.assert_allclose(done.cash + worth.sum(0), done.equity, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(abs(worth).sum(0), done.exposure, rtol=1e-9, atol=1e-6)


@given(cases())
@settings(max_examples=150)
def test_fills_add_up_to_the_last_positions_and_cash(case):
    done = run(replace(case, actions=None))
    fills = done.fills
    for row in range(len(case.bars.close)):
        held = fills["quantity"][fills["row"] == row].sum()
        assert held == pytest.approx(done.positions[row, -1], abs=1e-6)
    spent = (fills["quantity"] * fills["price"] + fills["cost"]).sum()
    assert done.initial_capital - spent == pytest.approx(done.cash[-1], rel=1e-9, abs=1e-6)


@given(cases())
@settings(max_examples=150)
def test_what_trades_made_is_what_equity_grew_by(case):
    done = run(replace(case, actions=None))
    made = done.round_trips["pnl"].sum() + done.open_trades["pnl"].sum()
    assert done.equity[-1] == pytest.approx(done.initial_capital + made, rel=1e-8, abs=1e-5)


@given(cases())
@settings(max_examples=150)
def test_fills_lie_within_their_bar_where_nothing_moves_them(case):
    quiet = {"slippage_bps": 0.0, "slippage_ticks": 0.0, "slippage_volume": 0.0, "tick_size": 0.0}
    case = replace(case, execution=type(case.execution)(**_fields(case.execution) | quiet))
    done = run(case)
    bars, at = case.bars, (done.fills["row"], done.fills["bar"])
    assert (done.fills["price"] <= bars.high[at] * (1 + 1e-12)).all()
    assert (done.fills["price"] >= bars.low[at] * (1 - 1e-12)).all()


@given(cases())
@settings(max_examples=150)
def test_trades_run_from_worst_to_best_about_their_entry(case):
    done = run(case)
    for table in (done.round_trips, done.open_trades):
        assert (table["mae"] <= 0).all()
        assert (table["mfe"] >= 0).all()
        assert (table["quantity"] > 0).all()
        assert (table["reason"] < len(REASONS)).all()
    assert (done.round_trips["exit_bar"] >= done.round_trips["entry_bar"]).all()


@given(cases())
@settings(max_examples=100)
def test_later_bars_never_change_earlier_fills(case):
    done, half = run(case), len(case.bars) // 2
    early_volume = None if case.bars.volume is None else np.nansum(case.bars.volume[:, : half + 1], axis=1)
    assume(early_volume is None or (early_volume > 0).all())  # else it would count as not known
    signals = replace(case.signals, **{name: _until(values, half) for name, values in _given(case.signals)})
    early = run(replace(case, bars=case.bars.until(half), signals=signals, actions=_first(case, half)))
    earlier = done.fills[done.fills["bar"] <= half]
    for name in FILL.names:
        np.testing.assert_array_equal(early.fills[name], earlier[name])
    np.testing.assert_array_equal(early.equity, done.equity[: half + 1])


def _fields(execution):
    return {name: getattr(execution, name) for name in execution.__struct_fields__}


def _given(signals):
    return [(name, values) for name in type(signals).__slots__ if (values := getattr(signals, name)) is not None]


def _until(values, bar):
    return np.ascontiguousarray(values[:, : bar + 1])


def _first(case, bar):
    if case.actions is None:
        return None
    kept = case.actions.bar <= bar
    return replace(
        case.actions, **{name: getattr(case.actions, name)[kept] for name in ("bar", "row", "ratio", "dividend")}
    )
