"""Sums of the last `period` values, for series and stream kernels: the same bits from both.

Sums of 1, 2, 4, 8, ... values are made, each of two of the kind before; the window is put together of those that
the period's binary digits name. That costs a few vector additions a bar for any period, and a sum depends on
nothing but its window: there is no running total that could drift, and a window of zeros has the sum zero.
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
    cdef:
        Py_ssize_t kinds = 0
        Py_ssize_t reach = 2
    while reach <= period:
        kinds += 1
        reach *= 2
    return kinds * sums_span(period)


cdef inline void add_pieces(const double** pieces, int count, Py_ssize_t windows, double* out) noexcept nogil:
    """What the pieces have together, from the first to the last."""
    cdef:
        const double* one = pieces[0]
        const double* two = pieces[1]
        const double* three = pieces[2]
        Py_ssize_t i
        int at
    if count == 1:
        memcpy(out, one, windows * sizeof(double))
    elif count == 2:
        for i in range(windows):
            out[i] = one[i] + two[i]
    else:
        for i in range(windows):
            out[i] = one[i] + two[i] + three[i]
    for at in range(3, count):
        one = pieces[at]
        for i in range(windows):
            out[i] += one[i]


cdef inline void sum_windows(
    const double* values,  # IN  windows + period - 1
    Py_ssize_t windows,    # IN  at most `sums_chunk`
    Py_ssize_t period,
    double* out,           # OUT one of each window
    double* scratch,
) noexcept nogil:
    cdef:
        double* made = scratch
        const double* sums = values  # of `reach` values each, by their oldest value
        const double* pieces[64]     # of a window, the newest first
        int count_of_pieces = 0
        Py_ssize_t length = windows + period - 1
        Py_ssize_t reach = 1
        Py_ssize_t covered = 0
        Py_ssize_t i
    pieces[1] = pieces[2] = NULL
    while True:
        if period & reach:
            covered += reach
            pieces[count_of_pieces] = sums + period - covered
            count_of_pieces += 1
        if 2 * reach > period:
            break
        length -= reach
        for i in range(length):
            made[i] = sums[i] + sums[i + reach]
        sums, made = made, made + sums_span(period)
        reach *= 2
    add_pieces(pieces, count_of_pieces, windows, out)


cdef inline void fill_sums(
    const double* values,  # IN
    Py_ssize_t count,
    Py_ssize_t period,
    double* out,           # OUT NaN for the first period - 1
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


cdef inline Py_ssize_t weighted_room(Py_ssize_t period) noexcept nogil:
    """Doubles of scratch that `fill_weighted_sums` takes."""
    return 4 * sums_span(period)


cdef inline void fill_weighted_sums(
    const double* values,  # IN
    Py_ssize_t count,
    Py_ssize_t period,
    double* plain,         # OUT sums, NaN for the first period - 1
    double* weighted,      # OUT sums of each value times 1, 2, ... period, the oldest once
    double* scratch,
) noexcept nogil:
    cdef:
        Py_ssize_t chunk = sums_chunk(period)
        Py_ssize_t room = sums_span(period)
        double* made_plain
        double* made_weighted
        const double* sums
        const double* weights
        double* ends
        double* weighted_ends
        Py_ssize_t start, windows, length, reach, covered, offset, i
        bint turn

    for i in range(min(period - 1, count)):
        plain[i] = weighted[i] = NAN
    start = 0
    while start <= count - period:
        windows = min(chunk, count - period + 1 - start)
        length = windows + period - 1
        sums = weights = values + start
        ends, weighted_ends = plain + start + period - 1, weighted + start + period - 1
        reach, covered, turn = 1, 0, False
        while True:
            if period & reach:
                offset = period - covered - reach
                if covered:
                    # the older part's weights stand, the newer part's go up by the older part's length
                    for i in range(windows):
                        weighted_ends[i] = weights[offset + i] + (weighted_ends[i] + reach * ends[i])
                        ends[i] += sums[offset + i]
                else:
                    for i in range(windows):
                        ends[i] = sums[offset + i]
                        weighted_ends[i] = weights[offset + i]
                covered += reach
            if 2 * reach > period:
                break
            length -= reach
            made_plain = scratch + (2 * room if turn else 0)
            made_weighted = made_plain + room
            for i in range(length):
                made_plain[i] = sums[i] + sums[i + reach]
                made_weighted[i] = weights[i] + (weights[i + reach] + reach * sums[i + reach])
            sums, weights, turn = made_plain, made_weighted, not turn
            reach *= 2
        start += chunk


cdef struct Sums:
    Py_ssize_t period
    Py_ssize_t seen   # values
    # rings follow: for 1, 2, 4, ... up to `period` the newest so many sums of so many values, at 1, 2, 4, ...


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
        double* rings = <double*>(state + 1)
        Py_ssize_t reach = 1
        Py_ssize_t covered = 0
        double total = 0.0
        double before
    while True:
        if state.period & reach:
            if covered:
                total += rings[reach + ((state.seen - covered) & (reach - 1))]
            else:
                total = value
            covered += reach
        before = rings[reach + (state.seen & (reach - 1))]
        rings[reach + (state.seen & (reach - 1))] = value
        if 2 * reach > state.period:
            break
        value = before + value
        reach *= 2
    state.seen += 1
    return total if state.seen >= state.period else NAN


cdef struct WeightedSums:
    double plain      # of the last `period` values
    double weighted
    Py_ssize_t period
    Py_ssize_t seen   # values
    # two sets of rings follow, as those of `Sums`: of plain sums, then of weighted ones


cdef inline Py_ssize_t weighted_sums_size(Py_ssize_t period) noexcept nogil:
    return sizeof(WeightedSums) + 4 * period * sizeof(double)


cdef inline void weighted_sums_begin(WeightedSums* state, Py_ssize_t period) noexcept nogil:
    memset(<void*>state, 0, weighted_sums_size(period))
    state.period = period


cdef inline bint weighted_sums_take(WeightedSums* state, double value) noexcept nogil:
    """Take a value; whether `plain` and `weighted` are those of `period` values."""
    cdef:
        double* rings = <double*>(state + 1)
        double* weighted_rings = rings + 2 * state.period
        double plain = value
        double weighted = value
        double before, weighted_before
        Py_ssize_t reach = 1
        Py_ssize_t covered = 0
        Py_ssize_t at
    while True:
        if state.period & reach:
            if covered:
                at = reach + ((state.seen - covered) & (reach - 1))
                state.weighted = weighted_rings[at] + (state.weighted + reach * state.plain)
                state.plain += rings[at]
            else:
                state.plain, state.weighted = plain, weighted
            covered += reach
        at = reach + (state.seen & (reach - 1))
        before, weighted_before = rings[at], weighted_rings[at]
        rings[at], weighted_rings[at] = plain, weighted
        if 2 * reach > state.period:
            break
        weighted = weighted_before + (weighted + reach * plain)
        plain = before + plain
        reach *= 2
    state.seen += 1
    return state.seen >= state.period
