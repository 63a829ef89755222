"""Bars in Parquet, with the column names of any known header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from chitti_shared.errors import InvalidInput, PayloadTooLarge

from mojo_compute.kernels.arrays import Floats
from mojo_compute.market_data.bars import Days
from mojo_compute.market_data.documents import Limits
from mojo_compute.market_data.layouts import detect
from mojo_compute.market_data.tables import NUMBERS, SLICE_ROWS, Slice, Table, days_of, numbers_of

MAGIC = b"PAR1"

_INDIA_US = 19_800_000_000  # India's clock is 5.5 hours ahead of UTC
_DAY_US = 86_400_000_000


def open_table(data: bytes, limits: Limits) -> Table:
    """A Parquet file of bars.

    Raises
    ------
    InvalidInput
        Damaged, or its columns are no known header's.
    PayloadTooLarge
        More rows, or bytes after inflating, than the limits allow.
    """
    try:
        source = pa.BufferReader(data)
        names = pq.read_schema(source).names
        found = detect(names)
        if found is None:
            raise InvalidInput(
                f"expected columns date, open, high, low, close, volume, found {', '.join(names)[:80]}",
                field="document",
                constraint="known columns",
            )
        layout, positions = found
        texts = [names[positions[name]] for name in ("symbol", "isin", "series") if name in positions]
        # As dictionaries, a long text that is repeated stays one text
        file = pq.ParquetFile(source, read_dictionary=texts)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(error) from error
    _check_size(file.metadata, limits)
    columns = {field: names[position] for field, position in positions.items()}
    return Table(layout, "symbol" in positions, _slices(file, columns))


def _check_size(metadata: Any, limits: Limits) -> None:
    size = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    if metadata.num_rows > limits.rows or size > limits.total_bytes:
        raise PayloadTooLarge(
            f"the file holds {metadata.num_rows} rows, {size} bytes",
            field="document",
            constraint=f"rows <= {limits.rows}, inflated size <= {limits.total_bytes}",
        )


def _slices(file: Any, columns: dict[str, str]) -> Iterator[Slice]:
    first = 1  # a row's line is its number: there is no header line
    try:
        for batch in file.iter_batches(batch_size=SLICE_ROWS, columns=list(columns.values())):
            found = _slice(batch, columns, first)
            first += batch.num_rows
            found.until = (first - 1) / file.metadata.num_rows
            yield found
    except (pa.ArrowException, OSError) as error:
        raise _damaged(error) from error


def _slice(batch: Any, columns: dict[str, str], first: int) -> Slice:
    faults: dict[int, str] = {}
    arrays = {field: batch.column(name) for field, name in columns.items()}
    days = _days(arrays["day"], faults)
    numbers = {name: _numbers(name, arrays[name], faults) for name in NUMBERS}
    texts = {name: _texts(arrays[name]) if name in arrays else None for name in ("symbol", "isin", "series")}
    lines = np.arange(first, first + batch.num_rows, dtype=np.int64)
    return Slice(lines, days, numbers, texts["symbol"], texts["isin"], texts["series"], faults)


def _texts(array: Any) -> list[str | None]:
    if pa.types.is_dictionary(array.type):
        distinct = [None if text is None else str(text) for text in array.dictionary.to_pylist()]
        return [None if index is None else distinct[index] for index in array.indices.to_pylist()]
    return [None if value is None else str(value) for value in array.to_pylist()]


def _days(array: Any, faults: dict[int, str]) -> Days:
    """Dates as they are; times with a zone by India's clock, times without one as written."""
    kind = array.type
    if pa.types.is_timestamp(kind):
        shift = _INDIA_US if kind.tz else 0
        since = array.cast(pa.timestamp("us", tz=kind.tz), safe=False).cast(pa.int64())
        days = (since.fill_null(0).to_numpy() + shift) // _DAY_US
        result: Days = days.astype("datetime64[D]")
        result[array.is_null().to_numpy(zero_copy_only=False)] = np.datetime64("NaT", "D")
        return result
    if pa.types.is_date(kind):
        dates: Days = array.cast(pa.date32()).to_numpy(zero_copy_only=False)
        return dates.astype("datetime64[D]")
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind):
        return days_of([text or "" for text in _texts(array)], faults)
    raise InvalidInput(
        f"date: expected dates, times or texts, found {kind}", field="document", constraint="a column of dates"
    )


def _numbers(name: str, array: Any, faults: dict[int, str]) -> Floats:
    kind = array.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        values: Floats = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return values
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return numbers_of(name, [text or "" for text in _texts(array)], faults)
    raise InvalidInput(f"{name}: expected numbers, found {kind}", field="document", constraint="columns of numbers")


def _damaged(error: Exception) -> InvalidInput:
    return InvalidInput(
        f"the Parquet file cannot be read: {error}", field="document", constraint="a readable Parquet file"
    )
