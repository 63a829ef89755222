"""Bands and channels: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, isnan, sqrt
from libc.stdint cimport int64_t

from mojo_compute.kernels._averages cimport (
    SMA, average_begin, average_feed, average_lookback, average_room, average_size, fill_average,
)
from mojo_compute.kernels._checks cimport finite
from mojo_compute.kernels._extremes cimport (
    Extreme, extreme_begin, extreme_of, extreme_size, fill_highest, fill_lowest,
)
from mojo_compute.kernels._kernel cimport LANES, kernel, stream
from mojo_compute.kernels._overlap cimport (
    Variance, fill_mean_bands, fill_variance, variance_begin, variance_feed, variance_size,
)
from mojo_compute.kernels._placing cimport STAGE_GAP, put_past
from mojo_compute.kernels._smoothing cimport (
    Smoothing, average_from, ema_begin, fill_missing, smoothed, wilder_begin,
)
from mojo_compute.kernels._sums cimport Sums, fill_sums, next_sums, summed, sums_begin, sums_room, sums_size
from mojo_compute.kernels._volatility cimport fill_true_ranges, true_range


cdef Py_ssize_t room_for_bars(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars


cdef Py_ssize_t accbands_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars + sums_room(<Py_ssize_t>parameters[0])


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


cdef void fill_typical(const double* const* inputs, Py_ssize_t bars, double* out) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        Py_ssize_t i
    for i in range(bars):
        out[i] = (high[i] + low[i] + close[i]) / 3.0


cdef void spread_bands(
    const double* middle, double deviations, Py_ssize_t bars, double* upper, double* lower
) noexcept nogil:
    """`upper` holds the average true range before."""
    cdef:
        Py_ssize_t i
        double band
    for i in range(bars):
        band = upper[i] * deviations
        upper[i] = middle[i] + band
        lower[i] = middle[i] - band


cdef void kc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        double* upper = outputs[0]
        double* middle = outputs[1]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t range_period = <Py_ssize_t>parameters[1]
        # where both averages have their first value: the shorter one is seeded later than it could be
        Py_ssize_t first = max(period - 1, range_period)
    fill_typical(inputs, bars, scratch)
    average_from(scratch, bars, first, period, 2.0 / (period + 1.0), 1.0 - 2.0 / (period + 1.0), middle)
    fill_true_ranges(inputs[0], inputs[1], inputs[2], bars, scratch)
    average_from(scratch, bars, first, range_period, 1.0 / range_period, (range_period - 1.0) / range_period, upper)
    spread_bands(middle, parameters[2], bars, upper, outputs[2])


cdef inline double pushed_by(double high, double low) noexcept nogil:
    """Four times a bar's range, as a share of its middle's double."""
    cdef double both = high + low
    return 4.0 * (high - low) / (both if both != 0.0 else 1.0)


cdef void accbands(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        double* lower = scratch + bars
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double share = 1.0 / period
        double width
        Py_ssize_t i
        int band
    for i in range(bars):
        width = pushed_by(high[i], low[i])
        scratch[i] = high[i] * (1.0 + width)
        lower[i] = low[i] * (1.0 - width)
    fill_sums(scratch, bars, period, outputs[0], scratch + 2 * bars)
    fill_sums(inputs[2], bars, period, outputs[1], scratch + 2 * bars)
    fill_sums(lower, bars, period, outputs[2], scratch + 2 * bars)
    for band in range(3):
        for i in range(period - 1, bars):
            outputs[band][i] *= share


cdef Py_ssize_t accbands_size(const double* parameters) noexcept nogil:
    return 3 * sums_size(<Py_ssize_t>parameters[0])


cdef void accbands_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Sums* state = <Sums*>memory
        int band
    for band in range(3):
        sums_begin(state, <Py_ssize_t>parameters[0])
        state = next_sums(state)


cdef void accbands_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sums* state = <Sums*>memory
        double share = 1.0 / state.period
        double width = pushed_by(bar[0], bar[1])
    values[0] = summed(state, bar[0] * (1.0 + width)) * share
    state = next_sums(state)
    values[1] = summed(state, bar[2]) * share
    state = next_sums(state)
    values[2] = summed(state, bar[1] * (1.0 - width)) * share


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


cdef void bollinger(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        int kind = <int>parameters[3]
    if kind == SMA and period > 1 and fill_mean_bands(
        inputs[0], bars, period, parameters[1], parameters[2], False, outputs[0], outputs[1], outputs[2]
    ):
        return
    fill_other_bands(inputs[0], parameters, outputs, bars, scratch)


cdef void fill_other_bands(
    const double* values, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """About other averages than the mean, or of prices of which some are not whole ticks."""
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        int kind = <int>parameters[3]
        Py_ssize_t lookback = average_lookback(kind, period)
    fill_average(kind, values, bars, period, outputs[1], scratch)
    fill_variance(values, bars, period, outputs[2])
    fill_bands(outputs[1], bars, parameters[1], parameters[2], outputs[0], outputs[2])
    if lookback < period - 1:  # an average that begins before the deviation does
        fill_missing(outputs[1], period - 1)
    if lookback >= period and not finite(<const int64_t*>values, lookback, False):
        outputs[1][bars - 1] = NAN  # a flaw shows, even where the average begins after the windows that it is in


cdef int bollinger_past(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        int kind = <int>parameters[3]
        Py_ssize_t lookback = max(average_lookback(kind, period), period - 1)
        Py_ssize_t first
        double* made[3]
        int flawed = 0
        int lane, i
    for i in range(3):
        made[i] = scratch + i * (bars + STAGE_GAP)
    for lane in range(LANES):
        first = lane * bars
        if kind == SMA and period > 1 and fill_mean_bands(
            inputs[0] + first, bars, period, parameters[1], parameters[2], True,
            outputs[0] + first, outputs[1] + first, outputs[2] + first,
        ):
            continue
        fill_other_bands(inputs[0] + first, parameters, made, bars, scratch + 3 * (bars + STAGE_GAP))
        for i in range(3):
            flawed |= put_past(made[i], bars, lookback, outputs[i] + first) << lane
    return flawed


cdef Py_ssize_t bollinger_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 3 * (bars + STAGE_GAP) + average_room(<int>parameters[3], <Py_ssize_t>parameters[0], bars)


cdef Py_ssize_t bollinger_size(const double* parameters) noexcept nogil:
    return variance_size(<Py_ssize_t>parameters[0]) + 2 * sizeof(double) + average_size(
        <int>parameters[3], <Py_ssize_t>parameters[0]
    )


cdef void bollinger_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* widths = <double*>(<char*>memory + variance_size(period))
    variance_begin(memory, period)
    widths[0], widths[1] = parameters[1], parameters[2]
    average_begin(widths + 2, <int>parameters[3], period)


cdef void bollinger_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        double* widths = <double*>(<char*>memory + variance_size((<Variance*>memory).period))
        double deviation = sqrt(variance_feed(memory, bar[0]))
        double middle = average_feed(widths + 2, bar[0])
    values[0] = middle + widths[0] * deviation
    values[1] = NAN if isnan(deviation) else middle
    values[2] = middle - widths[1] * deviation


KERNELS = {
    "accbands": kernel(accbands, 3, 1, 3, accbands_room),
    "bollinger": kernel(bollinger, 1, 4, 3, bollinger_room, NULL, bollinger_past),
    "donchian": kernel(donchian, 2, 1, 3, room_for_bars),
    "kc": kernel(kc, 3, 3, 3, room_for_bars),
}

STREAMS = {
    "accbands": stream(accbands_size, accbands_begin, accbands_feed, 3, 1, 3),
    "bollinger": stream(bollinger_size, bollinger_begin, bollinger_feed, 1, 4, 3),
    "donchian": stream(donchian_size, donchian_begin, donchian_feed, 2, 1, 3),
    "kc": stream(kc_size, kc_begin, kc_feed, 3, 3, 3),
}
