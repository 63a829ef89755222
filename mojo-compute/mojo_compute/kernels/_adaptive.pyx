"""Averages whose weight follows the market: shape and guarantees as in `_kernel.pxd`, or in `_adaptive.pxd`."""
from libc.math cimport NAN, fabs
from libc.string cimport memset

from mojo_compute.kernels._kernel cimport LANES, kernel, stream
from mojo_compute.kernels._mesa cimport MESA_FIRST, Mesa, mesa_follow, mesa_smoothed, mesa_step
from mojo_compute.kernels._rings cimport Ring, ring_ago, ring_begin, ring_put, ring_size
from mojo_compute.kernels._running cimport block_of, fill_window_totals
from mojo_compute.kernels._smoothing cimport fill_missing

cdef extern from "_mesa_rows.h" nogil:
    enum:
        MESA_FORGET
    void eight_mesas(
        const double* prices, Py_ssize_t stride, Py_ssize_t count, double fast_limit, double slow_limit,
        const double* totals, const double* weighted, double* averages, double* followings,
    )
    bint parts_of_mesa(const double* smooth, Py_ssize_t count, double* turns)

cdef extern from "_kama_rows.h" nogil:
    const double SLOWEST "KAMA_SLOWEST"
    const double SPREAD "KAMA_SPREAD"
    const double NOTHING "KAMA_NOTHING"
    void eight_kamas(
        const double* values, Py_ssize_t bars, Py_ssize_t period, Py_ssize_t block, double* out, double* turned
    )

cdef enum:
    PIECE = 256


cdef inline double kaufman_weight(double way, double path) noexcept nogil:
    """From the net change and the sum of all changes, of either sign, of a window."""
    cdef:
        bint straight = (path <= way) | (path < NOTHING)
        double efficiency = 1.0 if straight else fabs(way / path)
    efficiency = efficiency * SPREAD + SLOWEST
    return efficiency * efficiency


