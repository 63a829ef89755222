"""Bars in delimited text: plain CSV and the three bhavcopy formats."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.market_data.layouts import detect
from mojo_compute.market_data.tables import NUMBERS, SLICE_ROWS, Slice, Table, days_of, numbers_of

_DELIMITERS = (",", "\t", ";")
_HEADER_LIMIT = 4096

Line: TypeAlias = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Shape:
    """How lines split into fields, how many there must be, and where ours stand."""

    delimiter: str
    width: int
    positions: dict[str, int]


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
    shape = _Shape(delimiter, len(header), positions)
    return Table(layout, "symbol" in positions, _slices(numbered, shape, lambda: lines.buffer.tell() / len(data)))


def _fields(line: str, delimiter: str) -> list[str]:
    """One line's fields. A line is a row: an unclosed quote must not swallow those behind it."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return [line]


def _slices(numbered: Iterator[Line], shape: _Shape, until: Callable[[], float]) -> Iterator[Slice]:
    while (found := _slice(islice(numbered, SLICE_ROWS), shape)).rows:
        found.until = until()
        yield found


def _slice(numbered: Iterator[Line], shape: _Shape) -> Slice:
    # Straight into columns: a list that outlives its row is one more for the garbage collector, which stops all threads
    columns: dict[str, list[str]] = {name: [] for name in shape.positions}
    places = [(columns[name].append, position) for name, position in shape.positions.items()]
    lines: list[int] = []
    faults: dict[int, str] = {}
    width, nothing = shape.width, [""] * shape.width
    for number, line in numbered:
        row = _fields(line.rstrip("\n"), shape.delimiter)
        while len(row) > width and not row[-1].strip():
            row.pop()
        if len(row) != width:
            faults[len(lines)] = f"expected {width} fields, found {len(row)}"
            row = nothing
        lines.append(number)
        for append, position in places:
            append(row[position])
    broken = frozenset(faults)
    days = days_of(columns["day"], faults)
    numbers = {name: numbers_of(name, columns[name], faults) for name in NUMBERS}
    texts = [columns.get(name) for name in ("symbol", "isin", "series")]
    return Slice(np.array(lines, dtype=np.int64), days, numbers, texts[0], texts[1], texts[2], faults, broken)
