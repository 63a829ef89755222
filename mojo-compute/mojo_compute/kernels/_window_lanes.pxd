"""Deviations in windows, each taken afresh, so that nothing drifts and no window sees what left it.

Eight windows and more are summed side by side: the loop over a window's bars is the outer one, and the inner
one over neighbouring windows runs in vector registers. A value that is NaN makes the windows NaN that hold it,
and no others.
"""
from libc.math cimport NAN

cdef enum:
    LANES = 64  # windows side by side


cdef inline void window_offsets(
    const double* newest,  # IN  the newest value of each window
    Py_ssize_t lanes,
    Py_ssize_t period,
    double* offsets,       # OUT mean of each window less its newest value: 0 exactly where all are equal
) noexcept nogil:
    cdef:
        double totals[LANES]
        Py_ssize_t ago, lane
    for lane in range(lanes):
        totals[lane] = 0.0
    for ago in range(period - 1, 0, -1):
        for lane in range(lanes):
            totals[lane] += newest[lane - ago] - newest[lane]
    for lane in range(lanes):
        offsets[lane] = totals[lane] / period


cdef inline void fill_offsets(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* offsets
) noexcept nogil:
    """`window_offsets` of every window; NaN for the first period - 1 values."""
    cdef Py_ssize_t first
    for first in range(min(period - 1, count)):
        offsets[first] = NAN
    for first in range(period - 1, count, 64):
        window_offsets(values + first, min(<Py_ssize_t>LANES, count - first), period, offsets + first)


cdef inline void fill_squares(
    const double* values,
    Py_ssize_t count,
    Py_ssize_t period,
    double* squares,  # OUT sum of squared deviations from the window's mean, 0 exactly where all values are equal
    double* offsets,  # OUT mean less the newest value
) noexcept nogil:
    """Both NaN for the first period - 1 bars; the outputs are not `values`."""
    cdef:
        double totals[LANES]
        double shifts[LANES]
        double deviation
        Py_ssize_t first, lanes, ago, lane
    for first in range(min(period - 1, count)):
        squares[first] = offsets[first] = NAN
    for first in range(period - 1, count, 64):
        lanes = min(<Py_ssize_t>LANES, count - first)
        window_offsets(values + first, lanes, period, shifts)
        for lane in range(lanes):
            totals[lane] = 0.0
        for ago in range(period - 1, -1, -1):
            for lane in range(lanes):
                deviation = (values[first - ago + lane] - values[first + lane]) - shifts[lane]
                totals[lane] += deviation * deviation
        for lane in range(lanes):
            offsets[first + lane] = shifts[lane]
            squares[first + lane] = totals[lane]


cdef inline void fill_products(
    const double* values,
    const double* others,
    Py_ssize_t count,
    Py_ssize_t period,
    double* out,  # OUT sum of the products of both series' deviations from their means
) noexcept nogil:
    """NaN for the first period - 1 bars; `out` is neither series."""
    cdef:
        double totals[LANES]
        double shifts[LANES]
        double other_shifts[LANES]
        Py_ssize_t first, lanes, ago, lane
    for first in range(min(period - 1, count)):
        out[first] = NAN
    for first in range(period - 1, count, 64):
        lanes = min(<Py_ssize_t>LANES, count - first)
        window_offsets(values + first, lanes, period, shifts)
        window_offsets(others + first, lanes, period, other_shifts)
        for lane in range(lanes):
            totals[lane] = 0.0
        for ago in range(period - 1, -1, -1):
            for lane in range(lanes):
                totals[lane] += ((values[first - ago + lane] - values[first + lane]) - shifts[lane]) * (
                    (others[first - ago + lane] - others[first + lane]) - other_shifts[lane]
                )
        for lane in range(lanes):
            out[first + lane] = totals[lane]
