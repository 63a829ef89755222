"""Overlap kernels: moving averages and bands.

Every kernel has the shape and the guarantees of `_kernel.pxd`: finite inputs, no missing bars,
more bars than the lookback; all outputs filled; nothing allocated or raised.
"""
from libc.math cimport NAN

from mojo_compute.kernels._kernel cimport LANES, kernel, stream
from mojo_compute.kernels._placing cimport put_past
from mojo_compute.kernels._running cimport (
    LEAST_BLOCK, PARTS, add_up_parts, block_of, fill_scaled_totals, keeps_digits, total_of, totals_of_parts,
)
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._ticks cimport (
    Ticks, ticks_begin, ticks_fill_bands, ticks_fill_bands_past, ticks_fill_means, ticks_fill_means_past,
    ticks_fill_stretches, ticks_fill_variances, ticks_follow, ticks_hundredths, ticks_mean, ticks_ten_thousandths,
    ticks_variance,
)

# A sum of squares that fell this far below its peak has lost so many digits to what left
# the window that it is taken afresh from the bars.
cdef double CANCELLATION = 1e-3


cdef void fill_sma(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    if ticks_fill_means(values, count, ticks_ten_thousandths(period), out):
        fill_missing(out, period - 1)
        return
    fill_mixed_means(values, count, period, out)


cdef void fill_mixed_means(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    """Of prices of which some are not whole ticks."""
    fill_scaled_totals(values, count, period, 1.0 / period, out)
    fill_missing(out, period - 1)
    ticks_fill_stretches(ticks_fill_means, values, count, ticks_ten_thousandths(period), out)


cdef inline double squares_about(const double* values, Py_ssize_t period, double mean) noexcept nogil:
    cdef:
        Py_ssize_t i
        double squares = 0.0
    for i in range(period):
        squares += (values[i] - mean) * (values[i] - mean)
    return squares


cdef inline double squares_gained(double newest, double oldest, double before, double mean) noexcept nogil:
    """What the squares about the mean gain as the window steps on; `before` is the mean before."""
    return (newest - oldest) * ((newest - mean) + (oldest - before))


cdef void step_variance(
    const double* values,  # IN  from the oldest of the first window on
    Py_ssize_t period,
    Py_ssize_t count,      # IN  windows
    double* out,           # OUT variance of each
) noexcept nogil:
    """One block, bar by bar: what has lost its digits is taken afresh in its midst."""
    cdef:
        double share = 1.0 / period
        double mean = total_of(values, period) / period
        double squares = squares_about(values, period, mean)
        double peak = squares    # the largest since they were taken afresh
        double before
        Py_ssize_t i
    out[0] = squares * share
    for i in range(1, count):
        before = mean
        mean += (values[i + period - 1] - values[i - 1]) * share
        squares += squares_gained(values[i + period - 1], values[i - 1], before, mean)
        if squares > peak:
            peak = squares
        if squares < CANCELLATION * peak:
            mean = total_of(values + i, period) / period
            squares = squares_about(values + i, period, mean)
            peak = squares
        out[i] = squares * share


cdef void step_variances(
    const double* values,  # IN  from the oldest of the first window on
    Py_ssize_t period,
    Py_ssize_t block,      # IN  windows
    double* out,           # OUT sums of squares, as long as they keep their digits
) noexcept nogil:
    """Four blocks side by side, in pieces whose means fit beside them."""
    cdef:
        double means[PARTS * (LEAST_BLOCK + 1)]
        double mean[PARTS]
        double squares[PARTS]
        double share = 1.0 / period
        Py_ssize_t stride = LEAST_BLOCK + 1
        Py_ssize_t first = 1
        Py_ssize_t piece, i
        const double* newest
        double* gained
        int lane
    totals_of_parts(values, block, period, mean)
    for lane in range(PARTS):
        mean[lane] /= period
        squares[lane] = squares_about(values + lane * block, period, mean[lane])
        out[lane * block] = squares[lane]
    while first < block:
        piece = min(<Py_ssize_t>LEAST_BLOCK, block - first)
        for lane in range(PARTS):
            newest = values + lane * block + first + period - 1
            means[lane * stride] = mean[lane]
            for i in range(piece):
                means[lane * stride + 1 + i] = (newest[i] - newest[i - period]) * share
        add_up_parts(means + 1, stride, piece, mean)
        for lane in range(PARTS):
            newest = values + lane * block + first + period - 1
            gained = out + lane * block + first
            for i in range(piece):
                gained[i] = squares_gained(
                    newest[i], newest[i - period], means[lane * stride + i], means[lane * stride + i + 1]
                )
        add_up_parts(out + first, block, piece, squares)
        first += piece


cdef void run_variances(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    """From bar `period` - 1 on."""
    cdef:
        Py_ssize_t block = block_of(period)
        Py_ssize_t first = period - 1
        Py_ssize_t i
        double share = 1.0 / period
        int lane
    while first + PARTS * block <= count:
        step_variances(values + first - period + 1, period, block, out + first)
        for lane in range(PARTS):
            if not keeps_digits(out + first, block, CANCELLATION):
                step_variance(values + first - period + 1, period, block, out + first)
            else:
                for i in range(first, first + block):
                    out[i] *= share
            first += block
    while first < count:
        step_variance(values + first - period + 1, period, min(block, count - first), out + first)
        first += block


cdef void fill_variance(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    cdef Ticks by = ticks_hundredths(period)
    if not ticks_fill_variances(values, count, by, out):
        run_variances(values, count, period, out)
        ticks_fill_stretches(ticks_fill_variances, values, count, by, out)
    fill_missing(out, period - 1)


cdef bint fill_mean_bands(
    const double* values, Py_ssize_t count, Py_ssize_t period, double up, double down, bint past,
    double* upper, double* means, double* lower,
) noexcept nogil:
    cdef Ticks by = ticks_hundredths(period)
    if past:
        if not ticks_fill_bands_past(values, count, by, up, down, upper, means, lower):
            return False
    elif not ticks_fill_bands(values, count, by, up, down, upper, means, lower):
        return False
    fill_missing(upper, period - 1)
    fill_missing(means, period - 1)
    fill_missing(lower, period - 1)
    return True


cdef void sma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_sma(inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0])


cdef Py_ssize_t sma_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars


cdef int sma_past(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Ticks by = ticks_ten_thousandths(period)
        const double* values
        double* out
        int flawed = 0
        int lane
    for lane in range(LANES):
        values = inputs[0] + lane * bars
        out = outputs[0] + lane * bars
        if ticks_fill_means_past(values, bars, by, out):
            fill_missing(out, period - 1)
            continue
        fill_mixed_means(values, bars, period, scratch)
        flawed |= put_past(scratch, bars, period - 1, out) << lane
    return flawed


cdef Py_ssize_t mean_size(Py_ssize_t period) noexcept nogil:
    return sizeof(Mean) + period * sizeof(double)


cdef void mean_begin(void* memory, Py_ssize_t period) noexcept nogil:
    cdef Mean* state = <Mean*>memory
    state.period = period
    state.run = ticks_begin(ticks_ten_thousandths(period))


cdef inline double total_of_ring(const double* ring, Py_ssize_t period, Py_ssize_t first) noexcept nogil:
    """`total_of` a window whose oldest value stands at `first` of its ring."""
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(first, period):
        total += ring[i]
    for i in range(first):
        total += ring[i]
    return total


cdef inline double squares_of_ring(
    const double* ring, Py_ssize_t period, Py_ssize_t first, double mean
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double squares = 0.0
    for i in range(first, period):
        squares += (ring[i] - mean) * (ring[i] - mean)
    for i in range(first):
        squares += (ring[i] - mean) * (ring[i] - mean)
    return squares


cdef double mean_feed(void* memory, double value) noexcept nogil:
    cdef:
        Mean* state = <Mean*>memory
        double* ring = <double*>(state + 1)
        double oldest = ring[state.at]
        bint whole = ticks_follow(&state.run, value, oldest)
    ring[state.at] = value
    state.at = state.at + 1 if state.at + 1 < state.period else 0
    state.seen += 1
    if state.seen < state.period:
        return NAN
    state.total += value - oldest
    if state.age == 0:
        state.total = total_of_ring(ring, state.period, state.at)
    state.age = state.age + 1 if state.age + 1 < block_of(state.period) else 0
    return ticks_mean(&state.run) if whole else state.total * (1.0 / state.period)


cdef Py_ssize_t variance_size(Py_ssize_t period) noexcept nogil:
    return sizeof(Variance) + period * sizeof(double)


cdef void variance_begin(void* memory, Py_ssize_t period) noexcept nogil:
    cdef Variance* state = <Variance*>memory
    state.period = period
    state.run = ticks_begin(ticks_hundredths(period))


cdef double variance_feed(void* memory, double value) noexcept nogil:
    cdef:
        Variance* state = <Variance*>memory
        double* ring = <double*>(state + 1)
        double oldest = ring[state.at]
        double before = state.mean
        bint whole = ticks_follow(&state.run, value, oldest)
        double share = 1.0 / state.period
    ring[state.at] = value
    state.at = state.at + 1 if state.at + 1 < state.period else 0
    state.seen += 1
    if state.seen < state.period:
        return NAN
    state.mean += (value - oldest) * share
    state.squares += squares_gained(value, oldest, before, state.mean)
    if state.squares > state.peak:
        state.peak = state.squares
    if state.age == 0 or state.squares < CANCELLATION * state.peak:
        state.mean = total_of_ring(ring, state.period, state.at) / state.period
        state.squares = squares_of_ring(ring, state.period, state.at, state.mean)
        state.peak = state.squares
    state.age = state.age + 1 if state.age + 1 < block_of(state.period) else 0
    return ticks_variance(&state.run) if whole else state.squares * share


cdef Py_ssize_t sma_size(const double* parameters) noexcept nogil:
    return mean_size(<Py_ssize_t>parameters[0])


cdef void sma_begin(void* memory, const double* parameters) noexcept nogil:
    mean_begin(memory, <Py_ssize_t>parameters[0])


cdef void sma_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = mean_feed(memory, bar[0])


KERNELS = {
    "sma": kernel(sma, 1, 1, 1, sma_room, NULL, sma_past),
}

STREAMS = {
    "sma": stream(sma_size, sma_begin, sma_feed, 1, 1, 1),
}
