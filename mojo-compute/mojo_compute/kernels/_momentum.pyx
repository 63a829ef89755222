"""Momentum kernels: plain loops over float64 prices, no Python objects inside.

The caller (mojo_compute.indicators.compute) guarantees, and nothing here re-checks:
  - arrays are 1-D, C-contiguous, float64, of one length n, missing bars already dropped
  - at least one value can be had: rsi 1 <= period < n; macd fast < slow and
    slow + signal - 1 <= n
Each kernel fills all of its outputs, warm-up slots with NaN. It allocates and raises nothing.
"""
from libc.math cimport NAN


cdef inline double relative_strength(double gain, double loss) noexcept nogil:
    """Wilder's 0-100 scale; 0 for a window that never moved, as TA-Lib has it."""
    cdef double moved = gain + loss
    return 100.0 * (gain / moved) if moved > 0.0 else 0.0


cdef void fill_rsi(
    const double[::1] prices,  # IN  oldest first
    Py_ssize_t period,         # IN  bars
    double[::1] out,           # OUT 0..100
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double change
        double gain = 0.0      # smoothed rise per bar, price units
        double loss = 0.0      # smoothed fall per bar, price units
        double kept = (period - 1.0) / period
        double share = 1.0 / period

    # Seed: plain mean of the first `period` changes, as in Wilder's worksheet
    for i in range(1, period + 1):
        change = prices[i] - prices[i - 1]
        gain += change if change > 0.0 else 0.0
        loss -= change if change < 0.0 else 0.0
        out[i - 1] = NAN
    gain /= period
    loss /= period
    out[period] = relative_strength(gain, loss)

    for i in range(period + 1, prices.shape[0]):
        change = share * (prices[i] - prices[i - 1])
        gain = kept * gain + (change if change > 0.0 else 0.0)
        loss = kept * loss - (change if change < 0.0 else 0.0)
        out[i] = relative_strength(gain, loss)


cdef inline double mean_up_to(const double[::1] values, Py_ssize_t last, Py_ssize_t period) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(last - period + 1, last + 1):
        total += values[i]
    return total / period


cdef void fill_macd(
    const double[::1] prices,  # IN  oldest first
    Py_ssize_t fast,           # IN  bars
    Py_ssize_t slow,           # IN  bars
    Py_ssize_t signal,         # IN  bars
    double[::1] line,          # OUT price units
    double[::1] signals,       # OUT price units
    double[::1] histogram,     # OUT line - signals
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t seed = slow - 1           # both price averages start here
        Py_ssize_t first = seed + signal - 1
        double fast_weight = 2.0 / (fast + 1.0)
        double slow_weight = 2.0 / (slow + 1.0)
        double signal_weight = 2.0 / (signal + 1.0)
        double fast_average = mean_up_to(prices, seed, fast)
        double slow_average = mean_up_to(prices, seed, slow)
        double signal_average

    # `weight * new + (1 - weight) * old`: one operation less from bar to bar than
    # `old + weight * (new - old)`, and the averages of one bar run side by side
    line[seed] = fast_average - slow_average
    for i in range(seed + 1, first + 1):
        fast_average = fast_weight * prices[i] + (1.0 - fast_weight) * fast_average
        slow_average = slow_weight * prices[i] + (1.0 - slow_weight) * slow_average
        line[i] = fast_average - slow_average
    signal_average = mean_up_to(line, first, signal)
    for i in range(first):
        line[i] = signals[i] = histogram[i] = NAN
    signals[first] = signal_average
    histogram[first] = line[first] - signal_average

    for i in range(first + 1, prices.shape[0]):
        fast_average = fast_weight * prices[i] + (1.0 - fast_weight) * fast_average
        slow_average = slow_weight * prices[i] + (1.0 - slow_weight) * slow_average
        line[i] = fast_average - slow_average
        signal_average = signal_weight * line[i] + (1.0 - signal_weight) * signal_average
        signals[i] = signal_average
        histogram[i] = line[i] - signal_average


def rsi_into(const double[::1] prices not None, Py_ssize_t period, double[::1] out not None):
    with nogil:
        fill_rsi(prices, period, out)


def macd_into(
    const double[::1] prices not None,
    Py_ssize_t fast_period,
    Py_ssize_t slow_period,
    Py_ssize_t signal_period,
    double[::1] macd_line not None,
    double[::1] signal_line not None,
    double[::1] histogram not None,
):
    with nogil:
        fill_macd(prices, fast_period, slow_period, signal_period, macd_line, signal_line, histogram)
