"""How straight prices go, readable."""

from __future__ import annotations

import numpy as np

from mojo_compute.engines.readable.directional import true_ranges
from mojo_compute.engines.readable.pressure import window_sums
from mojo_compute.engines.readable.windows import fill_last
from mojo_compute.kernels.arrays import Floats


def er(close: Floats, period: float, out: Floats) -> None:
    way = window_sums(np.abs(np.diff(close)), period)
    change = np.abs(close[int(period) :] - close[: -int(period)])
    fill_last(out, np.divide(change, way, out=np.ones_like(way), where=way > 0.0))


def cmou(close: Floats, period: float, out: Floats) -> None:
    changes = np.diff(close)
    way = window_sums(np.abs(changes), period)
    fill_last(out, 100.0 * np.divide(window_sums(changes, period), way, out=np.zeros_like(way), where=way > 0.0))


def vhf(close: Floats, period: float, out: Floats) -> None:
    way = window_sums(np.abs(np.diff(close)), period)
    windows = np.lib.stride_tricks.sliding_window_view(close[1:], int(period))
    fill_last(out, np.divide(np.ptp(windows, axis=1), way, out=np.zeros_like(way), where=way > 0.0))


def vortex(high: Floats, low: Floats, close: Floats, period: float, plus: Floats, minus: Floats) -> None:
    ranges = window_sums(true_ranges(high, low, close), period)
    for out, way in ((plus, high[1:] - low[:-1]), (minus, low[1:] - high[:-1])):
        fill_last(
            out, np.divide(window_sums(np.abs(way), period), ranges, out=np.zeros_like(ranges), where=ranges > 0.0)
        )


SERIES = {"er": er, "cmou": cmou, "vhf": vhf, "vortex": vortex}
