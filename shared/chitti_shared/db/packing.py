"""Rows packed for COPY from columns of numbers, without a Python object for each value.

PostgreSQL's binary COPY format: https://www.postgresql.org/docs/18/sql-copy.html, "Binary Format".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Column: TypeAlias = npt.NDArray[Any] | str

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no extension
_TRAILER = b"\xff\xff"
_EPOCH = np.datetime64("2000-01-01", "D").astype(np.int64)  # PostgreSQL's day 0
_PIECE = 1 << 18  # bytes given to the connection at once
_WIRE = {"i4": ">i4", "f8": ">f8", "b1": "u1", "M8": ">i4"}


@dataclass(frozen=True, slots=True)
class PackedRows:
    """Rows in COPY's binary format; several of `pack_rows` may follow each other."""

    blocks: Sequence[bytes]

    async def pieces(self) -> AsyncIterator[bytes]:
        """The whole COPY, a piece at a time."""
        yield _HEADER
        for block in self.blocks:
            for start in range(0, len(block), _PIECE):
                yield block[start : start + _PIECE]
        yield _TRAILER


def pack_rows(columns: Sequence[Column]) -> bytes:
    """A block of rows whose values are all there (no NULL).

    Most of the work is done without the interpreter's lock, so that a thread can do it beside
    an event loop.

    Parameters
    ----------
    columns : sequence of ndarray or str
        Of one length: int32 (`integer`), float64 (`double precision`), bool (`boolean`),
        datetime64[D] (`date`); a str is a `text` that all rows share. One at least is an array.

    Raises
    ------
    TypeError
        An array of another type.
    """
    texts = [column.encode() if isinstance(column, str) else None for column in columns]
    wires = [_wire(column) if text is None else f"S{len(text)}" for column, text in zip(columns, texts, strict=True)]
    # A text's bytes are set as they are: numpy's own S0 would be of any length
    fields: list[tuple[str, Any]] = [("count", ">i2")]
    for number, (wire, text) in enumerate(zip(wires, texts, strict=True)):
        fields.append((f"size{number}", ">i4"))
        if text != b"":
            fields.append((f"value{number}", wire))
    count = next(len(column) for column in columns if not isinstance(column, str))
    rows = np.empty(count, dtype=fields)
    rows["count"] = len(columns)
    for number, (column, text) in enumerate(zip(columns, texts, strict=True)):
        rows[f"size{number}"] = np.dtype(wires[number]).itemsize if text is None else len(text)
        if text != b"":
            rows[f"value{number}"] = _values(column) if text is None else text
    return rows.tobytes()


def _wire(column: Column) -> str:
    assert not isinstance(column, str)
    kind = column.dtype.str[1:3]
    if kind not in _WIRE or (kind == "M8" and np.datetime_data(column.dtype) != ("D", 1)):
        raise TypeError(f"expected int32, float64, bool or datetime64[D], found {column.dtype}")
    return _WIRE[kind]


def _values(column: Column) -> npt.NDArray[Any]:
    assert not isinstance(column, str)
    return column.astype(np.int64) - _EPOCH if column.dtype.kind == "M" else column
