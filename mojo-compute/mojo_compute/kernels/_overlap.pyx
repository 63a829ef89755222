"""Overlap kernels: moving averages and bands.

Every kernel has the shape and the guarantees of `_kernel.pxd`: finite inputs, no missing bars,
more bars than the lookback; all outputs filled; nothing allocated or raised.
"""
from libc.math cimport NAN, fabs, sqrt

from mojo_compute.kernels._kernel cimport kernel, stream

# A sum of squares that fell this far below its peak has lost so many digits to what left
# the window that it is taken afresh from the bars.
cdef double CANCELLATION = 1e-3
cdef Py_ssize_t REFRESH = 256  # bars after which it is taken afresh in any case


# Prices of at most four decimals are added as whole ten-thousandths, which is exact: the mean of a
# window of such bars is the double next to the true one, has few digits, and depends on nothing
# but the window.
cdef double UNIT = 1e4
cdef double TO_WHOLE = 6755399441055744.0  # 1.5 * 2^52: added and taken off, it rounds to whole
cdef double NOISE = 4.440892098500626e-16  # 2^-51: two roundings, the price's and the product's
cdef Py_ssize_t CHUNK = 512                # bars between looks at whether to go on


cdef inline double units_of(double price) noexcept nogil:
    return price * UNIT + TO_WHOLE - TO_WHOLE


cdef inline bint is_exact(double price, double units, double most) noexcept nogil:
    """Whether a price is that many units; `most` of them keep a window's total whole."""
    return (fabs(price * UNIT - units) <= fabs(units) * NOISE) & (fabs(units) <= most)


cdef bint count_units(
    const double* prices,  # IN
    Py_ssize_t bars,
    double most,           # IN  units
    double* out,           # OUT the same bars in units
) noexcept nogil:
    """Whether all bars are whole units; if not, `out` is of no use."""
    cdef:
        Py_ssize_t i
        Py_ssize_t first = 0
        Py_ssize_t stop
        int exact = True
    while exact and first < bars:
        stop = min(first + CHUNK, bars)
        for i in range(first, stop):
            out[i] = units_of(prices[i])
            exact &= is_exact(prices[i], out[i], most)
        first = stop
    return exact


cdef void average_units(
    Py_ssize_t bars,
    Py_ssize_t period,
    double* out,  # IN  units, OUT price units
) noexcept nogil:
    """From the newest bar back, so that means can take the place of units."""
    cdef:
        Py_ssize_t i
        double total = 0.0
        double newest
    for i in range(bars - period, bars):
        total += out[i]
    for i in range(bars - 1, period - 1, -1):
        newest = out[i]
        out[i] = total
        total += out[i - period] - newest
    out[period - 1] = total
    for i in range(period - 1):
        out[i] = NAN
    for i in range(period - 1, bars):
        out[i] /= UNIT * period


cdef bint has_exact_window(const double* prices, Py_ssize_t bars, Py_ssize_t period, double most) noexcept nogil:
    cdef:
        Py_ssize_t last = period - 1  # of the window in question
        Py_ssize_t i
    while last < bars:
        i = last
        while i > last - period and is_exact(prices[i], units_of(prices[i]), most):
            i -= 1
        if i == last - period:
            return True
        last = i + period
    return False


