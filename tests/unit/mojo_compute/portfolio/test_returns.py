"""Returns from prices with gaps."""

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute.portfolio.returns import Panel, check_known, from_series, of_prices, of_returns

DAYS = np.datetime64("2025-01-01") + np.arange(6)
NAN = np.nan


def test_returns_are_the_changes_between_days():
    panel = of_prices(("A", "B"), np.array([[100, 10], [110, 10], [99, 20], [99, 10.0]]))
    np.testing.assert_allclose(panel.values, [[0.1, 0], [-0.1, 1], [0, -0.5]])
    np.testing.assert_array_equal(panel.latest, [99, 10])
    assert (panel.periods, panel.days, panel.notes) == (3, None, ())


def test_a_day_without_one_price_is_left_out_for_all_and_said():
    prices = np.array([[NAN, 10], [100, 10], [110, 11], [NAN, 12], [121, 11], [121, 22.0]])
    panel = of_prices(("A", "B"), prices, DAYS)
    np.testing.assert_allclose(panel.values, [[0.1, 0.1], [0.1, 0], [0, 1]])
    np.testing.assert_array_equal(panel.days, DAYS[[2, 4, 5]])
    (note,) = panel.notes
    assert "2 of 6 rows left out" in note
    assert "A alone misses 2 (its first is of 2025-01-02)" in note


def test_series_are_put_on_the_union_of_their_days():
    symbols, days, prices = from_series(
        {"A": (DAYS[:3], np.array([1, 2, 3.0])), "B": (DAYS[1:4], np.array([5, 6, 7.0]))}
    )
    assert symbols == ("A", "B")
    np.testing.assert_array_equal(days, DAYS[:4])
    np.testing.assert_array_equal(prices, [[1, NAN], [2, 5], [3, 6], [NAN, 7]])


def test_given_returns_are_used_as_they_are():
    panel = of_returns(("A",), np.array([[0.1], [NAN], [-0.2], [0.3]]))
    np.testing.assert_array_equal(panel.values[:, 0], [0.1, -0.2, 0.3])
    assert panel.latest is None
    assert "1 of 4 rows left out: an asset has no return there" in panel.notes[0]


@pytest.mark.parametrize(
    ("prices", "days", "field", "said"),
    [
        ([[1, 1], [2, 0], [1, 1], [2, 2.0]], None, "prices.B", "B has 0 at row 1"),
        ([[1, 1], [-2, 1], [1, 1], [2, 2.0]], DAYS[:4], "prices.A", "A has -2 at 2025-01-02"),
        ([[1, 1], [2, 2], [3, 3.0]], None, "prices", "expected at least 4 rows"),
        ([[1, NAN]] * 9, None, "prices", "found 0 of 9; B alone misses 9"),
        ([[1, 1], [2, 2], [3, 3], [1, 1.0]], DAYS[:3], "dates", "3 entries beside 4 rows"),
        ([[1, 1], [2, 2], [3, 3], [1, 1.0]], DAYS[[0, 1, 1, 2]], "dates", "2025-01-02 follows 2025-01-02"),
        ([[1, 1], [2, 2], [3, 3], [1, 1.0]], DAYS[[0, 2, 1, 3]], "dates", "dates must rise"),
        ([[1e-300, 1], [1e300, 2], [3, 3], [1, 1.0]], None, "prices.A", "differ too much"),
    ],
)
def test_prices_that_have_no_returns_are_refused(prices, days, field, said):
    with pytest.raises(InvalidInput, match=said) as refused, np.errstate(over="ignore"):
        of_prices(("A", "B"), np.array(prices, dtype=float), days)
    assert refused.value.details["field"] == field


def test_a_return_of_minus_one_is_refused():
    with pytest.raises(InvalidInput, match="fractions > -1"):
        of_returns(("A",), np.array([[0.1], [-1.0], [0.2]]))


def test_an_unknown_name_is_told_what_was_meant():
    with pytest.raises(InvalidInput, match=r"bounds names TSC.*did you mean 'TCS'"):
        check_known("bounds", ["TSC"], ("INFY", "TCS"))
    with pytest.raises(InvalidInput, match="there are INFY, TCS"):
        check_known("bounds", ["XXXXXX"], ("INFY", "TCS"))


def test_a_panel_gives_some_of_its_assets():
    panel = Panel(("A", "B", "C"), np.arange(6.0).reshape(2, 3), latest=np.array([1, 2, 3.0]))
    some = panel.of(["C", "A"])
    assert some.symbols == ("C", "A")
    np.testing.assert_array_equal(some.values, [[2, 0], [5, 3]])
    np.testing.assert_array_equal(some.latest, [3, 1])
    assert panel.of(["A", "B", "C"]) is panel
