"""Oscillators of an average with a trail or a range of its own: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._extremes cimport Extreme, extreme_begin, extreme_of, extreme_size
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._steady cimport Average, average_begin, average_of
from mojo_compute.kernels._stepping cimport doubles_of, step_through


cdef struct Trail:
    Py_ssize_t seen       # bars
    double factor
    double price
    double strength       # smoothed, of the bar before
    double before         # and of the bar before that
    double below          # trails of the bar before, one under the line, one over it
    double above
    double below_before
    double above_before
    double trend
    Average gain
    Average loss
    Average smooth
    Average[2] moves


cdef Py_ssize_t qqe_size(const double* parameters) noexcept nogil:
    return sizeof(Trail)


cdef void qqe_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Trail* state = <Trail*>memory
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        int at
    average_begin(&state.gain, period, 1.0 / period)
    average_begin(&state.loss, period, 1.0 / period)
    average_begin(&state.smooth, <Py_ssize_t>parameters[1], 2.0 / (parameters[1] + 1.0))
    for at in range(2):  # Wilder's average of `period` bars is an EMA of twice as many less one
        average_begin(&state.moves[at], 2 * period - 1, 1.0 / period)
    state.factor = parameters[2]
    state.trend = 1.0
    state.strength = state.below = state.above = state.below_before = state.above_before = NAN


cdef inline double strength_of(Trail* state, double price) noexcept nogil:
    """The smoothed relative strength, NaN in its warm-up."""
    cdef:
        double change = price - state.price
        double gain, loss
    state.price = price
    state.seen += 1
    if state.seen == 1:
        return NAN
    gain = average_of(&state.gain, change if change > 0.0 else 0.0)
    loss = average_of(&state.loss, -change if change < 0.0 else 0.0)
    if gain != gain:
        return NAN
    return average_of(&state.smooth, 100.0 * (gain / (gain + loss)) if gain + loss > 0.0 else 0.0)


cdef inline void move_trails(Trail* state, double strength, double before, double width) noexcept nogil:
    cdef:
        double below = strength - width
        double above = strength + width
    if before > state.below and strength > state.below and state.below > below:
        below = state.below
    if before < state.above and strength < state.above and state.above < above:
        above = state.above
    # A line that crosses the upper trail, whichever way, turns the trend up, as in the original script
    if (strength > state.above and before < state.above_before) or (
        strength <= state.above and before >= state.above_before
    ):
        state.trend = 1.0
    elif (strength > state.below and before < state.below_before) or (
        strength <= state.below and before >= state.below_before
    ):
        state.trend = -1.0
    state.below_before = state.below
    state.above_before = state.above
    state.below = below
    state.above = above


cdef inline void qqe_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Trail* state = <Trail*>memory
        double strength = strength_of(state, bar[0])
        double before = state.strength
        double width
    values[0] = values[1] = values[2] = NAN
    state.strength = strength
    if before != before:
        return
    width = average_of(&state.moves[0], fabs(strength - before))
    if width != width:
        return
    width = state.factor * average_of(&state.moves[1], width)
    if width != width:
        return
    move_trails(state, strength, before, width)
    values[0] = state.below if state.trend > 0.0 else state.above
    values[1] = strength
    values[2] = state.trend


cdef struct Cycle:
    double factor
    Average fast
    Average slow
    double place          # of the averages' difference in its range, 0..100
    double first          # that, smoothed
    double first_place    # of the first smoothed in its range
    double second
    bint begun
    bint done
    Py_ssize_t queue      # bytes of each of the four queues of extremes that follow


cdef Py_ssize_t stc_size(const double* parameters) noexcept nogil:
    return sizeof(Cycle) + 4 * extreme_size(<Py_ssize_t>parameters[0])


cdef void stc_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Cycle* state = <Cycle*>memory
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        int at
    state.factor = parameters[3]
    average_begin(&state.fast, <Py_ssize_t>parameters[1], 2.0 / (parameters[1] + 1.0))
    average_begin(&state.slow, <Py_ssize_t>parameters[2], 2.0 / (parameters[2] + 1.0))
    state.queue = extreme_size(period)
    for at in range(4):
        extreme_begin(<Extreme*>(<char*>(state + 1) + at * state.queue), period, -1.0 if at & 1 else 1.0)


cdef inline double place_of(Cycle* state, int at, double value, double least, double before) noexcept nogil:
    """Where a value lies in its range, 0..100; as before where the range is not above `least`. NaN in the warm-up."""
    cdef:
        char* queues = <char*>(state + 1)
        double high = extreme_of(<Extreme*>(queues + at * state.queue), value)
        double low = extreme_of(<Extreme*>(queues + (at + 1) * state.queue), value)
    if high != high:
        return NAN
    return 100.0 * ((value - low) / (high - low)) if high - low > least else before


cdef inline void stc_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Cycle* state = <Cycle*>memory
        double fast = average_of(&state.fast, bar[0])
        double slow = average_of(&state.slow, bar[0])
        double place
    values[0] = NAN
    if slow != slow:
        return
    place = place_of(state, 0, fast - slow, 1e-10 * fabs(slow), state.place)
    if place != place:
        return
    state.place = place
    state.first = state.first + state.factor * (place - state.first) if state.begun else place
    state.begun = True
    place = place_of(state, 2, state.first, 1e-8, state.first_place)
    if place != place:
        return
    state.first_place = place
    state.second = state.second + state.factor * (place - state.second) if state.done else place
    state.done = True
    values[0] = state.second


cdef void qqe(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(qqe_begin, qqe_feed, sizeof(Trail), inputs, 1, parameters, outputs, 3, bars, scratch)


cdef Py_ssize_t qqe_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return doubles_of(sizeof(Trail))


cdef void stc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(stc_begin, stc_feed, stc_size(parameters), inputs, 1, parameters, outputs, 1, bars, scratch)


cdef Py_ssize_t stc_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return doubles_of(stc_size(parameters))


KERNELS = {
    "qqe": kernel(qqe, 1, 3, 3, qqe_room),
    "stc": kernel(stc, 1, 4, 1, stc_room),
}

STREAMS = {
    "qqe": stream(qqe_size, qqe_begin, qqe_feed, 1, 3, 3),
    "stc": stream(stc_size, stc_begin, stc_feed, 1, 4, 1),
}
