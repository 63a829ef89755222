from __future__ import annotations

import pytest
from chitti_shared.positions import Position
from signal_service.streaming.cursors import Extent, new_epoch, resolve

EPOCH = "00ff00ff00ff00ff"
HELD = Extent(EPOCH, oldest=11, top=20)


def test_what_is_no_position_is_unknown():
    assert resolve(Position.parse("garbage"), HELD) == "unknown"


def test_a_new_epoch_makes_positions():
    position = Position(new_epoch(), 7)
    assert Position.parse(str(position)) == position


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
