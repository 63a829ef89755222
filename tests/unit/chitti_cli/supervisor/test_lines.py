from __future__ import annotations

import pytest
from chitti_cli.supervisor.lines import MAX_LINE_BYTES, LineCutter, is_loud, readable
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.binary(max_size=40).filter(lambda b: b"\n" not in b and b"\r" not in b), max_size=20), st.data())
def test_lines_come_out_whole_however_the_bytes_arrive(lines: list[bytes], data: st.DataObject):
    whole = b"".join(line + b"\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=10)))
    cutter, out = LineCutter(), []
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        out += cutter.feed(whole[start:end])
    assert b"".join([*out, *cutter.end()]) == whole
    assert all(line.endswith(b"\n") for line in out)


def test_a_last_line_without_a_newline_is_kept():
    cutter = LineCutter()
    assert cutter.feed(b"one\ntwo") == [b"one\n"]
    assert cutter.end() == [b"two\n"]


def test_an_endless_line_comes_out_in_pieces():
    assert sum(map(len, LineCutter().feed(b"x" * (MAX_LINE_BYTES + 1)))) == MAX_LINE_BYTES + 2


@pytest.mark.parametrize(
    ("line", "loud"),
    [
        (b'{"timestamp":"t","level":"WARNING","event":"slow"}', True),
        (b'{"level": "ERROR", "event": "down"}', True),
        (b'{"level":"INFO","event":"the level was WARNING"}', False),
        (b"Traceback (most recent call last):", False),
    ],
)
def test_loudness_is_read_from_the_level(line: bytes, loud: bool):
    assert is_loud(line) is loud


def test_a_json_line_becomes_its_event_and_facts():
    line = (
        b'{"timestamp":"t","level":"ERROR","service":"news-nlp","event":"feed refused","url":"u",'
        b'"exception":{"type":"E","message":"m"}}'
    )
    assert readable(line) == ("ERROR", "feed refused (url=u, E: m)")


def test_any_other_line_stays_as_it_is():
    assert readable(b"ModuleNotFoundError: No module named 'x'\n") == ("", "ModuleNotFoundError: No module named 'x'")
    assert readable(b"\xff{\n")[0] == ""


def test_what_a_terminal_would_obey_is_made_visible():
    quoted = b'{"level":"WARNING","event":"login refused","user":"\\u001b]0;me\\u0007\\u009b2J\\u202eok\\nnow"}'
    assert readable(quoted) == ("WARNING", "login refused (user=\ufffd]0;me\ufffd\ufffd2J\ufffdok now)")
    assert readable(b"raw \x1b[2J\n") == ("", "raw \ufffd[2J")
