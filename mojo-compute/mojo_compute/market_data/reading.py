"""From an uploaded document to a table of good bars and a list of the bad rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from chitti_shared.errors import InvalidInput, PayloadTooLarge

from mojo_compute.market_data import parquet, text
from mojo_compute.market_data.bars import Bars, Collected, Identity, Rejected, fault_of, faults_of
from mojo_compute.market_data.documents import UNNAMED, Limits, Member, members
from mojo_compute.market_data.faults import Faults
from mojo_compute.market_data.layouts import Layout
from mojo_compute.market_data.tables import Slice, Table


@dataclass(frozen=True, slots=True)
class Document:
    """An upload and what its sender said about it."""

    data: bytes
    filename: str | None = None
    symbol: str | None = None
    series: frozenset[str] = frozenset({"EQ", "BE"})


@dataclass(slots=True)
class Read:
    """What reading a document gave: `layouts` has each file's format, `rejected` the first bad rows."""

    bars: Bars
    files: list[str]
    layouts: list[Layout]
    rows_read: int = 0
    rows_skipped: int = 0
    rows_rejected: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    reported: int = 1_000

    def reject(self, file: str, line: int, reason: str) -> None:
        """Count a row out, and list it while there is room."""
        self.rows_rejected += 1
        if len(self.rejected) < self.reported:
            self.rejected.append(Rejected(file, line, reason))

    def reject_stored(self, faults: Faults) -> None:
        """Count rows of `bars` out that could not be stored, and list them while there is room."""
        self.rows_rejected += len(faults)
        for row, reason in faults.first(self.reported - len(self.rejected)):
            self.rejected.append(Rejected(self.files[int(self.bars.file[row])], int(self.bars.line[row]), reason))


GoOn = Callable[[int, float], None]


def _always(_rows: int, _fraction: float) -> None:
    """Go on to the end."""


def read_document(document: Document, today: date, limits: Limits, go_on: GoOn = _always) -> Read:
    """Read every bar of a document.

    Parameters
    ----------
    document : Document
        CSV, Parquet or NSE bhavcopy, plain, gzipped or zipped.
    today : date
        Today in India; later bars are rejected.
    limits : Limits
    go_on : callable
        Called between slices with the rows read so far and the fraction of the document
        that they are; raises to stop.

    Raises
    ------
    InvalidInput
        Not one file in it has a known header, or an archive is broken.
    PayloadTooLarge
        More files, bytes or rows than the limits allow.
    """
    reader = _Reader(document, today, limits)
    for member in members(document.data, document.filename, limits):
        reader.read(member, go_on)
    return reader.finish()


class _Reader:
    def __init__(self, document: Document, today: date, limits: Limits) -> None:
        self._document = document
        self._today = today
        self._limits = limits
        self._known: dict[Identity, int] = {}
        self._collected = Collected()
        self._unreadable: list[Rejected] = []
        self._result = Read(self._collected.table([]), [], [], reported=limits.reported)

    def read(self, member: Member, go_on: GoOn) -> None:
        result = self._result
        try:
            table = _table_of(member, self._limits)
        except InvalidInput as error:
            self._unreadable.append(Rejected(member.name, 0, error.message))
            return
        number = len(result.files)
        result.files.append(member.name)
        result.layouts.append(table.layout)
        fallback = self._symbol_for(member, table)
        go_on(result.rows_read, member.start)
        for part in table.slices:
            result.rows_read += part.rows
            if result.rows_read > self._limits.rows:
                raise PayloadTooLarge(
                    f"the upload holds more than {self._limits.rows} rows",
                    field="document",
                    constraint=f"rows <= {self._limits.rows}",
                )
            self._take(member.name, number, part, fallback)
            go_on(result.rows_read, member.start + member.share * part.until)

    def finish(self) -> Read:
        """The whole, when one file at least could be read."""
        result = self._result
        if not result.files:
            first = self._unreadable[0]
            raise InvalidInput(
                f"{first.file}: {first.reason}", field="document", constraint="CSV, Parquet or NSE bhavcopy"
            )
        for entry in self._unreadable:
            result.reject(*entry)
        result.rows_read += len(self._unreadable)
        result.bars = self._collected.table(list(self._known))
        return result

    def _symbol_for(self, member: Member, table: Table) -> str | None:
        """The symbol of rows that name none: the caller's, else the file's name."""
        if table.has_symbols:
            return None
        if self._document.symbol is not None:
            return self._document.symbol
        if self._document.filename is None and member.name == UNNAMED:
            raise InvalidInput(
                "the rows name no symbol, and no symbol or file name was given",
                field="symbol",
                constraint="a symbol column, symbol or filename",
            )
        return member.name.rsplit(".", 1)[0].upper()

    def _take(self, file: str, number: int, part: Slice, fallback: str | None) -> None:
        """Keep the good rows of a slice; count and list the others."""
        result = self._result
        rejects = dict(part.faults)
        kept: list[int] = []
        whose: list[int] = []
        for index, row in enumerate(part.identities(fallback)):
            if index in part.broken:
                continue
            if row.series not in self._document.series and part.has_series:
                result.rows_skipped += 1
                rejects.pop(index, None)
                continue
            if index in rejects:
                continue
            owner = self._known.get(row)
            if owner is None:
                if fault := fault_of(row):
                    rejects[index] = fault
                    continue
                owner = self._add(row)
            kept.append(index)
            whose.append(owner)
        chosen = np.array(kept, dtype=np.int64)
        bars = part.bars(chosen, np.array(whose, dtype=np.int64), number)
        faults = faults_of(bars, self._today)
        rejects |= {kept[index]: reason for index, reason in faults.items()}
        for index in sorted(rejects):
            result.reject(file, int(part.lines[index]), rejects[index])
        good = np.ones(len(bars), dtype=np.bool_)
        good[list(faults)] = False
        self._collected.add(bars.where(good))

    def _add(self, identity: Identity) -> int:
        most = self._limits.identities
        if len(self._known) == most:
            raise PayloadTooLarge(
                f"the upload holds more than {most} different symbols",
                field="document",
                constraint=f"different symbols, with their ISIN and series <= {most}",
            )
        self._known[identity] = len(self._known)
        return self._known[identity]


def _table_of(member: Member, limits: Limits) -> Table:
    if member.data.startswith(parquet.MAGIC):
        return parquet.open_table(member.data, limits)
    return text.open_table(member.data)
