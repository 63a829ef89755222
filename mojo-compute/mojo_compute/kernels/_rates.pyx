"""Kernels that hold a price against the one some bars before: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._families cimport place
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rings cimport Ring, ring_begin, ring_full, ring_put, ring_size
from mojo_compute.kernels._rooms cimport one_series
from mojo_compute.kernels._smoothing cimport fill_missing

from mojo_compute.kernels.families import Family, Member


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


cdef enum:
    DIFFERENCES
    RATES
    SHARES
    RATIOS
    PERCENTAGES
    MEMBERS


cdef void rates(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """Those that are wanted; three of them are made of the ratio."""
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t count = bars - period
        const double* before = inputs[0]
        const double* now = before + period
        double* places[MEMBERS]
        double* ratios
        Py_ssize_t i
        int k
    place(outputs, parameters[1], MEMBERS, places)
    for k in range(MEMBERS):
        if places[k] != NULL:
            fill_missing(places[k], period)
            places[k] += period
    ratios = places[RATIOS] if places[RATIOS] != NULL else scratch
    for i in range(count):
        ratios[i] = ratio(now[i], before[i])
    if places[DIFFERENCES] != NULL:
        for i in range(count):
            places[DIFFERENCES][i] = now[i] - before[i]
    if places[RATES] != NULL:
        for i in range(count):
            places[RATES][i] = (ratios[i] - 1.0) * 100.0 if before[i] != 0.0 else 0.0
    if places[SHARES] != NULL:
        for i in range(count):
            places[SHARES][i] = share(now[i], before[i])
    if places[PERCENTAGES] != NULL:
        for i in range(count):
            places[PERCENTAGES][i] = ratios[i] * 100.0


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

FAMILIES = (
    Family(
        kernels=tuple([kernel(rates, 1, 2, count + 1, one_series) for count in range(MEMBERS)]),
        inputs=("close",),
        members=(
            Member("mom", (DIFFERENCES,), (0,)),
            Member("roc", (RATES,), (0,)),
            Member("rocp", (SHARES,), (0,)),
            Member("rocr", (RATIOS,), (0,)),
            Member("rocr100", (PERCENTAGES,), (0,)),
        ),
    ),
)
