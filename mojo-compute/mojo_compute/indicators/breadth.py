"""Counts over many symbols: what the indicators of breadth read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts.indicators import MAX_PERIOD
from chitti_shared.errors import InvalidInput

from mojo_compute.kernels.arrays import FLOAT, INTEGER, Floats, Integers


class Breadth(NamedTuple):
    """One number for each bar: how many symbols of those that have it, or their volume.

    A symbol rose, fell or stood still since the last bar that it had itself; on the first one it
    counts nowhere. A new high is a close above all others of the symbol's newest `period` bars.
    """

    advances: Integers
    declines: Integers
    unchanged: Integers
    advancing_volume: Floats
    declining_volume: Floats
    new_highs: Integers
    new_lows: Integers


def breadth(close: npt.ArrayLike, volume: npt.ArrayLike, period: int = 252) -> Breadth:
    """Count what the symbols of a market did on each bar.

    Parameters
    ----------
    close, volume : array_like, shape (symbols, bars)
        A row for each symbol, all on the same bars, oldest first; a close of NaN: it has no such bar. A
        volume of NaN counts as none.
    period : int, 2 to 100,000
        How many of its own bars a symbol must have for a new high or low, the newest among them.

    Returns
    -------
    Breadth
        Named tuple of arrays, shape (bars,).

    Raises
    ------
    InvalidInput
        Another shape, a close that is not above 0, a volume below 0, infinities, or a period out of bounds.

    Examples
    --------
    >>> counted = breadth([[1.0, 2.0], [3.0, 2.0], [4.0, 5.0]], [[10, 20], [10, 30], [10, 40]])
    >>> counted.advances.tolist(), counted.advancing_volume.tolist()
    ([0, 2], [0.0, 60.0])
    """
    closes, volumes = _checked(close, volume, period)
    counted = Breadth(
        *(np.zeros(closes.shape[1], FLOAT if field.endswith("volume") else INTEGER) for field in Breadth._fields)
    )
    for own_closes, own_volumes in zip(closes, volumes, strict=True):
        bars = np.flatnonzero(~np.isnan(own_closes))
        prices = own_closes[bars]
        change, traded, later = np.diff(prices), own_volumes[bars[1:]], bars[1:]
        up, down = change > 0.0, change < 0.0
        counted.advances[later] += up
        counted.declines[later] += down
        counted.unchanged[later] += change == 0.0
        counted.advancing_volume[later] += np.where(up, traded, 0.0)
        counted.declining_volume[later] += np.where(down, traded, 0.0)
        if len(prices) >= period:
            newest, old_enough = prices[period - 1 :], bars[period - 1 :]
            counted.new_highs[old_enough] += newest > _highest(prices[:-1], period - 1)
            counted.new_lows[old_enough] += -newest > _highest(-prices[:-1], period - 1)
    return counted


def _highest(values: Floats, period: int) -> Floats:
    """The greatest value of each window: of its part in one block of `period`, and of that in the next."""
    padded = np.full(-(-len(values) // period) * period, -np.inf)
    padded[: len(values)] = values
    blocks = padded.reshape(-1, period)
    onwards = np.maximum.accumulate(blocks, axis=1).ravel()
    backwards = np.maximum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    count = len(values) - period + 1
    greatest: Floats = np.maximum(backwards[:count], onwards[period - 1 : period - 1 + count])
    return greatest


def _checked(close: npt.ArrayLike, volume: npt.ArrayLike, period: int) -> tuple[Floats, Floats]:
    if isinstance(period, bool) or not isinstance(period, int) or not 2 <= period <= MAX_PERIOD:
        raise InvalidInput(
            f"period ({period!r}) must be an integer of 2 to {MAX_PERIOD}",
            field="period",
            constraint=f"2 <= period <= {MAX_PERIOD}",
        )
    try:
        closes, volumes = (np.asarray(values, dtype=np.float64) for values in (close, volume))
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"a panel must be numbers: {error}", field="close", constraint="numbers or NaN") from error
    if closes.ndim != 2 or closes.shape != volumes.shape:
        raise InvalidInput(
            f"close and volume must have one shape (symbols, bars), found {closes.shape} and {volumes.shape}",
            field="close",
            constraint="shape (symbols, bars)",
        )
    if not ((closes > 0.0) & (closes < np.inf) | np.isnan(closes)).all():
        raise InvalidInput("close must be finite and > 0", field="close", constraint="close > 0")
    if not ((volumes >= 0.0) & (volumes < np.inf) | np.isnan(volumes)).all():
        raise InvalidInput("volume must be finite and >= 0", field="volume", constraint="volume >= 0")
    return closes, np.nan_to_num(volumes, nan=0.0)
