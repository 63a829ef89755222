"""Kernels that place a price in the range of its window: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

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
from mojo_compute.kernels._rooms cimport four_series, two_series
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._sums cimport Sums, extend_windows, leads_to, next_sums, summed, sums_begin, sums_size
from mojo_compute.kernels._tiles cimport fill_tiles, tiled_bars
from mojo_compute.kernels._volatility cimport true_range

from mojo_compute.kernels.families import Family, Member


cdef inline double percent_r(double highest, double lowest, double close) noexcept nogil:
    return -100.0 * (highest - close) / (highest - lowest) if highest != lowest else 0.0


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


cdef void willr_and_midprice(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """Always both."""
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        const double* close = inputs[2]
        double* places = outputs[0]
        double* middles = outputs[1]
        Py_ssize_t i
    fill_highest(inputs[0], bars, period, places, scratch)
    fill_lowest(inputs[1], bars, period, scratch, scratch + bars)
    fill_missing(middles, period - 1)
    for i in range(period - 1, bars):
        middles[i] = (places[i] + scratch[i]) * 0.5
    for i in range(period - 1, bars):
        places[i] = percent_r(places[i], scratch[i], close[i])


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


cdef void aroon_and_oscillator(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """`aroon` and `aroonosc`, always both."""
    cdef:
        double period = parameters[0]
        Py_ssize_t first = <Py_ssize_t>period
        double factor = 100.0 / period
        double* down = outputs[0]
        double* up = outputs[1]
        double* oscillator = outputs[2]
        Py_ssize_t i
    fill_bars_since(inputs[0], bars, first + 1, True, up, scratch)
    fill_bars_since(inputs[1], bars, first + 1, False, down, scratch)
    fill_missing(oscillator, first)
    for i in range(first, bars):
        oscillator[i] = factor * (down[i] - up[i])
    for i in range(first, bars):
        up[i] = factor * (period - up[i])
        down[i] = factor * (period - down[i])


cdef inline double buying_pressure(double low, double close, double before) noexcept nogil:
    return close - (low if low < before else before)


cdef double NOTHING = 1e-14  # TA-Lib's bound below which a range counts as none


cdef inline double pressure_share(double pressure, double ranges) noexcept nogil:
    return pressure / ranges if ranges >= NOTHING else 0.0


cdef inline double ultimate(double shortest, double middle, double longest) noexcept nogil:
    return (4.0 * shortest + 2.0 * middle + longest) / 7.0 * 100.0


cdef inline void sort_three(const double* parameters, Py_ssize_t* periods) noexcept nogil:
    """The periods from the shortest to the longest."""
    cdef:
        double least = min(parameters[0], parameters[1], parameters[2])
        double most = max(parameters[0], parameters[1], parameters[2])
    periods[0] = <Py_ssize_t>least
    periods[1] = <Py_ssize_t>(parameters[0] + parameters[1] + parameters[2] - least - most)
    periods[2] = <Py_ssize_t>most


cdef Py_ssize_t ultosc_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 9 * tiled_bars(<Py_ssize_t>max(parameters[0], parameters[1], parameters[2]), bars)


cdef inline void fill_three_sums(
    const double* values, Py_ssize_t bars, const Py_ssize_t* periods,
    double* sums,     # OUT three series, one behind the other
    double* scratch,  # room for two
) noexcept nogil:
    """The sums of each window, from those of the shorter one where they lead to them."""
    cdef:
        const double* narrow = values
        Py_ssize_t span = 1
        Py_ssize_t before
        int number
    for number in range(3):
        if not leads_to(span, periods[number]):
            narrow, span = values, 1
        before = periods[number] - 1
        extend_windows(
            values, narrow, span, bars - before, periods[number], sums + number * bars + before, scratch, bars
        )
        narrow, span = sums + number * bars, periods[number]


cdef void ultosc_part(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        double* terms = scratch
        double* pressures = scratch + 3 * bars  # of the three windows
        double* ranges = scratch + 6 * bars
        double* out = outputs[0]
        Py_ssize_t periods[3]
        Py_ssize_t i
    sort_three(parameters, periods)
    terms[0] = 0.0
    for i in range(1, bars):
        terms[i] = buying_pressure(low[i], close[i], close[i - 1])
    fill_three_sums(terms, bars, periods, pressures, scratch + bars)
    for i in range(1, bars):
        terms[i] = true_range(high[i], low[i], close[i - 1])
    fill_three_sums(terms, bars, periods, ranges, scratch + bars)
    fill_missing(out, periods[2])
    for i in range(periods[2], bars):
        out[i] = ultimate(
            pressure_share(pressures[i], ranges[i]),
            pressure_share(pressures[bars + i], ranges[bars + i]),
            pressure_share(pressures[2 * bars + i], ranges[2 * bars + i]),
        )


cdef void ultosc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t lookback = <Py_ssize_t>max(parameters[0], parameters[1], parameters[2])
    fill_tiles(ultosc_part, 3, 1, inputs, parameters, outputs, bars, scratch, lookback)


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
    # for each period sums of the pressures follow, and those of the ranges


cdef Py_ssize_t ultosc_size(const double* parameters) noexcept nogil:
    cdef:
        Py_ssize_t size = sizeof(Ultimate)
        int number
    for number in range(3):
        size += 2 * sums_size(<Py_ssize_t>parameters[number])
    return size


cdef void ultosc_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Ultimate* state = <Ultimate*>memory
        Sums* sums = <Sums*>(state + 1)
        int number
    sort_three(parameters, state.periods)
    for number in range(6):
        sums_begin(sums, state.periods[number // 2])
        sums = next_sums(sums)


cdef void ultosc_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Ultimate* state = <Ultimate*>memory
        Sums* sums = <Sums*>(state + 1)
        double pressure = buying_pressure(bar[1], bar[2], state.last) if state.seen else 0.0
        double ranged = true_range(bar[0], bar[1], state.last) if state.seen else 0.0
        double pressures, ranges
        double shares[3]
        int number
    for number in range(3):
        pressures = summed(sums, pressure)
        sums = next_sums(sums)
        ranges = summed(sums, ranged)
        sums = next_sums(sums)
        shares[number] = pressure_share(pressures, ranges)
    values[0] = ultimate(shares[0], shares[1], shares[2]) if state.seen >= state.periods[2] else NAN
    state.last = bar[2]
    state.seen += 1


KERNELS = {
    "willr": kernel(willr, 3, 1, 1, two_series),
    "aroon": kernel(aroon, 2, 1, 2, four_series),
    "aroonosc": kernel(aroonosc, 2, 1, 1, four_series),
    "ultosc": kernel(ultosc, 3, 3, 1, ultosc_room),
}

STREAMS = {
    "willr": stream(willr_size, willr_begin, willr_feed, 3, 1, 1),
    "aroon": stream(aroon_size, aroon_begin, aroon_feed, 2, 1, 2),
    "aroonosc": stream(aroon_size, aroon_begin, aroonosc_feed, 2, 1, 1),
    "ultosc": stream(ultosc_size, ultosc_begin, ultosc_feed, 3, 3, 1),
}

FAMILIES = (
    Family(
        kernels=tuple([kernel(aroon_and_oscillator, 2, 2, count + 1, four_series) for count in range(3)]),
        inputs=("high", "low"),
        members=(Member("aroon", (0, 1), (0,)), Member("aroonosc", (2,), (0,))),
    ),
    Family(
        kernels=tuple([kernel(willr_and_midprice, 3, 2, count + 1, two_series) for count in range(2)]),
        inputs=("high", "low", "close"),
        members=(Member("willr", (0,), (0,)), Member("midprice", (1,), (0,))),
    ),
)
