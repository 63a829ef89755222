"""Bars in delimited text: plain CSV and the three bhavcopy formats."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.market_data.layouts import detect
from mojo_compute.market_data.tables import NUMBERS, SLICE_ROWS, Slice, Table, days_of, numbers_of

_DELIMITERS = (",", "\t", ";")
_HEADER_LIMIT = 4096

Row = tuple[int, list[str]]


def open_table(data: bytes) -> Table:
    """A text file of bars. Raises InvalidInput where its first line is no known header."""
    lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", errors="replace", newline=None)
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    header_line = next(numbered, (0, ""))[1][:_HEADER_LIMIT].strip()
    delimiter = max(_DELIMITERS, key=header_line.count)
    header = [name.strip() for name in _fields(header_line, delimiter)]
    while header and not header[-1]:
        header.pop()
    found = detect(header)
    if found is None:
        raise InvalidInput(
            "expected a header with date, open, high, low, close, volume (each once) or an NSE bhavcopy's,"
            f" found {header_line[:80]!r}",
            field="document",
            constraint="a known header",
        )
    layout, positions = found
    rows = ((number, _fields(line.rstrip("\n"), delimiter)) for number, line in numbered)
    return Table(
        layout, "symbol" in positions, _slices(rows, positions, len(header), lambda: lines.buffer.tell() / len(data))
    )


def _fields(line: str, delimiter: str) -> list[str]:
    """One line's fields. A line is a row: an unclosed quote must not swallow those behind it."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return [line]


def _slices(rows: Iterator[Row], positions: dict[str, int], width: int, until: Callable[[], float]) -> Iterator[Slice]:
    while part := list(islice(rows, SLICE_ROWS)):
        found = _slice(part, positions, width)
        found.until = until()
        yield found


def _slice(rows: list[Row], positions: dict[str, int], width: int) -> Slice:
    faults: dict[int, str] = {}
    fields: list[list[str]] = []
    for index, (_number, row) in enumerate(rows):
        while len(row) > width and not row[-1].strip():
            row.pop()
        if len(row) != width:
            faults[index] = f"expected {width} fields, found {len(row)}"
            row = [""] * width
        fields.append(row)
    broken = frozenset(faults)

    def column(name: str) -> list[str] | None:
        position = positions.get(name)
        return None if position is None else [row[position] for row in fields]

    days = days_of(column("day") or [], faults)
    numbers = {name: numbers_of(name, column(name) or [], faults) for name in NUMBERS}
    lines = np.array([number for number, _row in rows], dtype=np.int64)
    return Slice(lines, days, numbers, column("symbol"), column("isin"), column("series"), faults, broken)
