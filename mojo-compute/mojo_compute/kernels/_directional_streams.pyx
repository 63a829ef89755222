"""Wilder's directional movement, one bar at a time: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._decay cimport Decay, decay_begin, decayed
from mojo_compute.kernels._directional cimport index_of, movement, scale_of, share_of
from mojo_compute.kernels._kernel cimport stream
from mojo_compute.kernels._rings cimport Ring, ring_ago, ring_begin, ring_put, ring_size
from mojo_compute.kernels._volatility cimport true_range


cdef struct Directional:
    Py_ssize_t period
    Py_ssize_t seen        # bars
    double high            # of the last bar
    double low
    double close
    double plus            # totals
    double minus
    double ranges
    double index           # DX, HELD until something moved
    double strength        # ADX; a sum of DX at first
    Decay plus_decay
    Decay minus_decay
    Decay ranges_decay
    Decay strength_decay
    # of ADXR: a ring of the newest `period` ADX follows


cdef Py_ssize_t directional_size(const double* parameters) noexcept nogil:
    return sizeof(Directional)


cdef Py_ssize_t adxr_size(const double* parameters) noexcept nogil:
    return sizeof(Directional) + ring_size(<Py_ssize_t>parameters[0])


cdef void directional_begin(void* memory, const double* parameters) noexcept nogil:
    (<Directional*>memory).period = <Py_ssize_t>parameters[0]


cdef void adxr_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Directional* state = <Directional*>memory
    directional_begin(memory, parameters)
    ring_begin(<Ring*>(state + 1), state.period)


cdef inline Py_ssize_t move(Directional* state, const double* bar, bint ranged) noexcept nogil:
    """Take the totals to a bar; its number."""
    cdef:
        Py_ssize_t number = state.seen
        Py_ssize_t period = state.period
        double kept = (period - 1.0) / period
        double rise = bar[0] - state.high
        double fall = state.low - bar[1]
        double range_ = true_range(bar[0], bar[1], state.close) if ranged else 0.0
    state.seen += 1
    state.high, state.low = bar[0], bar[1]
    if ranged:
        state.close = bar[2]
    if number == 0:
        return 0
    if number < period:
        state.plus += movement(rise, fall)
        state.minus += movement(fall, rise)
        state.ranges += range_
        return number
    if number == period:
        decay_begin(&state.plus_decay, 1.0, kept, state.plus)
        decay_begin(&state.minus_decay, 1.0, kept, state.minus)
        decay_begin(&state.ranges_decay, 1.0, kept, state.ranges)
    state.plus = decayed(&state.plus_decay, movement(rise, fall))
    state.minus = decayed(&state.minus_decay, movement(fall, rise))
    if ranged:
        state.ranges = decayed(&state.ranges_decay, range_)
    return number


cdef inline double strengthened(Directional* state, const double* bar) noexcept nogil:
    """Take a bar; ADX, NaN in the warm-up."""
    cdef:
        Py_ssize_t number = move(state, bar, False)
        Py_ssize_t period = state.period
        double index
    if number < period:
        return NAN
    index = index_of(state.plus, state.minus)
    if number < 2 * period:
        state.strength += index if index >= 0.0 else 0.0
        if number < 2 * period - 1:
            return NAN
        state.strength /= period
        decay_begin(&state.strength_decay, 1.0 / period, (period - 1.0) / period, state.strength)
    elif index >= 0.0:
        state.strength = decayed(&state.strength_decay, index)
    return state.strength


cdef void plus_dm_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Directional* state = <Directional*>memory
        Py_ssize_t number = move(state, bar, False)
    values[0] = state.plus if number >= max(state.period - 1, 1) else NAN


cdef void minus_dm_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Directional* state = <Directional*>memory
        Py_ssize_t number = move(state, bar, False)
    values[0] = state.minus if number >= max(state.period - 1, 1) else NAN


cdef void plus_di_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Directional* state = <Directional*>memory
        Py_ssize_t number = move(state, bar, True)
    values[0] = share_of(scale_of(state.period), state.plus, state.ranges) if number >= state.period else NAN


cdef void minus_di_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Directional* state = <Directional*>memory
        Py_ssize_t number = move(state, bar, True)
    values[0] = share_of(scale_of(state.period), state.minus, state.ranges) if number >= state.period else NAN


cdef void dx_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Directional* state = <Directional*>memory
        Py_ssize_t number = move(state, bar, False)
        double index
    values[0] = NAN
    if number >= state.period:
        index = index_of(state.plus, state.minus)
        state.index = index if index >= 0.0 else state.index
        values[0] = state.index


cdef void adx_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = strengthened(<Directional*>memory, bar)


cdef void adxr_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Directional* state = <Directional*>memory
        Ring* ring = <Ring*>(state + 1)
        double strength = strengthened(state, bar)
    values[0] = NAN
    if state.seen < 2 * state.period:
        return
    ring_put(ring, strength)
    if state.seen >= 3 * state.period - 1:
        values[0] = (strength + ring_ago(ring, state.period - 1)) / 2.0


KERNELS = {}

STREAMS = {
    "plus_dm": stream(directional_size, directional_begin, plus_dm_feed, 2, 1, 1),
    "minus_dm": stream(directional_size, directional_begin, minus_dm_feed, 2, 1, 1),
    "plus_di": stream(directional_size, directional_begin, plus_di_feed, 3, 1, 1),
    "minus_di": stream(directional_size, directional_begin, minus_di_feed, 3, 1, 1),
    "dx": stream(directional_size, directional_begin, dx_feed, 3, 1, 1),
    "adx": stream(directional_size, directional_begin, adx_feed, 3, 1, 1),
    "adxr": stream(adxr_size, adxr_begin, adxr_feed, 3, 1, 1),
}
