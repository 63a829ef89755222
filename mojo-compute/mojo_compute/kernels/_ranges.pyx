"""Kernels that place a price in the range of its window: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._extremes cimport (
    Extreme,
    bars_since,
    extreme_begin,
    extreme_of,
    extreme_size,
    fill_bars_since,
    fill_highest,
    fill_lowest,
)
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._window_sums cimport (
    WindowSum,
    fill_window_sums,
    window_sum,
    window_sum_begin,
    window_sum_size,
)


cdef inline double percent_r(double highest, double lowest, double close) noexcept nogil:
    return -100.0 * (highest - close) / (highest - lowest) if highest != lowest else 0.0


cdef Py_ssize_t two_series(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars


cdef void willr(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        const double* close = inputs[2]
        double* out = outputs[0]
        Py_ssize_t i
    fill_highest(inputs[0], bars, period, out, scratch)
    fill_lowest(inputs[1], bars, period, scratch, scratch + bars)
    for i in range(period - 1, bars):
        out[i] = percent_r(out[i], scratch[i], close[i])


cdef Py_ssize_t aroon_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 4 * bars


cdef void aroon(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        double period = parameters[0]
        Py_ssize_t first = <Py_ssize_t>period
        double factor = 100.0 / period
        double* down = outputs[0]
        double* up = outputs[1]
        Py_ssize_t i
    fill_bars_since(inputs[0], bars, first + 1, True, up, scratch)
    fill_bars_since(inputs[1], bars, first + 1, False, down, scratch)
    for i in range(first, bars):
        up[i] = factor * (period - up[i])
        down[i] = factor * (period - down[i])


cdef void aroonosc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double factor = 100.0 / period
        double* out = outputs[0]
        double* since_high = scratch + 3 * bars
        Py_ssize_t i
    fill_bars_since(inputs[0], bars, period + 1, True, since_high, scratch)
    fill_bars_since(inputs[1], bars, period + 1, False, out, scratch)
    for i in range(period, bars):
        out[i] = factor * (out[i] - since_high[i])


cdef inline double buying_pressure(double low, double close, double before) noexcept nogil:
    return close - (low if low < before else before)


cdef inline double true_range(double high, double low, double before) noexcept nogil:
    cdef:
        double widest = high - low
        double rise = fabs(high - before)
        double fall = fabs(low - before)
    widest = rise if rise > widest else widest
    return fall if fall > widest else widest


cdef double NOTHING = 1e-14  # TA-Lib's bound below which a range counts as none


cdef inline double pressure_share(double pressure, double ranges) noexcept nogil:
    return pressure / ranges if ranges >= NOTHING else 0.0


cdef inline void sort_three(const double* parameters, Py_ssize_t* periods) noexcept nogil:
    """The periods from the shortest to the longest."""
    cdef:
        double least = min(parameters[0], parameters[1], parameters[2])
        double most = max(parameters[0], parameters[1], parameters[2])
    periods[0] = <Py_ssize_t>least
    periods[1] = <Py_ssize_t>(parameters[0] + parameters[1] + parameters[2] - least - most)
    periods[2] = <Py_ssize_t>most


cdef Py_ssize_t ultosc_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 6 * bars


cdef void ultosc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        double* pressure = scratch
        double* ranges = scratch + bars
        double* pressures = scratch + 2 * bars  # summed up
        double* all_ranges = scratch + 3 * bars
        double* out = outputs[0]
        double weight
        Py_ssize_t periods[3]
        Py_ssize_t i
        int number
    sort_three(parameters, periods)
    pressure[0] = ranges[0] = 0.0
    for i in range(1, bars):
        pressure[i] = buying_pressure(low[i], close[i], close[i - 1])
        ranges[i] = true_range(high[i], low[i], close[i - 1])
    fill_missing(out, periods[2])
    for i in range(periods[2], bars):
        out[i] = 0.0
    for number in range(3):
        weight = <double>(4 >> number)
        fill_window_sums(pressure, bars, periods[number], pressures, scratch + 4 * bars)
        fill_window_sums(ranges, bars, periods[number], all_ranges, scratch + 4 * bars)
        for i in range(periods[2], bars):
            out[i] += weight * pressure_share(pressures[i], all_ranges[i])
    for i in range(periods[2], bars):
        out[i] = out[i] / 7.0 * 100.0


cdef struct Range:
    Py_ssize_t step  # bytes from the highest to the lowest
    # two `Extreme` follow


cdef inline Extreme* highest_of(void* memory) noexcept nogil:
    return <Extreme*>(<Range*>memory + 1)


cdef inline Extreme* lowest_of(void* memory) noexcept nogil:
    return <Extreme*>(<char*>(<Range*>memory + 1) + (<Range*>memory).step)


cdef inline void range_begin(void* memory, Py_ssize_t period) noexcept nogil:
    (<Range*>memory).step = extreme_size(period)
    extreme_begin(highest_of(memory), period, 1.0)
    extreme_begin(lowest_of(memory), period, -1.0)


cdef Py_ssize_t willr_size(const double* parameters) noexcept nogil:
    return sizeof(Range) + 2 * extreme_size(<Py_ssize_t>parameters[0])


cdef void willr_begin(void* memory, const double* parameters) noexcept nogil:
    range_begin(memory, <Py_ssize_t>parameters[0])


cdef void willr_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        double highest = extreme_of(highest_of(memory), bar[0])
        double lowest = extreme_of(lowest_of(memory), bar[1])
    values[0] = percent_r(highest, lowest, bar[2])


cdef Py_ssize_t aroon_size(const double* parameters) noexcept nogil:
    return sizeof(Range) + 2 * extreme_size(<Py_ssize_t>parameters[0] + 1)


cdef void aroon_begin(void* memory, const double* parameters) noexcept nogil:
    range_begin(memory, <Py_ssize_t>parameters[0] + 1)


cdef inline bint aroon_ages(void* memory, const double* bar, double* since_high, double* since_low) noexcept nogil:
    cdef Extreme* highest = highest_of(memory)
    extreme_of(highest, bar[0])
    extreme_of(lowest_of(memory), bar[1])
    since_high[0] = bars_since(highest)
    since_low[0] = bars_since(lowest_of(memory))
    return highest.seen >= highest.period


cdef void aroon_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        double since_high, since_low
        double period = highest_of(memory).period - 1
        double factor = 100.0 / period
    if aroon_ages(memory, bar, &since_high, &since_low):
        values[0] = factor * (period - since_low)
        values[1] = factor * (period - since_high)
    else:
        values[0] = values[1] = NAN


cdef void aroonosc_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        double since_high, since_low
        double factor = 100.0 / (highest_of(memory).period - 1)
    values[0] = NAN
    if aroon_ages(memory, bar, &since_high, &since_low):
        values[0] = factor * (since_low - since_high)


cdef struct Ultimate:
    Py_ssize_t seen
    double last            # close
    Py_ssize_t periods[3]
    # for each period a `WindowSum` of the pressures and one of the ranges


cdef Py_ssize_t ultosc_size(const double* parameters) noexcept nogil:
    cdef:
        Py_ssize_t size = sizeof(Ultimate)
        int number
    for number in range(3):
        size += 2 * window_sum_size(<Py_ssize_t>parameters[number])
    return size


cdef void ultosc_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Ultimate* state = <Ultimate*>memory
        char* at = <char*>(state + 1)
        Py_ssize_t size
        int number
    sort_three(parameters, state.periods)
    for number in range(3):
        size = window_sum_size(state.periods[number])
        window_sum_begin(<WindowSum*>at, state.periods[number])
        window_sum_begin(<WindowSum*>(at + size), state.periods[number])
        at += 2 * size


cdef void ultosc_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Ultimate* state = <Ultimate*>memory
        char* at = <char*>(state + 1)
        double pressure = buying_pressure(bar[1], bar[2], state.last) if state.seen else 0.0
        double ranged = true_range(bar[0], bar[1], state.last) if state.seen else 0.0
        double pressures, ranges
        double total = 0.0
        Py_ssize_t size
        int number
    for number in range(3):
        size = window_sum_size(state.periods[number])
        pressures = window_sum(<WindowSum*>at, pressure)
        ranges = window_sum(<WindowSum*>(at + size), ranged)
        total += (4 >> number) * pressure_share(pressures, ranges)
        at += 2 * size
    values[0] = total / 7.0 * 100.0 if state.seen >= state.periods[2] else NAN
    state.last = bar[2]
    state.seen += 1


KERNELS = {
    "willr": kernel(willr, 3, 1, 1, two_series),
    "aroon": kernel(aroon, 2, 1, 2, aroon_room),
    "aroonosc": kernel(aroonosc, 2, 1, 1, aroon_room),
    "ultosc": kernel(ultosc, 3, 3, 1, ultosc_room),
}

STREAMS = {
    "willr": stream(willr_size, willr_begin, willr_feed, 3, 1, 1),
    "aroon": stream(aroon_size, aroon_begin, aroon_feed, 2, 1, 2),
    "aroonosc": stream(aroon_size, aroon_begin, aroonosc_feed, 2, 1, 1),
    "ultosc": stream(ultosc_size, ultosc_begin, ultosc_feed, 3, 3, 1),
}
