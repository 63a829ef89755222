"""Volume indicators that TA-Lib does not have: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, log, sqrt

from mojo_compute.kernels._kernel cimport kernel, pointwise, stream
from mojo_compute.kernels._rings cimport Ring, ring_begin, ring_full, ring_put, ring_size
from mojo_compute.kernels._rooms cimport no_begin, no_state, one_series, two_series
from mojo_compute.kernels._smoothing cimport (
    Smoothing, ema_begin, fill_ema, fill_missing, fill_wilder, smoothed, wilder_begin,
)
from mojo_compute.kernels._sums cimport fill_means, fill_sums, sums_room
from mojo_compute.kernels._window_lanes cimport fill_squares

cdef enum:
    SPREAD_PERIOD = 30  # bars whose deviation sets what counts as a move, in Katsanos' VFI


cdef Py_ssize_t one_and_sums(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + sums_room(<Py_ssize_t>parameters[0])


cdef Py_ssize_t vosc_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + sums_room(<Py_ssize_t>max(parameters[0], parameters[1]))


cdef Py_ssize_t five_and_sums(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 5 * bars + sums_room(<Py_ssize_t>parameters[0])


cdef void eom(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* volume = inputs[2]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double divisor = parameters[1]
        double rise
        Py_ssize_t i
    for i in range(1, bars):
        rise = 0.5 * (high[i] + low[i]) - 0.5 * (high[i - 1] + low[i - 1])
        scratch[i] = rise * (high[i] - low[i]) * (divisor / volume[i]) if volume[i] > 0.0 else 0.0
    fill_means(scratch + 1, bars - 1, period, outputs[0] + 1, scratch + bars)
    outputs[0][0] = NAN


cdef inline double signed_volume(double typical, double before, double volume) noexcept nogil:
    return volume if typical > before else (-volume if typical < before else 0.0)


cdef inline double typical_of(double high, double low, double close) noexcept nogil:
    return (high + low + close) / 3.0


cdef void kvo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* volume = inputs[3]
        Py_ssize_t fast = <Py_ssize_t>parameters[0]
        Py_ssize_t slow = <Py_ssize_t>parameters[1]
        Py_ssize_t signal = <Py_ssize_t>parameters[2]
        double* line = outputs[0]
        double* signals = outputs[1]
        double before = typical_of(inputs[0][0], inputs[1][0], inputs[2][0])
        double typical
        Py_ssize_t i
    scratch[0] = volume[0]
    for i in range(1, bars):
        typical = typical_of(inputs[0][i], inputs[1][i], inputs[2][i])
        scratch[i] = signed_volume(typical, before, volume[i])
        before = typical
    fill_ema(scratch, bars, fast, line)
    fill_ema(scratch, bars, slow, signals)
    for i in range(slow - 1, bars):
        line[i] -= signals[i]
    fill_ema(line + slow - 1, bars - slow + 1, signal, signals + slow - 1)
    fill_missing(line, slow + signal - 2)
    fill_missing(signals, slow - 1)


cdef struct Klinger:
    Smoothing fast
    Smoothing slow
    Smoothing signal
    double before   # typical price
    Py_ssize_t seen


cdef Py_ssize_t kvo_size(const double* parameters) noexcept nogil:
    return sizeof(Klinger)


cdef void kvo_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Klinger* state = <Klinger*>memory
    ema_begin(&state.fast, <Py_ssize_t>parameters[0])
    ema_begin(&state.slow, <Py_ssize_t>parameters[1])
    ema_begin(&state.signal, <Py_ssize_t>parameters[2])


cdef void kvo_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Klinger* state = <Klinger*>memory
        double typical = typical_of(bar[0], bar[1], bar[2])
        double signed = signed_volume(typical, state.before, bar[3]) if state.seen else bar[3]
        double fast = smoothed(&state.fast, signed)
        double slow = smoothed(&state.slow, signed)
        double line = fast - slow
    state.before = typical
    state.seen += 1
    values[1] = smoothed(&state.signal, line) if state.slow.seen >= state.slow.period else NAN
    values[0] = line if state.signal.seen >= state.signal.period else NAN


cdef void pvol(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(bars):
        outputs[0][i] = inputs[0][i] * inputs[1][i]


cdef void pvol_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = bar[0] * bar[1]


cdef void vosc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t slow = <Py_ssize_t>parameters[1]
        double* out = outputs[0]
        Py_ssize_t i
    fill_means(inputs[0], bars, <Py_ssize_t>parameters[0], scratch, scratch + bars)
    fill_means(inputs[0], bars, slow, out, scratch + bars)
    for i in range(slow - 1, bars):
        out[i] = 100.0 * (scratch[i] - out[i]) / out[i] if out[i] != 0.0 else NAN


cdef void vroc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* volume = inputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
    fill_missing(outputs[0], period)
    for i in range(period, bars):
        outputs[0][i] = (
            100.0 * (volume[i] - volume[i - period]) / volume[i - period] if volume[i - period] != 0.0 else NAN
        )


cdef Py_ssize_t vroc_size(const double* parameters) noexcept nogil:
    return ring_size(<Py_ssize_t>parameters[0])


cdef void vroc_begin(void* memory, const double* parameters) noexcept nogil:
    ring_begin(<Ring*>memory, <Py_ssize_t>parameters[0])


cdef void vroc_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Ring* state = <Ring*>memory
        bint full = ring_full(state)
        double before = ring_put(state, bar[0])
    values[0] = 100.0 * (bar[0] - before) / before if full and before != 0.0 else NAN


cdef inline double zone(double signed, double total) noexcept nogil:
    return 100.0 * signed / total if total > 0.0 else NAN


cdef void vzo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[0]
        const double* volume = inputs[1]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* signed = scratch
        double* average = scratch + bars
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(1, bars):
        signed[i] = volume[i] if close[i] > close[i - 1] else -volume[i]
    fill_ema(signed + 1, bars - 1, period, average + 1)
    fill_ema(volume + 1, bars - 1, period, out + 1)
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = zone(average[i], out[i])


cdef struct Flows:
    Smoothing signed
    Smoothing total
    double before   # close
    Py_ssize_t seen


cdef Py_ssize_t flows_size(const double* parameters) noexcept nogil:
    return sizeof(Flows)


cdef void vzo_begin(void* memory, const double* parameters) noexcept nogil:
    ema_begin(&(<Flows*>memory).signed, <Py_ssize_t>parameters[0])
    ema_begin(&(<Flows*>memory).total, <Py_ssize_t>parameters[0])


cdef void vzo_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Flows* state = <Flows*>memory
        double signed
    values[0] = NAN
    if state.seen:
        signed = smoothed(&state.signed, bar[1] if bar[0] > state.before else -bar[1])
        values[0] = zone(signed, smoothed(&state.total, bar[1]))
    state.before = bar[0]
    state.seen += 1


cdef inline double money_flow(double high, double low, double close, double volume, double before) noexcept nogil:
    cdef:
        double top = high if high > before else before
        double bottom = low if low < before else before
    return volume * ((close - bottom) - (top - close)) / (top - bottom) if top > bottom else 0.0


cdef void twiggs(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[2]
        const double* volume = inputs[3]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* flow = scratch
        double* average = scratch + bars
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(1, bars):
        flow[i] = money_flow(inputs[0][i], inputs[1][i], close[i], volume[i], close[i - 1])
    fill_wilder(flow + 1, bars - 1, period, average + 1)
    fill_wilder(volume + 1, bars - 1, period, out + 1)
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = average[i] / out[i] if out[i] > 0.0 else NAN


cdef void twiggs_begin(void* memory, const double* parameters) noexcept nogil:
    wilder_begin(&(<Flows*>memory).signed, <Py_ssize_t>parameters[0])
    wilder_begin(&(<Flows*>memory).total, <Py_ssize_t>parameters[0])


cdef void twiggs_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Flows* state = <Flows*>memory
        double flow, total
    values[0] = NAN
    if state.seen:
        flow = smoothed(&state.signed, money_flow(bar[0], bar[1], bar[2], bar[3], state.before))
        total = smoothed(&state.total, bar[3])
        values[0] = flow / total if total > 0.0 else NAN
    state.before = bar[2]
    state.seen += 1


cdef void vfi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[2]
        const double* volume = inputs[3]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t first = max(period, <Py_ssize_t>SPREAD_PERIOD)
        Py_ssize_t summed = first + period - 1
        double* typical = scratch
        double* flow = scratch + bars
        double* squares = scratch + 2 * bars
        double* usual = scratch + 3 * bars   # mean volume
        double* work = scratch + 4 * bars
        double* out = outputs[0]
        double move, least, capped
        Py_ssize_t i
    for i in range(bars):
        typical[i] = typical_of(inputs[0][i], inputs[1][i], close[i])
    for i in range(1, bars):
        flow[i] = log(typical[i] / typical[i - 1])
    fill_squares(flow + 1, bars - 1, SPREAD_PERIOD, squares + 1, work + 1)
    fill_means(volume, bars, period, usual, scratch + 5 * bars)
    for i in range(first, bars):
        move = typical[i] - typical[i - 1]
        least = parameters[1] * sqrt(squares[i] / SPREAD_PERIOD) * close[i]
        capped = min(volume[i], parameters[2] * usual[i - 1])
        flow[i] = capped if move > least else (-capped if move < -least else 0.0)
    fill_sums(flow + first, bars - first, period, work + first, scratch + 5 * bars)
    for i in range(summed, bars):
        work[i] = work[i] / usual[i - 1] if usual[i - 1] > 0.0 else 0.0
    fill_ema(work + summed, bars - summed, <Py_ssize_t>parameters[3], out + summed)
    fill_missing(out, summed)


KERNELS = {
    "eom": kernel(eom, 3, 2, 1, one_and_sums),
    "kvo": kernel(kvo, 4, 3, 2, one_series),
    "pvol": pointwise(pvol, 2, 1),
    "vosc": kernel(vosc, 1, 2, 1, vosc_room),
    "vroc": kernel(vroc, 1, 1, 1),
    "vzo": kernel(vzo, 2, 1, 1, two_series),
    "vfi": kernel(vfi, 4, 4, 1, five_and_sums),
    "twiggs": kernel(twiggs, 4, 1, 1, two_series),
}

STREAMS = {
    "kvo": stream(kvo_size, kvo_begin, kvo_feed, 4, 3, 2),
    "pvol": stream(no_state, no_begin, pvol_feed, 2, 0, 1),
    "vroc": stream(vroc_size, vroc_begin, vroc_feed, 1, 1, 1),
    "vzo": stream(flows_size, vzo_begin, vzo_feed, 2, 1, 1),
    "twiggs": stream(flows_size, twiggs_begin, twiggs_feed, 4, 1, 1),
}