cdef void fill_running_means(
    const double* prices,  # IN
    Py_ssize_t bars,
    Py_ssize_t period,
    double* out,           # OUT price units
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0  # of the newest period - 1 bars

    for i in range(period - 1):
        total += prices[i]
        out[i] = NAN
    for i in range(period - 1, bars):
        total += prices[i]
        out[i] = total / period
        total -= prices[i - period + 1]


cdef void refill_exact_means(
    const double* prices,  # IN
    Py_ssize_t bars,
    Py_ssize_t period,
    double most,           # IN  units
    double* out,           # OUT price units, where a window is exact; else left alone
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t exact = 0  # bars since the last that is not
        double total = 0.0    # units, of the newest `period` exact bars
        double units

    for i in range(bars):
        units = units_of(prices[i])
        if not is_exact(prices[i], units, most):
            exact = 0
            total = 0.0
            continue
        exact += 1
        total += units
        if exact > period:
            total -= units_of(prices[i - period])
        if exact >= period:
            out[i] = total / (UNIT * period)


cdef void fill_sma(
    const double* prices,  # IN
    Py_ssize_t bars,
    Py_ssize_t period,
    double* out,           # OUT price units
) noexcept nogil:
    cdef double most = 0.25 * TO_WHOLE / period
    if count_units(prices, bars, most, out):
        average_units(bars, period, out)
        return
    fill_running_means(prices, bars, period, out)
    if has_exact_window(prices, bars, period, most):
        refill_exact_means(prices, bars, period, most, out)


cdef inline double mean_of(const double* prices, Py_ssize_t period) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(period):
        total += prices[i]
    return total / period


cdef inline double squares_about(const double* prices, Py_ssize_t period, double mean) noexcept nogil:
    cdef:
        Py_ssize_t i
        double squares = 0.0
    for i in range(period):
        squares += (prices[i] - mean) * (prices[i] - mean)
    return squares


cdef void fill_variance(
    const double* prices,  # IN
    Py_ssize_t bars,
    Py_ssize_t period,
    double* out,           # OUT population variance of the window
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t age = 0      # bars since mean and squares were taken afresh
        double mean = 0.0
        double squares = 0.0    # sum of squared deviations from the mean
        double peak = 0.0       # its largest value since then
        double share = 1.0 / period
        double before, step

    for i in range(period - 1):
        out[i] = NAN
    for i in range(period - 1, bars):
        if i >= period:
            step = prices[i] - prices[i - period]
            before = mean
            mean += step * share
            squares += step * (prices[i] - mean + prices[i - period] - before)
            age += 1
            if squares > peak:
                peak = squares
        if i == period - 1 or age == REFRESH or squares < CANCELLATION * peak or squares < 0.0:
            mean = mean_of(prices + i - period + 1, period)
            squares = squares_about(prices + i - period + 1, period, mean)
            peak = squares
            age = 0
        out[i] = squares * share


cdef void fill_bands(
    const double* middle,  # IN  moving average
    Py_ssize_t bars,
    double std_dev_up,
    double std_dev_down,
    double* upper,         # OUT price units
    double* lower,         # IN  variance, OUT price units
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double deviation
    for i in range(bars):
        deviation = sqrt(lower[i])
        upper[i] = middle[i] + std_dev_up * deviation
        lower[i] = middle[i] - std_dev_down * deviation


cdef void sma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_sma(inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0])


cdef void bollinger(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    fill_sma(inputs[0], bars, period, outputs[1])
    fill_variance(inputs[0], bars, period, outputs[2])
    fill_bands(outputs[1], bars, parameters[1], parameters[2], outputs[0], outputs[2])


cdef Py_ssize_t mean_size(Py_ssize_t period) noexcept nogil:
    return sizeof(Mean) + period * sizeof(double)


cdef void mean_begin(void* memory, Py_ssize_t period) noexcept nogil:
    cdef Mean* state = <Mean*>memory
    state.period = period
    state.most = 0.25 * TO_WHOLE / period


cdef double mean_feed(void* memory, double value) noexcept nogil:
    cdef:
        Mean* state = <Mean*>memory
        double* ring = <double*>(state + 1)
        double units = units_of(value)
        double mean
    if is_exact(value, units, state.most):
        state.exact += 1
        state.units += units
        if state.exact > state.period:
            state.units -= units_of(ring[state.at])
    else:
        state.exact = 0
        state.units = 0.0
    ring[state.at] = value
    state.at = state.at + 1 if state.at + 1 < state.period else 0
    state.total += value
    state.seen += 1
    if state.seen < state.period:
        return NAN
    if state.exact >= state.period:
        mean = state.units / (UNIT * state.period)
    else:
        mean = state.total / state.period
    state.total -= ring[state.at]
    return mean


cdef inline Py_ssize_t refresh_after(Py_ssize_t period) noexcept nogil:
    """Bars after which a sum is taken afresh: it can't drift, and costs an addition a bar at most."""
    return period if period > REFRESH else REFRESH


cdef void fill_wma(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    cdef:
        Py_ssize_t block = refresh_after(period)
        Py_ssize_t first = period - 1
        Py_ssize_t last, i
        double share = 1.0 / (0.5 * period * (period + 1.0))
        double total, weighted
    for i in range(first):
        out[i] = NAN
    while first < count:
        last = min(first + block, count)
        total = weighted = 0.0
        for i in range(period):
            total += values[first - period + 1 + i]
            weighted += (i + 1.0) * values[first - period + 1 + i]
        out[first] = weighted * share
        for i in range(first + 1, last):
            weighted += period * values[i] - total
            total += values[i] - values[i - period]
            out[i] = weighted * share
        first = last


cdef Py_ssize_t weighted_size(Py_ssize_t period) noexcept nogil:
    return sizeof(Weighted) + period * sizeof(double)


cdef void weighted_begin(void* memory, Py_ssize_t period) noexcept nogil:
    (<Weighted*>memory).period = period


cdef double weighted_feed(void* memory, double value) noexcept nogil:
    cdef:
        Weighted* state = <Weighted*>memory
        double* ring = <double*>(state + 1)
        double oldest = ring[state.at]
        Py_ssize_t period = state.period
        Py_ssize_t i
    ring[state.at] = value
    state.at = state.at + 1 if state.at + 1 < period else 0
    state.seen += 1
    if state.seen < period:
        return NAN
    state.age += 1
    if state.seen == period or state.age == refresh_after(period):
        state.age = 0
        state.total = state.weighted = 0.0
        for i in range(period):
            state.total += ring[state.at + i if state.at + i < period else state.at + i - period]
            state.weighted += (i + 1.0) * ring[state.at + i if state.at + i < period else state.at + i - period]
    else:
        state.weighted += period * value - state.total
        state.total += value - oldest
    return state.weighted * (1.0 / (0.5 * period * (period + 1.0)))


cdef Py_ssize_t sma_size(const double* parameters) noexcept nogil:
    return mean_size(<Py_ssize_t>parameters[0])


cdef void sma_begin(void* memory, const double* parameters) noexcept nogil:
    mean_begin(memory, <Py_ssize_t>parameters[0])


cdef void sma_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = mean_feed(memory, bar[0])


KERNELS = {
    "sma": kernel(sma, 1, 1, 1),
    "bollinger": kernel(bollinger, 1, 3, 3),
}

STREAMS = {
    "sma": stream(sma_size, sma_begin, sma_feed, 1, 1, 1),
}
