"""Exponential averages eight bars at a time.

An average is the newest input plus `kept` times the average before. Put into itself three times over, that
is eight inputs plus `kept`^8 times the average eight bars before: eight averages in a row wait for none of
each other. Series and streams both reckon it so, hence with the same bits.
"""
from libc.math cimport NAN

from mojo_compute.kernels._running cimport total_of
from mojo_compute.kernels._smoothing cimport fill_missing

cdef enum:
    AHEAD = 8
    PIECE = 512     # bars whose steps on the way fit into the nearest memory


cdef inline void fill_decay(
    const double* values, Py_ssize_t count, Py_ssize_t period, double weight, double* out
) noexcept nogil:
    """From the mean of the first `period` values on; NaN before. `count` >= `period`."""
    cdef:
        double one[PIECE + 1]
        double two[PIECE + 2]
        double four[PIECE + 4]
        double last[AHEAD]
        double kept = 1.0 - weight
        double kept2 = kept * kept
        double kept4 = kept2 * kept2
        double kept8 = kept4 * kept4
        Py_ssize_t first = period - 1
        Py_ssize_t piece, whole, i
        int lane
    fill_missing(out, first)
    one[0] = two[0] = two[1] = 0.0
    for lane in range(4):
        four[lane] = 0.0
    for lane in range(AHEAD):
        last[lane] = 0.0
    while first < count:
        piece = min(<Py_ssize_t>PIECE, count - first)
        for i in range(piece):
            one[i + 1] = weight * values[first + i]
        if first == period - 1:
            one[1] = total_of(values, period) / period
        for i in range(piece):
            two[i + 2] = one[i + 1] + kept * one[i]
        for i in range(piece):
            four[i + 4] = two[i + 2] + kept2 * two[i]
        for i in range(piece):
            out[first + i] = four[i + 4] + kept4 * four[i]
        whole = piece // AHEAD
        for i in range(whole):
            for lane in range(AHEAD):
                last[lane] = out[first + i * AHEAD + lane] + kept8 * last[lane]
            for lane in range(AHEAD):
                out[first + i * AHEAD + lane] = last[lane]
        for i in range(whole * AHEAD, piece):  # the very end: a piece before it is made of whole eights
            out[first + i] += kept8 * last[i - whole * AHEAD]
        one[0] = one[piece]
        two[0], two[1] = two[piece], two[piece + 1]
        for lane in range(4):
            four[lane] = four[piece + lane]
        first += piece


cdef struct Decay:
    Py_ssize_t period
    Py_ssize_t seen       # values
    double weight
    double one            # the inputs of the bar before,
    double two[2]         # of two bars together, by bar number,
    double four[4]        # of four,
    double average[8]
    double total          # until seeded


cdef inline void decay_begin(Decay* state, Py_ssize_t period, double weight) noexcept nogil:
    """In zeroed memory."""
    state.period = period
    state.weight = weight


cdef inline double decayed(Decay* state, double value) noexcept nogil:
    """`fill_decay` of each value; NaN until seeded."""
    cdef:
        double kept = 1.0 - state.weight
        double kept2 = kept * kept
        double kept4 = kept2 * kept2
        double one, two, four
        Py_ssize_t at = state.seen
    state.seen += 1
    if at < state.period:
        state.total += value
        if at < state.period - 1:
            return NAN
        one = state.total / state.period
    else:
        one = state.weight * value
    two = one + kept * state.one
    four = two + kept2 * state.two[at & 1]
    state.average[at & 7] = four + kept4 * state.four[at & 3] + kept4 * kept4 * state.average[at & 7]
    state.one = one
    state.two[at & 1] = two
    state.four[at & 3] = four
    return state.average[at & 7]
