"""Averages that step from bar to bar, for series and stream kernels alike: both get the same bits.

A `Smoothing` is zeroed memory until `ema_begin` or `wilder_begin`; `smoothed` gives NaN until it has
its seed, the mean of the first `period` values.
"""
from libc.math cimport NAN


cdef struct Smoothing:
    Py_ssize_t period
    Py_ssize_t seen
    double weight       # of the newest value
    double kept         # of the average before
    double value        # a total until seeded


cdef inline void smoothing_begin(Smoothing* state, Py_ssize_t period, double weight, double kept) noexcept nogil:
    state.period = period
    state.seen = 0
    state.weight = weight
    state.kept = kept
    state.value = 0.0


cdef inline void ema_begin(Smoothing* state, Py_ssize_t period) noexcept nogil:
    smoothing_begin(state, period, 2.0 / (period + 1.0), 1.0 - 2.0 / (period + 1.0))


cdef inline void wilder_begin(Smoothing* state, Py_ssize_t period) noexcept nogil:
    smoothing_begin(state, period, 1.0 / period, (period - 1.0) / period)


cdef inline double smoothed(Smoothing* state, double value) noexcept nogil:
    if state.seen >= state.period:
        state.value = state.weight * value + state.kept * state.value
        return state.value
    state.value += value
    state.seen += 1
    if state.seen < state.period:
        return NAN
    state.value /= state.period
    return state.value


cdef inline void fill_smoothing(
    const double* values, Py_ssize_t count, Py_ssize_t period, double weight, double kept, double* out
) noexcept nogil:
    """`smoothed` of each of `count` values, `count` >= `period`."""
    cdef:
        Py_ssize_t i
        double average = 0.0
    for i in range(period):
        average += values[i]
        out[i] = NAN
    average /= period
    out[period - 1] = average
    for i in range(period, count):
        average = weight * values[i] + kept * average
        out[i] = average


cdef inline void fill_ema(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    fill_smoothing(values, count, period, 2.0 / (period + 1.0), 1.0 - 2.0 / (period + 1.0), out)


cdef inline void fill_wilder(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    fill_smoothing(values, count, period, 1.0 / period, (period - 1.0) / period, out)


cdef inline void fill_missing(double* out, Py_ssize_t count) noexcept nogil:
    """NaN for the first `count` values."""
    cdef Py_ssize_t i
    for i in range(count):
        out[i] = NAN
