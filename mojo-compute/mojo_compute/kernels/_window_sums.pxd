"""Sums of a window that depend on nothing but the window, for series and stream kernels alike.

The sum of 2m values is that of m and that of the m before, the sum of 2m + 1 has the newest value besides: so many
passes as the period has binary digits, less one. They add numbers near in size and carry nothing from bar to bar, so
nothing drifts, and eight bars go at once.
"""
from libc.string cimport memcpy


cdef inline Py_ssize_t window_sums_room(Py_ssize_t count) noexcept nogil:
    return count


cdef inline int digits_behind(Py_ssize_t period, Py_ssize_t span) noexcept nogil:
    """How many binary digits the period has behind those of `span`."""
    cdef int digits = 0
    while period >> digits > span:
        digits += 1
    return digits


cdef inline bint leads_to(Py_ssize_t span, Py_ssize_t period) noexcept nogil:
    """Whether the sums of `span` values are on the way to those of the period."""
    return period >> digits_behind(period, span) == span


cdef inline void widen_sums(
    const double* values, const double* narrow, Py_ssize_t count, Py_ssize_t span, bint odd, double* out
) noexcept nogil:
    cdef Py_ssize_t i
    if odd:
        for i in range(2 * span, count):
            out[i] = values[i] + (narrow[i - 1] + narrow[i - 1 - span])
    else:
        for i in range(2 * span - 1, count):
            out[i] = narrow[i] + narrow[i - span]


cdef inline void extend_window_sums(
    const double* values, const double* narrow, Py_ssize_t span, Py_ssize_t count, Py_ssize_t period,
    double* out, double* scratch,
) noexcept nogil:
    """`fill_window_sums` from the sums of `span` values on, which lead to the period."""
    cdef:
        int left = digits_behind(period, span)
        double* wide = out if left & 1 else scratch  # the last pass fills `out`
    if left == 0:
        memcpy(out, narrow, count * sizeof(double))
    while left:
        left -= 1
        widen_sums(values, narrow, count, span, period >> left & 1, wide)
        span = period >> left
        narrow = wide
        wide = scratch if wide == out else out


cdef inline void fill_window_sums(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """The sum of the last `period` values from value period - 1 on; what is before is left as it may be."""
    extend_window_sums(values, values, 1, count, period, out, scratch)


cdef struct WindowSum:
    Py_ssize_t period
    Py_ssize_t seen
    # for each span on the way to the period: a ring of the newest span + 2 sums


cdef inline Py_ssize_t window_sum_size(Py_ssize_t period) noexcept nogil:
    cdef:
        Py_ssize_t doubles = 0
        Py_ssize_t span = period >> 1
    while span:
        doubles += span + 2
        span >>= 1
    return sizeof(WindowSum) + doubles * sizeof(double)


cdef inline void window_sum_begin(WindowSum* state, Py_ssize_t period) noexcept nogil:
    state.period = period
    state.seen = 0


cdef inline double window_sum(WindowSum* state, double value) noexcept nogil:
    """Take a value; the sum of the last `period`, of no meaning before there are so many."""
    cdef:
        double* ring = <double*>(state + 1)
        double total = value  # of the newest `span` values
        Py_ssize_t number = state.seen
        Py_ssize_t span = 1
        int left = digits_behind(state.period, 1)
    state.seen += 1
    while left:
        left -= 1
        ring[number % (span + 2)] = total
        if state.period >> left & 1:  # where the sums of one and of span + 1 values ago are
            total = value + (ring[(number + span + 1) % (span + 2)] + ring[(number + 1) % (span + 2)])
        else:                         # of span values ago
            total += ring[(number + 2) % (span + 2)]
        ring += span + 2
        span = state.period >> left
    return total
