"""The formats of daily bars, told apart by their header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """A format: which column supplies which field.

    Parameters
    ----------
    name : str
        The reply's `format`, and the source of its bars unless the caller names one.
    columns : mapping of str to tuple of str
        Our field -> accepted header names, in capitals.
    optional : frozenset of str
        Fields it may lack.
    adjusted : bool
        Whether its prices are adjusted for splits unless the caller says otherwise.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    optional: frozenset[str]
    adjusted: bool

    def positions(self, header: Sequence[str]) -> dict[str, int] | None:
        """Where each field stands; None: this header is of another format, or names a field twice."""
        names_here = [name.strip().upper() for name in header]
        places = {name: index for index, name in enumerate(names_here)}
        found = {
            field: places[name] for field, names in self.columns.items() for name in reversed(names) if name in places
        }
        if any(names_here.count(names_here[place]) > 1 for place in found.values()):
            return None
        return found if self.columns.keys() - self.optional <= found.keys() else None


# Files since 8 July 2024
UDIFF = Layout(
    "udiff",
    {
        "day": ("TRADDT",),
        "symbol": ("TCKRSYMB",),
        "isin": ("ISIN",),
        "series": ("SCTYSRS",),
        "open": ("OPNPRIC",),
        "high": ("HGHPRIC",),
        "low": ("LWPRIC",),
        "close": ("CLSPRIC",),
        "volume": ("TTLTRADGVOL",),
    },
    optional=frozenset(),
    adjusted=False,
)
LEGACY = Layout(
    "legacy",
    {
        "day": ("TIMESTAMP",),
        "symbol": ("SYMBOL",),
        "isin": ("ISIN",),
        "series": ("SERIES",),
        "open": ("OPEN",),
        "high": ("HIGH",),
        "low": ("LOW",),
        "close": ("CLOSE",),
        "volume": ("TOTTRDQTY",),
    },
    optional=frozenset({"isin"}),  # files before 2011 lack it
    adjusted=False,
)
FULL = Layout(
    "full",
    {
        "day": ("DATE1",),
        "symbol": ("SYMBOL",),
        "series": ("SERIES",),
        "open": ("OPEN_PRICE",),
        "high": ("HIGH_PRICE",),
        "low": ("LOW_PRICE",),
        "close": ("CLOSE_PRICE",),
        "volume": ("TTL_TRD_QNTY",),
    },
    optional=frozenset(),
    adjusted=False,
)
PLAIN = Layout(
    "plain",
    {
        "day": ("DATE", "TRADE_DATE", "TIMESTAMP", "DATETIME", "TIME", "DAY"),
        "symbol": ("SYMBOL", "TICKER"),
        "isin": ("ISIN",),
        "series": ("SERIES",),
        "open": ("OPEN", "OPEN_PRICE"),
        "high": ("HIGH", "HIGH_PRICE"),
        "low": ("LOW", "LOW_PRICE"),
        "close": ("CLOSE", "CLOSE_PRICE"),
        "volume": ("VOLUME", "VOL"),
    },
    optional=frozenset({"symbol", "isin", "series"}),
    adjusted=True,
)
LAYOUTS = (UDIFF, LEGACY, FULL, PLAIN)


def detect(header: Sequence[str]) -> tuple[Layout, dict[str, int]] | None:
    """The format of a header and where its fields stand; None: no known format."""
    for layout in LAYOUTS:
        positions = layout.positions(header)
        if positions is not None:
            return layout, positions
    return None
