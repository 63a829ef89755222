"""Stochastic oscillators: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN
from libc.string cimport memcpy

from mojo_compute.kernels._averages cimport RMA, SMA, average_lookback
from mojo_compute.kernels._extremes cimport Extreme, extreme_begin, extreme_of, extreme_size
from mojo_compute.kernels._kernel cimport LANES, kernel, stream
from mojo_compute.kernels._places cimport fill_fast, fill_places, place
from mojo_compute.kernels._smoothers cimport (
    fill_rows, fill_smoother, kind_of, smoother_begin, smoother_feed, smoother_room, smoother_size,
)
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._strength cimport Strength, fill_rsi, fill_rsi_rows, next_rsi, strength_begin

from mojo_compute.kernels.families import Family, Member


# An RSI of bars that don't move stays where it is but for the rounding of its last digits; such a range counts
# as none. TA-Lib answers what the noise happens to be.
cdef double RSI_NOISE = 1e-12


# The parameters of all: window, then period and type of each average; a type of 11 is `own`.
cdef inline Py_ssize_t slow_room(const double* parameters, Py_ssize_t bars, int own) noexcept nogil:
    cdef Py_ssize_t room = 2 * bars
    room = max(room, smoother_room(kind_of(parameters[2], own), <Py_ssize_t>parameters[1], bars))
    return bars + max(room, smoother_room(kind_of(parameters[4], own), <Py_ssize_t>parameters[3], bars))


cdef inline Py_ssize_t fill_slow(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch,
    int own,
) noexcept nogil:
    """Slow %K and %D; the bars before the first value."""
    cdef:
        Py_ssize_t window = <Py_ssize_t>parameters[0]
        Py_ssize_t k_period = <Py_ssize_t>parameters[1]
        Py_ssize_t d_period = <Py_ssize_t>parameters[3]
        int k_kind = kind_of(parameters[2], own)
        int d_kind = kind_of(parameters[4], own)
        Py_ssize_t first = window - 1  # of the values that the next average reads
        double* work = scratch + bars
        double* slow_k = outputs[0]
        double* slow_d = outputs[1]
    fill_places(inputs[0], inputs[1], inputs[2], bars, window, 0.0, scratch, work)
    fill_smoother(k_kind, scratch + first, bars - first, k_period, slow_k + first, work)
    first += average_lookback(k_kind, k_period)
    fill_smoother(d_kind, slow_k + first, bars - first, d_period, slow_d + first, work)
    first += average_lookback(d_kind, d_period)
    fill_missing(slow_k, first)
    fill_missing(slow_d, first)
    return first


cdef Py_ssize_t stoch_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return slow_room(parameters, bars, SMA)


cdef void stoch(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_slow(inputs, parameters, outputs, bars, scratch, SMA)


cdef inline Py_ssize_t fill_slow_rows(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch,
    int own,
) noexcept nogil:
    """`fill_slow` of LANES rows."""
    cdef:
        Py_ssize_t window = <Py_ssize_t>parameters[0]
        Py_ssize_t k_period = <Py_ssize_t>parameters[1]
        Py_ssize_t d_period = <Py_ssize_t>parameters[3]
        int k_kind = kind_of(parameters[2], own)
        int d_kind = kind_of(parameters[4], own)
        Py_ssize_t first = window - 1
        Py_ssize_t row
        double* work = scratch + LANES * bars
        int lane
    for lane in range(LANES):
        row = lane * bars
        fill_places(inputs[0] + row, inputs[1] + row, inputs[2] + row, bars, window, 0.0, scratch + row, work)
    fill_rows(k_kind, scratch, bars, first, k_period, outputs[0], work)
    first += average_lookback(k_kind, k_period)
    fill_rows(d_kind, outputs[0], bars, first, d_period, outputs[1], work)
    first += average_lookback(d_kind, d_period)
    for lane in range(LANES):
        fill_missing(outputs[0] + lane * bars, first)
        fill_missing(outputs[1] + lane * bars, first)
    return first


cdef inline double distance(double k, double d) noexcept nogil:
    """J: as far beyond %K again as %D is behind it, twice."""
    return 3.0 * k - 2.0 * d


cdef Py_ssize_t kdj_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return slow_room(parameters, bars, RMA)


cdef void kdj(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t first = fill_slow(inputs, parameters, outputs, bars, scratch, RMA)
        Py_ssize_t i
    fill_missing(outputs[2], first)
    for i in range(first, bars):
        outputs[2][i] = distance(outputs[0][i], outputs[1][i])


cdef void kdj_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t first = fill_slow_rows(inputs, parameters, outputs, bars, scratch, RMA)
        Py_ssize_t row, i
        int lane
    for lane in range(LANES):
        row = lane * bars
        fill_missing(outputs[2] + row, first)
        for i in range(row + first, row + bars):
            outputs[2][i] = distance(outputs[0][i], outputs[1][i])


cdef Py_ssize_t stochf_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return max(2 * bars, smoother_room(kind_of(parameters[2], SMA), <Py_ssize_t>parameters[1], bars))


cdef void stochf(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_fast(inputs[0], inputs[1], inputs[2], bars, parameters, 0.0, outputs[0], outputs[1], scratch)


cdef Py_ssize_t stochrsi_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + stochf_room(parameters + 1, bars)


cdef inline void fill_fast_of(
    const double* index,  # IN  RSI, from bar `period` on
    Py_ssize_t bars, const double* parameters, double* fast_k, double* fast_d, double* scratch,
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    if index[bars - 1] != index[bars - 1]:  # beyond the range of doubles it stays, and comparisons would hide it
        fill_missing(fast_k, bars)
        fill_missing(fast_d, bars)
        return
    index += period
    fill_missing(fast_k, period)
    fill_missing(fast_d, period)
    fill_fast(
        index, index, index, bars - period, parameters + 1, RSI_NOISE, fast_k + period, fast_d + period, scratch
    )


cdef inline void fill_fast_of_rows(
    const double* index, Py_ssize_t bars, const double* parameters, double* fast_k, double* fast_d, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t row
        int lane
    for lane in range(LANES):
        row = lane * bars
        fill_fast_of(index + row, bars, parameters, fast_k + row, fast_d + row, scratch)


cdef void stochrsi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_rsi(inputs[0], bars, <Py_ssize_t>parameters[0], scratch)
    fill_fast_of(scratch, bars, parameters, outputs[0], outputs[1], scratch + bars)


cdef void stochrsi_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_rsi_rows(inputs[0], bars, <Py_ssize_t>parameters[0], scratch)
    fill_fast_of_rows(scratch, bars, parameters, outputs[0], outputs[1], scratch + LANES * bars)


# A stream: highest, lowest and averages one behind the other
cdef struct Stochastic:
    Py_ssize_t lowest   # bytes from the head to each
    Py_ssize_t first
    Py_ssize_t second


cdef inline Py_ssize_t places_size(Py_ssize_t window) noexcept nogil:
    return sizeof(Stochastic) + 2 * extreme_size(window)


cdef inline void places_begin(void* memory, Py_ssize_t window) noexcept nogil:
    cdef Stochastic* state = <Stochastic*>memory
    state.lowest = sizeof(Stochastic) + extreme_size(window)
    state.first = state.second = places_size(window)
    extreme_begin(<Extreme*>(state + 1), window, 1.0)
    extreme_begin(<Extreme*>(<char*>memory + state.lowest), window, -1.0)


cdef inline double next_place(void* memory, double high, double low, double close, double noise) noexcept nogil:
    cdef:
        Stochastic* state = <Stochastic*>memory
        double highest = extreme_of(<Extreme*>(state + 1), high)
        double lowest = extreme_of(<Extreme*>(<char*>memory + state.lowest), low)
    return place(highest, lowest, close, noise) if highest == highest else NAN


cdef inline Py_ssize_t slow_size(const double* parameters, int own) noexcept nogil:
    return (
        places_size(<Py_ssize_t>parameters[0])
        + smoother_size(kind_of(parameters[2], own), <Py_ssize_t>parameters[1])
        + smoother_size(kind_of(parameters[4], own), <Py_ssize_t>parameters[3])
    )


cdef inline void slow_begin(void* memory, const double* parameters, int own) noexcept nogil:
    cdef:
        Stochastic* state = <Stochastic*>memory
        int k_kind = kind_of(parameters[2], own)
    places_begin(memory, <Py_ssize_t>parameters[0])
    state.second = state.first + smoother_size(k_kind, <Py_ssize_t>parameters[1])
    smoother_begin(<char*>memory + state.first, k_kind, <Py_ssize_t>parameters[1])
    smoother_begin(<char*>memory + state.second, kind_of(parameters[4], own), <Py_ssize_t>parameters[3])


cdef Py_ssize_t stoch_size(const double* parameters) noexcept nogil:
    return slow_size(parameters, SMA)


cdef void stoch_begin(void* memory, const double* parameters) noexcept nogil:
    slow_begin(memory, parameters, SMA)


cdef void stoch_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Stochastic* state = <Stochastic*>memory
        double k = smoother_feed(<char*>memory + state.first, next_place(memory, bar[0], bar[1], bar[2], 0.0))
        double d = smoother_feed(<char*>memory + state.second, k)
    values[0] = k if d == d else NAN
    values[1] = d


cdef Py_ssize_t kdj_size(const double* parameters) noexcept nogil:
    return slow_size(parameters, RMA)


cdef void kdj_begin(void* memory, const double* parameters) noexcept nogil:
    slow_begin(memory, parameters, RMA)


cdef void kdj_feed(void* memory, const double* bar, double* values) noexcept nogil:
    stoch_feed(memory, bar, values)
    values[2] = distance(values[0], values[1])


cdef Py_ssize_t stochf_size(const double* parameters) noexcept nogil:
    return (
        places_size(<Py_ssize_t>parameters[0])
        + smoother_size(kind_of(parameters[2], SMA), <Py_ssize_t>parameters[1])
    )


cdef void stochf_begin(void* memory, const double* parameters) noexcept nogil:
    places_begin(memory, <Py_ssize_t>parameters[0])
    smoother_begin(
        <char*>memory + (<Stochastic*>memory).first, kind_of(parameters[2], SMA), <Py_ssize_t>parameters[1]
    )


cdef inline void next_fast(
    void* memory, double high, double low, double close, double noise, double* values
) noexcept nogil:
    cdef:
        double k = next_place(memory, high, low, close, noise)
        double d = smoother_feed(<char*>memory + (<Stochastic*>memory).first, k)
    values[0] = k if d == d else NAN
    values[1] = d


cdef void stochf_feed(void* memory, const double* bar, double* values) noexcept nogil:
    next_fast(memory, bar[0], bar[1], bar[2], 0.0, values)


cdef Py_ssize_t stochrsi_size(const double* parameters) noexcept nogil:
    return sizeof(Strength) + stochf_size(parameters + 1)


cdef void stochrsi_begin(void* memory, const double* parameters) noexcept nogil:
    strength_begin(<Strength*>memory, <Py_ssize_t>parameters[0])
    stochf_begin(<Strength*>memory + 1, parameters + 1)


cdef void stochrsi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef double index = next_rsi(<Strength*>memory, bar[0])
    values[0] = values[1] = NAN
    if index == index:
        next_fast(<Strength*>memory + 1, index, index, index, RSI_NOISE, values)


cdef enum:
    SLOW_K
    SLOW_D
    FAST_K
    FAST_D
    MEMBERS


cdef Py_ssize_t both_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + slow_room(parameters, bars, SMA)


cdef void slow_and_fast(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """`stoch` and the `stochf` that it smooths, always both: slow %K is fast %D, which begins earlier."""
    cdef:
        Py_ssize_t window = <Py_ssize_t>parameters[0]
        Py_ssize_t k_period = <Py_ssize_t>parameters[1]
        Py_ssize_t d_period = <Py_ssize_t>parameters[3]
        int k_kind = kind_of(parameters[2], SMA)
        int d_kind = kind_of(parameters[4], SMA)
        Py_ssize_t first = window - 1
        double* slow_k = outputs[SLOW_K]
        double* slow_d = outputs[SLOW_D]
        double* fast_k = outputs[FAST_K]
        double* fast_d = outputs[FAST_D]
    fill_places(inputs[0], inputs[1], inputs[2], bars, window, 0.0, fast_k, scratch)
    fill_smoother(k_kind, fast_k + first, bars - first, k_period, fast_d + first, scratch)
    first += average_lookback(k_kind, k_period)
    fill_missing(fast_k, first)
    fill_missing(fast_d, first)
    fill_smoother(d_kind, fast_d + first, bars - first, d_period, slow_d + first, scratch)
    first += average_lookback(d_kind, d_period)
    fill_missing(slow_d, first)
    fill_missing(slow_k, first)
    memcpy(slow_k + first, fast_d + first, (bars - first) * sizeof(double))


cdef Py_ssize_t index_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return stochf_room(parameters + 1, bars)


cdef void index_and_places(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """`rsi` and the `stochrsi` that is made of it, always both."""
    fill_rsi(inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0])
    fill_fast_of(outputs[0], bars, parameters, outputs[1], outputs[2], scratch)


cdef void index_and_places_rows(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_rsi_rows(inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0])
    fill_fast_of_rows(outputs[0], bars, parameters, outputs[1], outputs[2], scratch)


KERNELS = {
    "stoch": kernel(stoch, 3, 5, 2, stoch_room),
    "kdj": kernel(kdj, 3, 5, 3, kdj_room, kdj_panel),
    "stochf": kernel(stochf, 3, 3, 2, stochf_room),
    "stochrsi": kernel(stochrsi, 1, 4, 2, stochrsi_room, stochrsi_panel),
}

STREAMS = {
    "stoch": stream(stoch_size, stoch_begin, stoch_feed, 3, 5, 2),
    "kdj": stream(kdj_size, kdj_begin, kdj_feed, 3, 5, 3),
    "stochf": stream(stochf_size, stochf_begin, stochf_feed, 3, 3, 2),
    "stochrsi": stream(stochrsi_size, stochrsi_begin, stochrsi_feed, 1, 4, 2),
}

FAMILIES = (
    Family(
        kernels=tuple([kernel(slow_and_fast, 3, 6, count + 1, both_room) for count in range(MEMBERS)]),
        inputs=("high", "low", "close"),
        members=(
            Member("stoch", (SLOW_K, SLOW_D), (0, 1, 2, 3, 4)),
            Member("stochf", (FAST_K, FAST_D), (0, 1, 2)),
        ),
    ),
    Family(
        kernels=tuple(
            [kernel(index_and_places, 1, 5, count + 1, index_room, index_and_places_rows) for count in range(3)]
        ),
        inputs=("close",),
        members=(Member("rsi", (0,), (0,)), Member("stochrsi", (1, 2), (0, 1, 2, 3))),
    ),
)
