"""Exponential averages stepped from bar to bar: the stream form of what `_eight.h` and `_eight_chains.h` step for
eight series at once, with the same bits. Those of `_smoothing.pxd` add up in another order.

A `Step` gives NaN until it has its seed, the mean of the first `period` values.
"""
from libc.math cimport NAN


cdef struct Step:
    Py_ssize_t period
    Py_ssize_t seen
    double weight       # of the newest value
    double kept         # of the average before
    double value        # a total until seeded


cdef inline void step_begin(Step* state, Py_ssize_t period, double weight, double kept) noexcept nogil:
    state.period = period
    state.seen = 0
    state.weight = weight
    state.kept = kept
    state.value = 0.0


cdef inline void ema_step_begin(Step* state, Py_ssize_t period) noexcept nogil:
    step_begin(state, period, 2.0 / (period + 1.0), 1.0 - 2.0 / (period + 1.0))


cdef inline double stepped(Step* state, double value) noexcept nogil:
    if state.seen >= state.period:
        state.value = state.weight * value + state.kept * state.value
        return state.value
    state.value += value
    state.seen += 1
    if state.seen < state.period:
        return NAN
    state.value /= state.period
    return state.value


cdef inline double stepped_again(Step* state, double value) noexcept nogil:
    """The average of what another average gives, from that one's first value on."""
    return stepped(state, value) if value == value else NAN
