"""How two series move together: shape and guarantees as in `_kernel.pxd`.

A block of windows shares sums that step from bar to bar, of what the values are above those of the block's first bar.
Sums that fell far have lost their digits to what left the window: there the block ends, and the next begins.
"""
from libc.math cimport sqrt

from mojo_compute.kernels._kernel cimport kernel
from mojo_compute.kernels._smoothing cimport fill_missing

cdef enum:
    BLOCK = 256     # windows at most, and more for a long period
    SUMS = 5
    LANES = 8

cdef double LEAST_SHARE = 1e-5  # of the greatest sum of squares of a block


cdef inline Py_ssize_t block_of(Py_ssize_t period) noexcept nogil:
    return period if period > BLOCK else <Py_ssize_t>BLOCK


cdef inline void fill_steps(
    const double* xs,       # IN  from the block's first window's newest value on
    const double* ys,
    Py_ssize_t count,
    Py_ssize_t period,
    double* x, double* y, double* xx, double* yy, double* xy,  # OUT what each sum changes by
) noexcept nogil:
    cdef:
        double from_x = xs[0]
        double from_y = ys[0]
        double new_x, new_y, old_x, old_y
        Py_ssize_t i
    for i in range(1, count):
        new_x = xs[i] - from_x
        old_x = xs[i - period] - from_x
        x[i] = new_x - old_x
        xx[i] = new_x * new_x - old_x * old_x
    for i in range(1, count):
        new_y = ys[i] - from_y
        old_y = ys[i - period] - from_y
        y[i] = new_y - old_y
        yy[i] = new_y * new_y - old_y * old_y
    for i in range(1, count):
        xy[i] = (xs[i] - from_x) * (ys[i] - from_y) - (xs[i - period] - from_x) * (ys[i - period] - from_y)


cdef inline void add_up(
    const double* xs, const double* ys, Py_ssize_t count, Py_ssize_t period,
    double* x, double* y, double* xx, double* yy, double* xy,  # IN  steps, OUT sums
) noexcept nogil:
    cdef:
        double above_x, above_y
        double a = 0.0, b = 0.0, c = 0.0, d = 0.0, e = 0.0
        Py_ssize_t i
    for i in range(1 - period, 1):
        above_x = xs[i] - xs[0]
        above_y = ys[i] - ys[0]
        a += above_x
        b += above_y
        c += above_x * above_x
        d += above_y * above_y
        e += above_x * above_y
    x[0] = y[0] = xx[0] = yy[0] = xy[0] = 0.0
    for i in range(count):
        a += x[i]
        b += y[i]
        c += xx[i]
        d += yy[i]
        e += xy[i]
        x[i] = a
        y[i] = b
        xx[i] = c
        yy[i] = d
        xy[i] = e


cdef inline void widen(const double* values, Py_ssize_t count, double* least, double* most) noexcept nogil:
    """The least and the greatest of values, eight compared at once."""
    cdef:
        double low[LANES]
        double high[LANES]
        Py_ssize_t whole = count - count % LANES
        Py_ssize_t i
        int lane
    for lane in range(LANES):
        low[lane] = high[lane] = values[0]
    for i in range(0, whole, 8):
        for lane in range(LANES):
            low[lane] = values[i + lane] if values[i + lane] < low[lane] else low[lane]
            high[lane] = values[i + lane] if values[i + lane] > high[lane] else high[lane]
    for i in range(whole, count):
        low[0] = values[i] if values[i] < low[0] else low[0]
        high[0] = values[i] if values[i] > high[0] else high[0]
    least[0], most[0] = low[0], high[0]
    for lane in range(1, LANES):
        least[0] = low[lane] if low[lane] < least[0] else least[0]
        most[0] = high[lane] if high[lane] > most[0] else most[0]


cdef inline Py_ssize_t sound(const double* sums, const double* squares, Py_ssize_t count) noexcept nogil:
    """How many of the first windows have kept their digits; `sums` of squares, `squares` less the mean's part."""
    cdef:
        double least, most, unused
        double peak = sums[0]
        Py_ssize_t i
    widen(sums, count, &unused, &most)
    widen(squares, count, &least, &unused)
    if least >= LEAST_SHARE * most:
        return count
    for i in range(1, count):
        peak = sums[i] if sums[i] > peak else peak
        if not squares[i] >= LEAST_SHARE * peak:
            return i
    return count


cdef inline double correlation_of(double xx, double yy, double xy) noexcept nogil:
    """0 where one of them doesn't move."""
    cdef double found = xy / sqrt(xx * yy)
    return found if xx > 0.0 and yy > 0.0 else 0.0


cdef inline double beta_of(double xx, double xy) noexcept nogil:
    cdef double found = xy / xx
    return found if xx > 0.0 else 0.0


cdef void fill_relation(
    bint beta, const double* xs, const double* ys, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """From value period - 1 on; nothing before."""
    cdef:
        Py_ssize_t block = block_of(period)
        Py_ssize_t first = period - 1
        Py_ssize_t windows, i
        double* x = scratch
        double* y = x + block
        double* xx = y + block
        double* yy = xx + block
        double* xy = yy + block
        double* squares = xy + block
        double* other_squares = squares + block
        double share = 1.0 / period
    while first < count:
        windows = min(block, count - first)
        fill_steps(xs + first, ys + first, windows, period, x, y, xx, yy, xy)
        add_up(xs + first, ys + first, windows, period, x, y, xx, yy, xy)
        for i in range(windows):
            squares[i] = xx[i] - x[i] * x[i] * share
        for i in range(windows):
            other_squares[i] = yy[i] - y[i] * y[i] * share
        windows = sound(xx, squares, windows)
        windows = sound(yy, other_squares, windows)
        if beta:
            for i in range(windows):
                out[first + i] = beta_of(squares[i], xy[i] - x[i] * y[i] * share)
        else:
            for i in range(windows):
                out[first + i] = correlation_of(squares[i], other_squares[i], xy[i] - x[i] * y[i] * share)
        first += windows


cdef inline void fill_returns(const double* prices, Py_ssize_t bars, double* out) noexcept nogil:
    """Of each bar but the first; 0 from a price of 0."""
    cdef:
        double change
        Py_ssize_t i
    for i in range(1, bars):
        change = (prices[i] - prices[i - 1]) / prices[i - 1]
        out[i - 1] = change if prices[i - 1] != 0.0 else 0.0


cdef void correl(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    fill_relation(False, inputs[0], inputs[1], bars, period, outputs[0], scratch)
    fill_missing(outputs[0], period - 1)


cdef void beta(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* returns = scratch
        double* others = scratch + bars
    fill_returns(inputs[0], bars, returns)
    fill_returns(inputs[1], bars, others)
    fill_relation(True, returns, others, bars - 1, period, outputs[0] + 1, scratch + 2 * bars)
    fill_missing(outputs[0], period)


cdef Py_ssize_t correl_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return (SUMS + 2) * block_of(<Py_ssize_t>parameters[0])


cdef Py_ssize_t beta_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars + correl_room(parameters, bars)


KERNELS = {
    "beta": kernel(beta, 2, 1, 1, beta_room),
    "correl": kernel(correl, 2, 1, 1, correl_room),
}

STREAMS = {}
