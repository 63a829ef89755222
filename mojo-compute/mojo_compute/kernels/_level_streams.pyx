"""The stream forms of what looks at extremes of windows: guarantees as in `_kernel.pxd`, the series' bits."""
from libc.math cimport NAN, exp, fabs, log

from mojo_compute.kernels._extremes cimport Extreme, extreme_begin, extreme_of, extreme_size
from mojo_compute.kernels._kernel cimport stream
from mojo_compute.kernels._rings cimport Ring, ring_begin, ring_put, ring_size
from mojo_compute.kernels._smoothing cimport Smoothing, smoothed, wilder_begin
from mojo_compute.kernels._sums cimport Sums, summed, sums_begin, sums_size
from mojo_compute.kernels._volatility cimport true_range

KERNELS = {}


# A range: the highest of one series, then the lowest of another

cdef inline Py_ssize_t range_size(Py_ssize_t period) noexcept nogil:
    return 2 * extreme_size(period)


cdef inline void range_begin(void* memory, Py_ssize_t period) noexcept nogil:
    extreme_begin(<Extreme*>memory, period, 1.0)
    extreme_begin(<Extreme*>(<char*>memory + extreme_size(period)), period, -1.0)


cdef inline double highest_of(void* memory, double high) noexcept nogil:
    return extreme_of(<Extreme*>memory, high)


cdef inline double lowest_of(void* memory, double low) noexcept nogil:
    return extreme_of(<Extreme*>(<char*>memory + extreme_size((<Extreme*>memory).period)), low)


cdef struct Ichimoku:
    Py_ssize_t seen
    Py_ssize_t first         # bar with values
    Py_ssize_t[3] ranges     # bytes from here to the ranges, the delaying rings
    Py_ssize_t[2] delays


cdef Py_ssize_t ichimoku_size(const double* parameters) noexcept nogil:
    cdef:
        Py_ssize_t size = sizeof(Ichimoku) + 2 * ring_size(<Py_ssize_t>parameters[1])
        int at
    for at in range(3):
        size += range_size(<Py_ssize_t>parameters[at])
    return size


cdef void ichimoku_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Ichimoku* state = <Ichimoku*>memory
        Py_ssize_t size = sizeof(Ichimoku)
        int at
    for at in range(3):
        state.first = max(state.first, <Py_ssize_t>(parameters[at] + parameters[1]) - 1)
        state.ranges[at] = size
        range_begin(<char*>memory + size, <Py_ssize_t>parameters[at])
        size += range_size(<Py_ssize_t>parameters[at])
    for at in range(2):
        state.delays[at] = size
        ring_begin(<Ring*>(<char*>memory + size), <Py_ssize_t>parameters[1])
        size += ring_size(<Py_ssize_t>parameters[1])


cdef void ichimoku_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Ichimoku* state = <Ichimoku*>memory
        char* part
        double[3] middles
        int at
    for at in range(3):
        part = <char*>memory + state.ranges[at]
        middles[at] = 0.5 * (highest_of(part, bar[0]) + lowest_of(part, bar[1]))
    values[0] = middles[0]
    values[1] = middles[1]
    values[2] = ring_put(<Ring*>(<char*>memory + state.delays[0]), 0.5 * (middles[0] + middles[1]))
    values[3] = ring_put(<Ring*>(<char*>memory + state.delays[1]), middles[2])
    if state.seen < state.first:
        for at in range(4):
            values[at] = NAN
    state.seen += 1


cdef struct Chandelier:
    Py_ssize_t seen
    double multiplier
    double close
    Smoothing ranges
    # a range follows


cdef Py_ssize_t chandelier_size(const double* parameters) noexcept nogil:
    return sizeof(Chandelier) + range_size(<Py_ssize_t>parameters[0])


cdef void chandelier_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Chandelier* state = <Chandelier*>memory
    state.multiplier = parameters[1]
    wilder_begin(&state.ranges, <Py_ssize_t>parameters[0])
    range_begin(state + 1, <Py_ssize_t>parameters[0])


