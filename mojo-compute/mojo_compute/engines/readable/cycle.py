"""Ehlers' dominant cycle, readable: Rocket Science for Traders, 2001, with TA-Lib's start."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mojo_compute.kernels.arrays import Floats

_EARLY = 12  # first bar of the transform
_LATE = 37  # where the phase is wanted too
_FIRST = {_EARLY: 32, _LATE: 63}  # first bar of a value


@dataclass(slots=True)
class _Bar:
    """What the transform finds out about one bar."""

    number: int
    in_phase: float
    quadrature: float
    smooth_period: float
    smooth: Floats  # smoothed prices up to this bar

    @property
    def length(self) -> int:
        """The cycle in whole bars."""
        return int(self.smooth_period + 0.5)


def _beyond(part: float, price: float) -> float:
    """Nothing where only rounding is left of it."""
    return part if abs(part) > 1e-12 * abs(price) else 0.0


def _transformed(values: Floats, at: int, price: float) -> float:
    """The Hilbert transform of the last seven values, before its gain."""
    newest, second, fourth, sixth = (float(values[at - lag]) for lag in (0, 2, 4, 6))
    return _beyond(0.0962 * (newest - sixth) + 0.5769 * (second - fourth), price)


def _cycles(prices: Floats, start: int) -> Iterator[_Bar]:
    bars = len(prices)
    pad = 10  # zeros in front, as if the market had stood still
    smooth, detrended, quadratures = np.zeros(pad + bars), np.zeros(pad + bars), np.zeros(pad + bars)
    smooth[pad + start :] = np.convolve(prices, [0.4, 0.3, 0.2, 0.1])[start:bars]
    phasor, product, period, smooth_period = 0j, 0j, 0.0, 0.0
    for number in range(start, bars):
        at, price = pad + number, float(prices[number])
        gain = 0.075 * period + 0.54
        detrended[at] = gain * _transformed(smooth, at, price)
        quadratures[at] = gain * _transformed(detrended, at, price)
        in_phase = detrended[at - 3]
        turned = complex(
            in_phase - gain * _transformed(quadratures, at, price),
            quadratures[at] + gain * _transformed(detrended, at - 3, price),
        )
        before, phasor = phasor, 0.2 * turned + 0.8 * phasor
        product = 0.2 * phasor.conjugate() * before + 0.8 * product
        found = period
        if product.real and product.imag:
            found = 2.0 * math.pi / math.atan(product.imag / product.real)
        found = max(min(found, 1.5 * period), 0.67 * period)
        period = 0.2 * min(max(found, 6.0), 50.0) + 0.8 * period
        smooth_period = 0.33 * period + 0.67 * smooth_period
        yield _Bar(number, float(in_phase), float(quadratures[at]), smooth_period, smooth[pad : at + 1])


def _phases(prices: Floats) -> Iterator[tuple[_Bar, float]]:
    phase = 0.0
    for bar in _cycles(prices, _LATE):
        back = np.arange(bar.length)
        angles = 2.0 * np.pi * back / max(bar.length, 1)
        newest = bar.smooth[bar.number - back]
        scale = float(bar.smooth[bar.number])
        real, imaginary = (_beyond(float(newest @ wave(angles)), scale) for wave in (np.sin, np.cos))
        phase = math.degrees(math.atan(real / imaginary)) if imaginary else phase + 90.0 * float(np.sign(real))
        phase += 90.0 + 360.0 / bar.smooth_period + (180.0 if imaginary < 0.0 else 0.0)
        phase -= 360.0 if phase > 315.0 else 0.0
        yield bar, phase


def _lines(prices: Floats) -> Iterator[float]:
    averages = [0.0, 0.0, 0.0]
    for bar in _cycles(prices, _LATE):
        average = float(prices[bar.number - bar.length + 1 : bar.number + 1].mean()) if bar.length else 0.0
        averages = [average, *averages][:4]
        yield float(np.dot([4.0, 3.0, 2.0, 1.0], averages)) / 10.0


def _fill(out: Floats, start: int, values: list[float]) -> None:
    out[start:] = values
    out[: _FIRST[start]] = np.nan


def ht_dcperiod(prices: Floats, out: Floats) -> None:
    _fill(out, _EARLY, [bar.smooth_period for bar in _cycles(prices, _EARLY)])


def ht_phasor(prices: Floats, in_phase: Floats, quadrature: Floats) -> None:
    bars = list(_cycles(prices, _EARLY))
    _fill(in_phase, _EARLY, [bar.in_phase for bar in bars])
    _fill(quadrature, _EARLY, [bar.quadrature for bar in bars])


def ht_dcphase(prices: Floats, out: Floats) -> None:
    _fill(out, _LATE, [phase for _bar, phase in _phases(prices)])


def ht_sine(prices: Floats, sine: Floats, leadsine: Floats) -> None:
    phases = [phase for _bar, phase in _phases(prices)]
    _fill(sine, _LATE, [math.sin(math.radians(phase)) for phase in phases])
    _fill(leadsine, _LATE, [math.sin(math.radians(phase + 45.0)) for phase in phases])


def ht_trendline(prices: Floats, out: Floats) -> None:
    _fill(out, _LATE, list(_lines(prices)))


def ht_trendmode(prices: Floats, out: Floats) -> None:
    modes, days, before, lead = [], 0, 0.0, 0.0  # `lead`: by how much the sine was above its lead
    for (bar, phase), line in zip(_phases(prices), _lines(prices), strict=True):
        above = math.sin(math.radians(phase)) - math.sin(math.radians(phase + 45.0))
        crossed = (above > 0.0 >= lead) or (above < 0.0 <= lead)
        days = 1 if crossed else days + 1
        step = 360.0 / bar.smooth_period
        cycling = crossed or days < 0.5 * bar.smooth_period or 0.67 * step < phase - before < 1.5 * step
        far = line != 0.0 and abs((bar.smooth[bar.number] - line) / line) >= 0.015
        modes.append(float(far or not cycling))
        before, lead = phase, above
    _fill(out, _LATE, modes)


SERIES = {
    "ht_dcperiod": ht_dcperiod,
    "ht_dcphase": ht_dcphase,
    "ht_phasor": ht_phasor,
    "ht_sine": ht_sine,
    "ht_trendline": ht_trendline,
    "ht_trendmode": ht_trendmode,
}
