"""Weighted means; see `_weighted_means.pxd`. Linear ones are taken afresh as in `_running.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._running cimport PARTS, block_of, total_of, totals_of_parts
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._sums cimport (
    Sums, next_sums, sum_windows, summed, sums_begin, sums_chunk, sums_room, sums_size, sums_span,
)


cdef inline double linear_share(Py_ssize_t period) noexcept nogil:
    """What a weight of 1 counts."""
    return 1.0 / (0.5 * period * (period + 1.0))


cdef inline double linear_total(const double* values, Py_ssize_t period) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(period):
        total += (i + 1.0) * values[i]
    return total


cdef void step_linear(
    const double* values,  # IN  from the oldest of the first window on
    Py_ssize_t period,
    Py_ssize_t count,      # IN  windows
    double* out,           # OUT mean of each
) noexcept nogil:
    cdef:
        const double* newest = values + period - 1
        double share = linear_share(period)
        double total = total_of(values, period)
        double weighted = linear_total(values, period)
        Py_ssize_t i
    out[0] = weighted * share
    for i in range(1, count):
        weighted += period * newest[i] - total
        total += newest[i] - values[i - 1]
        out[i] = weighted * share


cdef void step_linear_parts(
    const double* values,  # IN  from the oldest of the first window on
    Py_ssize_t period,
    Py_ssize_t block,      # IN  windows
    double* out,           # OUT mean of each
) noexcept nogil:
    """Four blocks side by side."""
    cdef:
        const double* newest = values + period - 1
        const double* second = newest + block
        const double* third = second + block
        const double* fourth = third + block
        double share = linear_share(period)
        double total[PARTS]
        double weighted[PARTS]
        double a, b, c, d, a_weighted, b_weighted, c_weighted, d_weighted
        Py_ssize_t i
        int lane
    totals_of_parts(values, block, period, total)
    for lane in range(PARTS):
        weighted[lane] = linear_total(values + lane * block, period)
        out[lane * block] = weighted[lane] * share
    a, b, c, d = total[0], total[1], total[2], total[3]
    a_weighted, b_weighted, c_weighted, d_weighted = weighted[0], weighted[1], weighted[2], weighted[3]
    for i in range(1, block):
        a_weighted += period * newest[i] - a
        b_weighted += period * second[i] - b
        c_weighted += period * third[i] - c
        d_weighted += period * fourth[i] - d
        a += newest[i] - newest[i - period]
        b += second[i] - second[i - period]
        c += third[i] - third[i - period]
        d += fourth[i] - fourth[i - period]
        out[i] = a_weighted * share
        out[block + i] = b_weighted * share
        out[2 * block + i] = c_weighted * share
        out[3 * block + i] = d_weighted * share


cdef void fill_wma(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    cdef:
        Py_ssize_t block = block_of(period)
        Py_ssize_t first = period - 1
    fill_missing(out, first)
    while first + PARTS * block <= count:
        step_linear_parts(values + first - period + 1, period, block, out + first)
        first += PARTS * block
    while first < count:
        step_linear(values + first - period + 1, period, min(block, count - first), out + first)
        first += block


cdef struct Weighted:
    Py_ssize_t period
    Py_ssize_t seen     # values
    Py_ssize_t at       # where in the ring the next value goes
    Py_ssize_t age      # windows since the sums were taken afresh
    double total        # of the newest `period` values
    double weighted     # the same, the newest counted `period` times, the oldest once
    # the newest `period` values follow


cdef Py_ssize_t weighted_size(Py_ssize_t period) noexcept nogil:
    return sizeof(Weighted) + period * sizeof(double)


cdef void weighted_begin(void* memory, Py_ssize_t period) noexcept nogil:
    (<Weighted*>memory).period = period


cdef double weighted_feed(void* memory, double value) noexcept nogil:
    cdef:
        Weighted* state = <Weighted*>memory
        double* ring = <double*>(state + 1)
        double oldest = ring[state.at]
        double each
        Py_ssize_t period = state.period
        Py_ssize_t i
    ring[state.at] = value
    state.at = state.at + 1 if state.at + 1 < period else 0
    state.seen += 1
    if state.seen < period:
        return NAN
    if state.age == 0:
        state.total = state.weighted = 0.0
        for i in range(period):
            each = ring[state.at + i if state.at + i < period else state.at + i - period]
            state.total += each
            state.weighted += (i + 1.0) * each
    else:
        state.weighted += period * value - state.total
        state.total += value - oldest
    state.age = state.age + 1 if state.age + 1 < block_of(period) else 0
    return state.weighted * linear_share(period)


cdef Py_ssize_t volume_mean_room(Py_ssize_t period) noexcept nogil:
    return sums_span(period) + sums_room(period)


cdef void fill_vwma(
    const double* values, const double* weights, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t start = 0
        Py_ssize_t windows, i
        double* products = scratch
        double* room = scratch + sums_span(period)
        double* means = out + period - 1
    fill_missing(out, period - 1)
    while start <= count - period:
        windows = min(sums_chunk(period), count - period + 1 - start)
        for i in range(windows + period - 1):
            products[i] = values[start + i] * weights[start + i]
        sum_windows(products, windows, period, means + start, room)
        sum_windows(weights + start, windows, period, products, room)
        for i in range(windows):
            means[start + i] /= products[i]
        start += windows


# The state: the sums of values times weights, then those of the weights
cdef Py_ssize_t volume_mean_size(Py_ssize_t period) noexcept nogil:
    return 2 * sums_size(period)


cdef void volume_mean_begin(void* memory, Py_ssize_t period) noexcept nogil:
    sums_begin(<Sums*>memory, period)
    sums_begin(next_sums(<Sums*>memory), period)


cdef double volume_mean_feed(void* memory, double value, double weight) noexcept nogil:
    cdef:
        Sums* products = <Sums*>memory
        double total = summed(products, value * weight)
    return total / summed(next_sums(products), weight)