cdef void chandelier_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Chandelier* state = <Chandelier*>memory
        double high = highest_of(state + 1, bar[0])
        double low = lowest_of(state + 1, bar[1])
        double away = NAN
    if state.seen:
        away = state.multiplier * smoothed(&state.ranges, true_range(bar[0], bar[1], state.close))
    values[0] = high - away
    values[1] = low + away
    state.seen = 1
    state.close = bar[2]


cdef struct Fractal:
    Py_ssize_t half
    Py_ssize_t seen
    double weight
    double average
    Py_ssize_t highs    # bytes from here to the rings of extremes; a range follows
    Py_ssize_t lows


cdef Py_ssize_t frama_size(const double* parameters) noexcept nogil:
    cdef Py_ssize_t half = <Py_ssize_t>(parameters[0] + 1) // 2
    return sizeof(Fractal) + range_size(half) + 2 * ring_size(half)


cdef void frama_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Fractal* state = <Fractal*>memory
        Py_ssize_t half = <Py_ssize_t>(parameters[0] + 1) // 2
    state.half = half
    state.weight = 1.0
    state.highs = sizeof(Fractal) + range_size(half)
    state.lows = state.highs + ring_size(half)
    range_begin(state + 1, half)
    ring_begin(<Ring*>(<char*>memory + state.highs), half)
    ring_begin(<Ring*>(<char*>memory + state.lows), half)


cdef void frama_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Fractal* state = <Fractal*>memory
        double high = highest_of(state + 1, bar[0])
        double low = lowest_of(state + 1, bar[1])
        double high_before = ring_put(<Ring*>(<char*>memory + state.highs), high)
        double low_before = ring_put(<Ring*>(<char*>memory + state.lows), low)
        double newer = high - low
        double older = high_before - low_before
        double middle = 0.5 * (bar[0] + bar[1])
    values[0] = NAN
    if state.seen < 2 * state.half - 1:
        state.average = middle
    else:
        high = high if high > high_before else high_before
        low = low if low < low_before else low_before
        if newer > 0.0 and older > 0.0:
            state.weight = exp(-4.6 * (log(2.0 * (newer + older) / (high - low)) / log(2.0) - 1.0))
            state.weight = min(max(state.weight, 0.01), 1.0)
        state.average = state.weight * 0.5 * (bar[0] + bar[1]) + (1.0 - state.weight) * state.average
        values[0] = state.average
    state.seen += 1


cdef struct Vidya:
    Py_ssize_t period
    Py_ssize_t seen
    double weight
    double close
    double average
    Py_ssize_t moves    # bytes from here to the second of two sums that follow


cdef Py_ssize_t vidya_size(const double* parameters) noexcept nogil:
    return sizeof(Vidya) + 2 * sums_size(<Py_ssize_t>parameters[0])


cdef void vidya_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Vidya* state = <Vidya*>memory
        Py_ssize_t period = <Py_ssize_t>parameters[0]
    state.period = period
    state.weight = 2.0 / (period + 1.0)
    state.moves = sizeof(Vidya) + sums_size(period)
    sums_begin(<Sums*>(state + 1), period)
    sums_begin(<Sums*>(<char*>memory + state.moves), period)


cdef void vidya_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Vidya* state = <Vidya*>memory
        double change = bar[0] - state.close if state.seen else 0.0
        double risen = summed(<Sums*>(state + 1), change if change > 0.0 else 0.0)
        double moved = summed(<Sums*>(<char*>memory + state.moves), fabs(change))
        double share
    state.seen += 1
    state.close = bar[0]
    values[0] = NAN
    if state.seen <= state.period:
        state.average += bar[0]
        if state.seen < state.period:
            return
        state.average /= state.period
    else:
        share = state.weight * fabs(2.0 * risen - moved) / moved if moved > 0.0 else 0.0
        state.average = share * bar[0] + (1.0 - share) * state.average
    values[0] = state.average


STREAMS = {
    "ichimoku": stream(ichimoku_size, ichimoku_begin, ichimoku_feed, 2, 3, 4),
    "chandelier": stream(chandelier_size, chandelier_begin, chandelier_feed, 3, 2, 2),
    "frama": stream(frama_size, frama_begin, frama_feed, 2, 1, 1),
    "vidya": stream(vidya_size, vidya_begin, vidya_feed, 1, 1, 1),
}
