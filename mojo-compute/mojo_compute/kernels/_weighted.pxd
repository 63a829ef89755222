"""Weighted sums over windows, each taken afresh: the inner loop runs over bars, so that eight go at once."""
from libc.math cimport NAN

cdef enum:
    BLOCK = 256  # bars that are summed side by side


cdef inline void fill_weighted(
    const double* values, Py_ssize_t count, Py_ssize_t period, const double* weights, double* out
) noexcept nogil:
    """Weighted sum of the last `period` values, oldest weight first; NaN for the first period - 1."""
    cdef:
        Py_ssize_t first, width, at, i
        double weight
        double* sums
        const double* source
    for i in range(min(period - 1, count)):
        out[i] = NAN
    first = period - 1
    while first < count:
        width = min(<Py_ssize_t>BLOCK, count - first)
        sums = out + first
        for i in range(width):
            sums[i] = 0.0
        for at in range(period):
            weight = weights[at]
            source = values + first - period + 1 + at
            for i in range(width):
                sums[i] += weight * source[i]
        first += width
