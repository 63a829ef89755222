"""Volume, readable."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from mojo_compute.engines.readable.averages import average
from mojo_compute.engines.readable.windows import ema, fill_last, fill_windowed
from mojo_compute.kernels.arrays import Floats


def _ratio(one: Floats, other: Floats, otherwise: float = 0.0) -> Floats:
    """`one / other`, `otherwise` where that is by 0."""
    return np.divide(one, other, out=np.full_like(one, otherwise), where=other != 0.0)


def _flows(high: Floats, low: Floats, close: Floats, volume: Floats) -> Floats:
    return _ratio((close - low) - (high - close), high - low) * volume


def obv(close: Floats, volume: Floats, out: Floats) -> None:
    out[0] = volume[0]
    out[1:] = np.sign(np.diff(close)) * volume[1:]
    out[:] = np.cumsum(out)


def ad(high: Floats, low: Floats, close: Floats, volume: Floats, out: Floats) -> None:
    out[:] = np.cumsum(_flows(high, low, close, volume))


def pvt(close: Floats, volume: Floats, out: Floats) -> None:
    out[0] = 0.0
    out[1:] = np.cumsum(_ratio(np.diff(close), close[:-1]) * volume[1:])


def _index(close: Floats, counts: npt.NDArray[np.bool_], out: Floats) -> None:
    growth = np.where(counts & (close[:-1] != 0.0), _ratio(close[1:], close[:-1]), 1.0)
    out[0] = 1000.0
    out[1:] = 1000.0 * np.cumprod(growth)


def nvi(close: Floats, volume: Floats, out: Floats) -> None:
    _index(close, np.diff(volume) < 0.0, out)


def pvi(close: Floats, volume: Floats, out: Floats) -> None:
    _index(close, np.diff(volume) > 0.0, out)


def vwap(high: Floats, low: Floats, close: Floats, volume: Floats, out: Floats) -> None:
    out[:] = _ratio(np.cumsum((high + low + close) / 3.0 * volume), np.cumsum(volume))


def adosc(
    high: Floats, low: Floats, close: Floats, volume: Floats, fast_period: int, slow_period: int, out: Floats
) -> None:
    line = np.cumsum(_flows(high, low, close, volume)).tolist()

    def smooth(period: int) -> Floats:
        weight = 2.0 / (period + 1.0)
        return np.array(list(accumulate(line, lambda mean, value: mean + weight * (value - mean))))

    out[:] = smooth(int(fast_period)) - smooth(int(slow_period))
    out[: int(max(fast_period, slow_period)) - 1] = np.nan


def cmf(high: Floats, low: Floats, close: Floats, volume: Floats, period: int, out: Floats) -> None:
    flow, total = np.empty_like(out), np.empty_like(out)
    fill_windowed(np.sum, _flows(high, low, close, volume), period, flow)
    fill_windowed(np.sum, volume, period, total)
    out[:] = _ratio(flow, total)


def efi(close: Floats, volume: Floats, period: int, out: Floats) -> None:
    fill_last(out, ema(np.diff(close) * volume[1:], period))


def marketfi(high: Floats, low: Floats, volume: Floats, out: Floats) -> None:
    out[:] = _ratio(high - low, volume)


def pvo(volume: Floats, fast_period: int, slow_period: int, ma_type: int, out: Floats) -> None:
    fast = average(ma_type, volume, min(fast_period, slow_period))
    slow = average(ma_type, volume, max(fast_period, slow_period))
    fill_last(out, 100.0 * _ratio(fast[len(fast) - len(slow) :] - slow, slow))


def rvol(volume: Floats, period: int, out: Floats) -> None:
    usual = np.empty_like(out)
    fill_windowed(np.mean, volume, period, usual)
    out[:period] = np.nan
    out[period:] = _ratio(volume[period:], usual[period - 1 : -1], np.nan)


SERIES: dict[str, Callable[..., None]] = {
    "ad": ad,
    "adosc": adosc,
    "cmf": cmf,
    "efi": efi,
    "marketfi": marketfi,
    "nvi": nvi,
    "obv": obv,
    "pvi": pvi,
    "pvo": pvo,
    "pvt": pvt,
    "rvol": rvol,
    "vwap": vwap,
}
