"""Columns of a company's figures: which header means what, and the number that a cell holds."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest
from chitti_shared.universe.figures import Unit, figure_headers, squashed

IDENTITIES: dict[str, tuple[str, ...]] = {
    "symbol": ("symbol", "nse symbol", "nse code", "nse", "ticker", "trading symbol", "stock symbol", "scrip code nse"),
    "isin": ("isin", "isin code", "isin number", "isin no"),
    "name": ("name", "company", "company name", "stock", "stock name", "security name"),
    "as_of": ("last updated", "updated", "as of", "as on", "date", "as of date", "updated on", "last update"),
}
# Columns of exports that are no figures of a company, or that stored prices tell better
_PASSED_OVER = {
    squashed(one)
    for one in (
        "S.No.", "Sr No", "Serial", "No", "BSE Code", "BSE", "Industry", "Sector", "Sub Sector", "Industry Group",
        "Series", "CMP", "Current Price", "Price", "LTP", "Last Price", "Open", "High", "Low", "Close", "Volume",
        "Previous Close", "Change", "Chg", "Result Date", "Website",
    )
}  # fmt: skip
_ROLES = {squashed(one): role for role, headers in IDENTITIES.items() for one in headers}

LONGEST_METRIC = 64
_SHOWN = 80
MISSING = frozenset({"", "-", "--", "\u2013", "\u2014", "na", "n/a", "n.a.", "nan", "null", "none", "nil", "#n/a"})
# Rupees that a word stands for
_AMOUNTS = {
    "rupees": 1.0, "rs": 1.0, "inr": 1.0, "\u20b9": 1.0,
    "lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "lacs": 1e5,
    "mn": 1e6, "million": 1e6, "cr": 1e7, "crore": 1e7, "crores": 1e7, "bn": 1e9, "billion": 1e9,
}  # fmt: skip
_IN_UNIT: dict[Unit, float] = {"rupees": 1.0, "crore": 1e7}
_WORDS = re.compile(r"[^\W_]+|%|\u20b9")
_CELL = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[+\-\u2212])?\s*(?:\u20b9|rs\.?|inr)?\s*(?P<inner>-)?"
    r"(?P<number>(?:\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.\d*)?(?:e[+\-]?\d{1,3})?|\.\d+)"
    r"\s*(?P<unit>%|x|times|[a-z]+\.?)?\s*(?P<close>\))?",
    re.IGNORECASE | re.ASCII,
)

Role: TypeAlias = str


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column of figures: its place in a row, its header, the metric, and what a bare number in it is worth.

    `amount` is what 1 is in rupees where the header says it (`Rs.Cr.`).
    """

    place: int
    header: str
    metric: str
    unit: Unit
    scale: float
    known: bool
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What a file's columns are; `passed_over` are the headers of those that are not read."""

    roles: dict[Role, int]
    figures: tuple[FigureColumn, ...]
    passed_over: tuple[str, ...]
    width: int


class BadCell(Exception):
    """What is wrong with a cell."""


def header_of(found: Sequence[str]) -> Header:
    """What each column of a header is.

    Raises
    ------
    InvalidInput
        Nothing names the companies, nothing is a figure, or two columns mean the same.
    """
    roles: dict[Role, int] = {}
    figures: dict[str, FigureColumn] = {}
    passed_over: list[str] = []
    for place, header in enumerate(one.strip() for one in found):
        role = _ROLES.get(squashed(header))
        if role is not None:
            if role in roles:
                raise _wrong(found, f"{header!r} and {found[roles[role]].strip()!r} both mean {role}")
            roles[role] = place
            continue
        column = _figure_of(place, header)
        if column is None:
            passed_over.append(header)
        elif column.metric in figures:
            other = figures[column.metric].header
            raise _wrong(found, f"{header!r} and {other!r} both mean {column.metric}: leave one out")
        else:
            figures[column.metric] = column
    if not roles.keys() & {"symbol", "isin", "name"}:
        raise _wrong(found, "no column names the companies" + _meant(found))
    if not figures:
        raise _wrong(found, "no column is a figure")
    return Header(roles, tuple(figures.values()), tuple(one for one in passed_over if one), len(found))


