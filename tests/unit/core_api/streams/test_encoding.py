"""Event bytes."""

import json

from core_api.streams.encoding import event_bytes, heartbeat_bytes, reset_bytes, retry_bytes, safe_id
from hypothesis import given
from hypothesis import strategies as st


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
