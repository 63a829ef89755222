"""How far a price is from where it has been lately: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._flows cimport typical
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._pairs cimport (
    AGES, Pairs, Weights, fill_weighed_pairs, linear_weights, pair_of, pairs_begin, pairs_room, pairs_size, weighed,
)
from mojo_compute.kernels._rings cimport Ring, ring_ago, ring_begin, ring_put, ring_size
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._sums cimport Sums, fill_sums, summed, sums_begin, sums_room, sums_size

cdef enum:
    GROUP = 64  # bars whose deviations are added up side by side

cdef double FLAT = 1e-14  # share of the mean within which a deviation is a rounding, as TA-Lib has it


cdef inline double channel_index(double price, double mean, double deviation) noexcept nogil:
    cdef:
        double away = price - mean
        double least = FLAT * fabs(mean)
        bint flat = (fabs(away) <= least) | (deviation <= least)
        double index = away / (1.0 if flat else 0.015 * deviation)
    return 0.0 if flat else index


cdef void fill_deviations(
    const double* prices,  # IN
    const double* means,   # IN
    Py_ssize_t first,
    Py_ssize_t bars,
    Py_ssize_t period,
    double* out,           # OUT sums of the distances from the mean, from the newest bar back
) noexcept nogil:
    cdef:
        double sums[GROUP]
        Py_ssize_t start, ago
        Py_ssize_t i
        const double* past
        const double* middle
    for start in range(first, bars - GROUP + 1, 64):
        middle = means + start
        for i in range(GROUP):
            sums[i] = 0.0
        for ago in range(period):
            past = prices + start - ago
            for i in range(GROUP):
                sums[i] += fabs(past[i] - middle[i])
        for i in range(GROUP):
            out[start + i] = sums[i]
    for start in range(bars - (bars - first) % GROUP, bars):
        out[start] = 0.0
        for ago in range(period):
            out[start] += fabs(prices[start - ago] - means[start])


cdef Py_ssize_t cci_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars + sums_room(<Py_ssize_t>parameters[0])


cdef void cci(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
        double share = 1.0 / period
        double* prices = scratch
        double* means = scratch + bars
        double* out = outputs[0]
    for i in range(bars):
        prices[i] = typical(inputs[0][i], inputs[1][i], inputs[2][i])
    fill_sums(prices, bars, period, means, means + bars)
    for i in range(period - 1, bars):
        means[i] *= share
    fill_missing(out, period - 1)
    fill_deviations(prices, means, period - 1, bars, period, out)
    for i in range(period - 1, bars):
        out[i] = channel_index(prices[i], means[i], out[i] * share)


# The stream's state: the sums, then a ring of the newest typical prices.
cdef Py_ssize_t cci_size(const double* parameters) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    return sums_size(period) + ring_size(period)


cdef void cci_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    sums_begin(<Sums*>memory, period)
    ring_begin(<Ring*>(<char*>memory + sums_size(period)), period)


cdef void cci_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sums* sums = <Sums*>memory
        Ring* ring = <Ring*>(<char*>memory + sums_size(sums.period))
        double share = 1.0 / sums.period
        double price = typical(bar[0], bar[1], bar[2])
        double mean = summed(sums, price) * share
        double deviation = 0.0
        Py_ssize_t ago
    ring_put(ring, price)
    values[0] = NAN
    if sums.seen >= sums.period:
        for ago in range(sums.period):
            deviation += fabs(ring_ago(ring, ago) - mean)
        values[0] = channel_index(price, mean, deviation * share)


cdef Py_ssize_t dpo_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + sums_room(<Py_ssize_t>parameters[0])


cdef void dpo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t ago = period // 2 + 1
        Py_ssize_t first = max(period - 1, ago)
        Py_ssize_t i
        double share = 1.0 / period
        const double* past = inputs[0] - ago
        double* out = outputs[0]
    fill_sums(inputs[0], bars, period, scratch, scratch + bars)
    fill_missing(out, first)
    for i in range(first, bars):
        out[i] = past[i] - scratch[i] * share


cdef Py_ssize_t dpo_size(const double* parameters) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    return sums_size(period) + ring_size(period // 2 + 2)


cdef void dpo_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    sums_begin(<Sums*>memory, period)
    ring_begin(<Ring*>(<char*>memory + sums_size(period)), period // 2 + 2)


cdef void dpo_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sums* sums = <Sums*>memory
        Ring* ring = <Ring*>(<char*>memory + sums_size(sums.period))
        double total = summed(sums, bar[0])
        Py_ssize_t ago = sums.period // 2 + 1
    ring_put(ring, bar[0])
    values[0] = NAN
    if sums.seen > max(sums.period - 1, ago):
        values[0] = ring_ago(ring, ago) - total * (1.0 / sums.period)


cdef inline Weights forecast_weights(double period) noexcept nogil:
    """Of a sum and of that by age, for where the line through the last `period` prices is one bar later."""
    cdef Weights weights
    weights.total = 4.0 / period
    weights.other = -6.0 / (period * (period - 1.0))
    return weights


cdef inline double missed(double price, double expected) noexcept nogil:
    cdef double share = 100.0 * (price - expected) / (price if price != 0.0 else 1.0)
    return share if price != 0.0 else 0.0


cdef Py_ssize_t fosc_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + pairs_room(<Py_ssize_t>parameters[0])


cdef void fosc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
        const double* prices = inputs[0]
        double* out = outputs[0]
    fill_weighed_pairs(AGES, prices, bars, period, forecast_weights(<double>period), scratch, scratch + bars)
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = missed(prices[i], scratch[i - 1])


cdef struct Forecast:
    double next  # price, where there is one
    # the sums follow


cdef Py_ssize_t fosc_size(const double* parameters) noexcept nogil:
    return sizeof(Forecast) + pairs_size(<Py_ssize_t>parameters[0])


cdef void fosc_begin(void* memory, const double* parameters) noexcept nogil:
    pairs_begin(<Pairs*>(<Forecast*>memory + 1), <Py_ssize_t>parameters[0])


cdef void fosc_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Forecast* state = <Forecast*>memory
        Pairs* sums = <Pairs*>(state + 1)
        double* pair = [0.0, 0.0]
    values[0] = missed(bar[0], state.next) if sums.seen >= sums.period else NAN
    pair_of(AGES, sums, bar[0], pair)
    state.next = weighed(AGES, pair[0], pair[1], forecast_weights(<double>sums.period))


cdef inline double rate(double price, double base) noexcept nogil:
    cdef double change = (price / (base if base != 0.0 else 1.0) - 1.0) * 100.0
    return change if base != 0.0 else 0.0


cdef Py_ssize_t coppock_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + pairs_room(<Py_ssize_t>parameters[0])


cdef void coppock(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t ago = <Py_ssize_t>parameters[1]
        Py_ssize_t further = <Py_ssize_t>parameters[2]
        Py_ssize_t first = max(ago, further)
        Py_ssize_t i
        const double* prices = inputs[0]
        double* rates = scratch
        double* out = outputs[0]
    for i in range(first, bars):
        rates[i] = rate(prices[i], prices[i - ago]) + rate(prices[i], prices[i - further])
    fill_weighed_pairs(
        AGES, rates + first, bars - first, period, linear_weights(<double>period), out + first, scratch + bars
    )
    fill_missing(out, first + period - 1)


# The stream's state: the sums, then a ring of the newest prices.
cdef Py_ssize_t coppock_size(const double* parameters) noexcept nogil:
    return pairs_size(<Py_ssize_t>parameters[0]) + ring_size(<Py_ssize_t>max(parameters[1], parameters[2]) + 3)


cdef void coppock_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Ring* ring = <Ring*>(<char*>memory + pairs_size(<Py_ssize_t>parameters[0]))
        Py_ssize_t first = <Py_ssize_t>max(parameters[1], parameters[2])
    pairs_begin(<Pairs*>memory, <Py_ssize_t>parameters[0])
    ring_begin(ring, first + 1)
    (<double*>(ring + 1))[first + 1] = parameters[1]
    (<double*>(ring + 1))[first + 2] = parameters[2]


cdef void coppock_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Pairs* sums = <Pairs*>memory
        Ring* ring = <Ring*>(<char*>memory + pairs_size(sums.period))
        double* periods = <double*>(ring + 1) + ring.room
        double* pair = [0.0, 0.0]
        double pace
    ring_put(ring, bar[0])
    values[0] = NAN
    if ring.seen >= ring.room:
        pace = rate(bar[0], ring_ago(ring, <Py_ssize_t>periods[0]))
        pace += rate(bar[0], ring_ago(ring, <Py_ssize_t>periods[1]))
        if pair_of(AGES, sums, pace, pair):
            values[0] = weighed(AGES, pair[0], pair[1], linear_weights(<double>sums.period))


KERNELS = {
    "cci": kernel(cci, 3, 1, 1, cci_room),
    "dpo": kernel(dpo, 1, 1, 1, dpo_room),
    "fosc": kernel(fosc, 1, 1, 1, fosc_room),
    "coppock": kernel(coppock, 1, 3, 1, coppock_room),
}

STREAMS = {
    "cci": stream(cci_size, cci_begin, cci_feed, 3, 1, 1),
    "dpo": stream(dpo_size, dpo_begin, dpo_feed, 1, 1, 1),
    "fosc": stream(fosc_size, fosc_begin, fosc_feed, 1, 1, 1),
    "coppock": stream(coppock_size, coppock_begin, coppock_feed, 1, 3, 1),
}
