"""Totals that decay from bar to bar, `kept * total + weight * value`, eight bars at a time.

Stepping waits for two operations on every bar. Here the values of a block of eight are added up among
themselves first, in three rounds that reach 1, 2 and 4 values back, and what the total was before the block
comes last: that leaves two operations in eight bars to wait for. The order of operations depends on nothing
but a value's number since the start, so `decayed`, which takes one value at a time, gives the same bits.
"""

cdef extern from "_decay.h" nogil:
    ctypedef struct DecayRate:
        double weight
        double powers[8]

    void decay_fill(
        const double* values, Py_ssize_t count, const DecayRate* rate, double total, double* out
    ) noexcept
    bint decay_fill_past(
        const double* values, Py_ssize_t count, const DecayRate* rate, double total, double* out
    ) noexcept
    void decay_lines(
        const double* values, Py_ssize_t count, const DecayRate* fast, const DecayRate* slow, double fast_total,
        double slow_total, double* out,
    ) noexcept

cdef enum:
    BLOCK = 8


cdef inline DecayRate decay_rate(double weight, double kept) noexcept nogil:
    cdef:
        DecayRate rate
        int i
    rate.weight = weight
    rate.powers[0] = kept
    for i in range(1, BLOCK):
        rate.powers[i] = rate.powers[i - 1] * kept
    return rate


cdef struct Decay:
    Py_ssize_t seen     # values
    DecayRate rate
    double total        # before the present block
    double last         # the value before, weighted; 0 where the block has none, as below
    double pairs[2]     # the two before, each with the one before it
    double fours[4]     # the four before, each with the three before it


cdef inline void decay_begin(Decay* state, double weight, double kept, double total) noexcept nogil:
    state.seen = 0
    state.rate = decay_rate(weight, kept)
    state.total = total


cdef inline double decayed(Decay* state, double value) noexcept nogil:
    """Take a value; the total."""
    cdef:
        int at = state.seen & (BLOCK - 1)
        const double* powers = state.rate.powers
        double* pair = state.pairs + (at & 1)
        double* four = state.fours + (at & 3)
        double paired, both, total
    if at == 0:
        state.last = state.pairs[0] = state.pairs[1] = 0.0
        state.fours[0] = state.fours[1] = state.fours[2] = state.fours[3] = 0.0
    state.seen += 1
    value *= state.rate.weight
    paired = value + powers[0] * state.last
    both = paired + powers[1] * pair[0]
    total = (both + powers[3] * four[0]) + powers[at] * state.total
    state.last, pair[0], four[0] = value, paired, both
    if at == BLOCK - 1:
        state.total = total
    return total


cdef inline void fill_decayed(
    const double* values,  # IN
    Py_ssize_t count,
    double weight,         # of a value
    double kept,           # of the total before it
    double total,          # before the first value
    double* out,           # OUT `values` themselves will do
) noexcept nogil:
    cdef DecayRate rate = decay_rate(weight, kept)
    decay_fill(values, count, &rate, total, out)
