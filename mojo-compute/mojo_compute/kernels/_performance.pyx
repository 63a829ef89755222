"""Returns and what they were worth: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, log, pow, sqrt

from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rings cimport Ring, ring_begin, ring_full, ring_put, ring_size
from mojo_compute.kernels._rooms cimport no_begin, two_series
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._sums cimport fill_means, fill_sums, sums_room
from mojo_compute.kernels._window_lanes cimport fill_squares


cdef void log_return(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
    fill_missing(outputs[0], period)
    for i in range(period, bars):
        outputs[0][i] = log(inputs[0][i] / inputs[0][i - period])


cdef void pct_return(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
    fill_missing(outputs[0], period)
    for i in range(period, bars):
        outputs[0][i] = inputs[0][i] / inputs[0][i - period] - 1.0


cdef Py_ssize_t return_size(const double* parameters) noexcept nogil:
    return ring_size(<Py_ssize_t>parameters[0])


cdef void return_begin(void* memory, const double* parameters) noexcept nogil:
    ring_begin(<Ring*>memory, <Py_ssize_t>parameters[0])


cdef void log_return_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        bint full = ring_full(<Ring*>memory)
        double before = ring_put(<Ring*>memory, bar[0])
    values[0] = log(bar[0] / before) if full else NAN


cdef void pct_return_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        bint full = ring_full(<Ring*>memory)
        double before = ring_put(<Ring*>memory, bar[0])
    values[0] = bar[0] / before - 1.0 if full else NAN


cdef void drawdown(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        double peak = inputs[0][0]
        Py_ssize_t i
    for i in range(bars):
        peak = inputs[0][i] if inputs[0][i] > peak else peak
        outputs[0][i] = inputs[0][i] / peak - 1.0


cdef struct Peak:
    double price
    Py_ssize_t seen


cdef Py_ssize_t drawdown_size(const double* parameters) noexcept nogil:
    return sizeof(Peak)


cdef void drawdown_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Peak* state = <Peak*>memory
    if not state.seen or bar[0] > state.price:
        state.price = bar[0]
    state.seen = 1
    values[0] = bar[0] / state.price - 1.0


cdef inline double rate_of_bar(double yearly, double bars_per_year) noexcept nogil:
    return pow(1.0 + yearly, 1.0 / bars_per_year) - 1.0


cdef inline void fill_returns(const double* prices, Py_ssize_t bars, double* out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(1, bars):
        out[i] = prices[i] / prices[i - 1] - 1.0


cdef void rolling_sharpe(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double rate = rate_of_bar(parameters[1], parameters[2])
        double* returns = scratch
        double* squares = scratch + bars
        double* out = outputs[0]
        Py_ssize_t i
    fill_returns(inputs[0], bars, returns)
    fill_squares(returns + 1, bars - 1, period, squares + 1, out + 1)
    fill_missing(out, period)
    for i in range(period, bars):
        if squares[i] > 0.0:
            out[i] = (returns[i] + out[i] - rate) * sqrt(parameters[2] * (period - 1) / squares[i])
        else:
            out[i] = NAN


cdef Py_ssize_t two_and_sums(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars + sums_room(<Py_ssize_t>parameters[0])


cdef void rolling_sortino(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double rate = rate_of_bar(parameters[1], parameters[2])
        double* returns = scratch
        double* falls = scratch + bars
        double* out = outputs[0]
        Py_ssize_t i
    fill_returns(inputs[0], bars, returns)
    for i in range(1, bars):
        returns[i] -= rate
    fill_means(returns + 1, bars - 1, period, out + 1, scratch + 2 * bars)
    for i in range(1, bars):
        returns[i] = returns[i] * returns[i] if returns[i] < 0.0 else 0.0
    fill_sums(returns + 1, bars - 1, period, falls + 1, scratch + 2 * bars)
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = out[i] * sqrt(parameters[2] * period / falls[i]) if falls[i] > 0.0 else NAN


KERNELS = {
    "log_return": kernel(log_return, 1, 1, 1),
    "pct_return": kernel(pct_return, 1, 1, 1),
    "drawdown": kernel(drawdown, 1, 0, 1),
    "rolling_sharpe": kernel(rolling_sharpe, 1, 3, 1, two_series),
    "rolling_sortino": kernel(rolling_sortino, 1, 3, 1, two_and_sums),
}

STREAMS = {
    "log_return": stream(return_size, return_begin, log_return_feed, 1, 1, 1),
    "pct_return": stream(return_size, return_begin, pct_return_feed, 1, 1, 1),
    "drawdown": stream(drawdown_size, no_begin, drawdown_feed, 1, 0, 1),
}
