"""Keys of a batch's results."""

from __future__ import annotations

import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute.indicators.labels import Asked, labels_of


def test_an_indicator_alone_of_its_name_is_called_by_it():
    assert labels_of([Asked("sma", None, {"period": 20}), Asked("rsi", None, {"period": 14})]) == ["sma", "rsi"]


def test_two_of_a_name_are_told_apart_by_their_parameters():
    asked = [Asked("sma", None, {"period": 20}), Asked("sma", None, {"period": 50})]
    assert labels_of(asked) == ["sma_20", "sma_50"]


def test_the_callers_label_wins_and_leaves_the_other_alone():
    asked = [Asked("sma", "slow", {"period": 50}), Asked("sma", None, {"period": 20})]
    assert labels_of(asked) == ["slow", "sma"]


def test_fractions_are_spelled_short():
    asked = [Asked("bollinger", None, {"period": 20, "std_dev_up": width, "std_dev_down": 2.0}) for width in (2.0, 2.5)]
    assert labels_of(asked) == ["bollinger_20_2_2", "bollinger_20_2.5_2"]


def test_the_very_same_asked_twice_shares_a_label():
    assert labels_of([Asked("sma", None, {"period": 20})] * 2) == ["sma", "sma"]


def test_one_label_for_two_things_is_refused():
    with pytest.raises(InvalidInput, match="'x' is given twice"):
        labels_of([Asked("sma", "x", {"period": 20}), Asked("rsi", "x", {"period": 14})])
