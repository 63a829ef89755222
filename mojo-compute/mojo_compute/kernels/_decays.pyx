"""Exponential averages of whole series; see `_decays.pxd`."""
from mojo_compute.kernels._running cimport total_of
from mojo_compute.kernels._smoothing cimport fill_missing


cdef void fill_decay(
    const double* values, Py_ssize_t count, Py_ssize_t period, double weight, double* out
) noexcept nogil:
    cdef:
        Taps taps = taps_of(weight)
        double last[AHEAD]
        double average = total_of(values, period) / period
        Py_ssize_t first = min(period - 1 + AHEAD, count)
        const double* newest
        Py_ssize_t i
        int lane
    fill_missing(out, period - 1)
    out[period - 1] = average
    for i in range(period, first):  # one by one until eight averages are there
        average = weight * values[i] + taps.kept * average
        out[i] = average
    if first == count:
        return
    for lane in range(AHEAD):
        last[lane] = out[first - AHEAD + lane]
    while first + AHEAD <= count:
        newest = values + first
        for lane in range(AHEAD):
            last[lane] = eight_of(
                taps.newest, newest[lane], newest[lane - 1], newest[lane - 2], newest[lane - 3], newest[lane - 4],
                newest[lane - 5], newest[lane - 6], newest[lane - 7],
            ) + taps.kept8 * last[lane]
        for lane in range(AHEAD):
            out[first + lane] = last[lane]
        first += AHEAD
    for i in range(first, count):
        out[i] = eight_of(
            taps.newest, values[i], values[i - 1], values[i - 2], values[i - 3], values[i - 4], values[i - 5],
            values[i - 6], values[i - 7],
        ) + taps.kept8 * out[i - AHEAD]
