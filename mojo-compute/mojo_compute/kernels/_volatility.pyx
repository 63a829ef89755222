"""Volatility kernels, but those of the true range: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, sqrt

from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._pairs cimport SQUARES, fill_weighed_pairs, pairs_room, variance_weights
from mojo_compute.kernels._rings cimport Ring, ring_begin, ring_full, ring_put, ring_size
from mojo_compute.kernels._rooms cimport two_series
from mojo_compute.kernels._smoothing cimport Smoothing, ema_begin, fill_ema, fill_missing, fill_wilder, smoothed
from mojo_compute.kernels._sums cimport Sums, fill_sums, summed, sums_begin, sums_room, sums_size


cdef Py_ssize_t adr_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + sums_room(<Py_ssize_t>parameters[0])


cdef Py_ssize_t massi_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 3 * bars + sums_room(<Py_ssize_t>parameters[1])


cdef Py_ssize_t rvi_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 4 * bars + pairs_room(<Py_ssize_t>parameters[1])


cdef void fill_heights(const double* high, const double* low, Py_ssize_t bars, double* out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(bars):
        out[i] = high[i] - low[i]


cdef void adr(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double share = 1.0 / period
        double* out = outputs[0]
        Py_ssize_t i
    fill_heights(inputs[0], inputs[1], bars, scratch)
    fill_sums(scratch, bars, period, out, scratch + bars)
    for i in range(period - 1, bars):
        out[i] *= share


cdef inline double change_of(double now, double before) noexcept nogil:
    return 100.0 * ((now - before) / before) if before != 0.0 else 0.0


cdef void cvi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t ago = <Py_ssize_t>parameters[1]
        double* averages = scratch + bars
        double* out = outputs[0]
        Py_ssize_t i
    fill_heights(inputs[0], inputs[1], bars, scratch)
    fill_ema(scratch, bars, period, averages)
    fill_missing(out, period - 1 + ago)
    for i in range(period - 1 + ago, bars):
        out[i] = change_of(averages[i], averages[i - ago])


cdef inline double ratio_of(double once, double twice) noexcept nogil:
    return once / twice if twice != 0.0 else 1.0


cdef void fill_mass(
    const double* once, const double* twice, Py_ssize_t first, Py_ssize_t bars, Py_ssize_t period, double* ratios,
    double* out, double* scratch,
) noexcept nogil:
    """Sums of the ratios of two averages, which begin at bar `first`."""
    cdef Py_ssize_t i
    for i in range(first, bars):
        ratios[i] = ratio_of(once[i], twice[i])
    fill_missing(out, first)
    fill_sums(ratios + first, bars - first, period, out + first, scratch)


cdef void massi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t first = 2 * (period - 1)  # bar of the first ratio
        double* once = scratch + bars
        double* twice = scratch + 2 * bars
    fill_heights(inputs[0], inputs[1], bars, scratch)
    fill_ema(scratch, bars, period, once)
    fill_ema(once + period - 1, bars - period + 1, period, twice + period - 1)
    fill_mass(once, twice, first, bars, <Py_ssize_t>parameters[1], scratch, outputs[0], scratch + 3 * bars)


cdef void split_deviations(
    const double* close, Py_ssize_t bars, Py_ssize_t window, double* deviations, double* up, double* down,
    double* scratch,
) noexcept nogil:
    """The deviation of each window, as that of a bar that rose or of one that fell."""
    cdef:
        double deviation
        Py_ssize_t i
    fill_weighed_pairs(SQUARES, close, bars, window, variance_weights(window), deviations, scratch)
    for i in range(window - 1, bars):
        deviation = sqrt(deviations[i])
        up[i] = deviation if close[i] > close[i - 1] else 0.0
        down[i] = deviation if close[i] < close[i - 1] else 0.0


cdef inline double share_of(double up, double down) noexcept nogil:
    cdef double both = up + down
    return 100.0 * (up / both) if both != 0.0 else 50.0


cdef void rvi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        double* out = outputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t first = <Py_ssize_t>parameters[1] - 1
        double* up = scratch
        double* down = scratch + bars
        double* ups = scratch + 2 * bars
        double* downs = scratch + 3 * bars
        Py_ssize_t i
    split_deviations(inputs[0], bars, first + 1, out, up, down, scratch + 4 * bars)
    fill_wilder(up + first, bars - first, period, ups + first)
    fill_wilder(down + first, bars - first, period, downs + first)
    first += period - 1
    fill_missing(out, first)
    for i in range(first, bars):
        out[i] = share_of(ups[i], downs[i])


cdef struct Change:
    Smoothing average
    Ring before        # averages; its values follow


cdef Py_ssize_t cvi_size(const double* parameters) noexcept nogil:
    return sizeof(Smoothing) + ring_size(<Py_ssize_t>parameters[1])


cdef void cvi_begin(void* memory, const double* parameters) noexcept nogil:
    ema_begin(&(<Change*>memory).average, <Py_ssize_t>parameters[0])
    ring_begin(&(<Change*>memory).before, <Py_ssize_t>parameters[1])


cdef void cvi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Change* state = <Change*>memory
        double average = smoothed(&state.average, bar[0] - bar[1])
        bint full = ring_full(&state.before)
        double before
    values[0] = NAN
    if state.average.seen == state.average.period:
        before = ring_put(&state.before, average)
        if full:
            values[0] = change_of(average, before)


cdef Py_ssize_t adr_size(const double* parameters) noexcept nogil:
    return sums_size(<Py_ssize_t>parameters[0])


cdef void adr_begin(void* memory, const double* parameters) noexcept nogil:
    sums_begin(<Sums*>memory, <Py_ssize_t>parameters[0])


cdef void adr_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = summed(<Sums*>memory, bar[0] - bar[1]) * (1.0 / (<Sums*>memory).period)


cdef struct Mass:
    Smoothing once
    Smoothing twice
    Sums ratios        # its rings follow


cdef Py_ssize_t massi_size(const double* parameters) noexcept nogil:
    return 2 * sizeof(Smoothing) + sums_size(<Py_ssize_t>parameters[1])


cdef void massi_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Mass* state = <Mass*>memory
    ema_begin(&state.once, <Py_ssize_t>parameters[0])
    ema_begin(&state.twice, <Py_ssize_t>parameters[0])
    sums_begin(&state.ratios, <Py_ssize_t>parameters[1])


cdef void massi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Mass* state = <Mass*>memory
        double once = smoothed(&state.once, bar[0] - bar[1])
        double twice
    values[0] = NAN
    if state.once.seen == state.once.period:
        twice = smoothed(&state.twice, once)
        if state.twice.seen == state.twice.period:
            values[0] = summed(&state.ratios, ratio_of(once, twice))


KERNELS = {
    "adr": kernel(adr, 2, 1, 1, adr_room),
    "cvi": kernel(cvi, 2, 2, 1, two_series),
    "massi": kernel(massi, 2, 2, 1, massi_room),
    "rvi": kernel(rvi, 1, 2, 1, rvi_room),
}

STREAMS = {
    "adr": stream(adr_size, adr_begin, adr_feed, 2, 1, 1),
    "cvi": stream(cvi_size, cvi_begin, cvi_feed, 2, 2, 1),
    "massi": stream(massi_size, massi_begin, massi_feed, 2, 2, 1),
}
