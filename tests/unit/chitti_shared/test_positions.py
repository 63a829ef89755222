"""Positions in the alert log."""

import pytest
from chitti_shared.positions import Position
from hypothesis import given
from hypothesis import strategies as st

EPOCH = "00ff00ff00ff00ff"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "garbage",
        "-5",
        f"{EPOCH}",
        f"{EPOCH}-",
        f"{EPOCH}--5",
        f"{EPOCH}-+5",
        f"{EPOCH}-05",
        f"{EPOCH}-5\n",
        f"{EPOCH}-5 ",
        f"{EPOCH}-5\0",
        f"{EPOCH}-1e3",
        f"{EPOCH}-\u0665",
        f"{EPOCH.upper()}-5",
        f"{EPOCH}-{2**63}",
        f"{EPOCH}-{10**19}",
        "a" * 16_384,
        f"{EPOCH}-{'1' * 16_384}",
        "\0",
    ],
)
def test_what_no_log_ever_gave_is_not_a_position(text):
    assert Position.parse(text) is None


@given(st.integers(0, 2**63 - 1))
def test_a_position_reads_back_as_it_was_written(seq):
    position = Position(EPOCH, seq)
    assert Position.parse(str(position)) == position


@given(st.text())
def test_any_text_is_a_position_in_its_one_form_or_none(text):
    position = Position.parse(text)
    assert position is None or str(position) == text


def test_only_positions_of_one_epoch_have_an_order():
    assert Position("a", 2).reaches(Position("a", 2))
    assert not Position("a", 1).reaches(Position("a", 2))
    assert not Position("b", 9).reaches(Position("a", 2))