def number_of(text: str, column: FigureColumn) -> float | None:
    """The number in a cell, in the column's unit; None: it says that there is none.

    Raises
    ------
    BadCell
        It holds something else.
    """
    text = text.strip()
    if text.lower() in MISSING:
        return None
    found = _CELL.fullmatch(text)
    if found is None or bool(found["open"]) != bool(found["close"]):
        raise BadCell(f"expected a number, found {text[:40]!r}")
    value = float(found["number"].replace(",", ""))
    if not math.isfinite(value):
        raise BadCell(f"expected a finite number, found {text[:40]!r}")
    negative = [found["open"] is not None, found["sign"] in ("-", "\u2212"), found["inner"] is not None]
    if sum(negative) > 1:
        raise BadCell(f"expected one sign, found {text[:40]!r}")
    return (-value if any(negative) else value) * _worth(found["unit"], column, text)


def _worth(word: str | None, column: FigureColumn, text: str) -> float:
    """What 1 in a cell is in the column's unit, where the cell names a unit of its own."""
    if word is None:
        return column.scale
    unit = word.lower().rstrip(".")
    if unit == "%" and column.unit in ("percent", "number"):
        return 1.0
    if unit in ("x", "times") and column.unit == "number":
        return 1.0
    # "2 lakh" below "Rs. Cr." may mean two lakh rupees, or crores: it is not guessed
    if unit in _AMOUNTS and column.unit in _IN_UNIT and column.amount in (None, _AMOUNTS[unit]):
        return _AMOUNTS[unit] / _IN_UNIT[column.unit]
    raise BadCell(f"expected {_expected(column.unit)}, found {text[:40]!r}")


def _expected(unit: Unit) -> str:
    return {"percent": "percent", "number": "a plain number"}.get(unit, f"an amount in {unit}")


def _figure_of(place: int, header: str) -> FigureColumn | None:
    """The figure that a header names; None: it names none."""
    words = [one.lower() for one in _WORDS.findall(header)]
    amount = max((_AMOUNTS[one] for one in words if one in _AMOUNTS), default=None)
    bare = [one for one in words if one not in _AMOUNTS and one != "%"]
    key = "".join(bare)
    kind = figure_headers().get(key) or figure_headers().get(squashed(header))
    if kind is not None:
        scale = amount / _IN_UNIT[kind.unit] if amount and kind.unit in _IN_UNIT else 1.0
        return FigureColumn(place, header, kind.name, kind.unit, scale, known=True, amount=amount)
    metric = _metric_of(bare)
    if metric is None or key in _PASSED_OVER or squashed(header) in _PASSED_OVER:
        return None
    unit: Unit = "percent" if "%" in words else "number"
    if amount is not None:
        unit = "rupees" if amount == 1.0 else "crore"
    scale = amount / _IN_UNIT[unit] if amount else 1.0
    return FigureColumn(place, header, metric, unit, scale, known=False, amount=amount)


def _metric_of(words: Sequence[str]) -> str | None:
    """A metric's name of a header's words: it begins with a letter (`52W Index` is `index_52w`)."""
    plain = [one for one in words if one.isascii()]
    while plain and plain[0][0].isdigit():
        if all(one[0].isdigit() for one in plain):
            return None
        plain = [*plain[1:], plain[0]]
    return "_".join(plain)[:LONGEST_METRIC].rstrip("_") or None


def _meant(found: Sequence[str]) -> str:
    """Which header may have been meant as one that names companies."""
    names = [one for role in ("symbol", "isin", "name") for one in IDENTITIES[role]]
    for header in found:
        hint = nearest(header.strip(), names, alike=0.6)
        if hint:
            return f" ({header.strip()[:40]!r}{hint})"
    return ""


def _wrong(found: Sequence[str], what: str) -> InvalidInput:
    return InvalidInput(
        f"{what}: expected a header with symbol (or nse_code, isin, name), figures such as P/E, ROE %, Debt to equity, "
        f"Qtr Profit Var % (each once) and perhaps last_updated, found {','.join(found)[:_SHOWN]!r}",
        field="document",
        constraint="a known header",
    )
