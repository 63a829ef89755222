"""Exponential averages, of series and of streams alike: both get the same bits.

A `Smoothing` is zeroed memory until one of `..._begin`; `smoothed` gives NaN until it has its seed, the mean of the
first `period` values.
"""
from libc.math cimport NAN

from mojo_compute.kernels._decay cimport (
    Decay, DecayRate, decay_begin, decay_fill_past, decay_rate, decayed, fill_decayed,
)
from mojo_compute.kernels._kernel cimport LANES


cdef struct Smoothing:
    Py_ssize_t period
    Py_ssize_t seen     # values, up to `period`
    double value        # the newest average; a total until seeded
    Decay decay


cdef inline void smoothing_begin(Smoothing* state, Py_ssize_t period, double weight, double kept) noexcept nogil:
    state.period = period
    state.seen = 0
    state.value = 0.0
    decay_begin(&state.decay, weight, kept, 0.0)


cdef inline void ema_begin(Smoothing* state, Py_ssize_t period) noexcept nogil:
    smoothing_begin(state, period, 2.0 / (period + 1.0), 1.0 - 2.0 / (period + 1.0))


cdef inline void wilder_begin(Smoothing* state, Py_ssize_t period) noexcept nogil:
    smoothing_begin(state, period, 1.0 / period, (period - 1.0) / period)


cdef inline double smoothed(Smoothing* state, double value) noexcept nogil:
    if state.seen >= state.period:
        state.value = decayed(&state.decay, value)
        return state.value
    state.value += value
    state.seen += 1
    if state.seen < state.period:
        return NAN
    state.value /= state.period
    state.decay.total = state.value
    return state.value


cdef inline void seed_smoothing(const double* values, Py_ssize_t period, double* out) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(period):
        total += values[i]
        out[i] = NAN
    out[period - 1] = total / period


cdef inline void fill_smoothing(
    const double* values, Py_ssize_t count, Py_ssize_t period, double weight, double kept, double* out
) noexcept nogil:
    """`smoothed` of each of `count` values, `count` >= `period`."""
    seed_smoothing(values, period, out)
    fill_decayed(values + period, count - period, weight, kept, out[period - 1], out + period)


cdef inline int fill_rows_past(
    const double* values, Py_ssize_t bars, Py_ssize_t period, double weight, double kept, double* out
) noexcept nogil:
    """`fill_smoothing` of LANES rows, past the caches; as bits, which of them are not finite."""
    cdef:
        DecayRate rate = decay_rate(weight, kept)
        Py_ssize_t row
        int flawed = 0
        int lane
    for lane in range(LANES):
        row = lane * bars
        seed_smoothing(values + row, period, out + row)
        row += period
        flawed |= (not decay_fill_past(values + row, bars - period, &rate, out[row - 1], out + row)) << lane
    return flawed


cdef inline void fill_ema(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    fill_smoothing(values, count, period, 2.0 / (period + 1.0), 1.0 - 2.0 / (period + 1.0), out)


cdef inline void fill_wilder(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    fill_smoothing(values, count, period, 1.0 / period, (period - 1.0) / period, out)


cdef inline void average_from(
    const double* values, Py_ssize_t bars, Py_ssize_t first, Py_ssize_t period, double weight, double kept, double* out
) noexcept nogil:
    """An average whose seed, the mean of `period` values, stands at bar `first`; NaN before."""
    cdef Py_ssize_t start = first - period + 1
    fill_missing(out, start)
    fill_smoothing(values + start, bars - start, period, weight, kept, out + start)


cdef inline void fill_missing(double* out, Py_ssize_t count) noexcept nogil:
    """NaN for the first `count` values."""
    cdef Py_ssize_t i
    for i in range(count):
        out[i] = NAN
