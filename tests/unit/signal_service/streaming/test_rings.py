from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from signal_service.streaming.filters import Filter
from signal_service.streaming.rings import Ring, entry_of

EPOCH = "00ff00ff00ff00ff"


def entry(seq: int, symbol: str = "TCS", impact: float = 50.0):
    data = (
        b'{"alert_id":"%d","symbol":"%s","kind":"technical","rule":"sma_crossover","direction":"bullish","impact":%f}'
        % (
            seq,
            symbol.encode(),
            impact,
        )
    )
    return entry_of(EPOCH, seq, data)


def filled(count: int, **limits) -> Ring:
    ring = Ring(0, **limits)
    for seq in range(1, count + 1):
        ring.append(entry(seq))
    return ring


def numbers(ring: Ring, after: int, limit: int = 1000):
    page = ring.after(after, limit)
    return None if page is None else [one.seq for one in page]


def test_events_come_in_order_after_a_position():
    assert numbers(filled(5), 2) == [3, 4, 5]
    assert numbers(filled(5), 2, limit=2) == [3, 4]
    assert numbers(filled(5), 5) == []


def test_an_event_out_of_order_is_refused():
    with pytest.raises(ValueError, match="expected event 6, found 7"):
        filled(5).append(entry(7))


def test_the_oldest_leave_when_the_count_is_full():
    ring = filled(7, max_events=4)
    assert (ring.oldest, ring.top) == (4, 7)
    assert numbers(ring, 3) == [4, 5, 6, 7]
    assert numbers(ring, 2) is None


def test_the_oldest_leave_when_the_bytes_are_full_but_the_newest_stays():
    size = len(entry(1).tail)
    ring = filled(9, max_bytes=size * 3)
    assert numbers(ring, 6) == [7, 8, 9]
    assert numbers(ring, 5) is None
    assert numbers(filled(2, max_bytes=1), 1) == [2]


def test_skipping_leaves_earlier_positions_to_the_table():
    ring = filled(3)
    ring.skip_to(10)
    assert numbers(ring, 3) is None
    assert numbers(ring, 10) == []
    ring.append(entry(11))
    assert numbers(ring, 10) == [11]


def test_a_pushed_event_holds_the_alert_byte_for_byte():
    one = entry(3)
    assert one.event_id == f"{EPOCH}-3"
    assert one.tail == b'"event":"new_alert","event_id":"%s-3","data":%s' % (EPOCH.encode(), one.data)


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (Filter(), True),
        (Filter(symbols=frozenset({"TCS"})), True),
        (Filter(symbols=frozenset({"INFY"})), False),
        (Filter(kinds=frozenset({"news"})), False),
        (Filter(directions=frozenset({"bullish"}), min_impact=50.0), True),
        (Filter(min_impact=50.1), False),
        (Filter(symbols=frozenset()), False),
    ],
)
def test_a_filter_passes_what_meets_all_its_conditions(wanted, passes):
    assert wanted.passes(entry(1).subject) is passes


@given(st.integers(1, 8), st.integers(0, 40), st.integers(0, 40), st.integers(1, 10))
def test_a_page_is_what_a_list_would_give_or_none(size, count, after, limit):
    ring = filled(count, max_events=size)
    oldest = max(1, count - size + 1)
    expected = list(range(after + 1, min(after + limit, count) + 1)) if after >= oldest - 1 else None
    assert numbers(ring, after, limit) == expected


class JoinPublishDrop(RuleBasedStateMachine):
    """Readers that join, pull, stall and come back see every event once, in order, or learn of the gap."""

    readers = Bundle("readers")

    def __init__(self):
        super().__init__()
        self.ring = Ring(0, max_events=6)
        self.stored: list[int] = []  # the table: all that was ever committed
        self.seen: dict[int, list[int]] = {}
        self.start: dict[int, int] = {}

    @rule(count=st.integers(1, 4))
    def publish(self, count):
        for _ in range(count):
            seq = len(self.stored) + 1
            self.stored.append(seq)
            self.ring.append(entry(seq))

    @rule(target=readers)
    def join_live(self):
        name = len(self.seen)
        self.seen[name], self.start[name] = [], self.ring.top
        return name

    @rule(target=readers, back=st.integers(0, 10))
    def join_from_the_past(self, back):
        name = len(self.seen)
        self.seen[name], self.start[name] = [], max(0, self.ring.top - back)
        return name

    @rule(name=readers, limit=st.integers(1, 5))
    def pull(self, name, limit):
        position = self.seen[name][-1] if self.seen[name] else self.start[name]
        page = numbers(self.ring, position, limit)
        if page is None:
            page = self.stored[position : position + limit]
        self.seen[name] += page

    @rule(target=readers, name=consumes(readers))
    def drop_and_resume(self, name):
        if name is None:
            return multiple()
        again = len(self.seen)
        position = self.seen[name][-1] if self.seen[name] else self.start[name]
        self.seen[again], self.start[again] = [], position
        return again

    @invariant()
    def each_reader_saw_a_run_without_gap_or_repeat(self):
        for name, seen in self.seen.items():
            assert seen == list(range(self.start[name] + 1, self.start[name] + len(seen) + 1))


TestJoinPublishDrop = JoinPublishDrop.TestCase
