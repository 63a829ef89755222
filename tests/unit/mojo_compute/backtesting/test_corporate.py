"""Corporate actions find their bars."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute.backtesting.calendars import aligned
from mojo_compute.backtesting.checks import bars_of, times_of
from mojo_compute.backtesting.corporate import Actions, Happening
from mojo_compute.backtesting.data import Bars

DAYS = ["2023-01-05", "2023-01-06", "2023-01-09", "2023-01-10"]


def two_symbols() -> Bars:
    columns = {name: np.full(4, 100.0) for name in ("open", "high", "low", "close")}
    return aligned([bars_of(columns, times_of(DAYS), symbol) for symbol in ("A", "B")])


def rows(actions: Actions) -> list[tuple[int, int, float, float]]:
    return list(
        zip(
            actions.bar.tolist(),
            actions.row.tolist(),
            actions.ratio.tolist(),
            actions.dividend.tolist(),
            strict=True,
        )
    )


def test_actions_lie_on_the_first_bar_from_their_day_on():
    placed = Actions.of(
        two_symbols(),
        [
            Happening("B", date(2023, 1, 8), dividend=3.0),  # a Sunday
            Happening("A", date(2023, 1, 6), ratio=2.0),
            Happening("A", date(2023, 1, 5), ratio=2.0),  # nothing is held before the first bar
            Happening("A", date(2022, 1, 5), ratio=2.0),
            Happening("A", date(2023, 1, 11), ratio=2.0),  # after the last
            Happening("C", date(2023, 1, 6), ratio=2.0),
        ],
    )
    assert rows(placed) == [(1, 0, 2.0, 0.0), (2, 1, 1.0, 3.0)]
    assert len(placed) == 2


def test_actions_of_one_bar_become_one():
    day = date(2023, 1, 9)
    placed = Actions.of(
        two_symbols(),
        [
            Happening("A", day, dividend=1.0),  # of the split's day: for the shares after it
            Happening("A", day, ratio=2.0),
            Happening("A", date(2023, 1, 7), dividend=3.0),  # on Saturday, for shares that become two on Monday
            Happening("A", day, ratio=1.5),
        ],
    )
    assert rows(placed) == [(2, 0, 3.0, 2.0)]


def test_no_actions_are_empty_columns():
    assert rows(Actions.of(two_symbols(), [])) == []


@pytest.mark.parametrize(
    ("happening", "field"),
    [
        (Happening("A", date(2023, 1, 6), ratio=0.0), "ratio"),
        (Happening("A", date(2023, 1, 6), ratio=np.inf), "ratio"),
        (Happening("A", date(2023, 1, 6), dividend=-1.0), "dividend"),
        (Happening("A", date(2023, 1, 6), dividend=np.nan), "dividend"),
    ],
)
def test_impossible_actions_are_refused(happening, field):
    with pytest.raises(InvalidInput) as refused:
        Actions.of(two_symbols(), [happening])
    assert refused.value.details["field"] == field


def test_actions_need_dates():
    one = np.ones((1, 3))
    with pytest.raises(InvalidInput, match="dates"):
        Actions.of(Bars(one, one, one, one), [])
