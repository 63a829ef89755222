"""Readers that join, read and drop at any moment get the log as a list would give it."""

from __future__ import annotations

from dataclasses import dataclass, field

from chitti_shared.positions import Position
from core_api.streams.ring import Behind, Ring
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

EPOCH = "00000000000000aa"
SIZE = 4


@dataclass(eq=False)
class Reader:
    """A client of the stream: what it received, and where it goes on."""

    start: int
    index: int = 0
    beyond: Position | None = None
    received: list[int] = field(default_factory=list)

    @property
    def last(self) -> int:
        return self.received[-1] if self.received else self.start


class StreamMachine(RuleBasedStateMachine):
    """A log, the ring that has heard of some of it, and readers that come and go.

    The model is the number of committed events: a reader that began after event n must have
    received n+1, n+2, ... without a gap, in order, once.
    """

    readers = Bundle("readers")
    gone = Bundle("gone")

    def __init__(self) -> None:
        super().__init__()
        self.top = 0
        self.heard = 0
        self.ring = Ring(max_events=SIZE)
        self.ring.start(Position(EPOCH, 0))
        self.open: list[Reader] = []

    @rule(count=st.integers(1, 3))
    def publish(self, count: int) -> None:
        """Commit events; the ring has not heard of them yet."""
        self.top += count

    @rule(count=st.integers(1, 7))
    def hear(self, count: int) -> None:
        """Some of what is committed arrives; what came before a reconnection may come again."""
        for seq in range(self.heard, min(self.heard + count, self.top) + 1):
            fresh = self.ring.append(Position(EPOCH, seq), b"%d;" % seq) if seq else False
            assert fresh == (seq > self.heard)
        self.heard = min(self.heard + count, self.top)

    @rule(target=readers, back=st.integers(0, 10))
    def join(self, back: int) -> Reader:
        """A reader with the id of any committed event."""
        return self._joined(Reader(max(0, self.top - back)))

    @rule(target=readers, reader=consumes(gone))
    def resume(self, reader: Reader) -> Reader:
        return self._joined(reader)

    @rule(target=gone, reader=consumes(readers))
    def drop(self, reader: Reader) -> Reader:
        self.open.remove(reader)
        return reader

    @rule(reader=readers)
    def read(self, reader: Reader) -> None:
        if reader not in self.open:
            return
        try:
            parts, reader.index = self.ring.read(reader.index, reader.beyond)
        except Behind:
            self.open.remove(reader)
            self._joined(reader)
            return
        reader.received += _numbers(parts)

    def _joined(self, reader: Reader) -> Reader:
        """As a connection does: the log up to its top where the ring does not reach back, then the ring."""
        position = Position(EPOCH, reader.last)
        index = self.ring.join(position, verified=False)
        if index is None:
            reader.received += range(reader.last + 1, self.top + 1)
            position = Position(EPOCH, self.top)
            index = self.ring.join(position, verified=True)
        assert index is not None
        reader.index, reader.beyond = index, position
        self.open.append(reader)
        return reader

    @invariant()
    def every_reader_has_a_gapless_piece_of_the_log(self) -> None:
        for reader in self.open:
            assert reader.received == list(range(reader.start + 1, reader.start + 1 + len(reader.received)))

    def teardown(self) -> None:
        self.hear(self.top)
        for reader in list(self.open):
            while reader.last < self.top:
                self.read(reader)
            assert reader.received == list(range(reader.start + 1, self.top + 1))


def _numbers(parts: list[bytes]) -> list[int]:
    return [int(part[:-1]) for part in parts]


TestStreams = StreamMachine.TestCase
TestStreams.settings = settings(deadline=None, max_examples=100, stateful_step_count=40)
