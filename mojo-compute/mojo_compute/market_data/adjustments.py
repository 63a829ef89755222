"""Files of splits, bonuses and dividends: one row for each company, ex-date and kind."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from chitti_shared.errors import InvalidInput, PayloadTooLarge

from mojo_compute.market_data.bars import EARLIEST, Identity, Rejected, day_of, fault_of
from mojo_compute.market_data.documents import UNNAMED, Limits, members

MOST_ROWS = 20_000
LATEST = date(2199, 12, 31)
COLUMNS = ("symbol", "isin", "ex_date", "kind", "ratio", "price_factor", "volume_factor", "amount", "note")
KINDS = ("split", "bonus", "consolidation", "rights", "demerger", "dividend")

_RATIO = re.compile(r"\s*(\d+(?:\.\d+)?)\s*:\s*(\d+(?:\.\d+)?)\s*", re.ASCII)
_SHOWN = 40  # characters of a bad value that a reason quotes
_LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a company did on an ex-date.

    Parameters
    ----------
    line : int
        Of the file.
    symbol, isin : str or None
        One of them at least; the ISIN decides.
    day : date
        The ex-date.
    kind : str
        One of `KINDS`.
    price_factor, volume_factor : float
        What earlier prices and volumes are multiplied by; 1 for dividends.
    amount : float or None
        Rupees for each share, of dividends.
    note : str or None
    """

    line: int
    symbol: str | None
    isin: str | None
    day: date
    kind: str
    price_factor: float
    volume_factor: float
    amount: float | None
    note: str | None


@dataclass(slots=True)
class ReadAdjustments:
    """The good rows of a file, and the others with what is wrong with each."""

    file: str
    rows_read: int = 0
    adjustments: list[Adjustment] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def reject(self, line: int, reason: str) -> None:
        """Keep a row out."""
        self.rejected.append(Rejected(self.file, line, reason))


class _Fault(Exception):
    """What is wrong with a row."""


def read_adjustments(document: bytes, filename: str | None, limits: Limits) -> ReadAdjustments:
    """Read a CSV file, plain, gzipped or the only one in a zip.

    Its header names `ex_date`, `kind`, `symbol` or `isin`, and of `ratio`, `price_factor` with `volume_factor`,
    `amount`, `note` what is needed. A bonus's ratio is new shares for held ones ("1:1"); that of a split or a
    consolidation is shares before and after ("1:5"; "10:1"). A dividend has its amount in rupees for each share,
    rights and demergers have their factors.

    Raises
    ------
    InvalidInput
        Another header, or a broken archive.
    PayloadTooLarge
        More than 20,000 rows.
    """
    files = list(members(document, filename or UNNAMED, limits))
    if len(files) > 1:
        raise InvalidInput(f"the zip holds {len(files)} files: expected one", field="document", constraint="one file")
    rows = csv.reader(io.StringIO(files[0].data.decode("utf-8-sig", errors="replace"), newline=""))
    read = ReadAdjustments(files[0].name)
    try:
        header = _header(next(rows, []))
        for row in rows:
            if any(value.strip() for value in row):
                _take(read, dict(zip(header, row, strict=False)), rows.line_num)
    except csv.Error as error:
        raise InvalidInput(f"line {rows.line_num} is no CSV: {error}", field="document", constraint="CSV") from error
    return read


def _header(found: list[str]) -> list[str]:
    names = [name.strip().lower() for name in found]
    unknown = [name for name in names if name not in COLUMNS]
    missing = [name for name in ("ex_date", "kind") if name not in names]
    if unknown or missing or not {"symbol", "isin"} & set(names) or len(set(names)) < len(names):
        raise InvalidInput(
            f"expected a header with ex_date, kind, symbol or isin, and of {', '.join(COLUMNS[4:])} what is needed "
            f"(each once), found {','.join(found)[:80]!r}",
            field="document",
            constraint="a known header",
        )
    return names


def _take(read: ReadAdjustments, row: Mapping[str, str], line: int) -> None:
    read.rows_read += 1
    if read.rows_read > MOST_ROWS:
        raise PayloadTooLarge(
            f"the file holds more than {MOST_ROWS} rows", field="document", constraint=f"rows <= {MOST_ROWS}"
        )
    try:
        read.adjustments.append(_adjustment({name: value.strip() for name, value in row.items()}, line))
    except _Fault as fault:
        read.reject(line, str(fault))


def _adjustment(row: Mapping[str, str], line: int) -> Adjustment:
    symbol, isin = row.get("symbol", "").upper() or None, row.get("isin", "").upper() or None
    if symbol is None and isin is None:
        raise _Fault("symbol: missing, and isin too")
    fault = fault_of(Identity(symbol or "X", isin, "EQ"))
    if fault is not None:
        raise _Fault(fault)
    day = day_of(row.get("ex_date", ""))
    if day is None or not EARLIEST <= day <= LATEST:
        raise _Fault(f"ex_date: not a day from {EARLIEST} on: {row.get('ex_date', '')[:_SHOWN]!r}")
    kind = row.get("kind", "").lower()
    if kind not in KINDS:
        raise _Fault(f"kind: expected {', '.join(KINDS)}, found {kind[:_SHOWN]!r}")
    amount = _amount(row) if kind == "dividend" else None
    price, volume = (1.0, 1.0) if kind == "dividend" else _factors(row, kind)
    if kind != "dividend" and row.get("amount"):
        raise _Fault(f"amount: only a dividend has one, this is a {kind}")
    note = row.get("note", "")[:_LONGEST_NOTE] or None
    return Adjustment(line, symbol, isin, day, kind, price, volume, amount, note)


def _amount(row: Mapping[str, str]) -> float:
    for name in ("ratio", "price_factor", "volume_factor"):
        if row.get(name):
            raise _Fault(f"{name}: a dividend has only its amount")
    return _positive(row, "amount", "rupees for each share")


def _factors(row: Mapping[str, str], kind: str) -> tuple[float, float]:
    """What earlier prices and volumes are multiplied by."""
    if not row.get("ratio"):
        return _positive(row, "price_factor", "or a ratio"), _positive(row, "volume_factor", "or a ratio")
    if row.get("price_factor") or row.get("volume_factor"):
        raise _Fault("ratio: stands beside factors, expected one of the two")
    if kind not in ("split", "bonus", "consolidation"):
        raise _Fault(f"ratio: a {kind} is told by price_factor and volume_factor")
    found = _RATIO.fullmatch(row["ratio"])
    first, second = (float(part) for part in found.groups()) if found else (0.0, 0.0)
    if first <= 0 or second <= 0:
        raise _Fault(f"ratio: expected two numbers above 0 as 1:5, found {row['ratio'][:_SHOWN]!r}")
    before, after = (second, first + second) if kind == "bonus" else (first, second)
    if (kind == "split" and after <= before) or (kind == "consolidation" and after >= before):
        raise _Fault(
            f"ratio: a {kind} of {row['ratio']} makes {after:g} shares of {before:g}; expected shares before and after"
        )
    return before / after, after / before


def _positive(row: Mapping[str, str], name: str, meaning: str) -> float:
    text = row.get(name, "")
    try:
        value = float(text) if text and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise _Fault(f"{name}: expected a number above 0 ({meaning}), found {text[:_SHOWN]!r}")
    return value
