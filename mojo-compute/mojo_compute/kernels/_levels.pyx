"""Levels of support, resistance and exit over the prices: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._extremes cimport fill_highest, fill_lowest
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rings cimport Ring, ring_begin, ring_put, ring_size
from mojo_compute.kernels._rooms cimport three_series
from mojo_compute.kernels._smoothing cimport Smoothing, fill_missing, fill_wilder, smoothed, wilder_begin
from mojo_compute.kernels._stepping cimport doubles_of, step_through
from mojo_compute.kernels._sums cimport fill_means, sums_room
from mojo_compute.kernels._volatility cimport fill_true_ranges


cdef void fill_middle(
    const double* high,
    const double* low,
    Py_ssize_t bars,
    Py_ssize_t period,
    double* out,       # OUT half-way between the window's highest high and lowest low
    double* scratch,   # 2 * bars
) noexcept nogil:
    cdef Py_ssize_t i
    fill_highest(high, bars, period, out, scratch)
    fill_lowest(low, bars, period, scratch + bars, scratch)
    for i in range(period - 1, bars):
        out[i] = 0.5 * (out[i] + scratch[bars + i])


cdef void shift(double* values, Py_ssize_t bars, Py_ssize_t by) noexcept nogil:
    """Later by so many bars; what the first ones hold then is of no meaning."""
    cdef Py_ssize_t i
    for i in range(bars - 1, by - 1, -1):
        values[i] = values[i - by]


cdef void ichimoku(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        int at
        Py_ssize_t tenkan = <Py_ssize_t>parameters[0]
        Py_ssize_t kijun = <Py_ssize_t>parameters[1]
        Py_ssize_t senkou = <Py_ssize_t>parameters[2]
        Py_ssize_t first = max(tenkan, kijun, senkou) - 1 + kijun
    fill_middle(inputs[0], inputs[1], bars, tenkan, outputs[0], scratch)
    fill_middle(inputs[0], inputs[1], bars, kijun, outputs[1], scratch)
    fill_middle(inputs[0], inputs[1], bars, senkou, outputs[3], scratch)
    for i in range(max(tenkan, kijun) - 1, bars):
        outputs[2][i] = 0.5 * (outputs[0][i] + outputs[1][i])
    shift(outputs[2], bars, kijun)
    shift(outputs[3], bars, kijun)
    for at in range(4):
        fill_missing(outputs[at], first)


cdef void chandelier(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* ranges = scratch
        double* away = scratch + bars
    fill_true_ranges(inputs[0], inputs[1], inputs[2], bars, ranges)
    fill_wilder(ranges + 1, bars - 1, period, away + 1)
    fill_highest(inputs[0], bars, period, outputs[0], scratch + 2 * bars)
    fill_lowest(inputs[1], bars, period, outputs[1], scratch + 2 * bars)
    fill_missing(outputs[0], period)
    fill_missing(outputs[1], period)
    for i in range(period, bars):
        outputs[0][i] -= parameters[1] * away[i]
        outputs[1][i] += parameters[1] * away[i]


cdef Py_ssize_t envelope_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return sums_room(<Py_ssize_t>parameters[0])


cdef void ma_envelope(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double share = parameters[1] / 100.0
    fill_means(inputs[0], bars, <Py_ssize_t>parameters[0], outputs[1], scratch)
    for i in range(bars):
        outputs[0][i] = outputs[1][i] * (1.0 + share)
        outputs[2][i] = outputs[1][i] * (1.0 - share)


cdef struct Alligator:
    Py_ssize_t bars_before   # the first value
    Py_ssize_t seen
    Smoothing[3] lines
    Py_ssize_t[3] rings      # bytes from here to each line's ring, which delays it


cdef Py_ssize_t alligator_size(const double* parameters) noexcept nogil:
    cdef:
        Py_ssize_t size = sizeof(Alligator)
        int at
    for at in range(3):
        size += ring_size(<Py_ssize_t>parameters[3 + at])
    return size


cdef void alligator_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Alligator* state = <Alligator*>memory
        Py_ssize_t size = sizeof(Alligator)
        int at
    for at in range(3):
        wilder_begin(&state.lines[at], <Py_ssize_t>parameters[at])
        state.rings[at] = size
        ring_begin(<Ring*>(<char*>memory + size), <Py_ssize_t>parameters[3 + at])
        size += ring_size(<Py_ssize_t>parameters[3 + at])
        state.bars_before = max(state.bars_before, <Py_ssize_t>(parameters[at] + parameters[3 + at]) - 1)


cdef inline void alligator_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Alligator* state = <Alligator*>memory
        int at
        double middle = 0.5 * (bar[0] + bar[1])
        double delayed
    for at in range(3):
        delayed = ring_put(<Ring*>(<char*>memory + state.rings[at]), smoothed(&state.lines[at], middle))
        values[at] = delayed if state.seen >= state.bars_before else NAN
    state.seen += 1


cdef Py_ssize_t alligator_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return doubles_of(alligator_size(parameters))


cdef void alligator(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(
        alligator_begin, alligator_feed, alligator_size(parameters), inputs, 2, parameters, outputs, 3, bars, scratch
    )


cdef struct Anchored:
    Py_ssize_t bars_left   # before the anchor
    double traded          # volume since then
    double paid            # price times volume


cdef Py_ssize_t anchored_size(const double* parameters) noexcept nogil:
    return sizeof(Anchored)


cdef void anchored_begin(void* memory, const double* parameters) noexcept nogil:
    (<Anchored*>memory).bars_left = <Py_ssize_t>parameters[0]


cdef inline void anchored_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Anchored* state = <Anchored*>memory
    values[0] = NAN
    if state.bars_left:
        state.bars_left -= 1
        return
    state.traded += bar[3]
    state.paid += (bar[0] + bar[1] + bar[2]) / 3.0 * bar[3]
    if state.traded != 0.0:
        values[0] = state.paid / state.traded


cdef Py_ssize_t anchored_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return doubles_of(sizeof(Anchored))


cdef void anchored_vwap(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(
        anchored_begin, anchored_feed, sizeof(Anchored), inputs, 4, parameters, outputs, 1, bars, scratch
    )


cdef void zigzag(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t top = 0       # bar of the highest high of this leg
        Py_ssize_t bottom = 0    # and of its lowest low
        int leg = 0              # 1: rising, -1: falling, 0: not known yet
        double rise = 1.0 + parameters[0] / 100.0
        double fall = 1.0 - parameters[0] / 100.0
        const double* high = inputs[0]
        const double* low = inputs[1]
        double* out = outputs[0]
    fill_missing(out, bars)
    for i in range(1, bars):
        if high[i] > high[top]:
            top = i
        if low[i] < low[bottom]:
            bottom = i
        if leg >= 0 and top < i and low[i] <= high[top] * fall:
            out[top] = high[top]
            leg = -1
            top = bottom = i
        elif leg <= 0 and bottom < i and high[i] >= low[bottom] * rise:
            out[bottom] = low[bottom]
            leg = 1
            top = bottom = i
    if leg > 0:
        out[top] = high[top]
    elif leg < 0:
        out[bottom] = low[bottom]


KERNELS = {
    "ichimoku": kernel(ichimoku, 2, 3, 4, three_series),
    "alligator": kernel(alligator, 2, 6, 3, alligator_room),
    "chandelier": kernel(chandelier, 3, 2, 2, three_series),
    "ma_envelope": kernel(ma_envelope, 1, 2, 3, envelope_room),
    "anchored_vwap": kernel(anchored_vwap, 4, 1, 1, anchored_room),
    "zigzag": kernel(zigzag, 2, 1, 1),
}

STREAMS = {
    "alligator": stream(alligator_size, alligator_begin, alligator_feed, 2, 6, 3),
    "anchored_vwap": stream(anchored_size, anchored_begin, anchored_feed, 4, 1, 1),
}
