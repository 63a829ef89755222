import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from mojo_compute.backtesting.strategies.lines import CROSSING_STRATEGIES, Line, Lines, crossing, crossings_of
from mojo_compute.backtesting.sweeps._sweep import mark_codes
from mojo_compute.backtesting.sweeps.crossings import BITS, Rows, Table, comparisons_of
from mojo_compute.backtesting.sweeps.grids import Axis, Grid
from support.series import series

VALUES = st.sampled_from([1.0, 2.0, 3.0, -1.0, np.nan])
LENGTHS = st.one_of(st.integers(1, 12), st.integers(60, 70), st.integers(120, 200))
OWN = {
    "sma_crossover": {"fast_period": [3, 5, 9], "slow_period": [12, 20]},
    "ema_crossover": {"fast_period": [3, 5], "slow_period": [12, 20, 30]},
    "rsi_reversion": {"period": [7, 14], "oversold": [20, 30.5], "overbought": [60, 70]},
    "macd_cross": {"fast_period": [5, 12], "slow_period": [20, 26], "signal_period": [5, 9]},
    "bollinger_reversion": {"period": [10, 20], "std_dev": [1.0, 2.0]},
    "donchian_breakout": {"entry_period": [10, 20], "exit_period": [5, 10]},
    "supertrend": {"period": [7, 10], "multiplier": [2.0, 3.0]},
}


@given(st.data(), LENGTHS, st.integers(0, 15), st.integers(0, 15))
def test_codes_are_the_crossings_of_two_rows_bar_by_bar(data, length, over, under):
    line, other = (data.draw(arrays(np.float64, length, elements=VALUES)) for _ in range(2))
    codes = np.full(length, 64, dtype=np.uint8)
    mark_codes(line, other, over, under, codes)
    up, down = (crossing(line, other, above=above) for above in (True, False))
    assert codes.tolist() == (64 + over * up + under * down).tolist()


def test_every_crossing_strategy_is_tried_here():
    assert set(OWN) == CROSSING_STRATEGIES


@pytest.mark.parametrize("strategy_id", sorted(OWN))
def test_each_combination_compares_what_its_strategy_does(strategy_id):
    grid = Grid(tuple(Axis.of(name, values) for name, values in OWN[strategy_id].items()))
    comparisons = comparisons_of(strategy_id, grid.point(0), [axis.name for axis in grid.axes])
    table = Table(comparisons, grid.axes, grid.places(np.arange(grid.size)))
    for number in range(grid.size):
        expected = {}
        for one in crossings_of(strategy_id, grid.point(number)):
            sides = expected.setdefault((one.line, one.other), [0, 0])
            sides[0 if one.above else 1] |= sum(BITS[name] for name in one.fields)
        found = {}
        for at, one in enumerate(comparisons):
            sides = found.setdefault(
                (table.sides[table.left[at, number]], table.sides[table.right[at, number]]), [0, 0]
            )
            sides[0] |= one.over
            sides[1] |= one.under
        assert found == expected


def test_each_distinct_line_stands_in_the_table_once():
    grid = Grid((Axis.of("fast_period", range(2, 12)), Axis.of("slow_period", range(8, 28))))
    comparisons = comparisons_of("sma_crossover", grid.point(0), ["fast_period", "slow_period"])
    table = Table(comparisons, grid.axes, grid.places(np.arange(grid.size)))
    assert len(table.sides) == len(set(table.sides)) == 26


def test_an_indicator_is_computed_once_for_all_of_its_lines():
    data = series(100)
    columns = {name: getattr(data.bars, name)[0] for name in ("open", "high", "low", "close")}
    rows = Rows(columns)
    lines = [line for period in (20, 26) for one in crossings_of("macd_cross", {"fast_period": 5, "slow_period": period,
             "signal_period": 9}) for line in (one.line, one.other)]  # fmt: skip
    for line in lines * 3:
        np.testing.assert_array_equal(rows.of(line), Lines(columns).values(line))
    assert rows.computed == 2


def test_levels_and_columns_are_rows_too():
    data = series(10)
    columns = {name: getattr(data.bars, name)[0] for name in ("open", "high", "low", "close")}
    assert Rows(columns).of(30.5).tolist() == [30.5] * 10
    assert Rows(columns).of(Line("close")).tolist() == columns["close"].tolist()
    assert Rows(columns).of(Line("sma", (("period", 10),))) is None
