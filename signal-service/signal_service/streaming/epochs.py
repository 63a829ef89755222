"""When a log began a new life: what was told to clients must still be in the database.

The log's row names the server it was written on. A high-water mark, kept outside the
database folder, names the newest event that any client may have heard of. It is written
after the commit and before the event is published, so a crash in between leaves the mark
behind the log, never ahead of it: only a database that lost commits can be behind its mark.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No client has heard of an event after `seq` of `epoch`."""

    epoch: str
    seq: int


UNREADABLE = Mark("", 0)  # of no log's lineage, so it always makes a new epoch
_PLACES = 2
_PLACE = 4096  # bytes: of two blocks of a disk, one torn write spoils one


@dataclass(frozen=True, slots=True)
class Cluster:
    """The database server that answers now."""

    system_identifier: int
    timeline: int


@dataclass(frozen=True, slots=True)
class LogRow:
    """The log's row: the server it was last written on, its epochs (current last), its top."""

    cluster: Cluster
    lineage: Sequence[str]
    seq: int

    @property
    def epoch(self) -> str:
        return self.lineage[-1]


def why_new_epoch(row: LogRow, cluster: Cluster, mark: Mark | None) -> str | None:
    """Why clients' positions no longer mean what they meant; None: they do.

    A mark of an earlier epoch of the row's lineage is no reason: another instance began the
    present one.
    """
    if row.cluster != cluster:
        return "another server or timeline than the log was written on"
    if mark is None:
        return None
    if mark.epoch not in row.lineage:
        return "the log does not know the epoch of the high-water mark"
    if mark.epoch == row.epoch and row.seq < mark.seq:
        return f"the log ends at {row.seq}, clients heard of {mark.seq}"
    return None


class MarkFile:
    """The high-water mark of one topic on disk.

    The file has two places, written in turn, so that a write that a power cut tears leaves the mark
    before it, whose events are all that were published by then. Writing over a place changes no
    folder and no length: one sync of the file's data, and none of the file system's journal.

    Who writes holds the folder's lock, and within an epoch the mark never goes back: a write whose
    asker is gone goes on in its thread, and may come after the next one's.
    """

    def __init__(self, folder: Path, topic: str) -> None:
        self._path = folder / f"{topic}.mark"

    def read(self) -> Mark | None:
        """The mark; None where none was ever written; `UNREADABLE` where the file is damaged."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        if written := _written(data):
            return written[-1].mark
        try:
            return msgspec.json.decode(data, type=Mark)  # one that an earlier version left
        except (msgspec.DecodeError, UnicodeDecodeError):
            return UNREADABLE

    def write(self, mark: Mark) -> None:
        """Replace the mark, but by none before it in its epoch; when this returns it is on disk."""
        with self._alone():
            try:
                file = os.open(self._path, os.O_RDWR)
            except FileNotFoundError:
                self._make(mark)
                return
            try:
                written = _written(os.pread(file, _PLACES * _PLACE, 0))
                if written:
                    _write_over(file, written[-1], mark)
            finally:
                os.close(file)
            if not written:
                self._make(mark)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock of the mark's folder, which is made where there is none."""
        folder = self._path.parent
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _make(self, mark: Mark) -> None:
        """Put a whole new file in the place of none, a damaged one, or one of an earlier version."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(_encoded(mark, 1).ljust(_PLACES * _PLACE, b"\0"))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@dataclass(frozen=True, slots=True)
class _Written:
    mark: Mark
    turn: int  # how many marks were written before and with it
    place: int


def _write_over(file: int, last: _Written, mark: Mark) -> None:
    """Put a mark in the place that does not hold the last one; the last one again where it is the higher."""
    if mark.epoch == last.mark.epoch and mark.seq < last.mark.seq:
        mark = last.mark  # whose own sync may have failed
    place = (last.place + 1) % _PLACES
    os.pwrite(file, _encoded(mark, last.turn + 1), place * _PLACE)
    os.fdatasync(file)


def _encoded(mark: Mark, turn: int) -> bytes:
    """A place's beginning: a line of checksum, turn and mark."""
    told = b"%d %s" % (turn, msgspec.json.encode(mark))
    return b"%08x %s\n" % (zlib.crc32(told), told)


def _written(data: bytes) -> list[_Written]:
    """The marks of a file's sound places, newest last."""
    found = []
    for place in range(_PLACES):
        line = data[place * _PLACE : (place + 1) * _PLACE].partition(b"\n")[0]
        check, _, told = line.partition(b" ")
        if told and check == b"%08x" % zlib.crc32(told):
            turn, _, mark = told.partition(b" ")
            found.append(_Written(msgspec.json.decode(mark, type=Mark), int(turn), place))
    return sorted(found, key=lambda one: one.turn)
