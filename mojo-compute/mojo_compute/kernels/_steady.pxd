"""Averages that stay exactly where they are among equal values, for what divides by their differences.

They are stepped as `average += weight * (value - average)`, from a mean that is built up the same way. An
`Average` is zeroed memory until `average_begin`.
"""
from libc.math cimport NAN


cdef struct Average:
    Py_ssize_t period
    Py_ssize_t seen
    double weight
    double value


cdef inline void average_begin(Average* state, Py_ssize_t period, double weight) noexcept nogil:
    state.period = period
    state.weight = weight


cdef inline double average_of(Average* state, double value) noexcept nogil:
    """An EMA from the mean of the first `period` values on, NaN before."""
    if state.seen >= state.period:
        state.value += state.weight * (value - state.value)
        return state.value
    state.seen += 1
    state.value += (value - state.value) / state.seen
    return state.value if state.seen == state.period else NAN
