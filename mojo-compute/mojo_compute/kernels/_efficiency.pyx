"""How straight prices go: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._extremes cimport Extreme, extreme_begin, extreme_of, extreme_size, fill_highest, fill_lowest
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rings cimport Ring, ring_ago, ring_begin, ring_put, ring_size
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._sums cimport (
    Sums,
    next_sums,
    sum_windows,
    summed,
    sums_begin,
    sums_chunk,
    sums_room,
    sums_size,
    sums_span,
)
from mojo_compute.kernels._volatility cimport true_range


cdef void fill_path(
    const double* prices, Py_ssize_t bars, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """How far the price went in all over `period` changes, NaN before bar `period`; room: `path_room`."""
    cdef:
        Py_ssize_t start = 0
        Py_ssize_t windows, i
        const double* part
    fill_missing(out, period)
    while start < bars - period:
        windows = min(bars - period - start, sums_chunk(period))
        part = prices + start
        for i in range(windows + period - 1):
            scratch[i] = fabs(part[i + 1] - part[i])
        sum_windows(scratch, windows, period, out + period + start, scratch + sums_span(period))
        start += sums_chunk(period)


cdef inline double efficiency(double change, double path) noexcept nogil:
    cdef double share = fabs(change / (path if path > change else 1.0))
    return share if path > change else 1.0


cdef inline double share_of(double part, double whole) noexcept nogil:
    cdef double share = part / (whole if whole > 0.0 else 1.0)
    return share if whole > 0.0 else 0.0


cdef Py_ssize_t path_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    return sums_span(period) + sums_room(period)


cdef void er(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
        const double* prices = inputs[0]
        double* out = outputs[0]
    fill_path(prices, bars, period, out, scratch)
    for i in range(period, bars):
        out[i] = efficiency(prices[i] - prices[i - period], out[i])


# A stream's state: a ring of the newest prices, or the last one, then sums.
cdef Py_ssize_t er_size(const double* parameters) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    return sums_size(period) + ring_size(period + 1)


cdef void er_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    sums_begin(<Sums*>memory, period)
    ring_begin(<Ring*>next_sums(<Sums*>memory), period + 1)


cdef inline double path_of(Sums* sums, Ring* ring, double price) noexcept nogil:
    """Take a price; the way gone in `period` changes, NaN until there are so many."""
    ring_put(ring, price)
    return summed(sums, fabs(price - ring_ago(ring, 1))) if ring.seen > 1 else NAN


cdef void er_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sums* sums = <Sums*>memory
        Ring* ring = <Ring*>next_sums(sums)
        double path = path_of(sums, ring, bar[0])
    values[0] = NAN
    if sums.seen >= sums.period:
        values[0] = efficiency(bar[0] - ring_ago(ring, sums.period), path)


cdef inline double balance(double change, double path) noexcept nogil:
    """Rises less falls, which is the change, in per cent of both."""
    return share_of(100.0 * change, path)


cdef void cmou(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
        const double* prices = inputs[0]
        double* out = outputs[0]
    fill_path(prices, bars, period, out, scratch)
    for i in range(period, bars):
        out[i] = balance(prices[i] - prices[i - period], out[i])


cdef void cmou_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sums* sums = <Sums*>memory
        Ring* ring = <Ring*>next_sums(sums)
        double path = path_of(sums, ring, bar[0])
    values[0] = NAN
    if sums.seen >= sums.period:
        values[0] = balance(bar[0] - ring_ago(ring, sums.period), path)


cdef struct Last:
    Py_ssize_t seen  # bars
    double high
    double low
    double close


cdef Py_ssize_t vhf_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 3 * bars + path_room(parameters, bars)


cdef void vhf(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
        double* out = outputs[0]
        double* highest = scratch
        double* lowest = scratch + bars
    fill_highest(inputs[0], bars, period, highest, scratch + 2 * bars)
    fill_lowest(inputs[0], bars, period, lowest, scratch + 2 * bars)
    fill_path(inputs[0], bars, period, out, scratch + 2 * bars)
    for i in range(period, bars):
        out[i] = share_of(highest[i] - lowest[i], out[i])


cdef Py_ssize_t vhf_size(const double* parameters) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    return sizeof(Last) + sums_size(period) + 2 * extreme_size(period)


cdef inline Extreme* highs_of(void* memory) noexcept nogil:
    return <Extreme*>next_sums(<Sums*>(<Last*>memory + 1))


cdef inline Extreme* lows_of(void* memory) noexcept nogil:
    cdef Extreme* highs = highs_of(memory)
    return <Extreme*>(<char*>highs + extreme_size(highs.period))


cdef void vhf_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    sums_begin(<Sums*>(<Last*>memory + 1), period)
    extreme_begin(highs_of(memory), period, 1.0)
    extreme_begin(lows_of(memory), period, -1.0)


cdef void vhf_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Last* last = <Last*>memory
        Sums* sums = <Sums*>(last + 1)
        double highest = extreme_of(highs_of(memory), bar[0])
        double lowest = extreme_of(lows_of(memory), bar[0])
        double path
    values[0] = NAN
    if last.seen:
        path = summed(sums, fabs(bar[0] - last.close))
        if sums.seen >= sums.period:
            values[0] = share_of(highest - lowest, path)
    last.seen += 1
    last.close = bar[0]


cdef inline double inverse(double value) noexcept nogil:
    cdef double one = 1.0 / (value if value > 0.0 else 1.0)
    return one if value > 0.0 else 0.0


cdef Py_ssize_t vortex_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    return 2 * sums_span(period) + sums_room(period)


cdef void fill_vortices(
    const double* const* inputs,
    Py_ssize_t start,        # IN  the bar before the first window
    Py_ssize_t windows,
    Py_ssize_t period,
    double* plus,            # OUT
    double* minus,           # OUT
    double* scratch,
) noexcept nogil:
    cdef:
        Py_ssize_t length = windows + period - 1
        Py_ssize_t i
        const double* high = inputs[0] + start
        const double* low = inputs[1] + start
        const double* close = inputs[2] + start
        double* terms = scratch
        double* ranges = terms + sums_span(period)
        double* room = ranges + sums_span(period)
        double per_range
    for i in range(length):
        terms[i] = true_range(high[i + 1], low[i + 1], close[i])
    sum_windows(terms, windows, period, ranges, room)
    for i in range(length):
        terms[i] = fabs(high[i + 1] - low[i])
    sum_windows(terms, windows, period, plus, room)
    for i in range(length):
        terms[i] = fabs(low[i + 1] - high[i])
    sum_windows(terms, windows, period, minus, room)
    for i in range(windows):
        per_range = inverse(ranges[i])
        plus[i] *= per_range
        minus[i] *= per_range


cdef void vortex(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t start = 0
    fill_missing(outputs[0], period)
    fill_missing(outputs[1], period)
    while start < bars - period:
        fill_vortices(
            inputs, start, min(bars - period - start, sums_chunk(period)), period,
            outputs[0] + period + start, outputs[1] + period + start, scratch,
        )
        start += sums_chunk(period)


cdef Py_ssize_t vortex_size(const double* parameters) noexcept nogil:
    return sizeof(Last) + 3 * sums_size(<Py_ssize_t>parameters[0])


cdef void vortex_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Sums* sums = <Sums*>(<Last*>memory + 1)
        int i
    for i in range(3):
        sums_begin(sums, <Py_ssize_t>parameters[0])
        sums = next_sums(sums)


cdef void vortex_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Last* last = <Last*>memory
        Sums* sums = <Sums*>(last + 1)
        double plus, minus, ranges
    values[0] = values[1] = NAN
    if last.seen:
        plus = summed(sums, fabs(bar[0] - last.low))
        minus = summed(next_sums(sums), fabs(bar[1] - last.high))
        ranges = summed(next_sums(next_sums(sums)), true_range(bar[0], bar[1], last.close))
        if sums.seen >= sums.period:
            values[0] = plus * inverse(ranges)
            values[1] = minus * inverse(ranges)
    last.seen += 1
    last.high, last.low, last.close = bar[0], bar[1], bar[2]


KERNELS = {
    "er": kernel(er, 1, 1, 1, path_room),
    "cmou": kernel(cmou, 1, 1, 1, path_room),
    "vhf": kernel(vhf, 1, 1, 1, vhf_room),
    "vortex": kernel(vortex, 3, 1, 2, vortex_room),
}

STREAMS = {
    "er": stream(er_size, er_begin, er_feed, 1, 1, 1),
    "cmou": stream(er_size, er_begin, cmou_feed, 1, 1, 1),
    "vhf": stream(vhf_size, vhf_begin, vhf_feed, 1, 1, 1),
    "vortex": stream(vortex_size, vortex_begin, vortex_feed, 3, 1, 2),
}
