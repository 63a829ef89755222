"""Two sums of a window that depend on nothing but the window, for series and stream kernels alike.

The first is the sum of the values. The second is, by `kind`, their squared deviations from their mean, added up
(Chan, Golub and LeVeque 1979), or the values times their age, the newest bar's being 0. Both are put together from
those of 1, 2, 4, 8 ... values, each of two of the half as long, so nothing drifts, nothing cancels, and eight bars
go at once.
"""

cdef enum:
    SQUARES = 0
    AGES = 1


cdef inline double share_of(Py_ssize_t newer, Py_ssize_t older) noexcept nogil:
    """What `joined` takes for that many newer and older values."""
    return 1.0 / (<double>newer * older * (newer + older))


cdef inline double joined(
    int kind, double total, double other, double older_total, double older_other,
    double newer, double older, double share,
) noexcept nogil:
    """The second sum of `newer` values and `older` ones before them."""
    cdef double apart
    if kind == AGES:
        return other + (older_other + newer * older_total)
    apart = total * older - older_total * newer
    return other + older_other + apart * apart * share


cdef inline Py_ssize_t stretch_of(Py_ssize_t period) noexcept nogil:
    """How many windows are best done in one go: what that takes stays in the first cache."""
    return 256 if period < 64 else 4 * period


cdef inline Py_ssize_t pairs_room(Py_ssize_t count) noexcept nogil:
    return 4 * count


cdef inline double of_two(int kind, double newer, double older) noexcept nogil:
    """The second sum of two values."""
    return joined(kind, newer, 0.0, older, 0.0, 1.0, 1.0, 0.5)


cdef inline void fill_fours(
    int kind, const double* values, Py_ssize_t count, double* totals, double* others
) noexcept nogil:
    """Both sums of the last four values."""
    cdef Py_ssize_t i
    for i in range(3, count):
        others[i] = joined(
            kind, values[i] + values[i - 1], of_two(kind, values[i], values[i - 1]),
            values[i - 2] + values[i - 3], of_two(kind, values[i - 2], values[i - 3]), 2.0, 2.0, share_of(2, 2),
        )
        totals[i] = (values[i] + values[i - 1]) + (values[i - 2] + values[i - 3])


cdef inline void fill_fewest(
    int kind, const double* values, Py_ssize_t first, Py_ssize_t count, Py_ssize_t taken, double* totals,
    double* others,
) noexcept nogil:
    """Both sums of the last one, two or three values."""
    cdef Py_ssize_t i
    if taken == 1:
        for i in range(first, count):
            totals[i] = values[i]
            others[i] = 0.0
    elif taken == 2:
        for i in range(first, count):
            totals[i] = values[i] + values[i - 1]
            others[i] = of_two(kind, values[i], values[i - 1])
    elif taken == 3:
        for i in range(first, count):
            totals[i] = values[i] + (values[i - 1] + values[i - 2])
            others[i] = joined(
                kind, values[i], 0.0, values[i - 1] + values[i - 2], of_two(kind, values[i - 1], values[i - 2]), 1.0,
                2.0, share_of(1, 2),
            )


cdef inline void fill_pairs(
    int kind, const double* values, Py_ssize_t count, Py_ssize_t period,
    double* totals, double* others, double* scratch,
) noexcept nogil:
    """Both sums of the last `period` values, from value period - 1 on; what is before is left alone."""
    cdef:
        double* level = scratch
        double* level_others = scratch + count
        double* wide = scratch + 2 * count
        double* wide_others = scratch + 3 * count
        Py_ssize_t span = 4
        Py_ssize_t taken = period & 3  # newest values that `totals` and `others` are of
        Py_ssize_t i
        double share
    fill_fewest(kind, values, period - 1, count, taken, totals, others)
    if taken == period:
        return
    fill_fours(kind, values, count, level, level_others)
    while True:
        if period & span:
            if taken == 0:
                for i in range(period - 1, count):
                    totals[i] = level[i]
                    others[i] = level_others[i]
            else:
                share = share_of(taken, span)
                for i in range(period - 1, count):
                    others[i] = joined(
                        kind, totals[i], others[i], level[i - taken], level_others[i - taken], <double>taken,
                        <double>span, share,
                    )
                    totals[i] += level[i - taken]
            taken += span
        if taken == period:
            return
        share = share_of(span, span)
        for i in range(2 * span - 1, count):
            wide_others[i] = joined(
                kind, level[i], level_others[i], level[i - span], level_others[i - span], <double>span, <double>span,
                share,
            )
            wide[i] = level[i] + level[i - span]
        level, level_others, wide, wide_others = wide, wide_others, level, level_others
        span *= 2


cdef struct Pairs:
    Py_ssize_t period
    Py_ssize_t seen
    # for each span 1, 2, 4 ... up to the period: a ring of the newest 2 * span pairs


cdef inline Py_ssize_t pairs_size(Py_ssize_t period) noexcept nogil:
    cdef:
        Py_ssize_t pairs = 0
        Py_ssize_t span = 1
    while span <= period:
        pairs += 2 * span
        span *= 2
    return sizeof(Pairs) + 2 * pairs * sizeof(double)


cdef inline void pairs_begin(Pairs* state, Py_ssize_t period) noexcept nogil:
    state.period = period
    state.seen = 0


cdef inline bint pair_of(int kind, Pairs* state, double value, double* pair) noexcept nogil:
    """Take a value; whether there are `period` of them, and then both sums, the same bits as `fill_pairs`."""
    cdef:
        double* ring = <double*>(state + 1)
        const double* older
        double total = value  # of the newest `span` values
        double other = 0.0
        Py_ssize_t span = 1
        Py_ssize_t taken = 0
        Py_ssize_t number = state.seen
    state.seen += 1
    while True:
        ring[2 * (number & (2 * span - 1))] = total
        ring[2 * (number & (2 * span - 1)) + 1] = other
        if state.period & span:
            if taken == 0:
                pair[0] = total
                pair[1] = other
            elif number >= taken:
                older = ring + 2 * ((number - taken) & (2 * span - 1))
                pair[1] = joined(
                    kind, pair[0], pair[1], older[0], older[1], <double>taken, <double>span, share_of(taken, span)
                )
                pair[0] += older[0]
            taken += span
        if taken == state.period:
            return state.seen >= state.period
        if number >= span:
            older = ring + 2 * ((number - span) & (2 * span - 1))
            other = joined(
                kind, total, other, older[0], older[1], <double>span, <double>span, share_of(span, span)
            )
            total += older[0]
        ring += 4 * span
        span *= 2
