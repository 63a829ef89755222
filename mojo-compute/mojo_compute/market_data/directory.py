"""Which instrument a row of a file belongs to.

The ISIN decides where it is known. Else the symbol: today's, or the one a company traded
under at the day of the row. Companies met for the first time become instruments.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import PayloadTooLarge

from mojo_compute.market_data.bars import Bars, Identity
from mojo_compute.market_data.faults import Faults

Group = tuple[Identity, npt.NDArray[np.int64]]

MOST_NEW = 20_000  # companies that one upload may bring; the exchange lists under 10,000
_ISSUER = 7  # leading characters of an ISIN that name the issuer (country, type, company)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A company; `key` is the database's number, or negative for one that is not stored yet."""

    key: int
    symbol: str
    isin: str | None
    series: str = "EQ"
    last_bar: date | None = None


@dataclass(frozen=True, slots=True)
class Alias:
    """`symbol` meant the instrument `key` until `until`, the first day of its newer symbol."""

    symbol: str
    until: date
    key: int


@dataclass(slots=True)
class Changes:
    """What an import teaches about instruments."""

    new: list[Instrument] = field(default_factory=list)
    told_isins: dict[int, str] = field(default_factory=dict)  # of instruments that had none
    former_isins: dict[str, int] = field(default_factory=dict)
    aliases: list[Alias] = field(default_factory=list)
    renamed: dict[int, str] = field(default_factory=dict)


class Directory:
    """Instruments by ISIN and symbol, as stored, and what this import adds."""

    def __init__(
        self, instruments: Iterable[Instrument], aliases: Iterable[Alias], former_isins: dict[str, int]
    ) -> None:
        self._by_key = {one.key: one for one in instruments}
        self._by_symbol = {one.symbol: one.key for one in self._by_key.values()}
        self._by_isin = dict(former_isins)
        self._by_isin |= {one.isin: one.key for one in self._by_key.values() if one.isin is not None}
        self._aliases: dict[str, list[Alias]] = {}
        for alias in aliases:
            self._aliases.setdefault(alias.symbol, []).append(alias)
        self._last_told: dict[str, date] = {}  # the newest day of each symbol in this import
        self.changes = Changes()

    def assign(self, bars: Bars) -> tuple[npt.NDArray[np.int64], Faults]:
        """The instrument of each row, and why some rows have none.

        A row without an instrument teaches nothing.
        """
        keys = np.zeros(len(bars), dtype=np.int64)
        groups = _groups(bars)
        faults = Faults(len(bars))
        self._find_contradictions(groups, bars, faults)
        if len(faults):
            good = faults.good
            groups = [(identity, kept) for identity, rows in groups if len(kept := rows[good[rows]])]
        for identity, rows in groups:
            last: date = bars.day[rows].max().astype(object)
            self._last_told[identity.symbol] = max(last, self._last_told.get(identity.symbol, last))
        for identity, rows in groups:
            found = self._instruments_of(identity, bars.day[rows])
            if isinstance(found, str):
                faults.add(rows, found)
            else:
                keys[rows] = found
        return keys, faults

    def _find_contradictions(self, groups: list[Group], bars: Bars, faults: Faults) -> None:
        """Rows that give an ISIN another symbol than its own, or an earlier row, does for that day."""
        by_isin: dict[str, list[Group]] = {}
        for identity, rows in groups:
            if identity.isin is not None:
                by_isin.setdefault(identity.isin, []).append((identity, rows))
        symbols: dict[str, int] = {}
        bearer_of = np.zeros(len(bars), dtype=np.int32)  # the number of the right symbol, of rows at fault
        names: list[str] = []

        def reason(row: int) -> str:
            identity = bars.identities[bars.identity[row]]
            return f"isin: {identity.isin} is {names[bearer_of[row]]} on that day, found {identity.symbol}"

        for isin, some in by_isin.items():
            told = [symbols.setdefault(identity.symbol, len(symbols)) for identity, _rows in some]
            if len(set(told)) == 1:
                continue
            key = self._by_isin.get(isin)
            own = -1 if key is None else symbols.get(self._by_key[key].symbol, -1)
            wrong, bearers = _contradictions(bars.day, [rows for _identity, rows in some], told, own)
            bearer_of[wrong] = bearers
            faults.add(wrong, reason)
        names += symbols

    def _instruments_of(self, identity: Identity, days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64] | str:
        """One identity's instrument on each day; or why it has none."""
        if identity.isin is not None:
            found = self._by_told_isin(identity, identity.isin, days)
            return found if isinstance(found, str) else np.full(len(days), found, dtype=np.int64)
        keys = np.zeros(len(days), dtype=np.int64)
        for alias in sorted(self._aliases.get(identity.symbol, ()), key=lambda one: one.until, reverse=True):
            keys[days < np.datetime64(alias.until)] = alias.key  # the earliest that still holds stays
        if not keys.all():
            keys[keys == 0] = self._by_symbol.get(identity.symbol) or self._add(identity).key
        return keys

    def _by_told_isin(self, identity: Identity, isin: str, days: npt.NDArray[np.datetime64]) -> int | str:
        known = self._by_isin.get(isin)
        if known is not None:
            self._learn_symbol(self._by_key[known], identity.symbol, days)
            return known
        bearer = self._bearer_of(identity.symbol, days)
        if bearer is None:
            return self._add(identity).key
        if bearer.isin is None:
            self.changes.told_isins[bearer.key] = isin
            self._store(replace(bearer, isin=isin))
        elif bearer.isin[:_ISSUER] == isin[:_ISSUER]:
            self.changes.former_isins[isin] = bearer.key
            self._by_isin[isin] = bearer.key
        else:
            return f"isin: {identity.symbol} is {bearer.isin}, found {isin} of another issuer"
        return bearer.key

    def _bearer_of(self, symbol: str, days: npt.NDArray[np.datetime64]) -> Instrument | None:
        last: date = days.max().astype(object)
        for alias in sorted(self._aliases.get(symbol, ()), key=lambda one: one.until):
            if last < alias.until:
                return self._by_key[alias.key]
        key = self._by_symbol.get(symbol)
        return None if key is None else self._by_key[key]

    def _learn_symbol(self, instrument: Instrument, symbol: str, days: npt.NDArray[np.datetime64]) -> None:
        """A known company under another symbol: a rename when its days are newer, else an old name.

        Newer than every day that the symbol of today has, stored or in this import.
        """
        if symbol == instrument.symbol:
            return
        first: date = days.min().astype(object)
        last: date = days.max().astype(object)
        newer = (
            instrument.last_bar is not None
            and first > instrument.last_bar
            and first > self._last_told.get(instrument.symbol, instrument.last_bar)
        )
        if newer and symbol not in self._by_symbol:
            self._add_alias(Alias(instrument.symbol, first, instrument.key))
            self.changes.renamed[instrument.key] = symbol
            del self._by_symbol[instrument.symbol]
            self._store(replace(instrument, symbol=symbol, last_bar=last))
        elif all(one.key != instrument.key for one in self._aliases.get(symbol, ())):
            self._add_alias(Alias(symbol, last + timedelta(days=1), instrument.key))

    def _add(self, identity: Identity) -> Instrument:
        if len(self.changes.new) == MOST_NEW:
            raise PayloadTooLarge(
                f"the upload holds more than {MOST_NEW} companies that are not known yet",
                field="document",
                constraint=f"new companies <= {MOST_NEW}",
            )
        added = Instrument(-1 - len(self.changes.new), identity.symbol, identity.isin, identity.series)
        self.changes.new.append(added)
        self._store(added)
        return added

    def _add_alias(self, alias: Alias) -> None:
        self.changes.aliases.append(alias)
        self._aliases.setdefault(alias.symbol, []).append(alias)

    def _store(self, instrument: Instrument) -> None:
        self._by_key[instrument.key] = instrument
        self._by_symbol[instrument.symbol] = instrument.key
        if instrument.isin is not None:
            self._by_isin[instrument.isin] = instrument.key


