"""Wilder's directional movement: shape and guarantees as in `_kernel.pxd`.

A total of `period` bars loses one part in `period` and takes the newest bar on; its first value lacks a bar.
The true range cancels out of DX: it divides both directional indicators alike.
"""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._decay cimport Decay, decay_begin, decayed, fill_decayed
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rings cimport Ring, ring_ago, ring_begin, ring_put, ring_size
from mojo_compute.kernels._smoothing cimport fill_missing

cdef double STILL = 1e-290  # totals below it have too few digits left to say which way prices went
cdef double HELD = -1.0     # in place of a DX where nothing moved


cdef inline double movement(double to, double back) noexcept nogil:
    """How far a bar reaches beyond the last one on a side, if it does not reach as far on the other."""
    cdef double reach = to if to > 0.0 else 0.0
    return reach if to > back else 0.0


cdef inline double true_range(double high, double low, double last) noexcept nogil:
    return (high if high > last else last) - (low if low < last else last)


cdef inline double index_of(double plus, double minus) noexcept nogil:
    cdef:
        double moved = plus + minus
        bint still = moved <= STILL
        double index = 100.0 * (fabs(plus - minus) / (1.0 if still else moved))
    return HELD if still else index


cdef void fill_plus(const double* high, const double* low, Py_ssize_t bars, double* out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(1, bars):
        out[i] = movement(high[i] - high[i - 1], low[i - 1] - low[i])


cdef void fill_minus(const double* high, const double* low, Py_ssize_t bars, double* out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(1, bars):
        out[i] = movement(low[i - 1] - low[i], high[i] - high[i - 1])


cdef void fill_ranges(
    const double* high, const double* low, const double* close, Py_ssize_t bars, double* out
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(1, bars):
        out[i] = true_range(high[i], low[i], close[i - 1])


cdef void fill_totals(double* values, Py_ssize_t bars, Py_ssize_t period) noexcept nogil:
    """The totals in place of bars 1, 2, ...; of no meaning before bar period - 1."""
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(1, period):
        total += values[i]
    if period > 1:
        values[period - 1] = total
    fill_decayed(values + period, bars - period, 1.0, (period - 1.0) / period, total, values + period)


cdef void fill_indices(
    const double* high, const double* low, Py_ssize_t bars, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """DX from bar `period` on, HELD where nothing moved; `scratch` has room for twice the bars."""
    cdef:
        Py_ssize_t i
        double* plus = scratch
        double* minus = scratch + bars
    fill_plus(high, low, bars, plus)
    fill_minus(high, low, bars, minus)
    fill_totals(plus, bars, period)
    fill_totals(minus, bars, period)
    for i in range(period, bars):
        out[i] = index_of(plus[i], minus[i])


cdef Py_ssize_t pack(const double* values, Py_ssize_t count, double* packed) noexcept nogil:
    """Those that are not HELD, one behind the other; how many."""
    cdef:
        Py_ssize_t found = 0
        Py_ssize_t i
    for i in range(count):
        packed[found] = values[i]
        found += values[i] >= 0.0
    return found


cdef void fill_strength(
    const double* high, const double* low, Py_ssize_t bars, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """ADX from bar 2 * period - 1 on; what has no DX leaves it as it is. `scratch` has room for twice the bars."""
    cdef:
        Py_ssize_t first = 2 * period
        Py_ssize_t found, i
        double average = 0.0
    fill_indices(high, low, bars, period, out, scratch)
    for i in range(period, first):
        average += out[i] if out[i] >= 0.0 else 0.0
    average /= period
    fill_missing(out, first - 1)
    out[first - 1] = average
    found = pack(out + first, bars - first, scratch)
    fill_decayed(scratch, found, 1.0 / period, (period - 1.0) / period, average, scratch)
    if found == bars - first:
        for i in range(found):
            out[first + i] = scratch[i]
        return
    found = 0
    for i in range(first, bars):
        if out[i] >= 0.0:
            average = scratch[found]
            found += 1
        out[i] = average


cdef Py_ssize_t room_for_one(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars


cdef Py_ssize_t room_for_two(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars


cdef Py_ssize_t room_for_three(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 3 * bars


cdef void plus_dm(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    fill_plus(inputs[0], inputs[1], bars, outputs[0])
    fill_totals(outputs[0], bars, period)
    fill_missing(outputs[0], max(period - 1, 1))


cdef void minus_dm(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    fill_minus(inputs[0], inputs[1], bars, outputs[0])
    fill_totals(outputs[0], bars, period)
    fill_missing(outputs[0], max(period - 1, 1))


cdef inline double scale_of(Py_ssize_t period) noexcept nogil:
    """Of a directional indicator: per cent, but for a single bar a fraction, as TA-Lib has it."""
    return 100.0 if period > 1 else 1.0


cdef inline double share_of(double scale, double total, double ranges) noexcept nogil:
    cdef:
        double divisor = ranges if ranges > 0.0 else 1.0
        double share = scale * (total / divisor)
    return share if ranges > 0.0 else 0.0


cdef void fill_shares(
    const double* const* inputs, Py_ssize_t bars, Py_ssize_t period, double* out, double* ranges
) noexcept nogil:
    """Put the movements in `out` over the true ranges."""
    cdef:
        Py_ssize_t i
        double scale = scale_of(period)
    fill_ranges(inputs[0], inputs[1], inputs[2], bars, ranges)
    fill_totals(out, bars, period)
    fill_totals(ranges, bars, period)
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = share_of(scale, out[i], ranges[i])


cdef void plus_di(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_plus(inputs[0], inputs[1], bars, outputs[0])
    fill_shares(inputs, bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void minus_di(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_minus(inputs[0], inputs[1], bars, outputs[0])
    fill_shares(inputs, bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void dx(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
        double least = 0.0
        double last = 0.0
    fill_indices(inputs[0], inputs[1], bars, period, outputs[0], scratch)
    fill_missing(outputs[0], period)
    for i in range(period, bars):
        least = outputs[0][i] if outputs[0][i] < least else least
    if least == 0.0:
        return
    for i in range(period, bars):
        last = outputs[0][i] if outputs[0][i] >= 0.0 else last
        outputs[0][i] = last


cdef void adx(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_strength(inputs[0], inputs[1], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void adxr(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t first = 3 * period - 2
        Py_ssize_t i
    fill_strength(inputs[0], inputs[1], bars, period, scratch, scratch + bars)
    fill_missing(outputs[0], first)
    for i in range(first, bars):
        outputs[0][i] = (scratch[i] + scratch[i - period + 1]) / 2.0


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


KERNELS = {
    "plus_dm": kernel(plus_dm, 2, 1, 1),
    "minus_dm": kernel(minus_dm, 2, 1, 1),
    "plus_di": kernel(plus_di, 3, 1, 1, room_for_one),
    "minus_di": kernel(minus_di, 3, 1, 1, room_for_one),
    "dx": kernel(dx, 3, 1, 1, room_for_two),
    "adx": kernel(adx, 3, 1, 1, room_for_two),
    "adxr": kernel(adxr, 3, 1, 1, room_for_three),
}

STREAMS = {
    "plus_dm": stream(directional_size, directional_begin, plus_dm_feed, 2, 1, 1),
    "minus_dm": stream(directional_size, directional_begin, minus_dm_feed, 2, 1, 1),
    "plus_di": stream(directional_size, directional_begin, plus_di_feed, 3, 1, 1),
    "minus_di": stream(directional_size, directional_begin, minus_di_feed, 3, 1, 1),
    "dx": stream(directional_size, directional_begin, dx_feed, 3, 1, 1),
    "adx": stream(directional_size, directional_begin, adx_feed, 3, 1, 1),
    "adxr": stream(adxr_size, adxr_begin, adxr_feed, 3, 1, 1),
}
