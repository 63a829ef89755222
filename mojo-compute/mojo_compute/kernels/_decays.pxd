"""Exponential averages eight bars at a time.

An average is `weight` times the value plus `kept` times the average before. Put into itself, that is a
weighted sum of the newest eight values plus `kept`^8 times the average of eight bars before: eight averages
in a row wait for none of each other. Series and streams both reckon it so, hence with the same bits.
"""
from libc.math cimport NAN

cdef enum:
    AHEAD = 8


cdef struct Taps:
    double newest[8]   # what the newest value counts, the one before it, ...
    double kept        # of the average one bar before,
    double kept8       # and eight bars before


cdef inline Taps taps_of(double weight) noexcept nogil:
    cdef:
        Taps taps
        double share = weight
        int i
    taps.kept = 1.0 - weight
    taps.kept8 = 1.0
    for i in range(AHEAD):
        taps.newest[i] = share
        share *= taps.kept
        taps.kept8 *= taps.kept
    return taps


cdef inline double eight_of(
    const double* taps, double a, double b, double c, double d, double e, double f, double g, double h
) noexcept nogil:
    """What the newest eight values count together, the newest first."""
    return (
        ((taps[0] * a + taps[1] * b) + (taps[2] * c + taps[3] * d))
        + ((taps[4] * e + taps[5] * f) + (taps[6] * g + taps[7] * h))
    )


# From the mean of the first `period` values on; NaN before. `count` >= `period`.
cdef void fill_decay(
    const double* values, Py_ssize_t count, Py_ssize_t period, double weight, double* out
) noexcept nogil


cdef struct Decay:
    Py_ssize_t period
    Py_ssize_t seen       # values
    double weight
    double total          # until seeded
    Taps taps
    double values[8]      # the newest, by bar number
    double averages[8]    # likewise


cdef inline void decay_begin(Decay* state, Py_ssize_t period, double weight) noexcept nogil:
    """In zeroed memory."""
    state.period = period
    state.weight = weight
    state.taps = taps_of(weight)


cdef inline double decayed(Decay* state, double value) noexcept nogil:
    """`fill_decay` of each value; NaN until seeded."""
    cdef:
        Py_ssize_t at = state.seen
        double* values = state.values
        double* average = state.averages + (at & 7)
    state.seen += 1
    values[at & 7] = value
    if at >= state.period - 1 + AHEAD:
        average[0] = eight_of(
            state.taps.newest, value, values[(at - 1) & 7], values[(at - 2) & 7], values[(at - 3) & 7],
            values[(at - 4) & 7], values[(at - 5) & 7], values[(at - 6) & 7], values[(at - 7) & 7],
        ) + state.taps.kept8 * average[0]
    elif at >= state.period:
        average[0] = state.weight * value + state.taps.kept * state.averages[(at - 1) & 7]
    else:
        state.total += value
        if at < state.period - 1:
            return NAN
        average[0] = state.total / state.period
    return average[0]