def _groups(bars: Bars) -> list[Group]:
    """Each identity with the indexes of its rows, in their order; those without rows are left out."""
    order = np.argsort(bars.identity, kind="stable")
    bounds = np.searchsorted(bars.identity[order], np.arange(len(bars.identities) + 1))
    return [
        (identity, order[bounds[number] : bounds[number + 1]])
        for number, identity in enumerate(bars.identities)
        if bounds[number] < bounds[number + 1]
    ]


def _contradictions(
    days: npt.NDArray[np.datetime64], groups: list[npt.NDArray[np.int64]], symbols: list[int], own: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows of one ISIN whose symbol isn't the day's, and the one that is: `own`, else the first row's."""
    rows = np.concatenate(groups)
    told = np.repeat(symbols, [len(group) for group in groups])
    order = np.lexsort((rows, told != own, days[rows]))
    rows, told = rows[order], told[order]
    bearers = told[_firsts(days[rows])]
    wrong = told != bearers
    return rows[wrong], bearers[wrong]


def repeats(
    bars: Bars, keys: npt.NDArray[np.int64], order: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Rows whose instrument and day an earlier row has.

    Parameters
    ----------
    order : ndarray of int
        Indexes of the rows to look at, by instrument, day and index.

    Returns
    -------
    tuple of ndarray
        Of each entry of `order`: whether it repeats one, and the index of the first row that
        has its instrument and day.
    """
    firsts = _firsts(keys[order], bars.day[order])
    return firsts != np.arange(len(order)), order[firsts]


def _firsts(*columns: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Of each place of sorted columns, the first place whose values are the same."""
    places = np.arange(len(columns[0]))
    if len(places):
        same = np.logical_and.reduce([column[1:] == column[:-1] for column in columns])
        places[1:][same] = 0
    firsts: npt.NDArray[np.int64] = np.maximum.accumulate(places)
    return firsts
