"""Averages of averages: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._eight cimport fill_eight_ema
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
    return 2 * bars


cdef void trix(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t warm = period - 1  # of each average
        double* twice = scratch + bars
        double* out = outputs[0]
        Py_ssize_t i
    fill_eight_ema(inputs[0], bars, period, scratch)
    fill_eight_ema(scratch + warm, bars - warm, period, twice + warm)
    fill_eight_ema(twice + 2 * warm, bars - 2 * warm, period, scratch + 2 * warm)
    fill_missing(out, 3 * warm + 1)
    for i in range(3 * warm + 1, bars):
        out[i] = rate(scratch[i], scratch[i - 1])


cdef inline double percent_of(double part, double whole) noexcept nogil:
    return 100.0 * part / whole if whole > 0.0 else 0.0


cdef Py_ssize_t tsi_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 3 * bars


cdef void tsi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* prices = inputs[0]
        Py_ssize_t first_period = <Py_ssize_t>parameters[0]
        Py_ssize_t second_period = <Py_ssize_t>parameters[1]
        Py_ssize_t first = first_period       # bar of the first average's first value
        Py_ssize_t second = first + second_period - 1
        double* once = scratch + bars
        double* total = scratch + 2 * bars
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(1, bars):
        scratch[i] = prices[i] - prices[i - 1]
    fill_eight_ema(scratch + 1, bars - 1, first_period, once + 1)
    fill_eight_ema(once + first, bars - first, second_period, out + first)
    for i in range(1, bars):
        scratch[i] = fabs(scratch[i])
    fill_eight_ema(scratch + 1, bars - 1, first_period, once + 1)
    fill_eight_ema(once + first, bars - first, second_period, total + first)
    fill_missing(out, second)
    for i in range(second, bars):
        out[i] = percent_of(out[i], total[i])


cdef inline double off_middle(double highest, double lowest, double close) noexcept nogil:
    return close - (highest + lowest) * 0.5


cdef Py_ssize_t smi_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 4 * bars


cdef void smi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[2]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t fast_period = <Py_ssize_t>parameters[1]
        Py_ssize_t slow_period = <Py_ssize_t>parameters[2]
        Py_ssize_t signal_period = <Py_ssize_t>parameters[3]
        Py_ssize_t ranged = period - 1
        Py_ssize_t slow = ranged + slow_period - 1
        Py_ssize_t fast = slow + fast_period - 1
        Py_ssize_t first = fast + signal_period - 1
        double* off = scratch             # the close from the middle of the range
        double* width = scratch + bars    # of the range
        double* once = scratch + 2 * bars
        double* index = outputs[0]
        double* signals = outputs[1]
        double highest
        Py_ssize_t i
    fill_highest(inputs[0], bars, period, off, once)
    fill_lowest(inputs[1], bars, period, width, once)
    for i in range(ranged, bars):
        highest = off[i]
        off[i] = off_middle(highest, width[i], close[i])
        width[i] = highest - width[i]
    fill_eight_ema(off + ranged, bars - ranged, slow_period, once + ranged)
    fill_eight_ema(once + slow, bars - slow, fast_period, index + slow)
    fill_eight_ema(width + ranged, bars - ranged, slow_period, once + ranged)
    fill_eight_ema(once + slow, bars - slow, fast_period, width + slow)
    for i in range(fast, bars):
        index[i] = percent_of(index[i], 0.5 * width[i])
    fill_eight_ema(index + fast, bars - fast, signal_period, signals + fast)
    fill_missing(index, first)
    fill_missing(signals, first)


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
