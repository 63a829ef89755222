"""The supertrend: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._kernel cimport LANES, kernel, stream
from mojo_compute.kernels._rooms cimport two_series
from mojo_compute.kernels._smoothing cimport Smoothing, average_from, fill_missing, smoothed, wilder_begin
from mojo_compute.kernels._volatility cimport fill_true_ranges, true_range


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


cdef void fill_edges(
    const double* high, const double* low, const double* widths, double multiplier, Py_ssize_t bars,
    double* uppers, double* lowers,
) noexcept nogil:
    """Bands about each bar, so many widths away."""
    cdef:
        Py_ssize_t i
        double middle, band
    for i in range(bars):
        middle = (high[i] + low[i]) / 2.0
        band = multiplier * widths[i]
        uppers[i] = middle + band
        lowers[i] = middle - band


cdef Trend first_trend(
    const double* close, const double* uppers, const double* lowers, Py_ssize_t period, double* lines, double* trends
) noexcept nogil:
    """What the first bands give; it is the bar `period`, and the values before are NaN."""
    cdef Trend trend
    fill_missing(trends, period)
    begin_trend(&trend, uppers[period], lowers[period], close[period])
    lines[period] = trend.lower
    trends[period] = 1.0
    return trend


cdef void supertrend(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        double* lines = outputs[0]
        double* trends = outputs[1]
        double* lowers = scratch + bars
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Trend trend
    fill_true_ranges(inputs[0], inputs[1], inputs[2], bars, scratch)
    average_from(scratch, bars, period, period, 1.0 / period, (period - 1.0) / period, lines)
    fill_edges(inputs[0], inputs[1], lines, parameters[1], bars, scratch, lowers)
    trend = first_trend(inputs[2], scratch, lowers, period, lines, trends)
    fill_trends(trend, inputs[2], scratch, lowers, period + 1, bars, lines, trends)


cdef void supertrend_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[2]
        double* lines = outputs[0]
        double* trends = outputs[1]
        double* lowers = scratch + LANES * bars
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t first = period + 1
        Py_ssize_t together = (bars - first) & ~7
        Py_ssize_t row
        EightTrends state
        Trend trend
    fill_true_ranges(inputs[0], inputs[1], close, LANES * bars, scratch)
    for row in range(LANES):
        average_from(
            scratch + row * bars, bars, period, period, 1.0 / period, (period - 1.0) / period, lines + row * bars
        )
    fill_edges(inputs[0], inputs[1], lines, parameters[1], LANES * bars, scratch, lowers)
    for row in range(LANES):
        trend = first_trend(
            close + row * bars, scratch + row * bars, lowers + row * bars, period, lines + row * bars,
            trends + row * bars,
        )
        put(&state, row, &trend)
    eight_trends(
        close + first, bars, together, &state, scratch + first, lowers + first, lines + first, trends + first
    )
    for row in range(LANES):
        trend = trend_of(&state, row)
        go_on(
            &trend, close + row * bars, scratch + row * bars, lowers + row * bars, first + together, bars,
            lines + row * bars, trends + row * bars,
        )


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
        double middle = (bar[0] + bar[1]) / 2.0
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
    "supertrend": kernel(supertrend, 3, 2, 2, two_series, supertrend_panel),
}

STREAMS = {
    "supertrend": stream(supertrend_size, supertrend_begin, supertrend_feed, 3, 2, 2),
}
