"""The greatest and the least of a window, for series and stream kernels.

Series: the extremes of four, sixteen, sixty-four ... values, each from four of a quarter of the length, until four of
them cover the window. That is a pass over the series for each step, without a branch in it and with no bar that waits
for the one before, so eight bars go at once. Streams: a queue of the values that may still become the extreme.
"""
from libc.math cimport NAN
from libc.string cimport memcpy


cdef inline double higher(double one, double other) noexcept nogil:
    return one if one > other else other


cdef inline double lower(double one, double other) noexcept nogil:
    return one if one < other else other


# How far back the other three lie of the four narrower windows, and where the first that is whole ends.
cdef struct Widening:
    Py_ssize_t near
    Py_ssize_t middle
    Py_ssize_t far
    Py_ssize_t first


cdef inline Widening widening_of(Py_ssize_t span, Py_ssize_t period) noexcept nogil:
    cdef:
        Py_ssize_t rest = period - span
        Widening by
    by.near, by.middle, by.far = min(span, rest), min(2 * span, rest), min(3 * span, rest)
    by.first = span - 1 + by.far
    return by


cdef inline int widenings(Py_ssize_t period) noexcept nogil:
    """How many passes a window takes."""
    cdef:
        int passes = 0
        Py_ssize_t span = 1
    while span < period:
        span *= 4
        passes += 1
    return passes


cdef inline void widen_highest(const double* values, Py_ssize_t count, Widening by, double* out) noexcept nogil:
    cdef Py_ssize_t i
    if by.near == by.far:
        for i in range(by.first, count):
            out[i] = higher(values[i], values[i - by.near])
        return
    for i in range(by.first, count):
        out[i] = higher(higher(values[i], values[i - by.near]), higher(values[i - by.middle], values[i - by.far]))


cdef inline void widen_lowest(const double* values, Py_ssize_t count, Widening by, double* out) noexcept nogil:
    cdef Py_ssize_t i
    if by.near == by.far:
        for i in range(by.first, count):
            out[i] = lower(values[i], values[i - by.near])
        return
    for i in range(by.first, count):
        out[i] = lower(lower(values[i], values[i - by.near]), lower(values[i - by.middle], values[i - by.far]))


cdef inline void fill_extreme(
    const double* values, Py_ssize_t count, Py_ssize_t period, bint highest, double* out, double* scratch
) noexcept nogil:
    cdef:
        const double* narrow = values
        int left = widenings(period)
        double* wide = out if left & 1 else scratch  # the last pass fills `out`
        Py_ssize_t span = 1
        Py_ssize_t i
    if period == 1:
        memcpy(out, values, count * sizeof(double))
        return
    while left:
        if highest:
            widen_highest(narrow, count, widening_of(span, period), wide)
        else:
            widen_lowest(narrow, count, widening_of(span, period), wide)
        span *= 4
        narrow = wide
        wide = scratch if wide == out else out
        left -= 1
    for i in range(period - 1):
        out[i] = NAN


cdef inline void fill_highest(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """The greatest of the last `period` values, NaN for the first period - 1; `scratch` has room for `count`."""
    fill_extreme(values, count, period, True, out, scratch)


cdef inline void fill_lowest(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """The least of the last `period` values, NaN for the first period - 1; `scratch` has room for `count`."""
    fill_extreme(values, count, period, False, out, scratch)


# Of two windows the older one's extreme counts only where it is beyond the newer one's: of equal ones the newest.
cdef inline void date_highest(
    const double* values, Py_ssize_t count, Widening by, double* since
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double newer, older, newer_since, older_since
    for i in range(by.first, count):
        newer_since = by.near if values[i - by.near] > values[i] else 0.0
        newer = higher(values[i], values[i - by.near])
        older_since = by.far if values[i - by.far] > values[i - by.middle] else by.middle
        older = higher(values[i - by.middle], values[i - by.far])
        since[i] = older_since if older > newer else newer_since


cdef inline void date_lowest(
    const double* values, Py_ssize_t count, Widening by, double* since
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double newer, older, newer_since, older_since
    for i in range(by.first, count):
        newer_since = by.near if values[i - by.near] < values[i] else 0.0
        newer = lower(values[i], values[i - by.near])
        older_since = by.far if values[i - by.far] < values[i - by.middle] else by.middle
        older = lower(values[i - by.middle], values[i - by.far])
        since[i] = older_since if older < newer else newer_since


cdef inline void widen_date_highest(
    const double* values, const double* since, Py_ssize_t count, Widening by, double* wide_since
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double newer, older, newer_since, older_since, own_since, near_since, middle_since, far_since
        double near = by.near
        double middle = by.middle
        double far = by.far
    for i in range(by.first, count):
        # All are read first: a read behind a condition would keep the loop from taking eight bars at once
        own_since = since[i]
        near_since = since[i - by.near] + near
        middle_since = since[i - by.middle] + middle
        far_since = since[i - by.far] + far
        newer_since = near_since if values[i - by.near] > values[i] else own_since
        newer = higher(values[i], values[i - by.near])
        older_since = far_since if values[i - by.far] > values[i - by.middle] else middle_since
        older = higher(values[i - by.middle], values[i - by.far])
        wide_since[i] = older_since if older > newer else newer_since


cdef inline void widen_date_lowest(
    const double* values, const double* since, Py_ssize_t count, Widening by, double* wide_since
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double newer, older, newer_since, older_since, own_since, near_since, middle_since, far_since
        double near = by.near
        double middle = by.middle
        double far = by.far
    for i in range(by.first, count):
        # All are read first: a read behind a condition would keep the loop from taking eight bars at once
        own_since = since[i]
        near_since = since[i - by.near] + near
        middle_since = since[i - by.middle] + middle
        far_since = since[i - by.far] + far
        newer_since = near_since if values[i - by.near] < values[i] else own_since
        newer = lower(values[i], values[i - by.near])
        older_since = far_since if values[i - by.far] < values[i - by.middle] else middle_since
        older = lower(values[i - by.middle], values[i - by.far])
        wide_since[i] = older_since if older < newer else newer_since


cdef inline void fill_bars_since(
    const double* values, Py_ssize_t count, Py_ssize_t period, bint highest, double* out, double* scratch
) noexcept nogil:
    """How many bars ago the extreme of the last `period` values was, the newest of equal ones; `period` > 1.

    NaN for the first period - 1; `scratch` has room for 3 * `count`.
    """
    cdef:
        const double* narrow = values
        int left = widenings(period)
        double* wide = scratch
        double* wide_since = out if left & 1 else scratch + 2 * count  # the last pass fills `out`
        double* since = scratch + 2 * count if left & 1 else out
        Widening by
        Py_ssize_t span = 1
        Py_ssize_t i
    while left:
        by = widening_of(span, period)
        if span == 1 and highest:
            date_highest(narrow, count, by, wide_since)
        elif span == 1:
            date_lowest(narrow, count, by, wide_since)
        elif highest:
            widen_date_highest(narrow, since, count, by, wide_since)
        else:
            widen_date_lowest(narrow, since, count, by, wide_since)
        if left > 1:  # the last pass needs no extremes for another
            if highest:
                widen_highest(narrow, count, by, wide)
            else:
                widen_lowest(narrow, count, by, wide)
        span *= 4
        narrow = wide
        wide = scratch + count if wide == scratch else scratch
        since, wide_since = wide_since, since
        left -= 1
    for i in range(period - 1):
        out[i] = NAN


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
