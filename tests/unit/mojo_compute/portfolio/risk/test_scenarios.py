"""Times of stress and shocks."""

from datetime import date

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute.portfolio.risk.scenarios import Window, over_window, under_shock, window_named, windows

WINDOW = Window("test", date(2024, 6, 3), date(2024, 6, 7), "a test")
DAYS = np.array(
    ["2024-05-30", "2024-06-03", "2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07", "2024-06-10"],
    dtype="datetime64[D]",
)
PRICES = np.array([90, 100, 80, 90, 95, 110, 500.0])


def test_the_table_of_windows_is_in_order_and_holds_the_known_ones():
    table = windows()
    assert [one.first for one in table] == sorted(one.first for one in table)
    assert all(one.first < one.last and one.what for one in table)
    assert len({one.name for one in table}) == len(table)
    assert {"crisis_2008", "covid_2020", "rates_2022", "election_2024"} <= {one.name for one in table}
    assert window_named("election_2024").last == date(2024, 6, 4)


def test_an_unknown_window_is_told_what_was_meant():
    with pytest.raises(InvalidInput, match="did you mean 'covid_2020'"):
        window_named("covid_2021")


def test_a_window_goes_from_close_to_close():
    found = over_window(WINDOW, np.array([0.5, 0.25]), [(DAYS, PRICES), (DAYS, np.full(7, 20.0))])
    assert found.change == pytest.approx(0.05)
    np.testing.assert_allclose(found.by_asset, [0.05, 0])
    assert found.covered == 1
    assert found.deepest == pytest.approx(-0.1)  # on 4 June, half of a fall by a fifth


def test_an_asset_that_was_not_traded_yet_is_left_out_and_said():
    young = (DAYS[3:], PRICES[3:])
    found = over_window(WINDOW, np.array([0.5, 0.5]), [(DAYS, PRICES), young])
    assert found.covered == pytest.approx(0.5)
    assert found.change == pytest.approx(0.05)
    assert np.isnan(found.by_asset[1])
    assert over_window(WINDOW, np.array([1.0]), [young]) is None


def test_a_history_that_ends_within_or_lies_far_before_does_not_reach_a_window():
    assert over_window(Window("x", date(2024, 6, 3), date(2024, 8, 1), ""), np.ones(1), [(DAYS, PRICES)]) is None
    assert over_window(Window("x", date(2025, 6, 3), date(2025, 8, 1), ""), np.ones(1), [(DAYS, PRICES)]) is None


def test_a_day_without_a_price_keeps_the_last_one():
    gap = np.delete(np.arange(7), 4)
    found = over_window(WINDOW, np.array([0.5, 0.5]), [(DAYS, PRICES), (DAYS[gap], PRICES[gap])])
    assert found.change == pytest.approx(0.1)


def test_shocks_take_the_assets_own_then_its_sectors_then_beta_times_the_markets():
    found = under_shock(
        {"A": -0.5, "IT": -0.2, "market": -0.1},
        ["A", "B", "C", "D"],
        np.full(4, 0.25),
        {"A": "IT", "B": "IT", "C": "Banks"},
        np.array([1.0, 1.0, 1.5, 20.0]),
    )
    np.testing.assert_allclose(found.by_asset, np.array([-0.5, -0.2, -0.15, -1.0]) / 4)
    assert found.change == pytest.approx(-1.85 / 4)


def test_a_shock_of_nothing_known_is_refused():
    with pytest.raises(InvalidInput, match="names Metals, expected an asset, a sector of one, or market"):
        under_shock({"Metals": -0.1}, ["A"], np.ones(1), {"A": "IT"}, np.ones(1))
