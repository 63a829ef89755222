"""How many of a market's symbols take part: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rooms cimport no_begin, no_state, one_series
from mojo_compute.kernels._smoothing cimport Smoothing, ema_begin, fill_ema, fill_missing, smoothed
from mojo_compute.kernels._sums cimport fill_means, sums_room


cdef void advance_decline(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        double total = 0.0
        Py_ssize_t i
    for i in range(bars):
        total += inputs[0][i] - inputs[1][i]
        outputs[0][i] = total


cdef Py_ssize_t line_size(const double* parameters) noexcept nogil:
    return sizeof(double)


cdef void advance_decline_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef double* total = <double*>memory
    total[0] += bar[0] - bar[1]
    values[0] = total[0]


cdef inline double arms_index(
    double advances, double declines, double advancing_volume, double declining_volume
) noexcept nogil:
    if advances > 0.0 and declines > 0.0 and advancing_volume > 0.0 and declining_volume > 0.0:
        return (advances / declines) / (advancing_volume / declining_volume)
    return NAN


cdef void trin(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(bars):
        outputs[0][i] = arms_index(inputs[0][i], inputs[1][i], inputs[2][i], inputs[3][i])


cdef void trin_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = arms_index(bar[0], bar[1], bar[2], bar[3])


cdef void mcclellan(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t slow = <Py_ssize_t>parameters[1]
        double* oscillator = outputs[0]
        double* summation = outputs[1]
        double total = 0.0
        Py_ssize_t i
    for i in range(bars):
        scratch[i] = inputs[0][i] - inputs[1][i]
    fill_ema(scratch, bars, <Py_ssize_t>parameters[0], oscillator)
    fill_ema(scratch, bars, slow, summation)
    fill_missing(oscillator, slow - 1)
    for i in range(slow - 1, bars):
        oscillator[i] -= summation[i]
        total += oscillator[i]
        summation[i] = total


cdef struct Summation:
    Smoothing fast
    Smoothing slow
    double total


cdef Py_ssize_t mcclellan_size(const double* parameters) noexcept nogil:
    return sizeof(Summation)


cdef void mcclellan_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Summation* state = <Summation*>memory
    ema_begin(&state.fast, <Py_ssize_t>parameters[0])
    ema_begin(&state.slow, <Py_ssize_t>parameters[1])


cdef void mcclellan_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Summation* state = <Summation*>memory
        double fast = smoothed(&state.fast, bar[0] - bar[1])
        double slow = smoothed(&state.slow, bar[0] - bar[1])
    values[0] = values[1] = NAN
    if state.slow.seen >= state.slow.period:
        values[0] = fast - slow
        state.total += values[0]
        values[1] = state.total


cdef Py_ssize_t series_and_sums(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + sums_room(<Py_ssize_t>parameters[0])


cdef void new_highs_lows(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double both
        Py_ssize_t i
    for i in range(bars):
        both = inputs[0][i] + inputs[1][i]
        scratch[i] = 100.0 * inputs[0][i] / both if both > 0.0 else 50.0
        outputs[0][i] = inputs[0][i] - inputs[1][i]
    fill_missing(outputs[0], period - 1)
    fill_means(scratch, bars, period, outputs[1], scratch + bars)


KERNELS = {
    "advance_decline": kernel(advance_decline, 2, 0, 1),
    "trin": kernel(trin, 4, 0, 1),
    "mcclellan": kernel(mcclellan, 2, 2, 2, one_series),
    "new_highs_lows": kernel(new_highs_lows, 2, 1, 2, series_and_sums),
}

STREAMS = {
    "advance_decline": stream(line_size, no_begin, advance_decline_feed, 2, 0, 1),
    "trin": stream(no_state, no_begin, trin_feed, 4, 0, 1),
    "mcclellan": stream(mcclellan_size, mcclellan_begin, mcclellan_feed, 2, 2, 2),
}
