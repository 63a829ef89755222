"""Bollinger's bands inside Keltner's: shape and guarantees as in `_kernel.pxd`.

Both bands are taken relative to the newest close, so that equal prices have bands of exactly no width. Bands that
are as far as rounding lets on equal, as happens among prices of few ticks, lie neither within nor around each other.
"""
from libc.math cimport fabs, sqrt

from mojo_compute.kernels._kernel cimport kernel
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._sums cimport fill_means, sums_room
from mojo_compute.kernels._volatility cimport fill_true_ranges
from mojo_compute.kernels._window_lanes cimport fill_offsets, fill_squares

cdef double ROUNDING = 1e-12  # share of a price below which two of them are equal


cdef struct Bands:
    Py_ssize_t first     # bar with a value
    double spread        # deviations of Bollinger's bands
    double* middle       # of Bollinger's bands, relative to the close
    double* deviation
    double* centre       # of Keltner's
    double* range
    const double* close


cdef Bands fill_bands(
    const double* const* inputs, const double* parameters, double* momentum, Py_ssize_t bars, int lag, double* scratch
) noexcept nogil:
    """Everything but the comparison; the momentum's parameters are those from `lag` on."""
    cdef:
        Bands bands
        Py_ssize_t wide = <Py_ssize_t>parameters[0]
        Py_ssize_t period = <Py_ssize_t>parameters[2]
        Py_ssize_t back = <Py_ssize_t>parameters[lag]
        Py_ssize_t smooth = <Py_ssize_t>parameters[lag + 1]
        const double* close = inputs[2]
        double* spare = scratch + 4 * bars
        double share = 1.0 / wide
        Py_ssize_t i
    bands.first = max(wide - 1, period, back + smooth - 1)
    bands.spread = parameters[1]
    bands.close = close
    bands.middle = scratch
    bands.deviation = scratch + bars
    bands.centre = scratch + 2 * bars
    bands.range = scratch + 3 * bars
    for i in range(back, bars):
        spare[i] = close[i] - close[i - back]
    fill_means(spare + back, bars - back, smooth, momentum + back, spare + bars)
    fill_missing(momentum, bands.first)
    fill_squares(close, bars, wide, bands.deviation, bands.middle)
    for i in range(wide - 1, bars):
        bands.deviation[i] = sqrt(bands.deviation[i] * share)
    fill_offsets(close, bars, period, bands.centre)
    fill_true_ranges(inputs[0], inputs[1], close, bars, spare)
    fill_means(spare + 1, bars - 1, period, bands.range + 1, spare + bars)
    return bands


cdef void fill_inside(const Bands* bands, Py_ssize_t bars, double scalar, double* out) noexcept nogil:
    """1 where Bollinger's bands lie within Keltner's, `scalar` ranges wide, else 0."""
    cdef:
        Py_ssize_t i
        double apart, room, least
    fill_missing(out, bands.first)
    for i in range(bands.first, bars):
        apart = bands.middle[i] - bands.centre[i]
        room = scalar * bands.range[i] - bands.spread * bands.deviation[i]
        least = ROUNDING * fabs(bands.close[i])
        out[i] = (room + apart > least) & (room - apart > least)


cdef void fill_outside(
    const Bands* bands, Py_ssize_t bars, double scalar, const double* inside, double* out, double* neither
) noexcept nogil:
    """1 where they lie around Keltner's, and where they do not lie within them either."""
    cdef:
        Py_ssize_t i
        double apart, room, least
    fill_missing(out, bands.first)
    fill_missing(neither, bands.first)
    for i in range(bands.first, bars):
        apart = bands.middle[i] - bands.centre[i]
        room = scalar * bands.range[i] - bands.spread * bands.deviation[i]
        least = ROUNDING * fabs(bands.close[i])
        out[i] = (room + apart < -least) & (room - apart < -least)
        neither[i] = 1.0 - inside[i] - out[i]


cdef inline Py_ssize_t bands_room(const double* parameters, Py_ssize_t bars, int lag) noexcept nogil:
    return 5 * bars + sums_room(<Py_ssize_t>max(parameters[2], parameters[lag + 1]))


cdef Py_ssize_t squeeze_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bands_room(parameters, bars, 4)


cdef Py_ssize_t squeeze_pro_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bands_room(parameters, bars, 6)


cdef void squeeze(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Bands bands = fill_bands(inputs, parameters, outputs[0], bars, 4, scratch)
    fill_inside(&bands, bars, parameters[3], outputs[1])
    fill_outside(&bands, bars, parameters[3], outputs[1], outputs[2], outputs[3])


cdef void squeeze_pro(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Bands bands = fill_bands(inputs, parameters, outputs[0], bars, 6, scratch)
        int at
    for at in range(3):
        fill_inside(&bands, bars, parameters[3 + at], outputs[1 + at])
    fill_outside(&bands, bars, parameters[3], outputs[1], outputs[4], outputs[5])


KERNELS = {
    "squeeze": kernel(squeeze, 3, 6, 4, squeeze_room),
    "squeeze_pro": kernel(squeeze_pro, 3, 8, 6, squeeze_pro_room),
}

STREAMS = {}
