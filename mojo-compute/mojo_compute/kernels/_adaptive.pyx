"""Averages whose weight follows the market; see `_adaptive.pxd`."""
from libc.math cimport M_PI, NAN, fabs
from libc.string cimport memset

from mojo_compute.kernels._arctangent cimport arctangent
from mojo_compute.kernels._rings cimport Ring, ring_ago, ring_begin, ring_put, ring_size
from mojo_compute.kernels._running cimport block_of, fill_totals
from mojo_compute.kernels._smoothing cimport fill_missing

cdef double SLOWEST = 2.0 / 31.0             # weight of an EMA of 30
cdef double SPREAD = 2.0 / 3.0 - 2.0 / 31.0  # up to that of an EMA of 2
cdef enum:
    PIECE = 256

cdef double NOTHING = 1e-14                  # a path that short counts as none, as in TA-Lib


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
    fill_totals(scratch + 1, count - 1, period, out + 1)
    for i in range(period, count):
        out[i] = kaufman_weight(values[i] - values[i - period], out[i])
    out[period - 1] = 1.0  # it begins at the price itself
    follow(values + period - 1, count - period + 1, out + period - 1)
    fill_missing(out, period)


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


cdef double INNER = 0.5769   # Ehlers' Hilbert transform: its taps 2 and 4 bars ago,
cdef double OUTER = 0.0962   # and 0 and 6 bars ago
cdef double DEGREES = 180.0 / M_PI


cdef struct Mesa:
    Py_ssize_t seen        # values
    double fast_limit
    double slow_limit
    double average
    double following
    double period          # bars, of the cycle measured up to the bar before
    double phase           # degrees
    double in_phase        # smoothed, of the bar before
    double quadrature
    double real
    double imaginary
    double total           # of the newest four prices
    double weighted        # likewise, the newest counted four times, less `total`
    double smooth[8]       # rings, by bar number: prices weighted over four bars,
    double detrended[16]   # their Hilbert transform,
    double shifted[8]      # and its own
    double prices[4]


cdef inline double hilbert(const double* ring, Py_ssize_t at, Py_ssize_t mask, double adjusted) noexcept nogil:
    return (
        OUTER * ring[at & mask] - OUTER * ring[(at - 6) & mask]
        - INNER * ring[(at - 4) & mask] + INNER * ring[(at - 2) & mask]
    ) * adjusted


cdef inline double cycle_after(double period, double real, double imaginary) noexcept nogil:
    """The cycle's length that the phasor's turn tells, held near the one before."""
    cdef double found = period
    if imaginary != 0.0 and real != 0.0:
        found = 360.0 / (arctangent(imaginary, real) * DEGREES)
    if found > 1.5 * period:
        found = 1.5 * period
    if found < 0.67 * period:
        found = 0.67 * period
    if found < 6.0:
        found = 6.0
    elif found > 50.0:
        found = 50.0
    return 0.2 * found + 0.8 * period


cdef inline void mesa_step(Mesa* state, double value) noexcept nogil:
    """One bar: `average` and `following` take it in."""
    cdef:
        Py_ssize_t at = state.seen
        double adjusted = 0.075 * state.period + 0.54
        double first, quadrature, in_phase, phase, turn, weight
    # A running sum where four products would do: on a straight line the transforms are
    # nothing but its rounding, and TA-Lib's values with them
    state.seen += 1
    state.total += value
    state.total -= state.prices[at & 3]
    state.prices[at & 3] = value
    state.weighted += value * (4.0 if at > 3 else at + 1.0)
    state.smooth[at & 7] = 0.1 * state.weighted
    if at >= 3:
        state.weighted -= state.total
    if at < 12:  # as in Ehlers' own program, the transforms begin on the thirteenth bar
        state.smooth[at & 7] = 0.0
        return
    state.detrended[at & 15] = hilbert(state.smooth, at, 7, adjusted)
    state.shifted[at & 7] = hilbert(state.detrended, at, 15, adjusted)
    first = state.detrended[(at - 3) & 15]
    quadrature = 0.2 * (state.shifted[at & 7] + hilbert(state.detrended, at - 3, 15, adjusted))
    quadrature += 0.8 * state.quadrature
    in_phase = 0.2 * (first - hilbert(state.shifted, at, 7, adjusted)) + 0.8 * state.in_phase

    phase = arctangent(state.shifted[at & 7], first) * DEGREES if first != 0.0 else 0.0
    turn = state.phase - phase
    state.phase = phase
    weight = state.fast_limit
    if turn > 1.0:
        weight = state.fast_limit / turn
        if weight < state.slow_limit:
            weight = state.slow_limit
    state.average = weight * value + (1.0 - weight) * state.average
    state.following = 0.5 * weight * state.average + (1.0 - 0.5 * weight) * state.following

    state.real = 0.2 * (in_phase * state.in_phase + quadrature * state.quadrature) + 0.8 * state.real
    state.imaginary = 0.2 * (in_phase * state.quadrature - quadrature * state.in_phase) + 0.8 * state.imaginary
    state.quadrature = quadrature
    state.in_phase = in_phase
    state.period = cycle_after(state.period, state.real, state.imaginary)


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


cdef void fill_mama(
    const double* values, Py_ssize_t count, double fast_limit, double slow_limit, double* out, double* following
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Mesa state
    memset(&state, 0, sizeof(Mesa))
    mama_begin(&state, fast_limit, slow_limit)
    for i in range(MAMA_LOOKBACK):
        mesa_step(&state, values[i])
        out[i] = NAN
        if following != NULL:
            following[i] = NAN
    for i in range(MAMA_LOOKBACK, count):
        mesa_step(&state, values[i])
        out[i] = state.average
        if following != NULL:
            following[i] = state.following