cdef void follow(
    const double* values,
    Py_ssize_t count,
    double* out,  # IN  weight of each value, OUT average
) noexcept nogil:
    """Averages whose weights differ, four at a time: each is made of four values and the average before those."""
    cdef:
        double one[PIECE + 1]
        double one_kept[PIECE + 1]
        double two[PIECE + 2]
        double two_kept[PIECE + 2]
        double four_kept[PIECE]
        double last[4]
        Py_ssize_t first = 0
        Py_ssize_t piece, i
        int lane
    one[0] = one_kept[0] = 0.0
    for lane in range(2):
        two[lane] = two_kept[lane] = 0.0
    for lane in range(4):
        last[lane] = 0.0
    while first < count:
        piece = min(<Py_ssize_t>PIECE, count - first)
        for i in range(piece):
            one[i + 1] = out[first + i] * values[first + i]
            one_kept[i + 1] = 1.0 - out[first + i]
        for i in range(piece):
            two[i + 2] = one[i + 1] + one_kept[i + 1] * one[i]
            two_kept[i + 2] = one_kept[i + 1] * one_kept[i]
        for i in range(piece):
            out[first + i] = two[i + 2] + two_kept[i + 2] * two[i]
            four_kept[i] = two_kept[i + 2] * two_kept[i]
        for i in range(piece // 4):
            for lane in range(4):
                last[lane] = out[first + 4 * i + lane] + four_kept[4 * i + lane] * last[lane]
            for lane in range(4):
                out[first + 4 * i + lane] = last[lane]
        for i in range(piece - piece % 4, piece):  # the very end: a piece before it is made of whole fours
            out[first + i] += four_kept[i] * last[i % 4]
        one[0], one_kept[0] = one[piece], one_kept[piece]
        for lane in range(2):
            two[lane], two_kept[lane] = two[piece + lane], two_kept[piece + lane]
        first += piece


cdef void fill_kama(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(1, count):
        scratch[i] = fabs(values[i] - values[i - 1])
    fill_window_totals(scratch + 1, count - 1, period, out + 1)
    for i in range(period, count):
        out[i] = kaufman_weight(values[i] - values[i - period], out[i])
    out[period - 1] = 1.0  # it begins at the price itself
    follow(values + period - 1, count - period + 1, out + period - 1)
    fill_missing(out, period)


cdef Py_ssize_t kama_rows_room(Py_ssize_t count) noexcept nogil:
    return count + LANES


cdef void fill_kama_rows(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    cdef Py_ssize_t row
    eight_kamas(values, count, period, block_of(period), out, scratch)
    for row in range(LANES):
        fill_missing(out + row * count, period)


cdef struct Kaufman:
    Py_ssize_t period
    Py_ssize_t age           # windows since the path was taken afresh
    double path
    double one               # of the bar before: its weight times its value,
    double one_kept          # and the weight of what was before it
    double two[2]            # the same of two bars together, by bar number
    double two_kept[2]
    double averages[4]
    # a ring of the newest period + 1 values follows


cdef Py_ssize_t kama_size(Py_ssize_t period) noexcept nogil:
    return sizeof(Kaufman) + ring_size(period + 1)


cdef void kama_begin(void* memory, Py_ssize_t period) noexcept nogil:
    cdef Kaufman* state = <Kaufman*>memory
    state.period = period
    ring_begin(<Ring*>(state + 1), period + 1)


cdef double followed(Kaufman* state, Py_ssize_t at, double value, double weight) noexcept nogil:
    """`follow` of the next value, the one of number `at`."""
    cdef:
        double one = weight * value
        double kept = 1.0 - weight
        double two = one + kept * state.one
        double two_kept = kept * state.one_kept
        double* average = state.averages + (at & 3)
    average[0] = two + two_kept * state.two[at & 1] + two_kept * state.two_kept[at & 1] * average[0]
    state.one, state.one_kept = one, kept
    state.two[at & 1], state.two_kept[at & 1] = two, two_kept
    return average[0]


cdef double kama_feed(void* memory, double value) noexcept nogil:
    cdef:
        Kaufman* state = <Kaufman*>memory
        Ring* ring = <Ring*>(state + 1)
        Py_ssize_t period = state.period
        Py_ssize_t seen = ring.seen
        Py_ssize_t i
        double left = fabs(ring_ago(ring, period - 1) - ring_ago(ring, period)) if seen > period else 0.0
        double change = fabs(value - ring_ago(ring, 0)) if seen else 0.0
    ring_put(ring, value)
    if seen < period - 1:
        return NAN
    if seen == period - 1:
        followed(state, 0, value, 1.0)
        return NAN
    state.path += change - left
    if state.age == 0:
        state.path = 0.0
        for i in range(period - 1, -1, -1):
            state.path += fabs(ring_ago(ring, i) - ring_ago(ring, i + 1))
    state.age = state.age + 1 if state.age + 1 < block_of(period) else 0
    return followed(
        state, seen - period + 1, value, kaufman_weight(value - ring_ago(ring, period), state.path)
    )


cdef Py_ssize_t mama_size() noexcept nogil:
    return sizeof(Mesa)


cdef void mama_begin(void* memory, double fast_limit, double slow_limit) noexcept nogil:
    (<Mesa*>memory).fast_limit = fast_limit
    (<Mesa*>memory).slow_limit = slow_limit


cdef double mama_feed(void* memory, double value, double* following) noexcept nogil:
    cdef Mesa* state = <Mesa*>memory
    mesa_step(state, value)
    if following != NULL:
        following[0] = state.following if state.seen > MAMA_LOOKBACK else NAN
    return state.average if state.seen > MAMA_LOOKBACK else NAN


cdef bint mama_by_parts(
    const double* values, Py_ssize_t count, double fast_limit, double slow_limit, double* out, double* following
) noexcept nogil:
    """Whether the series is one that is better turned in parts, and done; the averages are stepped after that."""
    cdef:
        Mesa state
        Py_ssize_t i
    if count < LANES * MESA_FORGET:
        return False
    memset(&state, 0, sizeof(Mesa))
    for i in range(count):
        following[i] = mesa_smoothed(&state, values[i])
    if not parts_of_mesa(following + MESA_FIRST, count - MESA_FIRST, out + MESA_FIRST):
        return False
    memset(&state, 0, sizeof(Mesa))
    mama_begin(&state, fast_limit, slow_limit)
    for i in range(MESA_FIRST, count):
        mesa_follow(&state, values[i], out[i])
        out[i] = state.average
        following[i] = state.following
    return True


cdef void fill_mama(
    const double* values, Py_ssize_t count, double fast_limit, double slow_limit, double* out, double* following
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Mesa state
    if following == NULL or not mama_by_parts(values, count, fast_limit, slow_limit, out, following):
        memset(&state, 0, sizeof(Mesa))
        mama_begin(&state, fast_limit, slow_limit)
        for i in range(count):
            mesa_step(&state, values[i])
            out[i] = state.average
            if following != NULL:
                following[i] = state.following
    fill_missing(out, MAMA_LOOKBACK)
    if following != NULL:
        fill_missing(following, MAMA_LOOKBACK)


cdef void fill_mama_rows(
    const double* values, Py_ssize_t count, double fast_limit, double slow_limit, double* out, double* following
) noexcept nogil:
    cdef:
        double totals[LANES]
        double weighted[LANES]
        Mesa state
        Py_ssize_t row, i
    for row in range(LANES):
        memset(&state, 0, sizeof(Mesa))
        for i in range(row * count, row * count + MESA_FIRST):
            mesa_step(&state, values[i])
        totals[row], weighted[row] = state.total, state.weighted
    eight_mesas(
        values + MESA_FIRST, count, count - MESA_FIRST, fast_limit, slow_limit, totals, weighted,
        out + MESA_FIRST, following + MESA_FIRST if following != NULL else NULL,
    )
    for row in range(LANES):
        fill_missing(out + row * count, MAMA_LOOKBACK)
        if following != NULL:
            fill_missing(following + row * count, MAMA_LOOKBACK)


cdef void mama(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_mama(inputs[0], bars, parameters[0], parameters[1], outputs[0], outputs[1])


cdef void mama_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_mama_rows(inputs[0], bars, parameters[0], parameters[1], outputs[0], outputs[1])


cdef Py_ssize_t size_of_mama(const double* parameters) noexcept nogil:
    return mama_size()


cdef void begin_mama(void* memory, const double* parameters) noexcept nogil:
    mama_begin(memory, parameters[0], parameters[1])


cdef void feed_mama(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = mama_feed(memory, bar[0], &values[1])


KERNELS = {
    "mama": kernel(mama, 1, 2, 2, NULL, mama_panel),
}

STREAMS = {
    "mama": stream(size_of_mama, begin_mama, feed_mama, 1, 2, 2),
}
