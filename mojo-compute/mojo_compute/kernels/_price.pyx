"""Prices of a bar in one number, and averaged candles: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport fabs

from mojo_compute.kernels._decay cimport Decay, decay_begin, decayed, fill_decayed
from mojo_compute.kernels._kernel cimport kernel, pointwise, stream
from mojo_compute.kernels._rooms cimport no_begin, no_state
from mojo_compute.kernels._smoothing cimport fill_missing


cdef enum:
    WIDTH = 32  # windows of the average deviation that are gone through side by side


cdef inline double average_price(double open, double high, double low, double close) noexcept nogil:
    return (high + low + close + open) / 4.0


cdef inline double median_price(double high, double low) noexcept nogil:
    return (high + low) / 2.0


cdef inline double typical_price(double high, double low, double close) noexcept nogil:
    return (high + low + close) / 3.0


cdef inline double weighted_close(double high, double low, double close) noexcept nogil:
    return (high + low + close * 2.0) / 4.0


cdef void avgprice(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* open = inputs[0]
        const double* high = inputs[1]
        const double* low = inputs[2]
        const double* close = inputs[3]
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(bars):
        out[i] = average_price(open[i], high[i], low[i], close[i])


cdef void medprice(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(bars):
        out[i] = median_price(high[i], low[i])


cdef void typprice(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(bars):
        out[i] = typical_price(high[i], low[i], close[i])


cdef void wclprice(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(bars):
        out[i] = weighted_close(high[i], low[i], close[i])


cdef inline void deviate(const double* prices, Py_ssize_t period, double* out) noexcept nogil:
    """The average deviation of the WIDTH windows that end at prices[0], prices[1], ..."""
    cdef:
        double means[WIDTH]
        double totals[WIDTH]
        Py_ssize_t back
        int lane
    for lane in range(WIDTH):
        means[lane] = totals[lane] = 0.0
    for back in range(period - 1, -1, -1):
        for lane in range(WIDTH):
            means[lane] += prices[lane - back]
    for lane in range(WIDTH):
        means[lane] /= period
    for back in range(period - 1, -1, -1):
        for lane in range(WIDTH):
            totals[lane] += fabs(prices[lane - back] - means[lane])
    for lane in range(WIDTH):
        out[lane] = totals[lane] / period


cdef inline double deviation_of(const double* prices, Py_ssize_t period) noexcept nogil:
    """The average deviation of the window that begins at prices[0]."""
    cdef:
        double mean = 0.0
        double total = 0.0
        Py_ssize_t i
    for i in range(period):
        mean += prices[i]
    mean /= period
    for i in range(period):
        total += fabs(prices[i] - mean)
    return total / period


cdef void avgdev(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i = period - 1
    fill_missing(outputs[0], period - 1)
    while i + WIDTH <= bars:
        deviate(inputs[0] + i, period, outputs[0] + i)
        i += WIDTH
    while i < bars:
        outputs[0][i] = deviation_of(inputs[0] + i - period + 1, period)
        i += 1


cdef inline double candle_close(double open, double high, double low, double close) noexcept nogil:
    return (open + high + low + close) / 4.0


cdef inline double greatest(double one, double two, double three) noexcept nogil:
    one = two if two > one else one
    return three if three > one else one


cdef inline double least(double one, double two, double three) noexcept nogil:
    one = two if two < one else one
    return three if three < one else one


cdef void fill_closes(const double* const* inputs, Py_ssize_t bars, double* out) noexcept nogil:
    cdef:
        const double* open = inputs[0]
        const double* high = inputs[1]
        const double* low = inputs[2]
        const double* close = inputs[3]
        Py_ssize_t i
    for i in range(bars):
        out[i] = candle_close(open[i], high[i], low[i], close[i])


cdef void fill_wicks(
    const double* const* inputs, Py_ssize_t bars, const double* opens, const double* closes, double* highs, double* lows
) noexcept nogil:
    cdef:
        const double* high = inputs[1]
        const double* low = inputs[2]
        Py_ssize_t i
    for i in range(bars):
        highs[i] = greatest(high[i], opens[i], closes[i])
        lows[i] = least(low[i], opens[i], closes[i])


cdef void ha(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef double* opens = outputs[0]
    fill_closes(inputs, bars, outputs[3])
    opens[0] = (inputs[0][0] + inputs[3][0]) / 2.0
    # half of each is an exponential average with the weight 1/2
    fill_decayed(outputs[3], bars - 1, 0.5, 0.5, opens[0], opens + 1)
    fill_wicks(inputs, bars, opens, outputs[3], outputs[1], outputs[2])


cdef struct Candle:
    Py_ssize_t seen  # bars
    double close
    Decay open


cdef Py_ssize_t candle_size(const double* parameters) noexcept nogil:
    return sizeof(Candle)


cdef void avgprice_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = average_price(bar[0], bar[1], bar[2], bar[3])


cdef void medprice_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = median_price(bar[0], bar[1])


cdef void typprice_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = typical_price(bar[0], bar[1], bar[2])


cdef void wclprice_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = weighted_close(bar[0], bar[1], bar[2])


cdef void ha_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Candle* state = <Candle*>memory
        double open = (bar[0] + bar[3]) / 2.0
    if state.seen:
        open = decayed(&state.open, state.close)
    else:
        decay_begin(&state.open, 0.5, 0.5, open)
    state.close = candle_close(bar[0], bar[1], bar[2], bar[3])
    state.seen += 1
    values[0] = open
    values[1] = greatest(bar[1], open, state.close)
    values[2] = least(bar[2], open, state.close)
    values[3] = state.close


KERNELS = {
    "avgdev": kernel(avgdev, 1, 1, 1),
    "avgprice": pointwise(avgprice, 4, 1),
    "ha": kernel(ha, 4, 0, 4),
    "medprice": pointwise(medprice, 2, 1),
    "typprice": pointwise(typprice, 3, 1),
    "wclprice": pointwise(wclprice, 3, 1),
}

STREAMS = {
    "avgprice": stream(no_state, no_begin, avgprice_feed, 4, 0, 1),
    "ha": stream(candle_size, no_begin, ha_feed, 4, 0, 4),
    "medprice": stream(no_state, no_begin, medprice_feed, 2, 0, 1),
    "typprice": stream(no_state, no_begin, typprice_feed, 3, 0, 1),
    "wclprice": stream(no_state, no_begin, wclprice_feed, 3, 0, 1),
}
