"""Sums over windows that hold nothing of the bars before: no running total, so no drift and exact zeros.

Sums: blocks of `period` values are added up once forward and once backward; a window is the end of one block and the
start of the next, two additions a bar whatever the period. A stream does the same: it adds up a block backward when
the block is full, so that a bar costs two additions in the mean, and `period` once in a block. Weighted sums: the inner loop runs over bars, which the
compiler vectorises.
"""
from libc.math cimport NAN

cdef enum:
    BLOCK = 256  # bars that are summed side by side


cdef inline void fill_block_sums(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """Sum of the last `period` values, NaN for the first period - 1; `scratch` has room for `count`."""
    cdef:
        Py_ssize_t first, last, i
        double total
    for i in range(min(period - 1, count)):
        out[i] = NAN
    first = 0
    while first < count:
        last = min(first + period, count)
        total = 0.0
        for i in range(last - 1, first - 1, -1):
            total += values[i]
            scratch[i] = total
        first = last
    first = 0
    while first < count:
        last = min(first + period, count)
        total = 0.0
        for i in range(first, last):
            total += values[i]
            if i == first + period - 1:
                out[i] = scratch[first]
            elif i >= period:
                out[i] = total + scratch[i - period + 1]
        first = last


cdef inline void fill_block_means(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """`fill_block_sums` over `period`."""
    cdef Py_ssize_t i
    fill_block_sums(values, count, period, out, scratch)
    for i in range(period - 1, count):
        out[i] /= period


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


cdef struct BlockSum:
    Py_ssize_t period
    Py_ssize_t at       # where in its block the next value lies
    double total        # of the block so far
    bint full           # whether there is a block before
    # the block's `period` values follow, then as many sums of the block before, each from there to its end


cdef inline Py_ssize_t block_sum_size(Py_ssize_t period) noexcept nogil:
    return sizeof(BlockSum) + 2 * period * sizeof(double)


cdef inline void block_sum_begin(BlockSum* state, Py_ssize_t period) noexcept nogil:
    state.period = period
    state.at = 0
    state.total = 0.0
    state.full = False


cdef inline double block_sum_of(BlockSum* state, double value) noexcept nogil:
    """Take a value; the sum of the last `period`, NaN in the warm-up: the same bits as `fill_block_sums`."""
    cdef:
        double* values = <double*>(state + 1)
        double* ends = values + state.period
        Py_ssize_t i
    values[state.at] = value
    state.total += value
    state.at += 1
    if state.at < state.period:
        return state.total + ends[state.at] if state.full else NAN
    state.total = 0.0
    for i in range(state.period - 1, -1, -1):
        state.total += values[i]
        ends[i] = state.total
    state.total = 0.0
    state.at = 0
    state.full = True
    return ends[0]
