"""Tables of daily bars, and the checks that keep impossible ones out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mojo_compute.kernels.arrays import Floats

Days = npt.NDArray[np.datetime64]

PRICES = ("open", "high", "low", "close")
EARLIEST = date(1990, 1, 1)
DEAREST = 1e9  # rupees a share, far above any
MOST_SHARES = 1e13  # a day; float64 counts them exactly
_KINDS: dict[str, str] = {
    "identity": "int64",
    "day": "datetime64[D]",
    **dict.fromkeys((*PRICES, "volume"), "float64"),
    "file": "int64",
    "line": "int64",
}
_COLUMNS = tuple(_KINDS)
_LEAST_ROOM = 4_096  # rows

_SYMBOL = re.compile(r"[A-Z0-9&.\-]{1,20}")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_SERIES = re.compile(r"[A-Z0-9]{1,3}")
_DAY_FORMATS = ("%Y-%m-%d", "%d-%b-%Y", "%d-%m-%Y", "%d/%m/%Y", "%Y%m%d", "%d-%b-%y")


class Identity(NamedTuple):
    """Whose bar a row is, as the file says it."""

    symbol: str
    isin: str | None
    series: str


class Rejected(NamedTuple):
    """A row kept out; `line` counts from 1 with the header, 0: the whole file."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Rows of bars as columns of one length.

    Parameters
    ----------
    identities : list of Identity
        Whose bars there are.
    identity : ndarray of int
        Each row's index in `identities`.
    day : ndarray of datetime64[D]
    open, high, low, close : ndarray of float64
        Rupees.
    volume : ndarray of float64
        Shares.
    file, line : ndarray of int
        Where each row came from: index of the file in the upload, line in it.
    """

    identities: list[Identity]
    identity: npt.NDArray[np.int64]
    day: Days
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    file: npt.NDArray[np.int64]
    line: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.identity)

    def where(self, keep: npt.NDArray[np.bool_]) -> Bars:
        """Only the rows of a mask."""
        return Bars(self.identities, *(getattr(self, name)[keep] for name in _COLUMNS))


class Collected:
    """Bars that come a slice at a time, in columns that grow.

    Never twice in memory, as the slices and their concatenation would be. Room that no row has
    used yet is not touched, so it takes no memory either.
    """

    def __init__(self) -> None:
        self._rows = 0
        self._columns = {name: np.empty(_LEAST_ROOM, dtype=kind) for name, kind in _KINDS.items()}

    def add(self, part: Bars) -> None:
        """Append rows; their `identities` are not looked at."""
        until = self._rows + len(part)
        for name, column in self._columns.items():
            if until > len(column):
                grown = np.empty(max(until, 2 * len(column)), dtype=column.dtype)
                grown[: self._rows] = column[: self._rows]
                self._columns[name] = column = grown
            column[self._rows : until] = getattr(part, name)
        self._rows = until

    def table(self, identities: list[Identity]) -> Bars:
        """All rows so far, not copied."""
        return Bars(identities, *(self._columns[name][: self._rows] for name in _COLUMNS))


_texts: dict[int, str] = {}


def dates_of(days: Days) -> list[str]:
    """Days as `2025-09-30`. Each day is spelled once and then remembered: numpy needs 0.3 us for one."""
    numbers: list[int] = days.astype(np.int64).tolist()
    try:
        return [_texts[number] for number in numbers]
    except KeyError:
        _texts.update(zip(numbers, np.datetime_as_string(days).tolist(), strict=True))
        return [_texts[number] for number in numbers]


def day_of(text: str) -> date | None:
    """The day that a text names, in the spellings of exchanges and spreadsheets; None: it names none."""
    text = text.strip()
    head = text[:10]
    if len(text) > 11 and head[4:5] == "-" and text[10] in " T":  # a timestamp of a daily bar: its date counts
        text = head
    for spelling in _DAY_FORMATS:
        try:
            return datetime.strptime(text, spelling).date()  # noqa: DTZ007  a trading date has no zone
        except ValueError:
            continue
    return None


def fault_of(identity: Identity) -> str | None:
    """Why nobody's bar can be called so; None: it can."""
    if not _SYMBOL.fullmatch(identity.symbol):
        return f"symbol: expected 1 to 20 of A-Z 0-9 & . -, found {identity.symbol[:40]!r}"
    if identity.isin is not None and not _ISIN.fullmatch(identity.isin):
        return f"isin: expected 12 letters and digits, found {identity.isin[:40]!r}"
    if not _SERIES.fullmatch(identity.series):
        return f"series: expected 1 to 3 letters or digits, found {identity.series[:40]!r}"
    return None


def faults_of(bars: Bars, today: date) -> dict[int, str]:
    """The first thing wrong with each impossible row, by its index."""
    checks: list[tuple[npt.NDArray[np.bool_], str]] = [
        (np.isnat(bars.day), "date: missing"),
        (bars.day > np.datetime64(today), "date: in the future"),
        (bars.day < np.datetime64(EARLIEST), f"date: before {EARLIEST}"),
    ]
    for name in PRICES:
        values = getattr(bars, name)
        checks.append((~np.isfinite(values), f"{name}: missing or not finite"))
        checks.append((values <= 0, f"{name}: not above 0"))
        checks.append((values > DEAREST, f"{name}: above {DEAREST:,.0f}"))
    checks.append((~np.isfinite(bars.volume), "volume: missing or not finite"))
    checks.append((bars.volume < 0, "volume: below 0"))
    checks.append((bars.volume != np.floor(bars.volume), "volume: not a whole number"))
    checks.append((bars.volume > MOST_SHARES, f"volume: above {MOST_SHARES:,.0f}"))
    checks += [(bars.high < getattr(bars, name), f"high: below {name}") for name in ("open", "close", "low")]
    checks += [(bars.low > getattr(bars, name), f"low: above {name}") for name in ("open", "close")]
    faults: dict[int, str] = {}
    for wrong, reason in reversed(checks):  # so that the first check has the last word
        for index in np.flatnonzero(wrong).tolist():
            faults[index] = reason
    return faults
