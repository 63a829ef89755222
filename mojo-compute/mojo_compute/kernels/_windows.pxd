"""Squared distances in windows, each taken from its own values alone: nothing can drift or cancel.

Those of two, four, eight ... values are joined of two of the half as long (Chan, Golub and LeVeque 1979), and those
that the period is made of after that. No step waits for the one before, so eight values go at once.
"""
from libc.math cimport NAN

from mojo_compute.kernels._sums cimport sums_chunk, sums_span


cdef inline Py_ssize_t squares_room(Py_ssize_t period) noexcept nogil:
    """Doubles of scratch that `fill_window_squares` takes."""
    return 6 * sums_span(period)


cdef inline void double_squares(
    const double* means, const double* squares, Py_ssize_t count, Py_ssize_t span,
    double* wide_means, double* wide_squares,
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double apart
        double share = 0.5 * span
    for i in range(2 * span - 1, count):
        apart = means[i - span] - means[i]
        wide_means[i] = 0.5 * (means[i] + means[i - span])
        wide_squares[i] = squares[i] + squares[i - span] + share * (apart * apart)


cdef inline void add_squares(
    const double* means, const double* squares, Py_ssize_t first, Py_ssize_t count, Py_ssize_t span,
    Py_ssize_t back, double* out_means, double* out,
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double apart
        double part = span / <double>(span + back)
        double share = part * back
    if back == 0:
        for i in range(first, count):
            out_means[i] = means[i]
            out[i] = squares[i]
        return
    for i in range(first, count):
        apart = means[i - back] - out_means[i]
        out_means[i] += apart * part
        out[i] += squares[i - back] + share * (apart * apart)


cdef inline void square_windows(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    cdef:
        const double* means = values       # of the last `span` values
        Py_ssize_t apart = sums_span(period)
        double* out_means = scratch
        double* squares = scratch + apart
        double* wide = scratch + 2 * apart
        double* wide_means = scratch + 3 * apart
        double* spare = scratch + 4 * apart
        double* last
        Py_ssize_t span = 1
        Py_ssize_t taken = 0               # newest values that `out` has in it
        Py_ssize_t i
    for i in range(count):
        squares[i] = 0.0
    while True:
        if period & span:
            add_squares(means, squares, period - 1, count, span, taken, out_means, out)
            taken += span
        if taken == period:
            return
        double_squares(means, squares, count, span, wide_means, wide)
        means = wide_means
        last = squares
        squares = wide
        wide = last
        last = wide_means
        wide_means = spare
        spare = last
        span *= 2


cdef inline void fill_window_squares(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """Squared distances of the last `period` values from their mean, added up; NaN for the first period - 1."""
    cdef:
        Py_ssize_t windows = sums_chunk(period)
        Py_ssize_t first = 0
        Py_ssize_t i
    for i in range(period - 1):
        out[i] = NAN
    while first + period <= count:
        square_windows(values + first, min(windows + period - 1, count - first), period, out + first, scratch)
        first += windows
