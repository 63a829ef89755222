"""Momentum kernels: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._kernel cimport kernel, stream


cdef inline double relative_strength(double gain, double loss) noexcept nogil:
    """Wilder's 0-100 scale; 0 for a window that never moved, as TA-Lib has it."""
    cdef double moved = gain + loss
    return 100.0 * (gain / moved) if moved > 0.0 else 0.0


cdef void fill_rsi(
    const double* prices,  # IN
    Py_ssize_t bars,
    Py_ssize_t period,
    double* out,           # OUT 0..100
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

    for i in range(period + 1, bars):
        change = share * (prices[i] - prices[i - 1])
        gain = kept * gain + (change if change > 0.0 else 0.0)
        loss = kept * loss - (change if change < 0.0 else 0.0)
        out[i] = relative_strength(gain, loss)


cdef inline double mean_up_to(const double* values, Py_ssize_t last, Py_ssize_t period) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(last - period + 1, last + 1):
        total += values[i]
    return total / period


cdef void fill_macd(
    const double* prices,  # IN
    Py_ssize_t bars,
    Py_ssize_t fast,
    Py_ssize_t slow,
    Py_ssize_t signal,
    double* line,          # OUT price units
    double* signals,       # OUT price units
    double* histogram,     # OUT line - signals
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

    for i in range(first + 1, bars):
        fast_average = fast_weight * prices[i] + (1.0 - fast_weight) * fast_average
        slow_average = slow_weight * prices[i] + (1.0 - slow_weight) * slow_average
        line[i] = fast_average - slow_average
        signal_average = signal_weight * line[i] + (1.0 - signal_weight) * signal_average
        signals[i] = signal_average
        histogram[i] = line[i] - signal_average


cdef void rsi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_rsi(inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0])


cdef void macd(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_macd(
        inputs[0], bars, <Py_ssize_t>parameters[0], <Py_ssize_t>parameters[1], <Py_ssize_t>parameters[2],
        outputs[0], outputs[1], outputs[2],
    )


cdef struct Strength:
    Py_ssize_t period
    Py_ssize_t seen   # bars
    double last       # price
    double gain       # a sum in the warm-up, then smoothed
    double loss


cdef Py_ssize_t rsi_size(const double* parameters) noexcept nogil:
    return sizeof(Strength)


cdef void rsi_begin(void* memory, const double* parameters) noexcept nogil:
    (<Strength*>memory).period = <Py_ssize_t>parameters[0]


cdef void rsi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Strength* state = <Strength*>memory
        Py_ssize_t period = state.period
        double change = bar[0] - state.last
    values[0] = NAN
    if 0 < state.seen <= period:
        state.gain += change if change > 0.0 else 0.0
        state.loss -= change if change < 0.0 else 0.0
        if state.seen == period:
            state.gain /= period
            state.loss /= period
            values[0] = relative_strength(state.gain, state.loss)
    elif state.seen > period:
        change *= 1.0 / period
        state.gain = (period - 1.0) / period * state.gain + (change if change > 0.0 else 0.0)
        state.loss = (period - 1.0) / period * state.loss - (change if change < 0.0 else 0.0)
        values[0] = relative_strength(state.gain, state.loss)
    state.last = bar[0]
    state.seen += 1


KERNELS = {
    "rsi": kernel(rsi, 1, 1, 1),
    "macd": kernel(macd, 1, 3, 3),
}

STREAMS = {
    "rsi": stream(rsi_size, rsi_begin, rsi_feed, 1, 1, 1),
}
