"""When a log began a new life: what was told to clients must still be in the database.

The log's row names the server it was written on. A high-water mark, kept outside the
database folder, names the newest event that any client may have heard of. It is written
after the commit and before the event is published, so a crash in between leaves the mark
behind the log, never ahead of it: only a database that lost commits can be behind its mark.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No client has heard of an event after `seq` of `epoch`."""

    epoch: str
    seq: int


UNREADABLE = Mark("", 0)  # of no log's lineage, so it always makes a new epoch


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
    """The high-water mark of one topic on disk, replaced atomically."""

    def __init__(self, folder: Path, topic: str) -> None:
        self._path = folder / f"{topic}.mark"

    def read(self) -> Mark | None:
        """The mark; None where none was ever written; `UNREADABLE` where the file is damaged."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Mark)
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return UNREADABLE

    def write(self, mark: Mark) -> None:
        """Replace the mark; when this returns it is on disk."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(mark))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
