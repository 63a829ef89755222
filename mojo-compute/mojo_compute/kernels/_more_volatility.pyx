"""Volatility that TA-Lib does not measure: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport M_LN2, NAN, fabs, log, sqrt

from mojo_compute.kernels._extremes cimport fill_highest, fill_lowest
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rooms cimport no_begin, no_state, one_series, two_series
from mojo_compute.kernels._smoothing cimport Smoothing, ema_begin, fill_ema, fill_missing, smoothed
from mojo_compute.kernels._sums cimport fill_means, fill_sums, sums_room
from mojo_compute.kernels._volatility cimport true_range
from mojo_compute.kernels._window_lanes cimport LANES, fill_squares


cdef Py_ssize_t one_and_sums(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + sums_room(<Py_ssize_t>parameters[0])


cdef Py_ssize_t one_and_more(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + max(bars, sums_room(<Py_ssize_t>parameters[0]))


cdef Py_ssize_t three_and_more(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 3 * bars + max(bars, sums_room(<Py_ssize_t>parameters[0]))


cdef void ibs(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(bars):
        out[i] = (close[i] - low[i]) / (high[i] - low[i]) if high[i] > low[i] else NAN


cdef void ibs_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = (bar[2] - bar[1]) / (bar[0] - bar[1]) if bar[0] > bar[1] else NAN


cdef void chop(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double scale = 100.0 / log(parameters[0])
        double* out = outputs[0]
        double* ranges = scratch
        double* highest = scratch + bars
        double* lowest = scratch + 2 * bars
        Py_ssize_t i
    fill_highest(high, bars, period, highest, scratch + 3 * bars)
    fill_lowest(low, bars, period, lowest, scratch + 3 * bars)
    for i in range(1, bars):
        ranges[i] = true_range(high[i], low[i], close[i - 1])
    fill_sums(ranges + 1, bars - 1, period, out + 1, scratch + 3 * bars)
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = scale * log(out[i] / (highest[i] - lowest[i])) if highest[i] > lowest[i] else NAN


cdef void rwi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """How far the price went, over how far a random walk of as many bars goes; the most of all numbers of bars."""
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* ranges = scratch
        double totals[LANES]
        double highs[LANES]
        double lows[LANES]
        double root, share
        Py_ssize_t first, lanes, ago, lane, i
    ranges[0] = 0.0
    for i in range(1, bars):
        ranges[i] = true_range(high[i], low[i], inputs[2][i - 1])
    fill_missing(outputs[0], period)
    fill_missing(outputs[1], period)
    for first in range(period, bars, 64):
        lanes = min(<Py_ssize_t>LANES, bars - first)
        for lane in range(lanes):
            totals[lane] = ranges[first + lane]
            highs[lane] = lows[lane] = 0.0
        for ago in range(2, period + 1):
            root = sqrt(<double>ago)
            for lane in range(lanes):
                totals[lane] += ranges[first - ago + 1 + lane]
                share = root / totals[lane] if totals[lane] > 0.0 else 0.0
                highs[lane] = max(highs[lane], (high[first + lane] - low[first - ago + lane]) * share)
                lows[lane] = max(lows[lane], (high[first - ago + lane] - low[first + lane]) * share)
        for lane in range(lanes):
            outputs[0][first + lane] = highs[lane]
            outputs[1][first + lane] = lows[lane]


cdef void ui(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* falls = scratch  # squared, percent
        double* out = outputs[0]
        Py_ssize_t i
    fill_highest(close, bars, period, falls, scratch + bars)
    for i in range(period - 1, bars):
        falls[i] = 100.0 * (close[i] - falls[i]) / falls[i]
        falls[i] *= falls[i]
    fill_means(falls + period - 1, bars - period + 1, period, out + period - 1, scratch + bars)
    fill_missing(out, period - 1)
    for i in range(2 * period - 2, bars):
        out[i] = sqrt(out[i])


cdef void bb_width(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double scale = 200.0 * parameters[1]
        double* out = outputs[0]
        Py_ssize_t i
    fill_squares(inputs[0], bars, period, out, scratch)
    for i in range(period - 1, bars):
        out[i] = scale * sqrt(out[i] / period) / (inputs[0][i] + scratch[i])


cdef void bb_percent(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double scale = 0.5 / parameters[1]
        double* out = outputs[0]
        Py_ssize_t i
    fill_squares(inputs[0], bars, period, scratch, out)
    for i in range(period - 1, bars):
        out[i] = 0.5 - scale * out[i] / sqrt(scratch[i] / period) if scratch[i] > 0.0 else NAN


cdef inline double reach(double high, double low, double high_before, double low_before) noexcept nogil:
    """How far a bar reached beyond the one before."""
    cdef:
        double up = fabs(high - high_before)
        double down = fabs(low_before - low)
    return down if up < down else up


cdef void thermo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* values = outputs[0]
        double* average = outputs[1]
        Py_ssize_t i
    for i in range(1, bars):
        values[i] = reach(high[i], low[i], high[i - 1], low[i - 1])
    fill_ema(values + 1, bars - 1, period, average + 1)
    for i in range(4):
        fill_missing(outputs[i], period)
    for i in range(period, bars):
        outputs[2][i] = 1.0 if values[i] < parameters[1] * average[i] else 0.0
        outputs[3][i] = 1.0 if values[i] > parameters[2] * average[i] else 0.0


cdef struct Thermometer:
    Smoothing average
    double long_factor
    double short_factor
    double high        # of the bar before
    double low
    Py_ssize_t seen


cdef Py_ssize_t thermo_size(const double* parameters) noexcept nogil:
    return sizeof(Thermometer)


cdef void thermo_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Thermometer* state = <Thermometer*>memory
    ema_begin(&state.average, <Py_ssize_t>parameters[0])
    state.long_factor = parameters[1]
    state.short_factor = parameters[2]


cdef void thermo_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Thermometer* state = <Thermometer*>memory
        double value = reach(bar[0], bar[1], state.high, state.low)
        double average = smoothed(&state.average, value) if state.seen else NAN
    state.high = bar[0]
    state.low = bar[1]
    state.seen += 1
    if state.seen > state.average.period:
        values[0] = value
        values[1] = average
        values[2] = 1.0 if value < state.long_factor * average else 0.0
        values[3] = 1.0 if value > state.short_factor * average else 0.0
    else:
        values[0] = values[1] = values[2] = values[3] = NAN


cdef void historical_vol(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double scale = parameters[1] / (period - 1)
        double* returns = scratch
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(1, bars):
        returns[i] = log(inputs[0][i] / inputs[0][i - 1])
    fill_squares(returns + 1, bars - 1, period, out + 1, scratch + bars + 1)
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = sqrt(scale * out[i])


cdef inline void fill_roots(double* out, Py_ssize_t bars, Py_ssize_t first, double scale) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(first, bars):
        out[i] = sqrt(scale * out[i])


cdef void parkinson(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double width
        Py_ssize_t i
    for i in range(bars):
        width = log(inputs[0][i] / inputs[1][i])
        scratch[i] = width * width
    fill_sums(scratch, bars, period, outputs[0], scratch + bars)
    fill_roots(outputs[0], bars, period - 1, parameters[1] / (4.0 * M_LN2 * period))


cdef void garman_klass(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double width, body
        Py_ssize_t i
    for i in range(bars):
        width = log(inputs[1][i] / inputs[2][i])
        body = log(inputs[3][i] / inputs[0][i])
        scratch[i] = 0.5 * width * width - (2.0 * M_LN2 - 1.0) * body * body
    fill_sums(scratch, bars, period, outputs[0], scratch + bars)
    fill_roots(outputs[0], bars, period - 1, parameters[1] / period)


cdef inline double rogers_satchell_of(double opened, double high, double low, double close) noexcept nogil:
    return log(high / close) * log(high / opened) + log(low / close) * log(low / opened)


cdef void rogers_satchell(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
    for i in range(bars):
        scratch[i] = rogers_satchell_of(inputs[0][i], inputs[1][i], inputs[2][i], inputs[3][i])
    fill_sums(scratch, bars, period, outputs[0], scratch + bars)
    fill_roots(outputs[0], bars, period - 1, parameters[1] / period)


cdef void yang_zhang(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* opened = inputs[0]
        const double* close = inputs[3]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double share = 0.34 / (1.34 + (period + 1.0) / (period - 1.0))
        double* nights = scratch          # variance from close to open
        double* days = scratch + bars     # variance from open to close
        double* work = scratch + 2 * bars
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(1, bars):
        work[i] = log(opened[i] / close[i - 1])
    fill_squares(work + 1, bars - 1, period, nights + 1, out + 1)
    for i in range(1, bars):
        work[i] = log(close[i] / opened[i])
    fill_squares(work + 1, bars - 1, period, days + 1, out + 1)
    for i in range(1, bars):
        work[i] = rogers_satchell_of(opened[i], inputs[1][i], inputs[2][i], close[i])
    fill_sums(work + 1, bars - 1, period, out + 1, scratch + 3 * bars)
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = (nights[i] + share * days[i]) / (period - 1) + (1.0 - share) * out[i] / period
    fill_roots(out, bars, period, parameters[1])


cdef struct Variance:
    double decay
    double scale   # bars a year
    double last    # price
    double value   # smoothed squared return
    Py_ssize_t seen


cdef inline double variance_step(double decay, double value, double before, double price, bint first) noexcept nogil:
    cdef double move = log(price / before)
    return move * move if first else decay * value + (1.0 - decay) * (move * move)


cdef void ewma_vol(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        double* out = outputs[0]
        double value = 0.0
        Py_ssize_t i
    out[0] = NAN
    for i in range(1, bars):
        value = variance_step(parameters[0], value, inputs[0][i - 1], inputs[0][i], i == 1)
        out[i] = value
    fill_roots(out, bars, 1, parameters[1])


cdef Py_ssize_t ewma_size(const double* parameters) noexcept nogil:
    return sizeof(Variance)


cdef void ewma_begin(void* memory, const double* parameters) noexcept nogil:
    (<Variance*>memory).decay = parameters[0]
    (<Variance*>memory).scale = parameters[1]


cdef void ewma_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Variance* state = <Variance*>memory
    values[0] = NAN
    if state.seen:
        state.value = variance_step(state.decay, state.value, state.last, bar[0], state.seen == 1)
        values[0] = sqrt(state.scale * state.value)
    state.last = bar[0]
    state.seen += 1


KERNELS = {
    "ibs": kernel(ibs, 3, 0, 1),
    "chop": kernel(chop, 3, 1, 1, three_and_more),
    "rwi": kernel(rwi, 3, 1, 2, one_series),
    "ui": kernel(ui, 1, 1, 1, one_and_more),
    "bb_width": kernel(bb_width, 1, 2, 1, one_series),
    "bb_percent": kernel(bb_percent, 1, 2, 1, one_series),
    "thermo": kernel(thermo, 2, 3, 4),
    "historical_vol": kernel(historical_vol, 1, 2, 1, two_series),
    "parkinson": kernel(parkinson, 2, 2, 1, one_and_sums),
    "garman_klass": kernel(garman_klass, 4, 2, 1, one_and_sums),
    "rogers_satchell": kernel(rogers_satchell, 4, 2, 1, one_and_sums),
    "yang_zhang": kernel(yang_zhang, 4, 2, 1, three_and_more),
    "ewma_vol": kernel(ewma_vol, 1, 2, 1),
}

STREAMS = {
    "ibs": stream(no_state, no_begin, ibs_feed, 3, 0, 1),
    "thermo": stream(thermo_size, thermo_begin, thermo_feed, 2, 3, 4),
    "ewma_vol": stream(ewma_size, ewma_begin, ewma_feed, 1, 2, 1),
}
