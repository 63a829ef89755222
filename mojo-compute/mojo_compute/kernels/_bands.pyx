"""Bands and channels: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._extremes cimport (
    Extreme, extreme_begin, extreme_of, extreme_size, fill_highest, fill_lowest,
)
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._lanes cimport LANES, continue_smoothing
from mojo_compute.kernels._smoothing cimport Smoothing, ema_begin, fill_missing, smoothed, wilder_begin
from mojo_compute.kernels._volatility cimport fill_true_ranges, true_range
from mojo_compute.kernels._windows cimport fill_window_means


cdef extern from "_eight.h" nogil:
    pass


cdef extern from "_stops.h" nogil:
    ctypedef struct EightTrends:
        double[4][8] of

    void eight_trends(
        const double* close, Py_ssize_t stride, Py_ssize_t count, EightTrends* state,
        const double* uppers, const double* lowers, double* lines, double* trends,
    )


cdef enum:
    WARM_UP = 128  # bars after which a trend that began anywhere is mostly the true one


cdef Py_ssize_t room_for_bars(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars


cdef Py_ssize_t room_for_four(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 4 * bars


cdef inline double middle_of(double one, double other) noexcept nogil:
    return (one + other) / 2.0


cdef void donchian(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* upper = outputs[0]
        double* middle = outputs[1]
        double* lower = outputs[2]
        Py_ssize_t i
    fill_highest(inputs[0], bars, period, upper, scratch)
    fill_lowest(inputs[1], bars, period, lower, scratch)
    for i in range(bars):
        middle[i] = middle_of(upper[i], lower[i])


cdef inline void smooth_from(
    const double* values, Py_ssize_t bars, Py_ssize_t first, Py_ssize_t period, double weight, double kept, double* out
) noexcept nogil:
    """An exponential average whose seed, the mean of `period` values, stands at bar `first`; NaN before."""
    cdef:
        Py_ssize_t i
        double average = 0.0
    for i in range(first - period + 1, first + 1):
        average += values[i]
    average /= period
    fill_missing(out, first)
    out[first] = average
    continue_smoothing(values + first + 1, bars - first - 1, weight, kept, average, out + first + 1)


cdef void kc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        double* upper = outputs[0]
        double* middle = outputs[1]
        double* lower = outputs[2]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t range_period = <Py_ssize_t>parameters[1]
        double deviations = parameters[2]
        # where both averages have their first value: the shorter one is seeded later than it could be
        Py_ssize_t first = max(period - 1, range_period)
        Py_ssize_t i
        double band
    for i in range(bars):
        scratch[i] = (high[i] + low[i] + close[i]) / 3.0
    smooth_from(scratch, bars, first, period, 2.0 / (period + 1.0), 1.0 - 2.0 / (period + 1.0), middle)
    fill_true_ranges(high, low, close, bars, scratch)
    smooth_from(scratch, bars, first, range_period, 1.0 / range_period, (range_period - 1.0) / range_period, upper)
    for i in range(bars):
        band = upper[i] * deviations
        upper[i] = middle[i] + band
        lower[i] = middle[i] - band


cdef void accbands(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        double* lower = scratch + bars
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
        double both, width
    for i in range(bars):
        both = high[i] + low[i]
        width = 4.0 * (high[i] - low[i]) / (both if both != 0.0 else 1.0)
        scratch[i] = high[i] * (1.0 + width)
        lower[i] = low[i] * (1.0 - width)
    fill_window_means(scratch, bars, period, outputs[0], scratch + 2 * bars)
    fill_window_means(inputs[2], bars, period, outputs[1], scratch + 2 * bars)
    fill_window_means(lower, bars, period, outputs[2], scratch + 2 * bars)


cdef struct Trend:
    double upper   # bands that only come nearer until a close breaks them
    double lower
    double close   # of the bar before
    bint rising


cdef inline void follow(Trend* trend, double upper, double lower, double close) noexcept nogil:
    """Take the bands about one bar and its close."""
    cdef:
        bint lowered = (upper < trend.upper) | (trend.close > trend.upper)
        bint raised = (lower > trend.lower) | (trend.close < trend.lower)
    trend.upper = upper if lowered else trend.upper
    trend.lower = lower if raised else trend.lower
    trend.rising = close >= trend.lower if trend.rising else close > trend.upper
    trend.close = close


cdef inline void begin_trend(Trend* trend, double upper, double lower, double close) noexcept nogil:
    trend.upper = upper
    trend.lower = lower
    trend.close = close
    trend.rising = True


cdef inline void put(EightTrends* trends, Py_ssize_t lane, const Trend* trend) noexcept nogil:
    trends.of[0][lane] = trend.upper
    trends.of[1][lane] = trend.lower
    trends.of[2][lane] = trend.close
    trends.of[3][lane] = 1.0 if trend.rising else -1.0


cdef inline Trend trend_of(const EightTrends* trends, Py_ssize_t lane) noexcept nogil:
    cdef Trend trend
    trend.upper = trends.of[0][lane]
    trend.lower = trends.of[1][lane]
    trend.close = trends.of[2][lane]
    trend.rising = trends.of[3][lane] > 0.0
    return trend


cdef inline bint same(const Trend* one, const Trend* other) noexcept nogil:
    return (
        one.upper == other.upper and one.lower == other.lower and one.close == other.close
        and one.rising == other.rising
    )


cdef void go_on(
    Trend* trend, const double* close, const double* uppers, const double* lowers, Py_ssize_t first, Py_ssize_t last,
    double* lines, double* trends,
) noexcept nogil:
    """From bar `first` up to the one before `last`."""
    cdef Py_ssize_t i
    for i in range(first, last):
        follow(trend, uppers[i], lowers[i], close[i])
        lines[i] = trend.lower if trend.rising else trend.upper
        trends[i] = 1.0 if trend.rising else -1.0


cdef void fill_trends(
    Trend trend,           # IN  as the bar before `first` leaves it
    const double* close,
    const double* uppers,  # IN  bands about each bar
    const double* lowers,
    Py_ssize_t first,
    Py_ssize_t bars,
    double* lines,         # OUT the band that counts
    double* trends,        # OUT 1 or -1
) noexcept nogil:
    """Eight parts of the series at once. Each begins with a trend that was warmed up on the bars before it; where
    that turns out to be another than the part before ends with, the part is done again."""
    cdef:
        Py_ssize_t part = (bars - first) // LANES // 8 * 8
        Py_ssize_t lane, bar
        EightTrends state
        Trend[LANES] began
    if part < 2 * WARM_UP:
        go_on(&trend, close, uppers, lowers, first, bars, lines, trends)
        return
    began[0] = trend
    for lane in range(LANES):
        bar = first + (lane + 1) * part - WARM_UP - 1
        begin_trend(&trend, uppers[bar], lowers[bar], close[bar])
        put(&state, lane, &trend)
    bar = first + part - WARM_UP
    eight_trends(close + bar, part, WARM_UP, &state, uppers + bar, lowers + bar, NULL, NULL)
    for lane in range(1, LANES):
        began[lane] = trend_of(&state, lane - 1)
    for lane in range(LANES):
        put(&state, lane, &began[lane])
    eight_trends(close + first, part, part, &state, uppers + first, lowers + first, lines + first, trends + first)
    trend = trend_of(&state, 0)
    for lane in range(1, LANES):
        bar = first + lane * part
        if same(&trend, &began[lane]):
            trend = trend_of(&state, lane)
        else:
            go_on(&trend, close, uppers, lowers, bar, bar + part, lines, trends)
    go_on(&trend, close, uppers, lowers, first + LANES * part, bars, lines, trends)


cdef void supertrend(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        double* widths = outputs[0]
        double* trends = outputs[1]
        double* lowers = scratch + bars
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double multiplier = parameters[1]
        Py_ssize_t i
        double middle, band
        Trend trend
    fill_true_ranges(high, low, close, bars, scratch)
    smooth_from(scratch, bars, period, period, 1.0 / period, (period - 1.0) / period, widths)
    for i in range(period, bars):
        middle = middle_of(high[i], low[i])
        band = multiplier * widths[i]
        scratch[i] = middle + band
        lowers[i] = middle - band
    fill_missing(trends, period)
    begin_trend(&trend, scratch[period], lowers[period], close[period])
    outputs[0][period] = trend.lower
    trends[period] = 1.0
    fill_trends(trend, close, scratch, lowers, period + 1, bars, outputs[0], trends)


cdef Py_ssize_t donchian_size(const double* parameters) noexcept nogil:
    return 2 * extreme_size(<Py_ssize_t>parameters[0])


cdef void donchian_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    extreme_begin(<Extreme*>memory, period, 1.0)
    extreme_begin(<Extreme*>(<char*>memory + extreme_size(period)), period, -1.0)


cdef void donchian_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Extreme* highest = <Extreme*>memory
    values[0] = extreme_of(highest, bar[0])
    values[2] = extreme_of(<Extreme*>(<char*>memory + extreme_size(highest.period)), bar[1])
    values[1] = middle_of(values[0], values[2])


cdef struct Channel:
    Py_ssize_t seen     # bars
    Py_ssize_t first    # bar of the first value
    double deviations
    double before       # the last close
    Smoothing middle
    Smoothing width


cdef Py_ssize_t kc_size(const double* parameters) noexcept nogil:
    return sizeof(Channel)


cdef void kc_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Channel* state = <Channel*>memory
    state.first = max(<Py_ssize_t>parameters[0] - 1, <Py_ssize_t>parameters[1])
    state.deviations = parameters[2]
    ema_begin(&state.middle, <Py_ssize_t>parameters[0])
    wilder_begin(&state.width, <Py_ssize_t>parameters[1])


cdef void kc_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Channel* state = <Channel*>memory
        double middle = NAN
        double band = NAN
    if state.seen > state.first - state.middle.period:
        middle = smoothed(&state.middle, (bar[0] + bar[1] + bar[2]) / 3.0)
    if state.seen > state.first - state.width.period:
        band = smoothed(&state.width, true_range(bar[0], bar[1], state.before)) * state.deviations
    values[0] = middle + band
    values[1] = middle
    values[2] = middle - band
    state.before = bar[2]
    state.seen += 1


cdef struct TrendStream:
    Py_ssize_t seen   # bars
    double multiplier
    double before     # the last close
    Smoothing width
    Trend trend


cdef Py_ssize_t supertrend_size(const double* parameters) noexcept nogil:
    return sizeof(TrendStream)


cdef void supertrend_begin(void* memory, const double* parameters) noexcept nogil:
    cdef TrendStream* state = <TrendStream*>memory
    wilder_begin(&state.width, <Py_ssize_t>parameters[0])
    state.multiplier = parameters[1]


cdef void supertrend_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        TrendStream* state = <TrendStream*>memory
        double middle = middle_of(bar[0], bar[1])
        double band
    values[0] = values[1] = NAN
    if state.seen:
        band = state.multiplier * smoothed(&state.width, true_range(bar[0], bar[1], state.before))
        if state.seen == state.width.period:
            begin_trend(&state.trend, middle + band, middle - band, bar[2])
        elif state.seen > state.width.period:
            follow(&state.trend, middle + band, middle - band, bar[2])
        if state.seen >= state.width.period:
            values[0] = state.trend.lower if state.trend.rising else state.trend.upper
            values[1] = 1.0 if state.trend.rising else -1.0
    state.before = bar[2]
    state.seen += 1


KERNELS = {
    "accbands": kernel(accbands, 3, 1, 3, room_for_four),
    "donchian": kernel(donchian, 2, 1, 3, room_for_bars),
    "kc": kernel(kc, 3, 3, 3, room_for_bars),
    "supertrend": kernel(supertrend, 3, 2, 2, room_for_four),
}

STREAMS = {
    "donchian": stream(donchian_size, donchian_begin, donchian_feed, 2, 1, 3),
    "kc": stream(kc_size, kc_begin, kc_feed, 3, 3, 3),
    "supertrend": stream(supertrend_size, supertrend_begin, supertrend_feed, 3, 2, 2),
}
