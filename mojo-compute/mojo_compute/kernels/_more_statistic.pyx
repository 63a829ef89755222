"""Statistics of windows that TA-Lib does not have: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs, floor, log, sqrt
from libc.string cimport memmove, memset

from mojo_compute.kernels._kernel cimport kernel
from mojo_compute.kernels._rooms cimport one_series, two_series
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._sums cimport fill_sums, sums_room
from mojo_compute.kernels._window_lanes cimport LANES, fill_products, fill_squares, window_offsets


cdef void skew(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* prices = inputs[0]
        double* out = outputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double scale = period * sqrt(period - 1.0) / (period - 2.0)
        double shifts[LANES]
        double squares[LANES]
        double cubes[LANES]
        double deviation
        Py_ssize_t first, lanes, ago, lane
    fill_missing(out, period - 1)
    for first in range(period - 1, bars, 64):
        lanes = min(<Py_ssize_t>LANES, bars - first)
        window_offsets(prices + first, lanes, period, shifts)
        for lane in range(lanes):
            squares[lane] = cubes[lane] = 0.0
        for ago in range(period - 1, -1, -1):
            for lane in range(lanes):
                deviation = (prices[first - ago + lane] - prices[first + lane]) - shifts[lane]
                squares[lane] += deviation * deviation
                cubes[lane] += deviation * deviation * deviation
        for lane in range(lanes):
            out[first + lane] = (
                scale * cubes[lane] / (squares[lane] * sqrt(squares[lane])) if squares[lane] > 0.0 else NAN
            )


cdef void kurtosis(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* prices = inputs[0]
        double* out = outputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double n = parameters[0]
        double scale = n * (n + 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))
        double normal = 3.0 * (n - 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))
        double shifts[LANES]
        double squares[LANES]
        double fourths[LANES]
        double square
        Py_ssize_t first, lanes, ago, lane
    fill_missing(out, period - 1)
    for first in range(period - 1, bars, 64):
        lanes = min(<Py_ssize_t>LANES, bars - first)
        window_offsets(prices + first, lanes, period, shifts)
        for lane in range(lanes):
            squares[lane] = fourths[lane] = 0.0
        for ago in range(period - 1, -1, -1):
            for lane in range(lanes):
                square = (prices[first - ago + lane] - prices[first + lane]) - shifts[lane]
                square *= square
                squares[lane] += square
                fourths[lane] += square * square
        for lane in range(lanes):
            out[first + lane] = (
                scale * (fourths[lane] / (squares[lane] * squares[lane])) - normal if squares[lane] > 0.0 else NAN
            )


cdef void mad(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* prices = inputs[0]
        double* out = outputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double shifts[LANES]
        double totals[LANES]
        Py_ssize_t first, lanes, ago, lane
    fill_missing(out, period - 1)
    for first in range(period - 1, bars, 64):
        lanes = min(<Py_ssize_t>LANES, bars - first)
        window_offsets(prices + first, lanes, period, shifts)
        for lane in range(lanes):
            totals[lane] = 0.0
        for ago in range(period - 1, -1, -1):
            for lane in range(lanes):
                totals[lane] += fabs((prices[first - ago + lane] - prices[first + lane]) - shifts[lane])
        for lane in range(lanes):
            out[first + lane] = totals[lane] / period


cdef inline Py_ssize_t place_of(const double* ordered, Py_ssize_t count, double value) noexcept nogil:
    """Where the first value stands that is not below `value`."""
    cdef:
        Py_ssize_t low = 0
        Py_ssize_t high = count
        Py_ssize_t middle
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


cdef inline void exchange(double* ordered, Py_ssize_t count, double old, double new) noexcept nogil:
    """Take `old` out of the ordered values and put `new` in."""
    cdef:
        Py_ssize_t source = place_of(ordered, count, old)
        Py_ssize_t target = place_of(ordered, count, new)
    if target > source:
        target -= 1
        memmove(ordered + source, ordered + source + 1, (target - source) * sizeof(double))
    else:
        memmove(ordered + target + 1, ordered + target, (source - target) * sizeof(double))
    ordered[target] = new


cdef void fill_quantile(
    const double* prices,  # IN
    Py_ssize_t bars,
    Py_ssize_t period,
    double share,          # IN  0: the least value, 1: the greatest
    double* out,           # OUT price units
    double* ordered,       # room for `period` values
) noexcept nogil:
    cdef:
        double place = share * (period - 1)
        Py_ssize_t below = <Py_ssize_t>floor(place)
        Py_ssize_t above = min(below + 1, period - 1)
        double part = place - below
        Py_ssize_t i, at
    for i in range(period):
        at = place_of(ordered, i, prices[i])
        memmove(ordered + at + 1, ordered + at, (i - at) * sizeof(double))
        ordered[at] = prices[i]
        out[i] = NAN
    out[period - 1] = ordered[below] + part * (ordered[above] - ordered[below])
    for i in range(period, bars):
        exchange(ordered, period, prices[i - period], prices[i])
        out[i] = ordered[below] + part * (ordered[above] - ordered[below])


cdef Py_ssize_t window_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return <Py_ssize_t>parameters[0]


cdef void median(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_quantile(inputs[0], bars, <Py_ssize_t>parameters[0], 0.5, outputs[0], scratch)


cdef void quantile(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_quantile(inputs[0], bars, <Py_ssize_t>parameters[0], parameters[1], outputs[0], scratch)


cdef void zscore(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* out = outputs[0]
        Py_ssize_t i
    fill_squares(inputs[0], bars, period, scratch, out)
    for i in range(period - 1, bars):
        out[i] = -out[i] / sqrt(scratch[i] / (period - 1)) if scratch[i] > 0.0 else NAN


cdef void covariance(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* out = outputs[0]
        Py_ssize_t i
    fill_products(inputs[0], inputs[1], bars, period, out)
    for i in range(period - 1, bars):
        out[i] /= period - 1


cdef void autocorr(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t lag = <Py_ssize_t>parameters[1]
        double* out = outputs[0]
        double* squares = scratch
        Py_ssize_t i
    fill_squares(inputs[0], bars, period, squares, scratch + bars)
    fill_products(inputs[0] + lag, inputs[0], bars - lag, period, out + lag)
    fill_missing(out, lag)
    for i in range(period - 1 + lag, bars):
        if squares[i] > 0.0 and squares[i - lag] > 0.0:
            out[i] /= sqrt(squares[i]) * sqrt(squares[i - lag])
        else:
            out[i] = NAN


cdef Py_ssize_t two_and_sums(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars + sums_room(<Py_ssize_t>parameters[0])


cdef void entropy(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """With p = x / S: -sum(p log p) = log S - sum(x log x) / S."""
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double unit = 1.0 / log(parameters[1])
        double* out = outputs[0]
        double* weighted = scratch
        double* sums = scratch + bars
        Py_ssize_t i
    for i in range(bars):
        weighted[i] = inputs[0][i] * log(inputs[0][i])
    fill_sums(weighted, bars, period, out, scratch + 2 * bars)
    fill_sums(inputs[0], bars, period, sums, scratch + 2 * bars)
    for i in range(period - 1, bars):
        out[i] = unit * (log(sums[i]) - out[i] / sums[i])


cdef void fill_ranges(
    const double* returns,  # IN  from index 1 on
    Py_ssize_t bars,
    Py_ssize_t size,
    double* out,            # OUT from index `size` on
) noexcept nogil:
    """Of the last `size` returns: the range of the running sum of their deviations from the mean, over their deviation.

    NaN where they differ by rounding alone.
    """
    cdef:
        double shifts[LANES]
        double squares[LANES]
        double sizes[LANES]
        double walks[LANES]
        double highs[LANES]
        double lows[LANES]
        double value, deviation
        Py_ssize_t first, lanes, ago, lane
    for first in range(size, bars, 64):
        lanes = min(<Py_ssize_t>LANES, bars - first)
        window_offsets(returns + first, lanes, size, shifts)
        for lane in range(lanes):
            squares[lane] = sizes[lane] = walks[lane] = highs[lane] = lows[lane] = 0.0
        for ago in range(size - 1, -1, -1):
            for lane in range(lanes):
                value = returns[first - ago + lane]
                deviation = (value - returns[first + lane]) - shifts[lane]
                squares[lane] += deviation * deviation
                sizes[lane] += value * value
                walks[lane] += deviation
                highs[lane] = max(highs[lane], walks[lane])
                lows[lane] = min(lows[lane], walks[lane])
        for lane in range(lanes):
            if squares[lane] > 1e-18 * sizes[lane]:
                out[first + lane] = (highs[lane] - lows[lane]) / sqrt(squares[lane] / size)
            else:
                out[first + lane] = NAN


cdef inline double mean_range(const double* newest, Py_ssize_t pieces, Py_ssize_t size) noexcept nogil:
    """Of the pieces that have a range, the newest first; NaN where none has."""
    cdef:
        double total = 0.0
        double used = 0.0
        Py_ssize_t piece
    for piece in range(pieces):
        if newest[-piece * size] == newest[-piece * size]:
            total += newest[-piece * size]
            used += 1.0
    return total / used if used > 0.0 else NAN


cdef struct Line:
    double count
    double sum_x
    double sum_y
    double sum_xx
    double sum_xy


cdef inline void add_point(Line* line, double x, double y) noexcept nogil:
    line.count += 1.0
    line.sum_x += x
    line.sum_y += y
    line.sum_xx += x * x
    line.sum_xy += x * y


cdef inline double slope_of(const Line* line) noexcept nogil:
    cdef double spread = line.count * line.sum_xx - line.sum_x * line.sum_x
    return (line.count * line.sum_xy - line.sum_x * line.sum_y) / spread if line.count >= 2.0 else NAN


cdef Py_ssize_t hurst_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars + bars * <Py_ssize_t>(sizeof(Line) // sizeof(double))


cdef void hurst(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """The slope of the line through (log size, log mean range), sizes period, period / 2, ... 8 or more."""
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t size = period
        double* returns = scratch
        double* ranges = scratch + bars
        Line* lines = <Line*>(scratch + 2 * bars)
        double found, x
        Py_ssize_t bad = -1  # the newest bar without a logarithm
        Py_ssize_t i
    for i in range(1, bars):
        returns[i] = log(inputs[0][i] / inputs[0][i - 1])
    memset(lines, 0, bars * sizeof(Line))
    while size >= 8:
        fill_ranges(returns, bars, size, ranges)
        x = log(size / <double>period)
        for i in range(period, bars):
            found = mean_range(ranges + i, period // size, size)
            if found == found:
                add_point(&lines[i], x, log(found))
        size //= 2
    fill_missing(outputs[0], period)
    for i in range(bars):
        if not inputs[0][i] > 0.0:
            bad = i
        if i >= period:
            outputs[0][i] = slope_of(&lines[i]) if i - bad > period else NAN


KERNELS = {
    "skew": kernel(skew, 1, 1, 1),
    "kurtosis": kernel(kurtosis, 1, 1, 1),
    "mad": kernel(mad, 1, 1, 1),
    "median": kernel(median, 1, 1, 1, window_room),
    "quantile": kernel(quantile, 1, 2, 1, window_room),
    "zscore": kernel(zscore, 1, 1, 1, one_series),
    "covariance": kernel(covariance, 2, 1, 1),
    "autocorr": kernel(autocorr, 1, 2, 1, two_series),
    "entropy": kernel(entropy, 1, 2, 1, two_and_sums),
    "hurst": kernel(hurst, 1, 1, 1, hurst_room),
}

STREAMS = {}
