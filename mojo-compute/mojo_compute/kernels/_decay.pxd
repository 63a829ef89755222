"""Totals that decay from bar to bar, `kept * total + weight * value`, eight bars at a time.

Stepping waits for two operations on every bar. Here the values of a block of eight are added up among
themselves first, in three rounds that reach 1, 2 and 4 values back, and what the total was before the block
comes last: that leaves two operations in eight bars to wait for. The order of operations depends on nothing
but a value's number since the start, so `decayed`, which takes one value at a time, gives the same bits.
"""
from libc.string cimport memset

cdef extern from "_decay.h" nogil:
    double decay_blocks(
        const double* values, Py_ssize_t blocks, double weight, const double* powers, double total, double* out
    ) noexcept

cdef enum:
    BLOCK = 8


cdef inline void fill_powers(double kept, double* powers) noexcept nogil:
    cdef int i
    powers[0] = kept
    for i in range(1, BLOCK):
        powers[i] = powers[i - 1] * kept


cdef struct Decay:
    Py_ssize_t seen         # values
    double weight
    double powers[BLOCK]
    double total            # before the present block
    double values[BLOCK]    # of the present block, weighted
    double pairs[BLOCK]     # each with the one before it
    double fours[BLOCK]     # each with the three before it


cdef inline void decay_begin(Decay* state, double weight, double kept, double total) noexcept nogil:
    state.seen = 0
    state.weight = weight
    state.total = total
    fill_powers(kept, state.powers)


cdef inline double decayed(Decay* state, double value) noexcept nogil:
    """Take a value; the total."""
    cdef int at = state.seen & (BLOCK - 1)
    state.seen += 1
    value *= state.weight
    state.values[at] = value
    if at >= 1:
        value += state.powers[0] * state.values[at - 1]
    state.pairs[at] = value
    if at >= 2:
        value += state.powers[1] * state.pairs[at - 2]
    state.fours[at] = value
    if at >= 4:
        value += state.powers[3] * state.fours[at - 4]
    value += state.powers[at] * state.total
    if at == BLOCK - 1:
        state.total = value
    return value


cdef inline void fill_decayed(
    const double* values,  # IN
    Py_ssize_t count,
    double weight,         # of a value
    double kept,           # of the total before it
    double total,          # before the first value
    double* out,           # OUT `values` themselves will do
) noexcept nogil:
    cdef:
        Decay rest         # the last block, where it is not whole
        Py_ssize_t i
    memset(&rest, 0, sizeof(Decay))
    decay_begin(&rest, weight, kept, 0.0)
    rest.total = decay_blocks(values, count // BLOCK, weight, rest.powers, total, out)
    for i in range(count - count % BLOCK, count):
        out[i] = decayed(&rest, values[i])
