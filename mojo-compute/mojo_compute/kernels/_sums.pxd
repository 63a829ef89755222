"""Sums of the last `period` values, for series and stream kernels: the same bits from both.

The sum of 2m values is that of m and that of the m before; the sum of 2m + 1 has the newest value besides. So there
are as many steps as the period has binary digits, less one. They add numbers near in size and carry nothing from bar to
bar: nothing drifts, a window of zeros has the sum zero, a value that is NaN makes the windows NaN that hold it and no
others, and eight bars go at once.
"""
from libc.math cimport NAN
from libc.string cimport memcpy, memset

cdef enum:
    WINDOW_CHUNK = 512  # windows that are worked on while they are in the nearest cache


cdef inline Py_ssize_t sums_chunk(Py_ssize_t period) noexcept nogil:
    return max(<Py_ssize_t>WINDOW_CHUNK, period)


cdef inline Py_ssize_t sums_span(Py_ssize_t period) noexcept nogil:
    """From one working array to the next: the values that a chunk's windows lie on and one more, or rather more.

    80 doubles beyond a multiple of 4096 bytes keep a processor that compares the low twelve bits of addresses from
    taking a load of one array for a load of what it has just stored to another.
    """
    return (sums_chunk(period) + period + 431) // 512 * 512 + 80


cdef inline Py_ssize_t sums_room(Py_ssize_t period) noexcept nogil:
    """Doubles of scratch that `sum_windows` and `fill_sums` take."""
    return 2 * sums_span(period)


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
    """From the sums of `span` values to those of twice as many, or one more."""
    cdef Py_ssize_t i
    if odd:
        for i in range(count):
            out[i] = values[i] + (narrow[i - 1] + narrow[i - 1 - span])
    else:
        for i in range(count):
            out[i] = narrow[i] + narrow[i - span]


cdef inline void extend_windows(
    const double* values,  # IN  windows + period - 1
    const double* narrow,  # IN  sums of the last `span`, which leads to the period, from value span - 1 on
    Py_ssize_t span,
    Py_ssize_t windows,
    Py_ssize_t period,
    double* out,           # OUT one of each window
    double* scratch,       # two working arrays
    Py_ssize_t apart,      # from one to the other: at least windows + period - 1
) noexcept nogil:
    cdef:
        int left = digits_behind(period, span)
        Py_ssize_t count = windows + period - 1
        Py_ssize_t wider, first
        double* wide = scratch
    if left == 0:
        memcpy(out, narrow + period - 1, windows * sizeof(double))
    while left:
        left -= 1
        wider = period >> left
        first = wider - 1
        widen_sums(
            values + first, narrow + first, count - first, span, wider & 1, wide + first if left else out
        )
        narrow, span = wide, wider
        wide = scratch + apart if wide == scratch else scratch


cdef inline void sum_windows(
    const double* values,  # IN  windows + period - 1
    Py_ssize_t windows,    # IN  at most `sums_chunk`
    Py_ssize_t period,
    double* out,           # OUT one of each window
    double* scratch,
) noexcept nogil:
    extend_windows(values, values, 1, windows, period, out, scratch, sums_span(period))


cdef inline void fill_sums(
    const double* values,  # IN
    Py_ssize_t count,
    Py_ssize_t period,
    double* out,           # OUT NaN for the first period - 1; not `values`
    double* scratch,
) noexcept nogil:
    cdef:
        Py_ssize_t chunk = sums_chunk(period)
        Py_ssize_t start = 0
        Py_ssize_t i
    for i in range(min(period - 1, count)):
        out[i] = NAN
    while start <= count - period:
        sum_windows(
            values + start, min(chunk, count - period + 1 - start), period, out + start + period - 1, scratch
        )
        start += chunk


cdef inline void fill_means(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """`fill_sums` over `period`."""
    cdef Py_ssize_t i
    fill_sums(values, count, period, out, scratch)
    for i in range(period - 1, count):
        out[i] /= period


cdef struct Sums:
    Py_ssize_t period
    Py_ssize_t seen   # values
    # for each span on the way to the period a ring follows: 2, 4, 8, ... sums


cdef inline Py_ssize_t sums_size(Py_ssize_t period) noexcept nogil:
    return sizeof(Sums) + 2 * period * sizeof(double)


cdef inline void sums_begin(Sums* state, Py_ssize_t period) noexcept nogil:
    memset(<void*>state, 0, sums_size(period))
    state.period = period


cdef inline Sums* next_sums(Sums* state) noexcept nogil:
    """What follows these sums in memory: others."""
    return <Sums*>(<char*>state + sums_size(state.period))


cdef inline double summed(Sums* state, double value) noexcept nogil:
    """Take a value; the sum of the last `period`, NaN until there are so many."""
    cdef:
        double* ring = <double*>(state + 1)
        double total = value  # of the newest `span` values
        double wide
        Py_ssize_t number = state.seen
        Py_ssize_t last = 1   # of the ring
        Py_ssize_t span = 1
        int left = digits_behind(state.period, 1)
    while left:
        left -= 1
        if state.period >> left & 1:
            wide = value + (ring[(number - 1) & last] + ring[(number - 1 - span) & last])
        else:
            wide = total + ring[(number - span) & last]
        ring[number & last] = total
        total = wide
        ring += last + 1
        last = 2 * last + 1
        span = state.period >> left
    state.seen += 1
    return total if state.seen >= state.period else NAN
