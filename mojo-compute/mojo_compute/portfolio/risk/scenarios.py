"""What a portfolio would have lost in named times, and what it would lose if prices fell so and so."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np
from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest

from mojo_compute.kernels.arrays import Floats
from mojo_compute.market_data.bars import Days

MARKET = "market"
_LATE_DAYS = 7  # the last price before a window is not older than that


@dataclass(frozen=True, slots=True)
class Window:
    """A time of stress: from the close of `first` to that of `last`."""

    name: str
    first: date
    last: date
    what: str


@dataclass(frozen=True, slots=True)
class Stress:
    """A portfolio over a window or under a shock.

    Parameters
    ----------
    change : float
        Of its value, as a fraction of what is invested.
    by_asset : ndarray of float64, [assets]
        What each adds to that; NaN where there are no prices.
    covered : float
        The share of the (absolute) weights that has prices.
    deepest : float or None
        The deepest drawdown within, shares held; None for a shock.
    """

    change: float
    by_asset: Floats
    covered: float
    deepest: float | None = None


@cache
def windows() -> tuple[Window, ...]:
    """The named windows, oldest first; from `stress_windows.csv`, dates of Indian markets."""
    text = files(__package__).joinpath("stress_windows.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Window(row["name"], date.fromisoformat(row["first"]), date.fromisoformat(row["last"]), row["what"])
        for row in rows
    )


def window_named(name: str) -> Window:
    """One of the windows. Errors: InvalidInput."""
    for one in windows():
        if one.name == name:
            return one
    names = [one.name for one in windows()]
    hint = nearest(name, names) or f"; there are {', '.join(names)}"
    raise InvalidInput(f"no stress window is called {name}{hint}", field="scenarios", constraint="known window")


def over_window(window: Window, weights: Floats, series: Sequence[tuple[Days, Floats]]) -> Stress | None:
    """What shares bought by the weights at the close of `first` made until the close of `last`.

    Parameters
    ----------
    series : sequence of (days, prices)
        Of each asset, no price missing.

    Returns
    -------
    Stress or None
        None: no asset has prices from before the window to its end.
    """
    first, last = np.datetime64(window.first), np.datetime64(window.last)
    days = np.unique(np.concatenate([own[(own > first) & (own <= last)] for own, _prices in series]))
    paths = np.full((len(series), len(days) + 1), np.nan)
    for row, (own, prices) in enumerate(series):
        before = int(np.searchsorted(own, first, side="right")) - 1
        until = int(np.searchsorted(own, last, side="right"))
        fresh = before >= 0 and first - own[before] <= np.timedelta64(_LATE_DAYS, "D")
        if not fresh or until <= before + 1 or last - own[until - 1] > np.timedelta64(_LATE_DAYS, "D"):
            continue
        # a share without a price on a day keeps its last one: it can't be sold
        at = np.searchsorted(own, days, side="right") - 1
        paths[row] = np.concatenate([[1.0], prices[at] / prices[before]])
    there = ~np.isnan(paths[:, 0]) & (weights != 0)
    whole = float(np.abs(weights).sum())
    if not there.any():
        return None
    by_asset = weights * (paths[:, -1] - 1.0)
    value = 1.0 + weights[there] @ (paths[there] - 1.0)
    deepest = float((value / np.maximum.accumulate(value) - 1.0).min())
    covered = float(np.abs(weights[there]).sum()) / whole
    return Stress(float(by_asset[there].sum()), by_asset, covered, deepest)


def under_shock(
    shock: Mapping[str, float],
    symbols: Sequence[str],
    weights: Floats,
    sectors: Mapping[str, str],
    betas: Floats,
) -> Stress:
    """What the portfolio loses when assets, sectors or the market change by so much.

    An asset takes its own change, else its sector's, else `beta x` the market's, else none.

    Raises
    ------
    InvalidInput
        A name is neither an asset, nor a sector of one, nor `market`.
    """
    known = [*symbols, *dict.fromkeys(sectors[one] for one in symbols if one in sectors), MARKET]
    for name in shock:
        if name not in known:
            hint = nearest(name, known)
            raise InvalidInput(
                f"a shock names {name}, expected an asset, a sector of one, or {MARKET}{hint}",
                field="shocks",
                constraint="asset, sector or market",
            )
    market = shock.get(MARKET, 0.0)
    changes = np.array(
        [
            shock[one] if one in shock else shock.get(sectors.get(one, ""), max(beta * market, -1.0))
            for one, beta in zip(symbols, betas, strict=True)
        ]
    )
    by_asset: Floats = weights * changes
    return Stress(float(by_asset.sum()), by_asset, 1.0)
