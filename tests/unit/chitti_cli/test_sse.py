from __future__ import annotations

import pytest
from chitti_cli.sse import EventParser, ServerEvent
from hypothesis import given
from hypothesis import strategies as st

STREAM = (
    'retry: 2500\r\n\r\nid: 3-0\nevent: hb\ndata: {"top":"3-0"}\n\n: comment\n\n'
    'id: 3-1\nevent: new_alert\ndata: {"symbol":"M&M",\ndata: "headline":"₹ up"}\n\nevent: hb\ndata: {}\n\n'
).encode()
EVENTS = [
    ServerEvent("hb", '{"top":"3-0"}', "3-0"),
    ServerEvent("new_alert", '{"symbol":"M&M",\n"headline":"₹ up"}', "3-1"),
    ServerEvent("hb", "{}", None),
]


def test_a_stream_given_whole_yields_its_events():
    parser = EventParser()
    assert parser.feed(STREAM) == EVENTS
    assert parser.retry_s == 2.5


def test_a_stream_given_byte_by_byte_yields_the_same():
    parser, events = EventParser(), []
    for byte in STREAM:
        events += parser.feed(bytes([byte]))
    assert events == EVENTS


@given(st.lists(st.integers(0, len(STREAM)), max_size=12).map(sorted))
def test_cuts_do_not_matter(cuts: list[int]):
    parser, events = EventParser(), []
    for start, end in zip([0, *cuts], [*cuts, len(STREAM)], strict=True):
        events += parser.feed(STREAM[start:end])
    assert events == EVENTS


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_event_is_whole_only_after_its_blank_line(newline: str):
    parser = EventParser()
    assert parser.feed(f"data: a{newline}".encode()) == []
    assert parser.feed(newline.encode() + b"\n") == [ServerEvent("message", "a", None)]


def test_a_lone_carriage_return_ends_a_line_too():
    assert EventParser().feed(b"data: a\rdata: b\r\rid: 1\r\r:") == [
        ServerEvent("message", "a\nb", None),
        ServerEvent("message", "", "1"),
    ]


def test_an_id_with_nul_and_a_retry_in_words_are_ignored():
    parser = EventParser()
    assert parser.feed(b"id: a\0b\nretry: soon\ndata: x\n\n") == [ServerEvent("message", "x", None)]
    assert parser.retry_s is None


def test_bytes_that_are_not_utf8_are_refused():
    with pytest.raises(UnicodeDecodeError):
        EventParser().feed(b"data: \xff\n\n")
