"""Positions and event bytes."""

import json

import pytest
from core_api.streams.encoding import Position, event_bytes, heartbeat_bytes, reset_bytes, retry_bytes, safe_id
from hypothesis import given
from hypothesis import strategies as st


@given(st.from_regex(r"\A[A-Za-z0-9]{1,20}\Z"), st.integers(0, 10**17))
def test_a_position_is_read_as_it_is_written(epoch, seq):
    assert Position.parse(str(Position(epoch, seq))) == Position(epoch, seq)


@pytest.mark.parametrize(
    "text", ["", "-", "a-", "-1", "a-1\n", "a-1 ", "a-x", "a--1", "null", "a-" + "1" * 30, "é-1", "a\0-1", "a-01"]
)
def test_other_texts_are_no_position(text):
    assert Position.parse(text) is None


def test_only_positions_of_one_epoch_have_an_order():
    assert Position("a", 2).reaches(Position("a", 2))
    assert not Position("a", 1).reaches(Position("a", 2))
    assert not Position("b", 9).reaches(Position("a", 2))


def test_an_event_holds_name_id_and_data():
    assert event_bytes("new_alert", b'{"a":1}', "e-1") == b'event: new_alert\nid: e-1\ndata: {"a":1}\n\n'
    assert event_bytes("hb", b"{}") == b"event: hb\ndata: {}\n\n"


def test_data_over_several_lines_stays_one_event():
    assert event_bytes("x", b'{\n"a":\r\n1}') == b'event: x\ndata: {\ndata: "a":\ndata: 1}\n\n'


def test_heartbeat_reset_and_retry():
    assert heartbeat_bytes("e-9", "t", "e-9").startswith(b"event: hb\nid: e-9\n")
    lines = reset_bytes("expired", "e-5", "e-9").split(b"\n")
    assert lines[:2] == [b"event: reset", b"id: e-9"]
    assert json.loads(lines[2].removeprefix(b"data: ")) == {"reason": "expired", "oldest": "e-5", "top": "e-9"}
    assert retry_bytes(1500) == b"retry: 1500\n\n"


@given(st.text(max_size=200))
def test_any_cursor_becomes_an_id_on_one_line(cursor):
    made = safe_id(cursor)
    assert made.isascii()
    assert made.isprintable()
    assert made in (cursor, "unknown")
