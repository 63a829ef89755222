"""The stream forms of what looks at sums over windows: guarantees as in `_kernel.pxd`, the same bits as the series."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._kernel cimport stream
from mojo_compute.kernels._quotients cimport quotient
from mojo_compute.kernels._rings cimport Ring, ring_begin, ring_full, ring_put, ring_size
from mojo_compute.kernels._smoothing cimport Smoothing, ema_begin, smoothed
from mojo_compute.kernels._sums cimport Sums, summed, sums_begin, sums_size
from mojo_compute.kernels._volatility cimport true_range

cdef double ROUNDING = 1e-12  # share of a price below which two of them are equal

KERNELS = {}


# One mean: its state is its sums

cdef Py_ssize_t mean_size(const double* parameters) noexcept nogil:
    return sums_size(<Py_ssize_t>parameters[0])


cdef void mean_begin(void* memory, const double* parameters) noexcept nogil:
    sums_begin(<Sums*>memory, <Py_ssize_t>parameters[0])


cdef inline double mean_of(Sums* state, double value) noexcept nogil:
    return summed(state, value) / state.period


cdef void bias_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef double mean = mean_of(<Sums*>memory, bar[0])
    values[0] = quotient(bar[0] - mean, mean)


cdef void trend_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef double mean = mean_of(<Sums*>memory, 0.5 * (bar[0] + bar[1]))
    values[0] = NAN
    if mean == mean:
        values[0] = 1.0 if bar[2] - mean > ROUNDING * fabs(bar[2]) else -1.0


cdef struct Envelope:
    double share
    # sums follow


cdef Py_ssize_t envelope_size(const double* parameters) noexcept nogil:
    return sizeof(Envelope) + mean_size(parameters)


cdef void envelope_begin(void* memory, const double* parameters) noexcept nogil:
    (<Envelope*>memory).share = parameters[1] / 100.0
    mean_begin(<Envelope*>memory + 1, parameters)


cdef void envelope_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Envelope* state = <Envelope*>memory
    values[1] = mean_of(<Sums*>(state + 1), bar[0])
    values[0] = values[1] * (1.0 + state.share)
    values[2] = values[1] * (1.0 - state.share)


cdef struct Pretty:
    Py_ssize_t seen
    double close
    Smoothing ranges
    # sums follow


cdef Py_ssize_t pgo_size(const double* parameters) noexcept nogil:
    return sizeof(Pretty) + mean_size(parameters)


cdef void pgo_begin(void* memory, const double* parameters) noexcept nogil:
    ema_begin(&(<Pretty*>memory).ranges, <Py_ssize_t>parameters[0])
    mean_begin(<Pretty*>memory + 1, parameters)


cdef void pgo_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Pretty* state = <Pretty*>memory
        double away = bar[2] - mean_of(<Sums*>(state + 1), bar[2])
        double usual = NAN
    if state.seen:
        usual = smoothed(&state.ranges, true_range(bar[0], bar[1], state.close))
    values[0] = NAN
    if usual == usual:
        values[0] = quotient(away, usual) if fabs(away) > ROUNDING * fabs(bar[2]) else 0.0
    state.seen = 1
    state.close = bar[2]


cdef struct Markers:
    Py_ssize_t seen
    double high
    double low
    Py_ssize_t down   # bytes from here to the second of two sums that follow


cdef Py_ssize_t demarker_size(const double* parameters) noexcept nogil:
    return sizeof(Markers) + 2 * mean_size(parameters)


cdef void demarker_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Markers* state = <Markers*>memory
    state.down = sizeof(Markers) + mean_size(parameters)
    mean_begin(state + 1, parameters)
    mean_begin(<char*>memory + state.down, parameters)


cdef void demarker_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Markers* state = <Markers*>memory
        double up, down
    values[0] = NAN
    if state.seen:
        up = summed(<Sums*>(state + 1), bar[0] - state.high if bar[0] > state.high else 0.0)
        down = summed(
            <Sums*>(<char*>memory + state.down), state.low - bar[1] if state.low > bar[1] else 0.0
        )
        if up == up:
            values[0] = quotient(up, up + down)
    state.seen = 1
    state.high = bar[0]
    state.low = bar[1]


cdef struct Rises:
    Py_ssize_t seen
    Py_ssize_t risen
    double scalar
    double close
    # a Ring of 1 for a rise and 0 for none follows


cdef Py_ssize_t psl_size(const double* parameters) noexcept nogil:
    return sizeof(Rises) + ring_size(<Py_ssize_t>parameters[0])


cdef void psl_begin(void* memory, const double* parameters) noexcept nogil:
    (<Rises*>memory).scalar = parameters[1]
    ring_begin(<Ring*>(<Rises*>memory + 1), <Py_ssize_t>parameters[0])


cdef void psl_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Rises* state = <Rises*>memory
        Ring* ring = <Ring*>(state + 1)
    values[0] = NAN
    if state.seen:
        state.risen += bar[0] > state.close
        state.risen -= <Py_ssize_t>ring_put(ring, bar[0] > state.close)  # the ring is zeroed
        if ring_full(ring):
            values[0] = state.scalar * state.risen / ring.room
    state.seen = 1
    state.close = bar[0]


cdef struct Kst:
    Py_ssize_t seen
    Py_ssize_t first         # bar with a total
    Py_ssize_t[4] closes     # bytes from here to the rings, the sums
    Py_ssize_t[4] rates
    Py_ssize_t signal


cdef Py_ssize_t kst_size(const double* parameters) noexcept nogil:
    cdef:
        Py_ssize_t size = sizeof(Kst) + sums_size(<Py_ssize_t>parameters[8])
        int at
    for at in range(4):
        size += ring_size(<Py_ssize_t>parameters[at]) + sums_size(<Py_ssize_t>parameters[4 + at])
    return size


cdef void kst_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Kst* state = <Kst*>memory
        Py_ssize_t size = sizeof(Kst)
        int at
    for at in range(4):
        state.first = max(state.first, <Py_ssize_t>(parameters[at] + parameters[4 + at]) - 1)
        state.closes[at] = size
        ring_begin(<Ring*>(<char*>memory + size), <Py_ssize_t>parameters[at])
        size += ring_size(<Py_ssize_t>parameters[at])
        state.rates[at] = size
        sums_begin(<Sums*>(<char*>memory + size), <Py_ssize_t>parameters[4 + at])
        size += sums_size(<Py_ssize_t>parameters[4 + at])
    state.signal = size
    sums_begin(<Sums*>(<char*>memory + size), <Py_ssize_t>parameters[8])


cdef void kst_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Kst* state = <Kst*>memory
        Ring* closes
        double total = 0.0
        double before, mean
        int at
    for at in range(4):
        closes = <Ring*>(<char*>memory + state.closes[at])
        before = ring_put(closes, bar[0])
        if closes.seen > closes.room:
            mean = mean_of(
                <Sums*>(<char*>memory + state.rates[at]), quotient(100.0 * (bar[0] - before), before)
            )
            total += (at + 1.0) * mean
    values[0] = values[1] = NAN
    if state.seen >= state.first:
        mean = mean_of(<Sums*>(<char*>memory + state.signal), total)
        if mean == mean:
            values[0] = total
            values[1] = mean
    state.seen += 1


STREAMS = {
    "bias": stream(mean_size, mean_begin, bias_feed, 1, 1, 1),
    "ttm_trend": stream(mean_size, mean_begin, trend_feed, 3, 1, 1),
    "ma_envelope": stream(envelope_size, envelope_begin, envelope_feed, 1, 2, 3),
    "pgo": stream(pgo_size, pgo_begin, pgo_feed, 3, 1, 1),
    "demarker": stream(demarker_size, demarker_begin, demarker_feed, 2, 1, 1),
    "psl": stream(psl_size, psl_begin, psl_feed, 1, 2, 1),
    "kst": stream(kst_size, kst_begin, kst_feed, 1, 9, 2),
}
