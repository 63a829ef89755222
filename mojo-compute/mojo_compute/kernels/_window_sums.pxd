"""Sums of a window that depend on nothing but the window, for series and stream kernels alike.

Sums of 1, 2, 4, 8 ... values, each of two of the half as long, and those that the period is made of put together:
as many additions as the period has binary digits, of numbers near in size. Nothing is carried from bar to bar, so
nothing drifts, and eight bars go at once.
"""


cdef inline Py_ssize_t window_sums_room(Py_ssize_t count) noexcept nogil:
    return 2 * count


cdef inline void fill_window_sums(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """The sum of the last `period` values from value period - 1 on; what is before is left as it may be."""
    cdef:
        const double* level = values  # sums of `span` values
        double* next_level = scratch
        Py_ssize_t span = 1
        Py_ssize_t taken = 0          # newest values that `out` is the sum of
        Py_ssize_t i
    while True:
        if period & span:
            if taken == 0:
                for i in range(span - 1, count):
                    out[i] = level[i]
            else:
                for i in range(taken + span - 1, count):
                    out[i] += level[i - taken]
            taken += span
        if taken == period:
            return
        for i in range(2 * span - 1, count):
            next_level[i] = level[i] + level[i - span]
        level = next_level
        next_level = scratch + count if next_level == scratch else scratch
        span *= 2


cdef struct WindowSum:
    Py_ssize_t period
    Py_ssize_t seen
    # for each span 1, 2, 4 ... up to the period: a ring of the newest span + 1 sums


cdef inline Py_ssize_t window_sum_size(Py_ssize_t period) noexcept nogil:
    cdef:
        Py_ssize_t doubles = 0
        Py_ssize_t span = 1
    while span <= period:
        doubles += span + 1
        span *= 2
    return sizeof(WindowSum) + doubles * sizeof(double)


cdef inline void window_sum_begin(WindowSum* state, Py_ssize_t period) noexcept nogil:
    state.period = period
    state.seen = 0


cdef inline double window_sum(WindowSum* state, double value) noexcept nogil:
    """Take a value; the sum of the last `period`, of no meaning before there are so many."""
    cdef:
        double* ring = <double*>(state + 1)
        double level = value  # the sum of the newest `span` values
        double total = 0.0
        Py_ssize_t span = 1
        Py_ssize_t taken = 0
        Py_ssize_t number = state.seen
    state.seen += 1
    while True:
        ring[number % (span + 1)] = level
        if state.period & span:
            if taken == 0:
                total = level
            elif number >= taken:
                total += ring[(number - taken) % (span + 1)]
            taken += span
        if taken == state.period:
            return total
        if number >= span:
            level += ring[(number - span) % (span + 1)]
        ring += span + 1
        span *= 2
