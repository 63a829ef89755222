"""Oscillators that count: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rooms cimport no_begin, one_series
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._stepping cimport doubles_of, step_through

cdef enum:
    SETUP = 9         # bars of a complete setup
    COUNTDOWN = 13
    EARLIER = 4       # bars between the closes that a setup compares


cdef struct Side:    # of a sequential count: the buying side, or the selling one
    double setup
    double countdown
    int active        # whether a countdown is under way


cdef struct Sequential:
    Py_ssize_t seen
    Side sell         # counts rising closes
    Side buy          # and falling ones
    double[EARLIER] closes
    double[2] highs
    double[2] lows


cdef Py_ssize_t td_size(const double* parameters) noexcept nogil:
    return sizeof(Sequential)


cdef inline void count_setup(Side* side, Side* opposite, bint holds) noexcept nogil:
    side.setup = side.setup + 1.0 if holds else 0.0
    if side.setup == SETUP:
        side.active = True
        side.countdown = 0.0
        opposite.active = False
        opposite.countdown = 0.0


cdef inline void count_down(Side* side, bint holds) noexcept nogil:
    if side.countdown == COUNTDOWN:
        side.active = False
        side.countdown = 0.0
    if side.active and holds:
        side.countdown += 1.0


cdef inline void td_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sequential* state = <Sequential*>memory
        double close = bar[2]
        double before = state.closes[state.seen % EARLIER]
        int at = state.seen & 1
    values[0] = values[1] = values[2] = values[3] = NAN
    if state.seen >= EARLIER:
        count_setup(&state.sell, &state.buy, close > before)
        count_setup(&state.buy, &state.sell, close < before)
        count_down(&state.sell, close >= state.highs[at])
        count_down(&state.buy, close <= state.lows[at])
        values[0] = state.sell.setup
        values[1] = state.buy.setup
        values[2] = state.sell.countdown
        values[3] = state.buy.countdown
    state.closes[state.seen % EARLIER] = close
    state.highs[at] = bar[0]
    state.lows[at] = bar[1]
    state.seen += 1


cdef Py_ssize_t td_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return doubles_of(sizeof(Sequential))


cdef void td_sequential(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(no_begin, td_feed, sizeof(Sequential), inputs, 3, parameters, outputs, 4, bars, scratch)


cdef inline double strength(double gain, double loss) noexcept nogil:
    return 100.0 * (gain / (gain + loss)) if gain + loss > 0.0 else 0.0


cdef void add_rsi(
    const double* values, Py_ssize_t bars, Py_ssize_t period, double* out
) noexcept nogil:
    """Add Wilder's relative strength to `out`, from bar `period` on."""
    cdef:
        Py_ssize_t i
        double change
        double gain = 0.0
        double loss = 0.0
        double share = 1.0 / period
        double kept = (period - 1.0) / period
    for i in range(1, period + 1):
        change = values[i] - values[i - 1]
        gain += change if change > 0.0 else 0.0
        loss -= change if change < 0.0 else 0.0
    gain /= period
    loss /= period
    out[period] += strength(gain, loss)
    for i in range(period + 1, bars):
        change = share * (values[i] - values[i - 1])
        gain = kept * gain + (change if change > 0.0 else 0.0)
        loss = kept * loss - (change if change < 0.0 else 0.0)
        out[i] += strength(gain, loss)


cdef void add_rank(
    const double* rates, Py_ssize_t bars, Py_ssize_t period, double* out
) noexcept nogil:
    """Add the percentage of the `period` rates before that are below a bar's; rates begin at bar 1."""
    cdef:
        Py_ssize_t i, at
        Py_ssize_t below
    for i in range(period + 1, bars):
        below = 0
        for at in range(i - period, i):
            below += rates[at] < rates[i]
        out[i] += 100.0 * below / period


cdef void fill_streaks(const double* prices, Py_ssize_t bars, double* out) noexcept nogil:
    """How many bars in a row have risen, or fallen: below 0."""
    cdef Py_ssize_t i
    out[0] = 0.0
    for i in range(1, bars):
        if prices[i] > prices[i - 1]:
            out[i] = out[i - 1] + 1.0 if out[i - 1] > 0.0 else 1.0
        elif prices[i] < prices[i - 1]:
            out[i] = out[i - 1] - 1.0 if out[i - 1] < 0.0 else -1.0
        else:
            out[i] = 0.0


cdef void crsi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t rank = <Py_ssize_t>parameters[2]
        const double* prices = inputs[0]
        double* out = outputs[0]
    for i in range(bars):
        out[i] = 0.0
    add_rsi(prices, bars, <Py_ssize_t>parameters[0], out)
    fill_streaks(prices, bars, scratch)
    add_rsi(scratch, bars, <Py_ssize_t>parameters[1], out)
    scratch[0] = 0.0
    for i in range(1, bars):
        scratch[i] = prices[i] / prices[i - 1] - 1.0 if prices[i - 1] != 0.0 else 0.0
    add_rank(scratch, bars, rank, out)
    fill_missing(out, max(<Py_ssize_t>parameters[0], <Py_ssize_t>parameters[1], rank + 1))
    for i in range(bars):
        out[i] /= 3.0


KERNELS = {
    "td_sequential": kernel(td_sequential, 3, 0, 4, td_room),
    "crsi": kernel(crsi, 1, 3, 1, one_series),
}

STREAMS = {
    "td_sequential": stream(td_size, no_begin, td_feed, 3, 0, 4),
}
