"""Overlap kernels: moving averages and bands over float64 prices, no Python objects inside.

The caller (mojo_compute.indicators.compute) guarantees, and nothing here re-checks:
  - arrays are 1-D, C-contiguous, float64, of one length n
  - values are finite, or NaN where a bar is missing
  - 1 <= period <= n
Each kernel fills all of its outputs. A missing bar ends a window; the next one starts
behind it. Nothing is allocated and nothing raised.
"""
from libc.math cimport NAN, isnan, sqrt

# A sum of squares that fell this far below its peak has lost so many digits to what left
# the window that it is taken afresh from the bars.
cdef double CANCELLATION = 1e-3
cdef Py_ssize_t REFRESH = 256  # bars after which it is taken afresh in any case


cdef void fill_sma(
    const double[::1] prices,  # IN  oldest first
    Py_ssize_t period,         # IN  bars
    double[::1] out,           # OUT price units
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t present = 0  # bars since the last missing one
        double total = 0.0      # of the newest period - 1 bars

    for i in range(prices.shape[0]):
        if isnan(prices[i]):
            present = 0
            total = 0.0
            out[i] = NAN
            continue
        present += 1
        total += prices[i]
        if present < period:
            out[i] = NAN
        else:
            out[i] = total / period
            total -= prices[i - period + 1]


cdef inline double mean_of(const double[::1] prices, Py_ssize_t first, Py_ssize_t period) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(first, first + period):
        total += prices[i]
    return total / period


cdef inline double squares_about(
    const double[::1] prices, Py_ssize_t first, Py_ssize_t period, double mean
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double squares = 0.0
    for i in range(first, first + period):
        squares += (prices[i] - mean) * (prices[i] - mean)
    return squares


cdef void fill_deviation(
    const double[::1] prices,  # IN  oldest first
    Py_ssize_t period,         # IN  bars
    double[::1] out,           # OUT population standard deviation of the window
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t present = 0
        Py_ssize_t age = 0      # bars since mean and squares were taken afresh
        double mean = 0.0
        double squares = 0.0    # sum of squared deviations from the mean
        double peak = 0.0       # its largest value since then
        double share = 1.0 / period
        double before, step

    for i in range(prices.shape[0]):
        present = 0 if isnan(prices[i]) else present + 1
        if present < period:
            out[i] = NAN
            continue
        if present > period:
            step = prices[i] - prices[i - period]
            before = mean
            mean += step * share
            squares += step * (prices[i] - mean + prices[i - period] - before)
            age += 1
            if squares > peak:
                peak = squares
        if present == period or age == REFRESH or squares < CANCELLATION * peak or squares < 0.0:
            mean = mean_of(prices, i - period + 1, period)
            squares = squares_about(prices, i - period + 1, period, mean)
            peak = squares
            age = 0
        out[i] = sqrt(squares * share)


cdef void fill_bands(
    double std_dev_up,           # IN  deviations
    double std_dev_down,         # IN  deviations
    const double[::1] middle,    # IN  moving average
    double[::1] upper,           # OUT price units
    double[::1] lower,           # IN  deviation, OUT price units
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(middle.shape[0]):
        upper[i] = middle[i] + std_dev_up * lower[i]
        lower[i] = middle[i] - std_dev_down * lower[i]


def sma_into(const double[::1] prices not None, Py_ssize_t period, double[::1] out not None):
    with nogil:
        fill_sma(prices, period, out)


def bollinger_into(
    const double[::1] prices not None,
    Py_ssize_t period,
    double std_dev_up,
    double std_dev_down,
    double[::1] upper not None,
    double[::1] middle not None,
    double[::1] lower not None,
):
    with nogil:
        fill_sma(prices, period, middle)
        fill_deviation(prices, period, lower)
        fill_bands(std_dev_up, std_dev_down, middle, upper, lower)
