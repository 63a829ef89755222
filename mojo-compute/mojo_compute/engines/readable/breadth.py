"""How many of a market's symbols take part, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.windows import ema, fill_last, fill_windowed
from mojo_compute.kernels.arrays import Floats


def advance_decline(advances: Floats, declines: Floats, out: Floats) -> None:
    out[:] = np.cumsum(advances - declines)


def trin(advances: Floats, declines: Floats, advancing_volume: Floats, declining_volume: Floats, out: Floats) -> None:
    counted = np.minimum.reduce([advances, declines, advancing_volume, declining_volume]) > 0.0
    out[:] = np.nan
    np.divide(advances * declining_volume, declines * advancing_volume, out=out, where=counted)


def mcclellan(
    advances: Floats, declines: Floats, fast_period: int, slow_period: int, oscillator: Floats, summation: Floats
) -> None:
    net = advances - declines
    found = ema(net, fast_period)[slow_period - fast_period :] - ema(net, slow_period)
    fill_last(oscillator, found)
    fill_last(summation, np.cumsum(found))


def new_highs_lows(new_highs: Floats, new_lows: Floats, period: int, net: Floats, high_low_index: Floats) -> None:
    both = new_highs + new_lows
    share = np.divide(100.0 * new_highs, both, out=np.full_like(both, 50.0), where=both > 0.0)
    fill_last(net, (new_highs - new_lows)[period - 1 :])
    fill_windowed(np.mean, share, period, high_low_index)


SERIES = {
    "advance_decline": advance_decline,
    "trin": trin,
    "mcclellan": mcclellan,
    "new_highs_lows": new_highs_lows,
}
