"""Bill Williams' oscillators and fractals: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._extremes cimport Extreme, extreme_begin, extreme_of, extreme_size, fill_highest, fill_lowest
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rings cimport Ring, ring_ago, ring_begin, ring_put, ring_size
from mojo_compute.kernels._rooms cimport two_series
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._sums cimport Sums, fill_sums, next_sums, summed, sums_begin, sums_room, sums_size


cdef inline double middle(double high, double low) noexcept nogil:
    return (high + low) * 0.5


cdef inline double spread(double fast, double fast_share, double slow, double slow_share) noexcept nogil:
    return fast * fast_share - slow * slow_share


cdef void fill_spread(
    const double* const* inputs, Py_ssize_t bars, Py_ssize_t fast, Py_ssize_t slow, double* out, double* scratch
) noexcept nogil:
    """The mean of `fast` middles less that of `slow`, from the first bar that has both; room: ao_room."""
    cdef:
        Py_ssize_t i
        const double* high = inputs[0]
        const double* low = inputs[1]
        double fast_share = 1.0 / fast
        double slow_share = 1.0 / slow
        double* middles = scratch
        double* sums = scratch + bars
    for i in range(bars):
        middles[i] = middle(high[i], low[i])
    fill_sums(middles, bars, fast, sums, scratch + 2 * bars)
    fill_sums(middles, bars, slow, out, scratch + 2 * bars)
    for i in range(max(fast, slow) - 1, bars):
        out[i] = spread(sums[i], fast_share, out[i], slow_share)


cdef Py_ssize_t ao_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars + sums_room(<Py_ssize_t>max(parameters[0], parameters[1]))


cdef void ao(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t fast = <Py_ssize_t>parameters[0]
        Py_ssize_t slow = <Py_ssize_t>parameters[1]
    fill_spread(inputs, bars, fast, slow, outputs[0], scratch)
    fill_missing(outputs[0], max(fast, slow) - 1)


# The stream's state: sums of the fast window, of the slow one and of the signal.
cdef Py_ssize_t ao_size(const double* parameters) noexcept nogil:
    return sums_size(<Py_ssize_t>parameters[0]) + sums_size(<Py_ssize_t>parameters[1])


cdef void ao_begin(void* memory, const double* parameters) noexcept nogil:
    sums_begin(<Sums*>memory, <Py_ssize_t>parameters[0])
    sums_begin(next_sums(<Sums*>memory), <Py_ssize_t>parameters[1])


cdef void ao_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sums* fast = <Sums*>memory
        Sums* slow = next_sums(fast)
        double price = middle(bar[0], bar[1])
        double sooner = summed(fast, price)
        double later = summed(slow, price)
    values[0] = spread(sooner, 1.0 / fast.period, later, 1.0 / slow.period)


cdef Py_ssize_t ac_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 3 * bars + sums_room(<Py_ssize_t>max(max(parameters[0], parameters[1]), parameters[2]))


cdef void ac(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t fast = <Py_ssize_t>parameters[0]
        Py_ssize_t slow = <Py_ssize_t>parameters[1]
        Py_ssize_t signal = <Py_ssize_t>parameters[2]
        Py_ssize_t first = max(fast, slow) - 1
        Py_ssize_t i
        double share = 1.0 / signal
        double* spreads = scratch
        double* out = outputs[0]
    fill_spread(inputs, bars, fast, slow, spreads, scratch + bars)
    fill_sums(spreads + first, bars - first, signal, out + first, scratch + bars)
    first += signal - 1
    fill_missing(out, first)
    for i in range(first, bars):
        out[i] = spreads[i] - out[i] * share


cdef Py_ssize_t ac_size(const double* parameters) noexcept nogil:
    return ao_size(parameters) + sums_size(<Py_ssize_t>parameters[2])


cdef void ac_begin(void* memory, const double* parameters) noexcept nogil:
    ao_begin(memory, parameters)
    sums_begin(next_sums(next_sums(<Sums*>memory)), <Py_ssize_t>parameters[2])


cdef void ac_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sums* fast = <Sums*>memory
        Sums* slow = next_sums(fast)
        Sums* signal = next_sums(slow)
        double oscillator[1]
        double total
    ao_feed(memory, bar, oscillator)
    values[0] = NAN
    if fast.seen >= max(fast.period, slow.period):
        total = summed(signal, oscillator[0])
        if signal.seen >= signal.period:
            values[0] = oscillator[0] - total * (1.0 / signal.period)


cdef void fill_swings(
    const double* values, Py_ssize_t bars, Py_ssize_t left, Py_ssize_t right, bint high, double* out, double* scratch
) noexcept nogil:
    """100 where the value `right` bars ago is beyond all of its neighbours."""
    cdef:
        Py_ssize_t i
        const double* pivots = values - right
        double* before = scratch
        double* past = scratch - right - 1  # the extreme of the left side
    if high:
        fill_highest(values, bars, left, before, scratch + bars)
        fill_highest(values, bars, right, out, scratch + bars)
        for i in range(left + right, bars):
            out[i] = 100.0 * ((pivots[i] > past[i]) & (pivots[i] > out[i]))
    else:
        fill_lowest(values, bars, left, before, scratch + bars)
        fill_lowest(values, bars, right, out, scratch + bars)
        for i in range(left + right, bars):
            out[i] = 100.0 * ((pivots[i] < past[i]) & (pivots[i] < out[i]))
    fill_missing(out, left + right)


cdef void fractal(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t left = <Py_ssize_t>parameters[0]
        Py_ssize_t right = <Py_ssize_t>parameters[1]
    fill_swings(inputs[0], bars, left, right, True, outputs[0], scratch)
    fill_swings(inputs[1], bars, left, right, False, outputs[1], scratch)


# One side of a fractal's stream: extremes of the bars on the right, of those on the left, and a ring in between.
cdef inline Py_ssize_t swing_size(Py_ssize_t left, Py_ssize_t right) noexcept nogil:
    return extreme_size(right) + extreme_size(left) + ring_size(right + 2)


cdef inline Extreme* left_of(Extreme* right) noexcept nogil:
    return <Extreme*>(<char*>right + extreme_size(right.period))


cdef inline Ring* between(Extreme* right) noexcept nogil:
    cdef Extreme* left = left_of(right)
    return <Ring*>(<char*>left + extreme_size(left.period))


cdef Py_ssize_t fractal_size(const double* parameters) noexcept nogil:
    return 2 * swing_size(<Py_ssize_t>parameters[0], <Py_ssize_t>parameters[1])


cdef void swing_begin(Extreme* state, Py_ssize_t left, Py_ssize_t right, double sign) noexcept nogil:
    extreme_begin(state, right, sign)
    extreme_begin(left_of(state), left, sign)
    ring_begin(between(state), right + 2)


cdef void fractal_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Py_ssize_t left = <Py_ssize_t>parameters[0]
        Py_ssize_t right = <Py_ssize_t>parameters[1]
    swing_begin(<Extreme*>memory, left, right, 1.0)
    swing_begin(<Extreme*>(<char*>memory + swing_size(left, right)), left, right, -1.0)


cdef inline double swung(Extreme* state, double value) noexcept nogil:
    cdef:
        Extreme* left = left_of(state)
        Ring* ring = between(state)
        double after = extreme_of(state, value)
        double before = NAN
        double pivot
    ring_put(ring, value)
    if ring.seen > state.period + 1:
        before = extreme_of(left, ring_ago(ring, state.period + 1))
    if ring.seen <= state.period + left.period:
        return NAN
    pivot = ring_ago(ring, state.period) * state.sign
    return 100.0 * ((pivot > before * state.sign) & (pivot > after * state.sign))


cdef void fractal_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Extreme* highs = <Extreme*>memory
        Extreme* lows = <Extreme*>(<char*>memory + swing_size(left_of(highs).period, highs.period))
    values[0] = swung(highs, bar[0])
    values[1] = swung(lows, bar[1])


KERNELS = {
    "ao": kernel(ao, 2, 2, 1, ao_room),
    "ac": kernel(ac, 2, 3, 1, ac_room),
    "fractal": kernel(fractal, 2, 2, 2, two_series),
}

STREAMS = {
    "ao": stream(ao_size, ao_begin, ao_feed, 2, 2, 1),
    "ac": stream(ac_size, ac_begin, ac_feed, 2, 3, 1),
    "fractal": stream(fractal_size, fractal_begin, fractal_feed, 2, 2, 2),
}
