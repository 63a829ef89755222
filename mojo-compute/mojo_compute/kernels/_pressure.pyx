"""Buying against selling within the bars: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._decay cimport Decay, decay_begin, decayed, fill_decayed
from mojo_compute.kernels._flows cimport typical
from mojo_compute.kernels._kernel cimport kernel, pointwise, stream
from mojo_compute.kernels._rooms cimport no_begin, no_state
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

cdef enum:
    CHUNK = 512  # bars that are worked on while they are in the nearest cache

cdef double FLAT = 1e-14  # share of the price within which a change is a rounding, as TA-Lib has it


cdef inline double above(double value) noexcept nogil:
    return value if value > 0.0 else 0.0


cdef inline double percentage(double part, double whole, double empty) noexcept nogil:
    """Of parts that are not negative; `empty` for nothing of nothing."""
    cdef double share = 100.0 * (part / (whole if whole > 0.0 else 1.0))
    return share if whole > 0.0 else empty


cdef inline double power(double opened, double high, double low, double close) noexcept nogil:
    cdef:
        double span = high - low
        double share = (close - opened) / (span if span > 0.0 else 1.0)
    return share if span > 0.0 else 0.0


cdef void bop(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* opened = inputs[0]
        const double* high = inputs[1]
        const double* low = inputs[2]
        const double* close = inputs[3]
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(bars):
        out[i] = power(opened[i], high[i], low[i], close[i])


cdef void bop_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = power(bar[0], bar[1], bar[2], bar[3])


cdef Py_ssize_t room_for_one(const double* parameters, Py_ssize_t bars) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    return sums_span(period) + sums_room(period)


cdef Py_ssize_t room_for_three(const double* parameters, Py_ssize_t bars) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    return 3 * sums_span(period) + sums_room(period)


cdef void fill_bodies(
    const double* opened,  # IN
    const double* close,   # IN
    Py_ssize_t windows,
    Py_ssize_t period,
    double* out,           # OUT risen bodies in per cent of all
    double* scratch,
) noexcept nogil:
    cdef:
        Py_ssize_t length = windows + period - 1
        Py_ssize_t i
        double* rises = scratch
        double* falls = scratch + sums_span(period)
        double* room = falls + sums_span(period)
    for i in range(length):
        rises[i] = above(close[i] - opened[i])
        falls[i] = above(opened[i] - close[i])
    sum_windows(rises, windows, period, out, room)
    sum_windows(falls, windows, period, rises, room)
    for i in range(windows):
        out[i] = percentage(out[i], out[i] + rises[i], 50.0)


cdef void imi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t first = period - 1
        Py_ssize_t start = 0
    fill_missing(outputs[0], first)
    while start < bars - first:
        fill_bodies(
            inputs[0] + start, inputs[1] + start, min(bars - first - start, sums_chunk(period)), period,
            outputs[0] + first + start, scratch,
        )
        start += sums_chunk(period)


# The stream's state: the sums of what went up, then of what went down, then what follows in a struct.
cdef Py_ssize_t imi_size(const double* parameters) noexcept nogil:
    return 2 * sums_size(<Py_ssize_t>parameters[0])


cdef void imi_begin(void* memory, const double* parameters) noexcept nogil:
    sums_begin(<Sums*>memory, <Py_ssize_t>parameters[0])
    sums_begin(next_sums(<Sums*>memory), <Py_ssize_t>parameters[0])


cdef void imi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sums* sums = <Sums*>memory
        double rise = summed(sums, above(bar[1] - bar[0]))
        double fall = summed(next_sums(sums), above(bar[0] - bar[1]))
    values[0] = percentage(rise, rise + fall, 50.0) if sums.seen >= sums.period else NAN


cdef inline double money(double price, double last, double volume) noexcept nogil:
    """What changed hands, 0 where the price stood still."""
    cdef double flow = price * volume
    return 0.0 if fabs(price - last) <= FLAT * (fabs(price) + fabs(last)) else flow


cdef void fill_flows(
    const double* const* inputs,
    Py_ssize_t start,        # IN  the bar before the first window
    Py_ssize_t windows,
    Py_ssize_t period,
    double* out,             # OUT what came in, in per cent of all
    double* scratch,
) noexcept nogil:
    cdef:
        Py_ssize_t length = windows + period - 1
        Py_ssize_t i
        const double* high = inputs[0] + start
        const double* low = inputs[1] + start
        const double* close = inputs[2] + start
        const double* volume = inputs[3] + start + 1
        double* prices = scratch
        double* coming = prices + sums_span(period)
        double* leaving = coming + sums_span(period)
        double* room = leaving + sums_span(period)
        double flow
    for i in range(length + 1):
        prices[i] = typical(high[i], low[i], close[i])
    for i in range(length):
        flow = money(prices[i + 1], prices[i], volume[i])
        leaving[i] = flow if prices[i + 1] < prices[i] else 0.0
        coming[i] = 0.0 if prices[i + 1] < prices[i] else flow
    sum_windows(coming, windows, period, out, room)
    sum_windows(leaving, windows, period, prices, room)
    for i in range(windows):
        out[i] = percentage(out[i], out[i] + prices[i], 0.0)


cdef void mfi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t start = 0
    fill_missing(outputs[0], period)
    while start < bars - period:
        fill_flows(
            inputs, start, min(bars - period - start, sums_chunk(period)), period, outputs[0] + period + start, scratch
        )
        start += sums_chunk(period)


cdef struct Flow:
    Py_ssize_t seen  # bars
    double price     # the last typical one


cdef inline Flow* flow_of(void* memory) noexcept nogil:
    return <Flow*>next_sums(next_sums(<Sums*>memory))


cdef Py_ssize_t mfi_size(const double* parameters) noexcept nogil:
    return imi_size(parameters) + sizeof(Flow)


cdef void mfi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sums* sums = <Sums*>memory
        Flow* state = flow_of(memory)
        double price = typical(bar[0], bar[1], bar[2])
        double flow = money(price, state.price, bar[3])
        bint fell = price < state.price
        double gone
    values[0] = NAN
    if state.seen:
        flow, gone = 0.0 if fell else flow, flow if fell else 0.0
        flow = summed(sums, flow)
        gone = summed(next_sums(sums), gone)
        if sums.seen >= sums.period:
            values[0] = percentage(flow, flow + gone, 0.0)
    state.seen += 1
    state.price = price


cdef void qstick(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t first = period - 1
        Py_ssize_t start = 0
        Py_ssize_t windows, i
        const double* opened
        const double* close
        double* out
        double share = 1.0 / period
    fill_missing(outputs[0], first)
    while start < bars - first:
        windows = min(bars - first - start, sums_chunk(period))
        opened, close, out = inputs[0] + start, inputs[1] + start, outputs[0] + first + start
        for i in range(windows + first):
            scratch[i] = close[i] - opened[i]
        sum_windows(scratch, windows, period, out, scratch + sums_span(period))
        for i in range(windows):
            out[i] *= share
        start += sums_chunk(period)


cdef Py_ssize_t qstick_size(const double* parameters) noexcept nogil:
    return sums_size(<Py_ssize_t>parameters[0])


cdef void qstick_begin(void* memory, const double* parameters) noexcept nogil:
    sums_begin(<Sums*>memory, <Py_ssize_t>parameters[0])


cdef void qstick_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Sums* sums = <Sums*>memory
    values[0] = summed(sums, bar[1] - bar[0]) * (1.0 / sums.period)


cdef inline double accumulated(double high, double low, double close, double last) noexcept nogil:
    """From the true low up to a higher close, from the true high down to a lower one."""
    cdef:
        double bought = close - (low if low < last else last)
        double sold = close - (high if high > last else last)
        double moved = bought if close > last else 0.0
    return sold if close < last else moved


cdef void wad(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        double* out = outputs[0]
        double moves[CHUNK]
        double total = 0.0
        Py_ssize_t start, size, i
    moves[0] = 0.0
    for start in range(0, bars, 512):
        size = min(bars - start, CHUNK)
        for i in range(start == 0, size):
            moves[i] = accumulated(high[start + i], low[start + i], close[start + i], close[start + i - 1])
        fill_decayed(moves, size, 1.0, 1.0, total, out + start)
        total = out[start + size - 1]


cdef struct Accumulation:
    Py_ssize_t seen  # bars
    double close     # of the last bar
    Decay total      # of which nothing decays


cdef Py_ssize_t wad_size(const double* parameters) noexcept nogil:
    return sizeof(Accumulation)


cdef void wad_begin(void* memory, const double* parameters) noexcept nogil:
    decay_begin(&(<Accumulation*>memory).total, 1.0, 1.0, 0.0)


cdef void wad_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Accumulation* state = <Accumulation*>memory
        double last = state.close if state.seen else bar[2]
    values[0] = decayed(&state.total, accumulated(bar[0], bar[1], bar[2], last))
    state.seen += 1
    state.close = bar[2]


cdef void eri(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        double* bulls = outputs[0]
        double* bears = outputs[1]
        double weight = 2.0 / (period + 1.0)
        double average = 0.0
        Py_ssize_t i
    for i in range(period):
        average += close[i]
        bulls[i] = bears[i] = NAN
    average /= period
    bulls[period - 1] = average
    fill_decayed(close + period, bars - period, weight, 1.0 - weight, average, bulls + period)
    for i in range(period - 1, bars):
        bears[i] = low[i] - bulls[i]
        bulls[i] = high[i] - bulls[i]


cdef struct Average:
    Py_ssize_t period
    Py_ssize_t seen    # bars
    double value       # a sum until there are `period` of them
    Decay smoothing


cdef Py_ssize_t eri_size(const double* parameters) noexcept nogil:
    return sizeof(Average)


cdef void eri_begin(void* memory, const double* parameters) noexcept nogil:
    (<Average*>memory).period = <Py_ssize_t>parameters[0]


cdef void eri_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Average* state = <Average*>memory
        double weight = 2.0 / (state.period + 1.0)
    values[0] = values[1] = NAN
    if state.seen >= state.period:
        state.value = decayed(&state.smoothing, bar[2])
    else:
        state.value += bar[2]
        state.seen += 1
        if state.seen < state.period:
            return
        state.value /= state.period
        decay_begin(&state.smoothing, weight, 1.0 - weight, state.value)
    values[0] = bar[0] - state.value
    values[1] = bar[1] - state.value


KERNELS = {
    "bop": pointwise(bop, 4, 1),
    "imi": kernel(imi, 2, 1, 1, room_for_three),
    "mfi": kernel(mfi, 4, 1, 1, room_for_three),
    "qstick": kernel(qstick, 2, 1, 1, room_for_one),
    "wad": kernel(wad, 3, 0, 1),
    "eri": kernel(eri, 3, 1, 2),
}

STREAMS = {
    "bop": stream(no_state, no_begin, bop_feed, 4, 0, 1),
    "imi": stream(imi_size, imi_begin, imi_feed, 2, 1, 1),
    "mfi": stream(mfi_size, imi_begin, mfi_feed, 4, 1, 1),
    "qstick": stream(qstick_size, qstick_begin, qstick_feed, 2, 1, 1),
    "wad": stream(wad_size, wad_begin, wad_feed, 3, 0, 1),
    "eri": stream(eri_size, eri_begin, eri_feed, 3, 1, 2),
}
