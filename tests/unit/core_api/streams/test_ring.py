"""What a feed's ring gives its readers, against a plain list."""

from __future__ import annotations

import pytest
from chitti_shared.positions import Position
from core_api.streams.ring import Behind, Ring
from hypothesis import given
from hypothesis import strategies as st

A, B = "00000000000000aa", "00000000000000bb"


def filled(count: int, **limits: int) -> Ring:
    """Events 1 to `count`, each named by its number."""
    ring = Ring(**limits)
    ring.start(Position(A, 0))
    for seq in range(1, count + 1):
        ring.append(Position(A, seq), b"%d;" % seq)
    return ring


def rest(ring: Ring, index: int, beyond: Position | None = None) -> list[bytes]:
    """All that a reader gets from `index` on."""
    found: list[bytes] = []
    while index < ring.end:
        parts, index = ring.read(index, beyond)
        found += parts
    return found


def test_a_reader_gets_what_comes_after_its_cursor():
    ring = filled(5)
    assert rest(ring, ring.join(Position(A, 2), verified=False)) == [b"3;", b"4;", b"5;"]
    assert ring.join(Position(A, 5), verified=False) == ring.end


def test_an_event_seen_before_is_left_out():
    ring = filled(3)
    assert not ring.append(Position(A, 3), b"again")
    assert rest(ring, 0) == [b"1;", b"2;", b"3;"]


def test_a_cursor_older_than_the_ring_is_sent_to_the_log():
    ring = filled(5, max_events=3)
    assert ring.join(Position(A, 1), verified=True) is None
    assert rest(ring, ring.join(Position(A, 2), verified=False)) == [b"3;", b"4;", b"5;"]


def test_a_cursor_ahead_of_the_ring_joins_only_where_the_log_knows_it():
    ring = filled(2)
    assert ring.join(Position(A, 9), verified=False) is None
    assert ring.join(Position(A, 9), verified=True) == ring.end


def test_a_reader_that_is_too_slow_is_behind():
    ring = filled(5, max_events=3)
    with pytest.raises(Behind):
        ring.read(1, None)


def test_the_ring_is_bounded_in_bytes_but_keeps_its_last_event():
    ring = Ring(max_bytes=10)
    ring.start(Position(A, 0))
    for seq in (1, 2, 3):
        ring.append(Position(A, seq), b"x" * 6)
    assert (ring.end, len(rest(ring, 2))) == (3, 1)
    ring.append(Position(A, 4), b"x" * 100)
    assert rest(ring, 3) == [b"x" * 100]


def test_after_a_reset_only_the_new_epoch_is_joined():
    ring = filled(3)
    ring.reset(Position(B, 7), b"reset;")
    assert ring.join(Position(A, 3), verified=True) is None
    assert ring.join(Position(B, 6), verified=True) is None
    index = ring.join(Position(B, 7), verified=False)
    ring.append(Position(B, 8), b"8;")
    assert rest(ring, index) == [b"8;"]
    assert rest(ring, 1) == [b"2;", b"3;", b"reset;", b"8;"]  # who was connected sees both


def test_events_read_from_the_log_already_are_left_out():
    ring = filled(2)
    index = ring.end
    for seq in (3, 4, 5):
        ring.append(Position(A, seq), b"%d;" % seq)
    assert rest(ring, index, Position(A, 4)) == [b"5;"]
    assert rest(ring, index, Position(B, 4)) == [b"3;", b"4;", b"5;"]


def test_a_batch_is_about_64_kib():
    ring = Ring()
    ring.start(Position(A, 0))
    for seq in range(1, 11):
        ring.append(Position(A, seq), b"x" * 20_000)
    parts, index = ring.read(0, None)
    assert (len(parts), index) == (4, 4)


EVENT = st.tuples(st.just("event"), st.integers(1, 3))
HEARTBEAT = st.tuples(st.just("hb"), st.integers(0, 3))
STEPS = st.lists(st.one_of(EVENT, HEARTBEAT, st.just(("reset", 0))), max_size=60)


@given(STEPS, st.integers(1, 12))
def test_a_cursor_that_joins_misses_and_repeats_nothing(steps, max_events):
    """Whatever came before, and wherever the cursor lies."""
    ring = Ring(max_events=max_events)
    epoch, top = 0, 0
    ring.start(Position(f"{epoch:016x}", top))
    sent: list[tuple[int, bytes]] = []  # of this epoch
    since_reset = 0
    for kind, gap in steps:
        top += gap
        at = Position(f"{epoch:016x}", top)
        if kind == "event":
            assert ring.append(at, b"%d-%d" % (epoch, top))
            sent.append((top, b"%d-%d" % (epoch, top)))
        elif kind == "hb":
            ring.advance(at)
        else:
            epoch, sent, since_reset = epoch + 1, [], top
            ring.reset(Position(f"{epoch:016x}", top), b"reset")
    kept = sent[-max_events:] if sent else []
    oldest = sent[-max_events - 1][0] if len(sent) > max_events else since_reset
    for seq in range(top + 1):
        index = ring.join(Position(f"{epoch:016x}", seq), verified=False)
        if seq < oldest:
            assert index is None
        else:
            assert index is not None
            assert rest(ring, index) == [payload for at, payload in kept if at > seq]
