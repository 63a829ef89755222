"""Averages of averages: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._eight_chains cimport Stages, continue_ratios, continue_thrice, set_stage
from mojo_compute.kernels._extremes cimport (
    Extreme, extreme_begin, extreme_of, extreme_size, fill_highest, fill_lowest,
)
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._smoothing cimport Smoothing, ema_begin, fill_missing, smoothed


cdef inline double smoothed_again(Smoothing* state, double value) noexcept nogil:
    """The average of what another average gives, from that one's first value on."""
    return smoothed(state, value) if value == value else NAN


cdef inline double rate(double now, double before) noexcept nogil:
    return (now / before - 1.0) * 100.0 if before != 0.0 else 0.0


cdef Py_ssize_t trix_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars


cdef void trix(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* prices = inputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t first = 3 * period - 2  # bar of the first value
        Smoothing averages[3]
        Stages by
        double state[3]
        double average
        double* out = outputs[0]
        Py_ssize_t i
        int number
    for number in range(3):
        ema_begin(&averages[number], period)
        set_stage(&by, number, period)
    for i in range(first):
        average = prices[i]
        for number in range(3):
            average = smoothed_again(&averages[number], average)
    scratch[first - 1] = average
    for number in range(3):
        state[number] = averages[number].value
    continue_thrice(prices + first, bars - first, &by, state, scratch + first)
    fill_missing(out, first)
    for i in range(first, bars):
        out[i] = rate(scratch[i], scratch[i - 1])


cdef inline double percent_of(double part, double whole) noexcept nogil:
    return 100.0 * part / whole if whole > 0.0 else 0.0


cdef inline void fill_ratios(
    const double* above, const double* below, Py_ssize_t count, const Stages* by, const Py_ssize_t* periods,
    double share, double* out, double* signals,
) noexcept nogil:
    """One series, twice averaged, in percent of a share of another, and the average of that unless NULL; NaN in the
    warm-up of it all.
    """
    cdef:
        Smoothing averages[5]
        double state[5]
        Py_ssize_t first = periods[0] + periods[1] - 2  # bar of the first ratio
        Py_ssize_t begun = first if signals == NULL else first + periods[2] - 1
        Py_ssize_t i
        int number
        double top, bottom
    for number in range(4):
        ema_begin(&averages[number], periods[number >> 1])
    ema_begin(&averages[4], 1 if signals == NULL else periods[2])
    for i in range(begun + 1):
        top = smoothed_again(&averages[2], smoothed(&averages[0], above[i]))
        bottom = smoothed_again(&averages[3], smoothed(&averages[1], below[i]))
        if i >= first:
            out[i] = percent_of(top, share * bottom)
            smoothed(&averages[4], out[i])
    for number in range(5):
        state[number] = averages[number].value
    fill_missing(out, begun)
    if signals != NULL:
        fill_missing(signals, begun)
        signals[begun] = averages[4].value
        signals += begun + 1
    begun += 1
    continue_ratios(above + begun, below + begun, count - begun, by, share, state, out + begun, signals)


cdef Py_ssize_t tsi_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars


cdef void tsi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* prices = inputs[0]
        double* changes = scratch
        double* sizes = scratch + bars
        Py_ssize_t periods[3]
        Stages by
        Py_ssize_t i
        int number
    periods[2] = 1
    for number in range(2):
        periods[number] = <Py_ssize_t>parameters[number]
    for number in range(3):
        set_stage(&by, number, periods[number])
    for i in range(1, bars):
        changes[i] = prices[i] - prices[i - 1]
        sizes[i] = fabs(changes[i])
    outputs[0][0] = NAN
    fill_ratios(changes + 1, sizes + 1, bars - 1, &by, periods, 1.0, outputs[0] + 1, NULL)


cdef inline double off_middle(double highest, double lowest, double close) noexcept nogil:
    return close - (highest + lowest) * 0.5


cdef Py_ssize_t smi_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 3 * bars


cdef void smi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[2]
        Py_ssize_t first = <Py_ssize_t>parameters[0] - 1  # bar of the first whole window
        double* off = scratch             # the close from the middle of the range
        double* width = scratch + bars    # of the range
        Py_ssize_t periods[3]
        Stages by
        double highest
        Py_ssize_t i
        int number
    periods[0], periods[1] = <Py_ssize_t>parameters[2], <Py_ssize_t>parameters[1]  # the slow average comes first
    periods[2] = <Py_ssize_t>parameters[3]
    for number in range(3):
        set_stage(&by, number, periods[number])
    fill_highest(inputs[0], bars, first + 1, off, scratch + 2 * bars)
    fill_lowest(inputs[1], bars, first + 1, width, scratch + 2 * bars)
    for i in range(first, bars):
        highest = off[i]
        off[i] = off_middle(highest, width[i], close[i])
        width[i] = highest - width[i]
    fill_missing(outputs[0], first)
    fill_missing(outputs[1], first)
    fill_ratios(off + first, width + first, bars - first, &by, periods, 0.5, outputs[0] + first, outputs[1] + first)


cdef struct Thrice:
    double last
    Smoothing averages[3]


cdef Py_ssize_t trix_size(const double* parameters) noexcept nogil:
    return sizeof(Thrice)


cdef void trix_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Thrice* state = <Thrice*>memory
        int number
    state.last = NAN
    for number in range(3):
        ema_begin(&state.averages[number], <Py_ssize_t>parameters[0])


cdef void trix_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Thrice* state = <Thrice*>memory
        double average = bar[0]
        int number
    for number in range(3):
        average = smoothed_again(&state.averages[number], average)
    values[0] = rate(average, state.last) if state.last == state.last else NAN
    state.last = average


cdef struct TrueStrength:
    Py_ssize_t seen
    double last
    Smoothing changes[2]
    Smoothing sizes[2]


cdef Py_ssize_t tsi_size(const double* parameters) noexcept nogil:
    return sizeof(TrueStrength)


cdef void tsi_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        TrueStrength* state = <TrueStrength*>memory
        int number
    for number in range(2):
        ema_begin(&state.changes[number], <Py_ssize_t>parameters[number])
        ema_begin(&state.sizes[number], <Py_ssize_t>parameters[number])


cdef void tsi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        TrueStrength* state = <TrueStrength*>memory
        double change = bar[0] - state.last
        double whole
    values[0] = NAN
    if state.seen:
        whole = smoothed_again(&state.sizes[1], smoothed(&state.sizes[0], fabs(change)))
        change = smoothed_again(&state.changes[1], smoothed(&state.changes[0], change))
        if whole == whole:
            values[0] = percent_of(change, whole)
    state.last = bar[0]
    state.seen += 1


cdef struct Momentum:
    Py_ssize_t lowest     # bytes from the head to it
    Smoothing offs[2]
    Smoothing widths[2]
    Smoothing signal
    # the highest and the lowest follow


cdef Py_ssize_t smi_size(const double* parameters) noexcept nogil:
    return sizeof(Momentum) + 2 * extreme_size(<Py_ssize_t>parameters[0])


cdef void smi_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Momentum* state = <Momentum*>memory
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        int number
    state.lowest = sizeof(Momentum) + extreme_size(period)
    extreme_begin(<Extreme*>(state + 1), period, 1.0)
    extreme_begin(<Extreme*>(<char*>memory + state.lowest), period, -1.0)
    for number in range(2):  # the slow average comes first
        ema_begin(&state.offs[number], <Py_ssize_t>parameters[2 - number])
        ema_begin(&state.widths[number], <Py_ssize_t>parameters[2 - number])
    ema_begin(&state.signal, <Py_ssize_t>parameters[3])


cdef void smi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Momentum* state = <Momentum*>memory
        double highest = extreme_of(<Extreme*>(state + 1), bar[0])
        double lowest = extreme_of(<Extreme*>(<char*>memory + state.lowest), bar[1])
        double off, width, index
    values[0] = values[1] = NAN
    if highest != highest:
        return
    off = smoothed_again(&state.offs[1], smoothed(&state.offs[0], off_middle(highest, lowest, bar[2])))
    width = smoothed_again(&state.widths[1], smoothed(&state.widths[0], highest - lowest))
    if width == width:
        index = percent_of(off, 0.5 * width)
        values[1] = smoothed(&state.signal, index)
        if values[1] == values[1]:
            values[0] = index


KERNELS = {
    "trix": kernel(trix, 1, 1, 1, trix_room),
    "tsi": kernel(tsi, 1, 2, 1, tsi_room),
    "smi": kernel(smi, 3, 4, 2, smi_room),
}

STREAMS = {
    "trix": stream(trix_size, trix_begin, trix_feed, 1, 1, 1),
    "tsi": stream(tsi_size, tsi_begin, tsi_feed, 1, 2, 1),
    "smi": stream(smi_size, smi_begin, smi_feed, 3, 4, 2),
}
