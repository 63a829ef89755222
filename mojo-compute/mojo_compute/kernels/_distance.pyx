"""How far a price is from where it has been lately: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rings cimport Ring, ring_ago, ring_begin, ring_put, ring_size
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._sums cimport Sums, fill_sums, summed, sums_begin, sums_room, sums_size

cdef enum:
    GROUP = 64  # bars whose deviations are added up side by side

cdef double FLAT = 1e-14  # share of the mean within which a deviation is a rounding, as TA-Lib has it


cdef inline double typical(double high, double low, double close) noexcept nogil:
    return (high + low + close) / 3.0


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
        double* prices = scratch
        double* means = scratch + bars
        double* out = outputs[0]
    for i in range(bars):
        prices[i] = typical(inputs[0][i], inputs[1][i], inputs[2][i])
    fill_sums(prices, bars, period, means, means + bars)
    for i in range(period - 1, bars):
        means[i] /= period
    fill_missing(out, period - 1)
    fill_deviations(prices, means, period - 1, bars, period, out)
    for i in range(period - 1, bars):
        out[i] = channel_index(prices[i], means[i], out[i] / period)


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
        double price = typical(bar[0], bar[1], bar[2])
        double mean = summed(sums, price) / sums.period
        double deviation = 0.0
        Py_ssize_t ago
    ring_put(ring, price)
    values[0] = NAN
    if sums.seen >= sums.period:
        for ago in range(sums.period):
            deviation += fabs(ring_ago(ring, ago) - mean)
        values[0] = channel_index(price, mean, deviation / sums.period)


KERNELS = {
    "cci": kernel(cci, 3, 1, 1, cci_room),
}

STREAMS = {
    "cci": stream(cci_size, cci_begin, cci_feed, 3, 1, 1),
}
