"""Sums and means of windows, each taken from its own values alone: nothing can drift.

The sums of two, four, eight ... values, each from two of the half as long; those that the period is made of, added
up. That is a pass for each doubling in which no step waits for the one before, so eight values go at once.
"""
from libc.math cimport NAN


cdef enum:
    AT_ONCE = 512  # windows; what they need stays in the first-level cache


cdef inline void double_sums(
    const double* sums, Py_ssize_t count, Py_ssize_t span, double* out
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(2 * span - 1, count):
        out[i] = sums[i] + sums[i - span]


cdef inline void add_sums(
    const double* sums, Py_ssize_t first, Py_ssize_t count, Py_ssize_t back, double* out
) noexcept nogil:
    cdef Py_ssize_t i
    if back == 0:
        for i in range(first, count):
            out[i] = sums[i]
        return
    for i in range(first, count):
        out[i] += sums[i - back]


cdef inline void sum_windows(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    cdef:
        const double* sums = values   # of the last `span` values
        double* wide = scratch
        Py_ssize_t span = 1
        Py_ssize_t taken = 0          # newest values that `out` has in it
    while True:
        if period & span:
            add_sums(sums, period - 1, count, taken, out)
            taken += span
        if taken == period:
            return
        double_sums(sums, count, span, wide)
        sums = wide
        wide = scratch + count if wide == scratch else scratch
        span *= 2


cdef inline void fill_window_sums(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """The sum of the last `period` values, NaN for the first period - 1; `scratch` has room for 2 * `count`."""
    cdef:
        Py_ssize_t windows = AT_ONCE if AT_ONCE > period else period
        Py_ssize_t first = 0
        Py_ssize_t i
    for i in range(period - 1):
        out[i] = NAN
    while first + period <= count:
        sum_windows(values + first, min(windows + period - 1, count - first), period, out + first, scratch)
        first += windows


cdef inline void fill_window_means(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """The mean of the last `period` values, as `fill_window_sums`."""
    cdef:
        Py_ssize_t i
        double share = 1.0 / period
    fill_window_sums(values, count, period, out, scratch)
    for i in range(period - 1, count):
        out[i] *= share


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
        double* out_means = scratch
        double* squares = scratch + count
        double* wide = scratch + 2 * count
        double* wide_means = scratch + 3 * count
        double* spare = scratch + 4 * count
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
    """Squared distances of the last `period` values from their mean, added up; NaN for the first period - 1.

    Windows are joined as in Chan, Golub and LeVeque 1979; `scratch` has room for 5 * `count`.
    """
    cdef:
        Py_ssize_t windows = AT_ONCE if AT_ONCE > period else period
        Py_ssize_t first = 0
        Py_ssize_t i
    for i in range(period - 1):
        out[i] = NAN
    while first + period <= count:
        square_windows(values + first, min(windows + period - 1, count - first), period, out + first, scratch)
        first += windows
