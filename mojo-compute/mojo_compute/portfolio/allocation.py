"""How many whole shares a portfolio is, for so much money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import InvalidInput

from mojo_compute.kernels.arrays import Floats

_MOST_SHARES = 10**15  # with their lots far below 2**53, up to which floats count one by one


@dataclass(frozen=True, slots=True)
class Allocation:
    """`shares` of each asset (below 0: sold short), their `values`, and the money that is left."""

    shares: npt.NDArray[np.int64]
    values: Floats
    left: float


def allocate(
    symbols: Sequence[str], weights: Floats, prices: Floats, lots: npt.NDArray[np.int64], capital: float, cost: float
) -> Allocation:
    """Whole lots near the weights.

    Each asset gets the lots that fit into its share of the capital; what is left buys one more of those that lack
    the most money, as long as it is enough.

    Parameters
    ----------
    lots : ndarray of int64
        Shares of a lot, for each asset.
    cost : float
        Of a purchase, as a fraction of its value: kept back from the capital.

    Raises
    ------
    InvalidInput
        The capital doesn't buy one lot of any asset that is wanted, or more shares of one than can be counted.
    """
    spendable = capital / (1.0 + cost)
    lot_prices = prices * lots
    wanted = weights * spendable
    many = np.abs(wanted / prices)
    if many.max() > _MOST_SHARES:
        worst = int(many.argmax())
        raise InvalidInput(
            f"capital {capital:g} buys {many[worst]:g} shares of {symbols[worst]} at {prices[worst]:g}: "
            f"at most {_MOST_SHARES} can be counted",
            field="capital",
            constraint=f"shares <= {_MOST_SHARES}",
        )
    count = np.trunc(wanted / lot_prices).astype(np.int64)
    left = spendable - float(count @ lot_prices)
    lacking = wanted - count * lot_prices
    for at in np.argsort(-lacking, kind="stable"):
        if weights[at] > 0 and lacking[at] > 0 and lot_prices[at] <= left:
            count[at] += 1
            left -= float(lot_prices[at])
    if not count.any():
        held = np.flatnonzero(weights > 0)
        cheapest = held[np.argmin(lot_prices[held])]
        raise InvalidInput(
            f"capital {capital:g} buys no lot of any asset: one of {symbols[cheapest]} costs {lot_prices[cheapest]:g}",
            field="capital",
            constraint="capital >= price of a lot",
        )
    shares = count * lots
    return Allocation(shares, shares * prices, capital - float(shares @ prices))
