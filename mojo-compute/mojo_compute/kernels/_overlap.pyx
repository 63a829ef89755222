"""Overlap kernels: moving averages and bands over float64 prices, no Python objects inside.

The caller (mojo_compute.indicators.compute) guarantees, and nothing here re-checks:
  - arrays are 1-D, C-contiguous, float64, of one length n
  - values are finite, or NaN where a bar is missing
  - 1 <= period <= n
Each kernel fills all of its outputs. A missing bar ends a window; the next one starts
behind it. Nothing is allocated and nothing raised.
"""
from libc.math cimport NAN, fabs, isnan, sqrt

# A sum of squares that fell this far below its peak has lost so many digits to what left
# the window that it is taken afresh from the bars.
cdef double CANCELLATION = 1e-3
cdef Py_ssize_t REFRESH = 256  # bars after which it is taken afresh in any case


# Prices of at most four decimals are added as whole ten-thousandths, which is exact: the mean of a
# window of such bars is the double next to the true one, has few digits, and depends on nothing
# but the window.
cdef double UNIT = 1e4
cdef double TO_WHOLE = 6755399441055744.0  # 1.5 * 2^52: added and taken off, it rounds to whole
cdef double NOISE = 4.440892098500626e-16  # 2^-51: two roundings, the price's and the product's
cdef Py_ssize_t CHUNK = 512                # bars between looks at whether to go on


cdef inline double units_of(double price) noexcept nogil:
    return price * UNIT + TO_WHOLE - TO_WHOLE


cdef inline bint is_exact(double price, double units, double most) noexcept nogil:
    """Whether a price is that many units; `most` of them keep a window's total whole."""
    return (fabs(price * UNIT - units) <= fabs(units) * NOISE) & (fabs(units) <= most)


cdef bint count_units(
    const double[::1] prices,  # IN
    double most,               # IN  units
    double[::1] out,           # OUT the same bars in units
) noexcept nogil:
    """Whether all bars are whole units; if not, `out` is of no use."""
    cdef:
        Py_ssize_t i
        Py_ssize_t first = 0
        Py_ssize_t stop
        Py_ssize_t bars = prices.shape[0]
        int exact = True
    while exact and first < bars:
        stop = min(first + CHUNK, bars)
        for i in range(first, stop):
            out[i] = units_of(prices[i])
            exact &= is_exact(prices[i], out[i], most)
        first = stop
    return exact


cdef void average_units(
    Py_ssize_t period,  # IN  bars
    double[::1] out,    # IN  units, OUT price units
) noexcept nogil:
    """From the newest bar back, so that means can take the place of units."""
    cdef:
        Py_ssize_t i
        Py_ssize_t bars = out.shape[0]
        double total = 0.0
        double newest
    for i in range(bars - period, bars):
        total += out[i]
    for i in range(bars - 1, period - 1, -1):
        newest = out[i]
        out[i] = total
        total += out[i - period] - newest
    out[period - 1] = total
    for i in range(period - 1):
        out[i] = NAN
    for i in range(period - 1, bars):
        out[i] /= UNIT * period


cdef bint has_exact_window(const double[::1] prices, Py_ssize_t period, double most) noexcept nogil:
    cdef:
        Py_ssize_t last = period - 1  # of the window in question
        Py_ssize_t i
    while last < prices.shape[0]:
        i = last
        while i > last - period and is_exact(prices[i], units_of(prices[i]), most):
            i -= 1
        if i == last - period:
            return True
        last = i + period
    return False


cdef void fill_running_means(
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


cdef void refill_exact_means(
    const double[::1] prices,  # IN  oldest first
    Py_ssize_t period,         # IN  bars
    double most,               # IN  units
    double[::1] out,           # OUT price units, where a window is exact; else left alone
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t exact = 0  # bars since the last that is not
        double total = 0.0    # units, of the newest `period` exact bars
        double units

    for i in range(prices.shape[0]):
        units = units_of(prices[i])
        if not is_exact(prices[i], units, most):
            exact = 0
            total = 0.0
            continue
        exact += 1
        total += units
        if exact > period:
            total -= units_of(prices[i - period])
        if exact >= period:
            out[i] = total / (UNIT * period)


cdef void fill_sma(
    const double[::1] prices,  # IN  oldest first
    Py_ssize_t period,         # IN  bars
    double[::1] out,           # OUT price units
) noexcept nogil:
    cdef double most = 0.25 * TO_WHOLE / period
    if count_units(prices, most, out):
        average_units(period, out)
        return
    fill_running_means(prices, period, out)
    if has_exact_window(prices, period, most):
        refill_exact_means(prices, period, most, out)


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


cdef void fill_variance(
    const double[::1] prices,  # IN  oldest first
    Py_ssize_t period,         # IN  bars
    double[::1] out,           # OUT population variance of the window
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
        out[i] = squares * share


cdef void fill_bands(
    double std_dev_up,           # IN  deviations
    double std_dev_down,         # IN  deviations
    const double[::1] middle,    # IN  moving average
    double[::1] upper,           # OUT price units
    double[::1] lower,           # IN  variance, OUT price units
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double deviation
    for i in range(middle.shape[0]):
        deviation = sqrt(lower[i])
        upper[i] = middle[i] + std_dev_up * deviation
        lower[i] = middle[i] - std_dev_down * deviation


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
        fill_variance(prices, period, lower)
        fill_bands(std_dev_up, std_dev_down, middle, upper, lower)
