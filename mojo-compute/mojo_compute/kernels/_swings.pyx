"""Oscillators of fixed windows: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport fabs

from mojo_compute.kernels._kernel cimport kernel
from mojo_compute.kernels._quotients cimport quotient
from mojo_compute.kernels._smoothing cimport fill_ema, fill_missing
from mojo_compute.kernels._sums cimport fill_means, fill_sums, sums_room
from mojo_compute.kernels._volatility cimport fill_true_ranges
from mojo_compute.kernels._weighted cimport fill_weighted

cdef double ROUNDING = 1e-12  # share of a price below which two of them are equal


cdef Py_ssize_t only_sums(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return sums_room(<Py_ssize_t>parameters[0])


cdef Py_ssize_t series_and_sums(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + sums_room(<Py_ssize_t>parameters[0])


cdef Py_ssize_t two_and_sums(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars + sums_room(<Py_ssize_t>parameters[0])


cdef Py_ssize_t weights_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return <Py_ssize_t>parameters[0]


cdef void bias(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* out = outputs[0]
    fill_means(inputs[0], bars, period, out, scratch)
    for i in range(period - 1, bars):
        out[i] = quotient(inputs[0][i] - out[i], out[i])


cdef void cfo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* weights
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double middle = 0.5 * (period - 1)
        double spread = period * (1.0 * period * period - 1.0) / 12.0  # sum of squares about the middle
        double* out = outputs[0]
    # The regression line, one bar on, is a weighted sum of the window
    for i in range(period):
        weights[i] = 1.0 / period + (period - middle) * (i - middle) / spread
    fill_weighted(inputs[0], bars, period, weights, out)
    for i in range(period - 1, bars):
        out[i] = quotient(parameters[1] * (inputs[0][i] - out[i]), inputs[0][i])


cdef Py_ssize_t cg_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + <Py_ssize_t>parameters[0] + sums_room(<Py_ssize_t>parameters[0])


cdef void cg(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* weights = scratch + bars
        double* out = outputs[0]
    for i in range(period):
        weights[i] = period - i
    fill_weighted(inputs[0], bars, period, weights, out)
    fill_sums(inputs[0], bars, period, scratch, weights + period)
    for i in range(period - 1, bars):
        out[i] = -quotient(out[i], scratch[i])


cdef void psl(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t risen = 0
        const double* prices = inputs[0]
        double* out = outputs[0]
    fill_missing(out, period)
    for i in range(1, bars):
        risen += prices[i] > prices[i - 1]
        if i >= period:
            out[i] = parameters[1] * risen / period
            risen -= prices[i - period + 1] > prices[i - period]


cdef void pgo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        const double* close = inputs[2]
        double* out = outputs[0]
        double* mean = scratch
        double* ranges = scratch + bars
        double away
    fill_means(close, bars, period, mean, scratch + 2 * bars)
    fill_true_ranges(inputs[0], inputs[1], close, bars, ranges)
    fill_ema(ranges + 1, bars - 1, period, out + 1)
    fill_missing(out, period)
    for i in range(period, bars):
        away = close[i] - mean[i]
        out[i] = quotient(away, out[i]) if fabs(away) > ROUNDING * fabs(close[i]) else 0.0


cdef void demarker(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        const double* high = inputs[0]
        const double* low = inputs[1]
        double* up = scratch
        double* down = scratch + bars
        double* out = outputs[0]
    up[0] = down[0] = 0.0
    for i in range(1, bars):
        up[i] = high[i] - high[i - 1] if high[i] > high[i - 1] else 0.0
        down[i] = low[i - 1] - low[i] if low[i - 1] > low[i] else 0.0
    fill_sums(down + 1, bars - 1, period, out + 1, scratch + 2 * bars)
    for i in range(bars - 1, period - 1, -1):
        down[i] = out[i]
    fill_sums(up + 1, bars - 1, period, out + 1, scratch + 2 * bars)
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = quotient(out[i], out[i] + down[i])


cdef Py_ssize_t kst_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    cdef:
        Py_ssize_t longest = 0
        int at
    for at in range(4, 9):
        longest = max(longest, <Py_ssize_t>parameters[at])
    return 2 * bars + sums_room(longest)


cdef void add_rates(
    const double* prices,
    Py_ssize_t bars,
    Py_ssize_t back,
    Py_ssize_t period,
    double weight,
    double* total,     # OUT grows by the mean rate of change, from bar back + period - 1 on
    double* scratch,   # 2 * bars and the room for sums
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double* rates = scratch
        double* means = scratch + bars
    for i in range(back, bars):
        rates[i] = quotient(100.0 * (prices[i] - prices[i - back]), prices[i - back])
    fill_means(rates + back, bars - back, period, means + back, scratch + 2 * bars)
    for i in range(back + period - 1, bars):
        total[i] += weight * means[i]


cdef void kst(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t first = 0
        Py_ssize_t signal = <Py_ssize_t>parameters[8]
        Py_ssize_t i
        int at
        double* total = outputs[0]
    for at in range(4):
        first = max(first, <Py_ssize_t>(parameters[at] + parameters[4 + at]) - 1)
    for i in range(bars):
        total[i] = 0.0
    for at in range(4):
        add_rates(
            inputs[0], bars, <Py_ssize_t>parameters[at], <Py_ssize_t>parameters[4 + at], at + 1.0, total, scratch
        )
    fill_means(total + first, bars - first, signal, outputs[1] + first, scratch + 2 * bars)
    fill_missing(total, first + signal - 1)
    fill_missing(outputs[1], first + signal - 1)


cdef Py_ssize_t rvgi_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 3 * bars + <Py_ssize_t>parameters[1] + sums_room(<Py_ssize_t>parameters[0])


cdef void fill_vigor(
    const double* above, const double* below, Py_ssize_t bars, Py_ssize_t period, Py_ssize_t smooth,
    const double* weights,
    double* out,       # OUT sum over `period` of the smoothed differences, from bar smooth + period - 2 on
    double* scratch,   # 2 * bars
    double* room,      # for sums
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(bars):
        scratch[i] = above[i] - below[i]
    fill_weighted(scratch, bars, smooth, weights, scratch + bars)
    fill_sums(scratch + bars + smooth - 1, bars - smooth + 1, period, out + smooth - 1, room)


cdef void rvgi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t smooth = <Py_ssize_t>parameters[1]
        Py_ssize_t first = smooth + period - 2
        double* weights = scratch + 3 * bars
        double* ranges = scratch + 2 * bars
        double total = 0.0
    for i in range(smooth):
        weights[i] = min(i + 1, smooth - i)
        total += weights[i]
    for i in range(smooth):
        weights[i] /= total
    fill_vigor(inputs[3], inputs[0], bars, period, smooth, weights, outputs[0], scratch, weights + smooth)
    fill_vigor(inputs[1], inputs[2], bars, period, smooth, weights, ranges, scratch, weights + smooth)
    for i in range(first, bars):
        outputs[0][i] = quotient(outputs[0][i], ranges[i])
    fill_weighted(outputs[0] + first, bars - first, smooth, weights, outputs[1] + first)
    first += smooth - 1
    fill_missing(outputs[0], first)
    fill_missing(outputs[1], first)
    for i in range(bars):
        outputs[2][i] = outputs[0][i] - outputs[1][i]


cdef void ttm_trend(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        const double* close = inputs[2]
        double* out = outputs[0]
        double* middle = scratch
    for i in range(bars):
        middle[i] = 0.5 * (inputs[0][i] + inputs[1][i])
    fill_means(middle, bars, period, out, scratch + bars)
    for i in range(period - 1, bars):
        out[i] = 1.0 if close[i] - out[i] > ROUNDING * fabs(close[i]) else -1.0


KERNELS = {
    "bias": kernel(bias, 1, 1, 1, only_sums),
    "cfo": kernel(cfo, 1, 2, 1, weights_room),
    "cg": kernel(cg, 1, 1, 1, cg_room),
    "psl": kernel(psl, 1, 2, 1),
    "pgo": kernel(pgo, 3, 1, 1, two_and_sums),
    "demarker": kernel(demarker, 2, 1, 1, two_and_sums),
    "kst": kernel(kst, 1, 9, 2, kst_room),
    "rvgi": kernel(rvgi, 4, 2, 3, rvgi_room),
    "ttm_trend": kernel(ttm_trend, 3, 1, 1, series_and_sums),
}

STREAMS = {}
