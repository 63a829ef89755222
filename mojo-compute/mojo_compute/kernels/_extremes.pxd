"""The greatest and the least of a window, for series and stream kernels.

Series: blocks of `period` values are scanned once forward and once backward (van Herk 1992), which costs three
comparisons a bar whatever the period. Streams: a queue of the values that may still become the extreme.
"""
from libc.math cimport NAN


cdef inline void fill_highest(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """The greatest of the last `period` values, NaN for the first period - 1; `scratch` has room for `count`."""
    cdef:
        Py_ssize_t first, last, i
        double best
    for i in range(period - 1):
        out[i] = NAN
    for first in range(0, count, period):
        last = min(first + period, count)
        best = values[last - 1]
        for i in range(last - 1, first - 1, -1):
            best = values[i] if values[i] > best else best
            scratch[i] = best
    for first in range(0, count, period):
        last = min(first + period, count)
        best = values[first]
        for i in range(first, last):
            best = values[i] if values[i] > best else best
            if i >= period - 1:
                out[i] = best if best > scratch[i - period + 1] else scratch[i - period + 1]


cdef inline void fill_lowest(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """The least of the last `period` values, NaN for the first period - 1; `scratch` has room for `count`."""
    cdef:
        Py_ssize_t first, last, i
        double best
    for i in range(period - 1):
        out[i] = NAN
    for first in range(0, count, period):
        last = min(first + period, count)
        best = values[last - 1]
        for i in range(last - 1, first - 1, -1):
            best = values[i] if values[i] < best else best
            scratch[i] = best
    for first in range(0, count, period):
        last = min(first + period, count)
        best = values[first]
        for i in range(first, last):
            best = values[i] if values[i] < best else best
            if i >= period - 1:
                out[i] = best if best < scratch[i - period + 1] else scratch[i - period + 1]


cdef struct Extreme:
    Py_ssize_t period
    Py_ssize_t seen    # values
    Py_ssize_t first   # of the queue, in its ring
    Py_ssize_t queued
    double sign        # 1: the greatest, -1: the least
    # the ring follows: `period` pairs of a value and its number


cdef inline Py_ssize_t extreme_size(Py_ssize_t period) noexcept nogil:
    return sizeof(Extreme) + 2 * period * sizeof(double)


cdef inline void extreme_begin(Extreme* state, Py_ssize_t period, double sign) noexcept nogil:
    state.period = period
    state.seen = state.first = state.queued = 0
    state.sign = sign


cdef inline double extreme_of(Extreme* state, double value) noexcept nogil:
    """Take a value; the extreme of the last `period`, NaN in the warm-up. Equal ones: the newest counts."""
    cdef:
        double* ring = <double*>(state + 1)
        Py_ssize_t at
    if state.queued and ring[2 * state.first + 1] <= state.seen - state.period:
        state.first = state.first + 1 if state.first + 1 < state.period else 0
        state.queued -= 1
    while state.queued:
        at = state.first + state.queued - 1
        at = at - state.period if at >= state.period else at
        if ring[2 * at] * state.sign > value * state.sign:
            break
        state.queued -= 1
    at = state.first + state.queued
    at = at - state.period if at >= state.period else at
    ring[2 * at] = value
    ring[2 * at + 1] = state.seen
    state.queued += 1
    state.seen += 1
    return ring[2 * state.first] if state.seen >= state.period else NAN


cdef inline Py_ssize_t bars_since(const Extreme* state) noexcept nogil:
    """How many bars ago the present extreme was; the newest of equal ones."""
    return state.seen - 1 - <Py_ssize_t>(<double*>(state + 1))[2 * state.first + 1]
