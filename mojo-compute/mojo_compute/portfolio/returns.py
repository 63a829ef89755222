"""Returns of several assets over the same periods, from prices that may have gaps or begin at different times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest

from mojo_compute.kernels.arrays import Floats
from mojo_compute.market_data.bars import Days

LEAST_OBSERVATIONS = 3
LEAST_ANNUAL = 30  # periods; fewer give no annual figure

Between = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Panel:
    """Simple returns of assets over the same periods.

    Parameters
    ----------
    symbols : tuple of str
    values : ndarray of float64, [periods, assets]
        Finite, > -1; row t is the return of the period that ends at `days[t]`.
    days : ndarray of datetime64[D] or None
        The ends of the periods, where they are known.
    latest : ndarray of float64 or None
        The last price of each asset, where prices are known.
    notes : tuple of str
        What was left out, and why.
    """

    symbols: tuple[str, ...]
    values: Floats
    days: Days | None = None
    latest: Floats | None = None
    notes: tuple[str, ...] = ()

    @property
    def periods(self) -> int:
        return len(self.values)

    @property
    def has_annual(self) -> bool:
        """Whether the periods are enough for annual figures."""
        return self.periods >= LEAST_ANNUAL

    def of(self, symbols: Sequence[str]) -> Panel:
        """The same periods of some of the assets, in this order."""
        if tuple(symbols) == self.symbols:
            return self
        at = [self.symbols.index(one) for one in symbols]
        latest = None if self.latest is None else self.latest[at]
        return replace(self, symbols=tuple(symbols), values=np.ascontiguousarray(self.values[:, at]), latest=latest)


def check_known(field: str, names: Sequence[str] | Mapping[str, object], known: Sequence[str]) -> None:
    """Raise InvalidInput unless every name of a field is among the known ones."""
    everyone = set(known)
    for name in names:
        if name not in everyone:
            hint = (
                nearest(name, known) or f"; there are {', '.join(list(known)[:8])}{', ...' if len(known) > 8 else ''}"
            )
            raise InvalidInput(
                f"{field} names {name}, which is not among the assets{hint}", field=field, constraint="known asset"
            )


def from_series(series: Mapping[str, tuple[Days, Floats]]) -> tuple[tuple[str, ...], Days, Floats]:
    """Prices on the union of the assets' days: symbols, days, and prices [days, assets], NaN where there is none."""
    days = np.unique(np.concatenate([own for own, _prices in series.values()]))
    table = np.full((len(days), len(series)), np.nan)
    for column, (own, prices) in enumerate(series.values()):
        table[np.searchsorted(days, own), column] = prices
    return tuple(series), days, table


def of_prices(symbols: tuple[str, ...], prices: Floats, days: Days | None = None, field: str = "prices") -> Panel:
    """Returns between the days on which every asset has a price.

    A missing price is never invented: the day is left out for all assets, and the notes say how many were.

    Raises
    ------
    InvalidInput
        A price is not above 0, days are not in order, or fewer than four days have all prices.
    """
    _check_days(days, len(prices))
    bad = np.argwhere(prices <= 0)  # NaN compares false
    if len(bad):
        row, column = map(int, bad[0])
        raise InvalidInput(
            f"prices must be > 0: {symbols[column]} has {prices[row, column]:g} at {_at(days, row)}",
            field=f"{field}.{symbols[column]}",
            constraint="price > 0",
        )
    complete, notes = _complete(symbols, prices, days, "price", field, LEAST_OBSERVATIONS + 1)
    kept = prices[complete]
    values = kept[1:] / kept[:-1] - 1.0
    _check_finite(symbols, values, field)
    return Panel(symbols, values, None if days is None else days[complete][1:], kept[-1].copy(), notes)


def of_returns(symbols: tuple[str, ...], values: Floats, days: Days | None = None, field: str = "returns") -> Panel:
    """Given returns, without the periods in which one is missing.

    Raises
    ------
    InvalidInput
        A return is not above -1, days are not in order, or fewer than three periods have all returns.
    """
    _check_days(days, len(values))
    bad = np.argwhere(values <= -1)
    if len(bad):
        row, column = map(int, bad[0])
        raise InvalidInput(
            f"returns are fractions > -1: {symbols[column]} has {values[row, column]:g} at {_at(days, row)}",
            field=f"{field}.{symbols[column]}",
            constraint="return > -1",
        )
    complete, notes = _complete(symbols, values, days, "return", field, LEAST_OBSERVATIONS)
    kept = np.ascontiguousarray(values[complete])
    return Panel(symbols, kept, None if days is None else days[complete], None, notes)


def _complete(
    symbols: tuple[str, ...], table: Floats, days: Days | None, what: str, field: str, least: int
) -> tuple[npt.NDArray[np.bool_], tuple[str, ...]]:
    """Which rows have every value, and what to say about the others."""
    there = ~np.isnan(table)
    complete: npt.NDArray[np.bool_] = np.all(there, axis=1)
    found = int(complete.sum())
    dropped = len(table) - found
    blame = ""
    if dropped:
        # the asset without which the most rows would be complete, then by most gaps
        gaps = (~there).sum(axis=0)
        alone = ((~there).sum(axis=1) == 1) @ (~there).astype(np.float64)
        worst = int(np.lexsort((gaps, alone))[-1])
        blame = f"; {symbols[worst]} alone misses {int(gaps[worst])}"
        first = np.flatnonzero(there[:, worst])
        if days is not None and len(first) and first[0] > 0:
            blame += f" (its first is of {days[first[0]]})"
    if found < least:
        raise InvalidInput(
            f"expected at least {least} rows with a {what} of every asset, found {found} of {len(table)}{blame}",
            field=field,
            constraint=f"complete rows >= {least}",
        )
    notes = (f"{dropped} of {len(table)} rows left out: an asset has no {what} there{blame}",) if dropped else ()
    return complete, notes


def _check_days(days: Days | None, rows: int) -> None:
    if days is None:
        return
    if len(days) != rows:
        raise InvalidInput(
            f"dates has {len(days)} entries beside {rows} rows", field="dates", constraint="equal lengths"
        )
    late = np.flatnonzero(days[1:] <= days[:-1])
    if len(late):
        at = int(late[0])
        raise InvalidInput(
            f"dates must rise: {days[at + 1]} follows {days[at]}", field="dates", constraint="strictly rising"
        )


def _check_finite(symbols: tuple[str, ...], values: Floats, field: str) -> None:
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        symbol = symbols[int(bad[0][1])]
        raise InvalidInput(
            f"prices of {symbol} differ too much to have a return",
            field=f"{field}.{symbol}",
            constraint="finite return",
        )


def _at(days: Days | None, row: int) -> str:
    return f"row {row}" if days is None else str(days[row])
