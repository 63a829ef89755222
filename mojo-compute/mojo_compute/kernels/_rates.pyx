"""Kernels that hold a price against the one some bars before: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rings cimport Ring, ring_begin, ring_full, ring_put, ring_size
from mojo_compute.kernels._smoothing cimport fill_missing


# Against a price of 0 a rate is 0, as TA-Lib has it
cdef inline double rate(double now, double before) noexcept nogil:
    return (now / before - 1.0) * 100.0 if before != 0.0 else 0.0


cdef inline double share(double now, double before) noexcept nogil:
    return (now - before) / before if before != 0.0 else 0.0


cdef inline double ratio(double now, double before) noexcept nogil:
    return now / before if before != 0.0 else 0.0


cdef inline double percentage(double now, double before) noexcept nogil:
    return now / before * 100.0 if before != 0.0 else 0.0


cdef void mom(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* prices = inputs[0]
        double* out = outputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = prices[i] - prices[i - period]


cdef void roc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* prices = inputs[0]
        double* out = outputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = rate(prices[i], prices[i - period])


cdef void rocp(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* prices = inputs[0]
        double* out = outputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = share(prices[i], prices[i - period])


cdef void rocr(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* prices = inputs[0]
        double* out = outputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = ratio(prices[i], prices[i - period])


cdef void rocr100(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* prices = inputs[0]
        double* out = outputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = percentage(prices[i], prices[i - period])


cdef Py_ssize_t past_size(const double* parameters) noexcept nogil:
    return ring_size(<Py_ssize_t>parameters[0])


cdef void past_begin(void* memory, const double* parameters) noexcept nogil:
    ring_begin(<Ring*>memory, <Py_ssize_t>parameters[0])


cdef void mom_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        bint full = ring_full(<Ring*>memory)
        double before = ring_put(<Ring*>memory, bar[0])
    values[0] = bar[0] - before if full else NAN


cdef void roc_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        bint full = ring_full(<Ring*>memory)
        double before = ring_put(<Ring*>memory, bar[0])
    values[0] = rate(bar[0], before) if full else NAN


cdef void rocp_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        bint full = ring_full(<Ring*>memory)
        double before = ring_put(<Ring*>memory, bar[0])
    values[0] = share(bar[0], before) if full else NAN


cdef void rocr_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        bint full = ring_full(<Ring*>memory)
        double before = ring_put(<Ring*>memory, bar[0])
    values[0] = ratio(bar[0], before) if full else NAN


cdef void rocr100_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        bint full = ring_full(<Ring*>memory)
        double before = ring_put(<Ring*>memory, bar[0])
    values[0] = percentage(bar[0], before) if full else NAN


KERNELS = {
    "mom": kernel(mom, 1, 1, 1),
    "roc": kernel(roc, 1, 1, 1),
    "rocp": kernel(rocp, 1, 1, 1),
    "rocr": kernel(rocr, 1, 1, 1),
    "rocr100": kernel(rocr100, 1, 1, 1),
}

STREAMS = {
    "mom": stream(past_size, past_begin, mom_feed, 1, 1, 1),
    "roc": stream(past_size, past_begin, roc_feed, 1, 1, 1),
    "rocp": stream(past_size, past_begin, rocp_feed, 1, 1, 1),
    "rocr": stream(past_size, past_begin, rocr_feed, 1, 1, 1),
    "rocr100": stream(past_size, past_begin, rocr100_feed, 1, 1, 1),
}
