"""Two sums of a window that depend on nothing but the window, for series and stream kernels alike.

The first is the sum of the values. The second is, by `kind`, their squared deviations from their mean, added up
(Chan, Golub and LeVeque 1979), or the values times their age, the newest bar's being 0. Both are put together as the
sums of `_sums.pxd` are: those of 2m values from those of m and of the m before, those of 2m + 1 with the newest value
besides. So nothing drifts, nothing cancels, and eight bars go at once.
"""
from mojo_compute.kernels._sums cimport digits_behind

cdef extern from "_pairs.h" nogil:
    enum:
        SQUARES
        AGES

    double of_both(
        int kind, double total, double other, double older_total, double older_other, double span
    ) noexcept
    double with_newest(int kind, double value, double total, double other, double count) noexcept
    void widen_pairs(
        int kind, const double* values, const double* totals, const double* others, Py_ssize_t count, Py_ssize_t span,
        bint odd, double* out, double* out_others,
    ) noexcept

    ctypedef struct Weights:
        double total
        double other

    double weighed(int kind, double total, double other, Weights weights) noexcept
    void weigh_pairs(
        int kind, const double* values, const double* totals, const double* others, Py_ssize_t count,
        Py_ssize_t period, Weights weights, double* out,
    ) noexcept


cdef inline Py_ssize_t stretch_of(Py_ssize_t period) noexcept nogil:
    """How many windows are best done in one go: what that takes stays in the first cache."""
    return 512 if period < 128 else 4 * period


cdef inline Py_ssize_t pairs_room(Py_ssize_t period) noexcept nogil:
    return 4 * (stretch_of(period) + period)


cdef inline void half_pairs(
    int kind,
    const double* values,   # IN  windows + period - 1
    Py_ssize_t windows,     # IN  at most `stretch_of`
    Py_ssize_t period,      # IN  2 or more
    const double** totals,  # OUT where those of half the period stand, by the newest value of the first window
    const double** others,  # OUT likewise; NULL: the totals are the values themselves
    double* scratch,
) noexcept nogil:
    """What is one step before the sums of the period, which `weigh_pairs` makes."""
    cdef:
        int left = digits_behind(period, 1)
        Py_ssize_t count = windows + period - 1
        Py_ssize_t span = 1
        Py_ssize_t first
        double* made = scratch
    totals[0] = values
    others[0] = NULL
    while left > 1:
        left -= 1
        first = (period >> left) - 1
        widen_pairs(
            kind, values + first, totals[0] + first, NULL if others[0] == NULL else others[0] + first, count - first,
            span, first & 1 == 0, made + first, made + count + first,
        )
        span = first + 1
        totals[0], others[0] = made, made + count
        made = scratch + 2 * count if made == scratch else scratch
    totals[0] += period - 1
    if others[0] != NULL:
        others[0] += period - 1


cdef inline Weights linear_weights(double period) noexcept nogil:
    """Of a sum and of that by age, for a mean whose newest value counts `period` times and its oldest once."""
    cdef Weights weights
    weights.total = 2.0 / (period + 1.0)
    weights.other = -2.0 / (period * (period + 1.0))
    return weights


cdef inline Weights variance_weights(Py_ssize_t period) noexcept nogil:
    cdef Weights weights
    weights.total, weights.other = 0.0, 1.0 / period
    return weights


cdef inline void fill_weighed_pairs(
    int kind, const double* values, Py_ssize_t count, Py_ssize_t period, Weights weights, double* out, double* scratch
) noexcept nogil:
    """What is made of both sums of the last `period` values, from value period - 1 on; nothing before."""
    cdef:
        const double* totals
        const double* others
        Py_ssize_t before = period - 1
        Py_ssize_t first = 0
        Py_ssize_t windows
    while first < count - before:
        windows = min(stretch_of(period), count - before - first)
        half_pairs(kind, values + first, windows, period, &totals, &others, scratch)
        first += before
        weigh_pairs(kind, values + first, totals, others, windows, period, weights, out + first)
        first += windows - before


cdef struct Pairs:
    Py_ssize_t period
    Py_ssize_t seen
    # for each span on the way to the period a ring follows: 2, 4, 8, ... pairs


cdef inline Py_ssize_t pairs_size(Py_ssize_t period) noexcept nogil:
    return sizeof(Pairs) + 4 * period * sizeof(double)


cdef inline void pairs_begin(Pairs* state, Py_ssize_t period) noexcept nogil:
    state.period = period
    state.seen = 0


cdef inline bint pair_of(int kind, Pairs* state, double value, double* pair) noexcept nogil:
    """Take a value; both sums, and whether they are those of `period` values."""
    cdef:
        double* ring = <double*>(state + 1)
        const double* newer
        const double* older
        double total = value  # of the newest `span` values
        double other = 0.0
        double wide, further
        Py_ssize_t number = state.seen
        Py_ssize_t last = 1   # of the ring
        Py_ssize_t span = 1
        int left = digits_behind(state.period, 1)
    while left:
        left -= 1
        if state.period >> left & 1:
            newer = ring + 2 * ((number - 1) & last)
            older = ring + 2 * ((number - 1 - span) & last)
            wide = newer[0] + older[0]
            further = of_both(kind, newer[0], newer[1], older[0], older[1], <double>span)
            further = with_newest(kind, value, wide, further, 2.0 * span)
            wide = value + wide
        else:
            older = ring + 2 * ((number - span) & last)
            wide = total + older[0]
            further = of_both(kind, total, other, older[0], older[1], <double>span)
        ring[2 * (number & last)] = total
        ring[2 * (number & last) + 1] = other
        total, other = wide, further
        ring += 2 * (last + 1)
        last = 2 * last + 1
        span = state.period >> left
    state.seen += 1
    pair[0] = total
    pair[1] = other
    return state.seen >= state.period
