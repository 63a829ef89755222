from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_service.streaming.cursors import Extent, Position, new_epoch, parse, resolve

EPOCH = "00ff00ff00ff00ff"
HELD = Extent(EPOCH, oldest=11, top=20)


@pytest.mark.parametrize(
    "text",
    [
        "",
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
    assert parse(text) is None
    assert resolve(parse(text), HELD) == "unknown"


def test_the_largest_number_is_a_position():
    assert parse(f"{EPOCH}-{2**63 - 1}") == Position(EPOCH, 2**63 - 1)


@given(st.integers(0, 2**63 - 1))
def test_a_position_reads_back_as_it_was_written(seq):
    position = Position(new_epoch(), seq)
    assert parse(str(position)) == position


@given(st.text())
def test_any_text_is_a_position_in_its_one_form_or_none(text):
    position = parse(text)
    assert position is None or str(position) == text


@pytest.mark.parametrize(
    ("seq", "reason"), [(21, "unknown"), (2**63 - 1, "unknown"), (20, None), (10, None), (9, "expired"), (0, "expired")]
)
def test_a_position_resolves_against_what_the_log_holds(seq, reason):
    assert resolve(Position(EPOCH, seq), HELD) == reason


def test_a_position_of_another_epoch_says_so_whatever_its_number():
    assert resolve(Position("0" * 16, 15), HELD) == "epoch"
    assert resolve(Position("0" * 16, 99), HELD) == "epoch"


def test_an_empty_log_goes_on_from_its_top():
    empty = Extent(EPOCH, oldest=1, top=0)
    assert resolve(Position(EPOCH, 0), empty) is None
    assert resolve(Position(EPOCH, 1), empty) == "unknown"
