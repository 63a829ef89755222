"""Files of companies' figures: one row a company and day, one column a metric."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from chitti_shared.errors import InvalidInput, PayloadTooLarge

from mojo_compute.market_data.bars import EARLIEST, Identity, Rejected, day_of, fault_of
from mojo_compute.market_data.documents import UNNAMED, Limits, members
from mojo_compute.market_data.figure_columns import BadCell, FigureColumn, Header, header_of, number_of

MOST_ROWS = 100_000
MOST_COLUMNS = 300
MOST_FIGURES = 2_000_000
_DELIMITERS = (",", "\t", ";")
_SHOWN = 40
# The exchange's placeholders of a demerged company
_TEMPORARY_ISIN, _TEMPORARY_SYMBOL = "DUM", "DUMMY"


@dataclass(frozen=True, slots=True)
class CompanyFigures:
    """One row: who (one of the three at least; the ISIN decides), as of which day, its figures by metric."""

    line: int
    symbol: str | None
    isin: str | None
    name: str | None
    day: date
    values: dict[str, float]


@dataclass(slots=True)
class ReadFigures:
    """What a file holds: `columns` is metric -> column; `rejected` has rows and single cells, with what is wrong."""

    file: str
    columns: dict[str, FigureColumn]
    passed_over: list[str]
    rows_read: int = 0
    rows_skipped: int = 0
    rows_rejected: int = 0
    cells_missing: int = 0
    cells_rejected: int = 0
    companies: list[CompanyFigures] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def reject(self, line: int, reason: str) -> None:
        """Keep a row out."""
        self.rows_rejected += 1
        self.rejected.append(Rejected(self.file, line, reason))

    def reject_cell(self, line: int, header: str, reason: str) -> None:
        """Keep a figure out, and the row's others in."""
        self.cells_rejected += 1
        self.rejected.append(Rejected(self.file, line, f"{header}: {reason}"))


def read_fundamentals(
    document: bytes, filename: str | None, today: date, day: date | None, limits: Limits
) -> ReadFigures:
    """Read a CSV file, plain, gzipped or the only one in a zip.

    Columns are known by their headers, whatever their order: those of the companies, of the day (without one `day`
    counts, else today), of figures. A column with another header is a metric too where most of its cells are numbers.

    Raises
    ------
    InvalidInput
        Another header, or a broken archive.
    PayloadTooLarge
        More rows, columns or figures than are read at once.
    """
    files = list(members(document, filename or UNNAMED, limits))
    if len(files) > 1:
        raise InvalidInput(f"the zip holds {len(files)} files: expected one", field="document", constraint="one file")
    text = files[0].data.decode("utf-8-sig", errors="replace")
    lines = _rows(text)
    header = header_of(next(lines, (0, []))[1])
    _check("columns", header.width, MOST_COLUMNS)
    rows = list(lines)
    _check("rows", len(rows), MOST_ROWS)
    _check("figures", len(rows) * len(header.figures), MOST_FIGURES)
    kept, texts = _numeric(header, rows)
    if not kept and rows:
        raise InvalidInput(
            f"no column holds figures: {', '.join(texts)[:80]} hold texts", field="document", constraint="figures"
        )
    read = ReadFigures(files[0].name, {one.metric: one for one in kept}, [*header.passed_over, *texts])
    for line, row in rows:
        _take(read, header, line, row, (today, day or today))
    return read


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the line on which each ends."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=first.count))
    try:
        for row in rows:
            while row and not row[-1].strip():
                row.pop()
            if row:
                yield rows.line_num, row
    except csv.Error as error:
        raise InvalidInput(f"line {rows.line_num} is no CSV: {error}", field="document", constraint="CSV") from error


def _check(what: str, found: int, most: int) -> None:
    if found > most:
        raise PayloadTooLarge(
            f"the file holds {found:,} {what}, at most {most:,} are read at once",
            field="document",
            constraint=f"{what} <= {most}",
        )


def _numeric(header: Header, rows: list[tuple[int, list[str]]]) -> tuple[list[FigureColumn], list[str]]:
    """Columns that hold figures, and the headers of unknown ones that mostly hold texts, or nothing."""
    kept: list[FigureColumn] = []
    texts: list[str] = []
    for column in header.figures:
        if column.known or _is_numeric(column, rows):
            kept.append(column)
        else:
            texts.append(column.header)
    return kept, texts


def _is_numeric(column: FigureColumn, rows: list[tuple[int, list[str]]]) -> bool:
    good = bad = 0
    for _line, row in rows:
        try:
            good += column.place < len(row) and number_of(row[column.place], column) is not None
        except BadCell:
            bad += 1
    return good > bad


def _take(read: ReadFigures, header: Header, line: int, row: list[str], days: tuple[date, date]) -> None:
    read.rows_read += 1
    if len(row) > header.width:
        read.reject(line, f"expected {header.width} fields, found {len(row)}")
        return
    told = {role: row[place].strip() for role, place in header.roles.items() if place < len(row)}
    symbol, isin = _symbol(told.get("symbol", "")), told.get("isin", "").upper() or None
    if (symbol or "").startswith(_TEMPORARY_SYMBOL) or (isin or "").startswith(_TEMPORARY_ISIN):
        read.rows_skipped += 1
        return
    name = " ".join(told.get("name", "").split()) or None
    fault = _fault(symbol, isin, name)
    day = _day(told.get("as_of", ""), days[1])
    if fault is None and (day is None or not EARLIEST <= day <= days[0]):
        fault = f"as_of: expected a day from {EARLIEST} to {days[0]}, found {told.get('as_of', '')[:_SHOWN]!r}"
    if fault is not None or day is None:
        read.reject(line, fault or "as_of: missing")
        return
    values = _values(read, line, row)
    if values:
        read.companies.append(CompanyFigures(line, symbol, isin, name, day, values))
    else:
        read.rows_skipped += 1


def _values(read: ReadFigures, line: int, row: list[str]) -> dict[str, float]:
    values: dict[str, float] = {}
    for metric, column in read.columns.items():
        try:
            value = number_of(row[column.place], column) if column.place < len(row) else None
        except BadCell as bad:
            read.reject_cell(line, column.header, str(bad))
            continue
        if value is None:
            read.cells_missing += 1
        else:
            values[metric] = value
    return values


def _symbol(text: str) -> str | None:
    """A symbol as the exchange writes it: `NSE:TCS`, `TCS.NS` and `TCS-EQ` are TCS."""
    return text.upper().removeprefix("NSE:").removesuffix(".NS").removesuffix("-EQ").strip() or None


def _fault(symbol: str | None, isin: str | None, name: str | None) -> str | None:
    if symbol is None and isin is None and name is None:
        return "symbol: missing, and isin and name too"
    if symbol is None and isin is None:
        return None
    return fault_of(Identity(symbol or "X", isin, "EQ"))


def _day(text: str, default: date) -> date | None:
    if not text:
        return default
    return day_of(text) or day_of(text.split(" ")[0])
