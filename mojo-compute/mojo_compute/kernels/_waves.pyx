"""Oscillators that step from bar to bar: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, cos, exp, fabs, log, sin, sqrt

from mojo_compute.kernels._extremes cimport Extreme, extreme_begin, extreme_of, extreme_size
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rings cimport Ring, ring_begin, ring_put, ring_size
from mojo_compute.kernels._steady cimport Average, average_begin, average_of
from mojo_compute.kernels._stepping cimport doubles_of, step_through

cdef double PI = 3.141592653589793


cdef struct Fisher:
    Py_ssize_t period
    Py_ssize_t seen
    double position
    double value
    Py_ssize_t lowest    # bytes from here to the queues of extremes and to the signal's ring;
    Py_ssize_t signal    # the queue of the highest follows at once


cdef Py_ssize_t fisher_size(const double* parameters) noexcept nogil:
    return (
        sizeof(Fisher) + 2 * extreme_size(<Py_ssize_t>parameters[0]) + ring_size(<Py_ssize_t>parameters[1])
    )


cdef void fisher_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Fisher* state = <Fisher*>memory
        Py_ssize_t period = <Py_ssize_t>parameters[0]
    state.period = period
    state.lowest = sizeof(Fisher) + extreme_size(period)
    state.signal = state.lowest + extreme_size(period)
    extreme_begin(<Extreme*>(state + 1), period, 1.0)
    extreme_begin(<Extreme*>(<char*>memory + state.lowest), period, -1.0)
    ring_begin(<Ring*>(<char*>memory + state.signal), <Py_ssize_t>parameters[1])


cdef inline void fisher_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Fisher* state = <Fisher*>memory
        Ring* signals = <Ring*>(<char*>memory + state.signal)
        double price = 0.5 * (bar[0] + bar[1])
        double high = extreme_of(<Extreme*>(state + 1), price)
        double low = extreme_of(<Extreme*>(<char*>memory + state.lowest), price)
        double before
    values[0] = values[1] = NAN
    state.seen += 1
    if state.seen < state.period:
        return
    if state.seen > state.period:
        state.position *= 0.67
        if high > low:
            state.position += 0.66 * ((price - low) / (high - low) - 0.5)
        if state.position > 0.99:
            state.position = 0.999
        elif state.position < -0.99:
            state.position = -0.999
        state.value = 0.5 * log((1.0 + state.position) / (1.0 - state.position)) + 0.5 * state.value
    before = ring_put(signals, state.value)
    if signals.seen > signals.room:
        values[0] = state.value
        values[1] = before


cdef struct Rsx:
    Py_ssize_t first     # bar with a value
    Py_ssize_t seen
    double weight
    double price
    double[6] signed     # three stages of two averages each
    double[6] absolute


cdef Py_ssize_t rsx_size(const double* parameters) noexcept nogil:
    return sizeof(Rsx)


cdef void rsx_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Rsx* state = <Rsx*>memory
    state.first = max(<Py_ssize_t>parameters[0] - 1, 5)
    state.weight = 3.0 / (parameters[0] + 2.0)


cdef inline double three_stages(double* averages, double weight, double value) noexcept nogil:
    cdef int at
    for at in range(0, 6, 2):
        averages[at] = (1.0 - weight) * averages[at] + weight * value
        averages[at + 1] = weight * averages[at] + (1.0 - weight) * averages[at + 1]
        value = 1.5 * averages[at] - 0.5 * averages[at + 1]
    return value


cdef inline void rsx_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Rsx* state = <Rsx*>memory
        double change = 100.0 * bar[0] - 100.0 * state.price
        double moved, net
    values[0] = NAN
    if state.seen:
        net = three_stages(state.signed, state.weight, change)
        moved = three_stages(state.absolute, state.weight, fabs(change))
        if state.seen >= state.first:
            net = (net / moved + 1.0) * 50.0 if moved > 1e-10 else 50.0
            net = net if net < 100.0 else 100.0
            values[0] = net if net > 0.0 else 0.0
    state.price = bar[0]
    state.seen += 1


cdef struct Sine:
    Py_ssize_t period
    Py_ssize_t seen
    double kept              # of the high pass
    double[3] weights        # of the smoother: its input, its last two values
    double price
    double passed
    double[2] smooth


cdef Py_ssize_t ebsw_size(const double* parameters) noexcept nogil:
    return sizeof(Sine)


cdef void ebsw_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Sine* state = <Sine*>memory
        double angle = 2.0 * PI / parameters[0]
        double radius = exp(-sqrt(2.0) * PI / parameters[1])
    state.period = <Py_ssize_t>parameters[0]
    state.kept = (1.0 - sin(angle)) / cos(angle)
    state.weights[1] = 2.0 * radius * cos(sqrt(2.0) * PI / parameters[1])
    state.weights[2] = -radius * radius
    state.weights[0] = 1.0 - state.weights[1] - state.weights[2]


cdef inline void ebsw_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sine* state = <Sine*>memory
        double passed, smooth, power, mean
    values[0] = NAN
    if state.seen:
        passed = 0.5 * (1.0 + state.kept) * (bar[0] - state.price) + state.kept * state.passed
        smooth = (
            state.weights[0] * 0.5 * (passed + state.passed)
            + state.weights[1] * state.smooth[0]
            + state.weights[2] * state.smooth[1]
        )
        power = sqrt((smooth * smooth + state.smooth[0] * state.smooth[0] + state.smooth[1] * state.smooth[1]) / 3.0)
        if state.seen >= state.period:
            # Less power than that is rounding: what is left of a wave of two bars, which the smoother takes out
            mean = (smooth + state.smooth[0] + state.smooth[1]) / 3.0
            values[0] = mean / power if power > 1e-9 * fabs(bar[0]) else 0.0
        state.passed = passed
        state.smooth[1] = state.smooth[0]
        state.smooth[0] = smooth
    state.price = bar[0]
    state.seen += 1


cdef struct WaveTrend:
    Py_ssize_t signal
    Py_ssize_t seen        # values of the second line's average
    Average price
    Average distance
    Average channel
    # the newest `signal` values follow


cdef Py_ssize_t wavetrend_size(const double* parameters) noexcept nogil:
    return sizeof(WaveTrend) + <Py_ssize_t>parameters[2] * sizeof(double)


cdef void wavetrend_begin(void* memory, const double* parameters) noexcept nogil:
    cdef WaveTrend* state = <WaveTrend*>memory
    state.signal = <Py_ssize_t>parameters[2]
    average_begin(&state.price, <Py_ssize_t>parameters[0], 2.0 / (parameters[0] + 1.0))
    average_begin(&state.distance, <Py_ssize_t>parameters[0], 2.0 / (parameters[0] + 1.0))
    average_begin(&state.channel, <Py_ssize_t>parameters[1], 2.0 / (parameters[1] + 1.0))


cdef inline void wavetrend_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        WaveTrend* state = <WaveTrend*>memory
        double* lines = <double*>(state + 1)
        double price = (bar[0] + bar[1] + bar[2]) / 3.0
        double away = price - average_of(&state.price, price)
        double usual, line
        double total = 0.0
        Py_ssize_t i
    values[0] = values[1] = NAN
    if state.price.seen < state.price.period or away != away:
        return
    usual = average_of(&state.distance, fabs(away))
    if usual != usual:
        return
    # Distances that are nothing but rounding have no channel
    line = average_of(&state.channel, away / (0.015 * usual) if usual > 1e-12 * fabs(price) else 0.0)
    if line != line:
        return
    lines[state.seen % state.signal] = line
    state.seen += 1
    if state.seen >= state.signal:
        for i in range(state.signal):
            total += lines[i]
        values[0] = line
        values[1] = total / state.signal


cdef void fisher(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(
        fisher_begin, fisher_feed, fisher_size(parameters), inputs, 2, parameters, outputs, 2, bars, scratch
    )


cdef Py_ssize_t fisher_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return doubles_of(fisher_size(parameters))


cdef void rsx(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(rsx_begin, rsx_feed, sizeof(Rsx), inputs, 1, parameters, outputs, 1, bars, scratch)


cdef Py_ssize_t rsx_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return doubles_of(sizeof(Rsx))


cdef void ebsw(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(ebsw_begin, ebsw_feed, sizeof(Sine), inputs, 1, parameters, outputs, 1, bars, scratch)


cdef Py_ssize_t ebsw_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return doubles_of(sizeof(Sine))


cdef void wavetrend(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(
        wavetrend_begin, wavetrend_feed, wavetrend_size(parameters), inputs, 3, parameters, outputs, 2, bars, scratch
    )


cdef Py_ssize_t wavetrend_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return doubles_of(wavetrend_size(parameters))


KERNELS = {
    "fisher": kernel(fisher, 2, 2, 2, fisher_room),
    "rsx": kernel(rsx, 1, 1, 1, rsx_room),
    "ebsw": kernel(ebsw, 1, 2, 1, ebsw_room),
    "wavetrend": kernel(wavetrend, 3, 3, 2, wavetrend_room),
}

STREAMS = {
    "fisher": stream(fisher_size, fisher_begin, fisher_feed, 2, 2, 2),
    "rsx": stream(rsx_size, rsx_begin, rsx_feed, 1, 1, 1),
    "ebsw": stream(ebsw_size, ebsw_begin, ebsw_feed, 1, 2, 1),
    "wavetrend": stream(wavetrend_size, wavetrend_begin, wavetrend_feed, 3, 3, 2),
}
