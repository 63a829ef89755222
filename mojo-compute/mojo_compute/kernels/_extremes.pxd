"""The greatest and the least of a window, for series and stream kernels.

Series: the extremes of two, four, eight ... values, each from two of the half as long, until two of them cover the
window. That is a pass over the series for each doubling, without a branch in it and with no step that waits for the
one before, so eight values go at once. Streams: a queue of the values that may still become the extreme.
"""
from libc.math cimport NAN
from libc.string cimport memcpy, memset


cdef inline void widen_highest(
    const double* values, Py_ssize_t first, Py_ssize_t count, Py_ssize_t by, double* out
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(first, count):
        out[i] = values[i] if values[i] > values[i - by] else values[i - by]


cdef inline void widen_lowest(
    const double* values, Py_ssize_t first, Py_ssize_t count, Py_ssize_t by, double* out
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(first, count):
        out[i] = values[i] if values[i] < values[i - by] else values[i - by]


cdef inline int widenings(Py_ssize_t period) noexcept nogil:
    """How many passes a window takes."""
    cdef:
        int passes = 0
        Py_ssize_t span = 1
    while span < period:
        span = min(2 * span, period)
        passes += 1
    return passes


cdef inline void fill_extreme(
    const double* values, Py_ssize_t count, Py_ssize_t period, bint highest, double* out, double* scratch
) noexcept nogil:
    cdef:
        const double* narrow = values
        int left = widenings(period)
        double* wide = out if left & 1 else scratch  # the last pass fills `out`
        Py_ssize_t span = 1
        Py_ssize_t by, i
    if period == 1:
        memcpy(out, values, count * sizeof(double))
        return
    while left:
        by = min(span, period - span)
        span += by
        if highest:
            widen_highest(narrow, span - 1, count, by, wide)
        else:
            widen_lowest(narrow, span - 1, count, by, wide)
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


cdef inline void widen_since_highest(
    const double* values, const double* since, Py_ssize_t first, Py_ssize_t count, Py_ssize_t by,
    double* wide, double* wide_since,
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(first, count):
        wide_since[i] = since[i - by] + by if values[i - by] > values[i] else since[i]
        wide[i] = values[i - by] if values[i - by] > values[i] else values[i]


cdef inline void widen_since_lowest(
    const double* values, const double* since, Py_ssize_t first, Py_ssize_t count, Py_ssize_t by,
    double* wide, double* wide_since,
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(first, count):
        wide_since[i] = since[i - by] + by if values[i - by] < values[i] else since[i]
        wide[i] = values[i - by] if values[i - by] < values[i] else values[i]


cdef inline void fill_bars_since(
    const double* values, Py_ssize_t count, Py_ssize_t period, bint highest, double* out, double* scratch
) noexcept nogil:
    """How many bars ago the extreme of the last `period` values was, the newest of equal ones.

    NaN for the first period - 1; `scratch` has room for 3 * `count`.
    """
    cdef:
        const double* narrow = values
        int left = widenings(period)
        double* wide = scratch
        double* wide_since = out if left & 1 else scratch + 2 * count  # the last pass fills `out`
        double* since = scratch + 2 * count if left & 1 else out
        Py_ssize_t span = 1
        Py_ssize_t by, i
    memset(since, 0, count * sizeof(double))
    while left:
        by = min(span, period - span)
        span += by
        if highest:
            widen_since_highest(narrow, since, span - 1, count, by, wide, wide_since)
        else:
            widen_since_lowest(narrow, since, span - 1, count, by, wide, wide_since)
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
