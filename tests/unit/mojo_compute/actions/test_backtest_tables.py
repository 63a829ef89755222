"""Long results: packed, cut into pages, told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mojo_compute.actions.backtest_tables import BAR, LAYOUTS, Page, cut, paged_fields, tables_of, texts, unpacked
from mojo_compute.backtesting.runs import FILL, REASONS, ROUND_TRIP, SKIPPED, Run
from mojo_compute.storage.runs import TablePage

NAN = float("nan")
DAYS = np.arange(6) + np.datetime64("2025-09-01", "s").astype("datetime64[D]")
FILLS = np.array(
    [(1, 0, 8.0, 10.5, 0.1, NAN, 0, 0), (3, 0, -8.0, 11.0, 0.2, 3.7, 1, 1), (4, 0, -5.0, 11.5, 0.1, NAN, 0, 0)], FILL
)
CLOSED = np.array([(0, 1, 1, 3, 8.0, 10.5, 11.0, 0.3, 3.7, 0.044, -0.01, 0.06, 1, 1)], ROUND_TRIP)
OPEN = np.array([(0, -1, 4, -1, 5.0, 11.5, 11.25, 0.1, 1.15, 0.02, 0.0, 0.03, 0, 1)], ROUND_TRIP)
EQUITY = np.linspace(100.0, 110.0, 6)
RUN = Run(EQUITY, EQUITY, EQUITY, None, FILLS, CLOSED, OPEN, np.zeros(0, SKIPPED), 0, 100.0)
TABLES = tables_of(RUN, DAYS.astype("datetime64[s]"), EQUITY * 0, EQUITY * 2)
WHOLE = paged_fields(cut(TABLES, Page()), Page(), ["TCS"], daily=True)


def test_fills_are_told_as_trades_with_their_dates():
    bought, sold, short = WHOLE["trades"]
    assert (bought.date, bought.type, bought.price, bought.quantity, bought.pnl) == (
        "2025-09-02",
        "buy",
        10.5,
        8.0,
        None,
    )
    assert (sold.date, sold.type, sold.quantity, sold.pnl, sold.reason) == ("2025-09-04", "sell", 8.0, 3.7, REASONS[1])
    assert (short.type, short.symbol, short.cost) == ("sell", "TCS", 0.1)


def test_an_open_trade_has_no_exit_and_counts_its_bars_to_the_last():
    (closed,), (opened,) = WHOLE["round_trips"], WHOLE["open_trades"]
    assert (closed.side, closed.entry_date, closed.exit_date, closed.bars) == ("long", "2025-09-02", "2025-09-04", 2)
    assert (closed.return_, closed.reason) == (0.044, "exit")
    assert (opened.side, opened.exit_bar, opened.exit_date, opened.reason, opened.bars) == (
        "short",
        None,
        None,
        None,
        1,
    )
    assert opened.exit_price == 11.25


def test_bars_without_dates_have_numbers_alone():
    fields = paged_fields(cut(tables_of(RUN, None, EQUITY, None), Page()), Page(), [""], daily=True)
    assert "dates" not in fields
    assert "benchmark_curve" not in fields
    assert [(trade.date, trade.bar) for trade in fields["trades"]] == [(None, 1), (None, 3), (None, 4)]


def test_times_within_the_day_are_told_to_the_second():
    seconds = np.array(["2025-09-01T09:15:00", "NaT"], "datetime64[s]").view(np.int64)
    assert texts(seconds, daily=False) == ["2025-09-01T09:15:00", None]
    assert texts(seconds[:1], daily=True) == ["2025-09-01"]
    assert texts(seconds[:0], daily=True) == []


@given(st.integers(1, 8), st.integers(1, 8))
def test_pages_of_any_size_make_the_whole(trades: int, bars: int):
    trades_after: int | None = 0
    curve_after: int | None = 0
    told: list[object] = []
    equity: list[float] = []
    while trades_after is not None or curve_after is not None:
        fills_from = len(FILLS) if trades_after is None else trades_after
        page = Page(fills_from, trades, len(EQUITY) if curve_after is None else curve_after, bars)
        fields = paged_fields(cut(TABLES, page), page, ["TCS"], daily=True)
        told += fields["trades"]
        equity += fields["equity_curve"].tolist()
        assert fields["counts"] == WHOLE["counts"] == {"bars": 6, "trades": 3, "round_trips": 1, "open_trades": 1}
        trades_after, curve_after = fields["next_trades"], fields["next_curve"]
    assert told == WHOLE["trades"]
    assert equity == WHOLE["equity_curve"].tolist()


@pytest.mark.parametrize("first", [0, 2, 6, 9])
def test_what_is_stored_and_cut_out_is_what_is_cut_at_hand(first: int):
    page = Page(curve_after=first, curve_limit=3)
    stored = [
        TablePage(0, name, len(table), table[at : at + most].tobytes())
        for name, table in TABLES.items()
        for at, most in [page.wanted[name]]
    ]
    here, there = cut(TABLES, page), unpacked(stored, 0)
    assert here.keys() == there.keys() == LAYOUTS.keys()
    for name, (rows, table) in here.items():
        assert there[name][0] == rows
        assert there[name][1].tobytes() == table.tobytes()
    assert there["bars"][1].dtype == BAR
    assert unpacked(stored, 1) == {}


def test_many_results_share_what_a_reply_can_carry():
    wanted = Page(trades_limit=100_000, curve_limit=1_000_000)
    assert wanted.of(1) == Page(trades_limit=20_000, curve_limit=250_000)
    assert wanted.of(1_000) == Page(trades_limit=20, curve_limit=250)
    assert Page(1, 2, 3, 4).of(50) == Page(1, 2, 3, 4)
