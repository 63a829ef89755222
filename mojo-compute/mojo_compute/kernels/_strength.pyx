"""Kernels of smoothed rises and falls: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._eight cimport (
    STRENGTH_BALANCE,
    STRENGTH_INDEX,
    STRENGTH_NONE,
    before_line,
    eight_strengths,
    eights_to_forget,
    unsound,
)
from mojo_compute.kernels._kernel cimport LANES, kernel, stream


cdef inline double strength(double gain, double loss, int kind) noexcept nogil:
    """Wilder's 0..100 scale or Chande's -100..100; 0 for a window that never moved, as TA-Lib has it."""
    cdef double moved = gain + loss
    if moved == 0.0:
        return 0.0
    return 100.0 * ((gain if kind == STRENGTH_INDEX else gain - loss) / moved)


cdef inline void move(double change, double kept, double half, double* gain, double* loss) noexcept nogil:
    """Take twice the change up or down, of which `half` counts. A change that is no number stays in both."""
    cdef double size = fabs(change)
    gain[0] = kept * gain[0] + half * (size + change)
    loss[0] = kept * loss[0] + half * (size - change)


cdef inline void step(
    double price, double before, double kept, double share, double* gain, double* loss
) noexcept nogil:
    move(price - before, kept, 0.5 * share, gain, loss)


cdef inline void seed_strength(
    const double* prices, Py_ssize_t period, int kind, double* gain, double* loss, double* out
) noexcept nogil:
    """Plain means of the first `period` changes, as in Wilder's worksheet."""
    cdef Py_ssize_t i
    gain[0] = loss[0] = 0.0
    for i in range(1, period + 1):
        move(prices[i] - prices[i - 1], 1.0, 0.5, gain, loss)
        out[i - 1] = NAN
    gain[0] /= period
    loss[0] /= period
    out[period] = strength(gain[0], loss[0], kind)


cdef inline void step_through(
    const double* prices, Py_ssize_t first, Py_ssize_t last, double kept, double share, int kind,
    double* gain, double* loss, double* out,
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(first, last):
        step(prices[i], prices[i - 1], kept, share, gain, loss)
        out[i] = strength(gain[0], loss[0], kind)


cdef inline void fill_strength(
    const double* prices,  # IN
    Py_ssize_t bars,
    Py_ssize_t period,
    int kind,
    double* out,           # OUT
) noexcept nogil:
    cdef:
        double kept = (period - 1.0) / period
        double share = 1.0 / period
        Py_ssize_t first = period + 1
        Py_ssize_t part = (bars - first) // LANES & ~7
        Py_ssize_t forget = eights_to_forget(share)
        double gains[LANES + 1]   # where each part begins, and where the last one ends
        double losses[LANES + 1]
        double gain[LANES]
        double loss[LANES]
        int lane
    seed_strength(prices, period, kind, gains, losses, out)
    if part < forget:
        step_through(prices, first, bars, kept, share, kind, gains, losses, out)
        return
    for lane in range(LANES):
        gain[lane] = loss[lane] = 0.0
    eight_strengths(
        prices + first + part - forget, part, NULL, forget, kept, share, gain, loss, STRENGTH_NONE, NULL
    )
    for lane in range(LANES):
        gains[lane + 1] = gain[lane]
        losses[lane + 1] = loss[lane]
        gain[lane] = gains[lane]
        loss[lane] = losses[lane]
    eight_strengths(prices + first, part, NULL, part, kept, share, gain, loss, kind, out + first)
    for lane in range(LANES - 1):
        if gain[lane] != gains[lane + 1] or loss[lane] != losses[lane + 1]:
            gain[lane + 1] = gain[lane]
            loss[lane + 1] = loss[lane]
            step_through(
                prices, first + (lane + 1) * part, first + (lane + 2) * part, kept, share, kind,
                &gain[lane + 1], &loss[lane + 1], out,
            )
    step_through(
        prices, first + LANES * part, bars, kept, share, kind, &gain[LANES - 1], &loss[LANES - 1], out
    )


cdef inline int fill_strengths(
    const double* prices,  # IN  LANES rows
    Py_ssize_t bars,
    Py_ssize_t period,
    int kind,
    bint past,             # IN  whether to write past the caches
    double* out,           # OUT LANES rows
) noexcept nogil:
    """Which rows are flawed, where they go past the caches."""
    cdef:
        double kept = (period - 1.0) / period
        double share = 1.0 / period
        Py_ssize_t first = period + 1
        Py_ssize_t part = (bars - first) & ~7
        Py_ssize_t lags[LANES]
        double gain[LANES]
        double loss[LANES]
        double* row
        int flawed = 0
        int lane
    for lane in range(LANES):
        row = out + lane * bars
        seed_strength(prices + lane * bars, period, kind, &gain[lane], &loss[lane], row)
        lags[lane] = min(before_line(row + first), bars - first) if past else 0
        step_through(
            prices + lane * bars, first, first + lags[lane], kept, share, kind, &gain[lane], &loss[lane], row
        )
    if past:
        part = max(bars - first - 7, 0) & ~7
        flawed = eight_strengths(prices + first, bars, lags, part, kept, share, gain, loss, kind, out + first)
    else:
        eight_strengths(prices + first, bars, NULL, part, kept, share, gain, loss, kind, out + first)
    for lane in range(LANES):
        row = out + lane * bars
        lags[lane] += first
        step_through(prices + lane * bars, lags[lane] + part, bars, kept, share, kind, &gain[lane], &loss[lane], row)
        if past:
            flawed |= (unsound(row, period, lags[lane]) or unsound(row, lags[lane] + part, bars)) << lane
    return flawed


cdef void fill_rsi(const double* prices, Py_ssize_t bars, Py_ssize_t period, double* out) noexcept nogil:
    fill_strength(prices, bars, period, STRENGTH_INDEX, out)


cdef void fill_rsi_rows(const double* prices, Py_ssize_t bars, Py_ssize_t period, double* out) noexcept nogil:
    fill_strengths(prices, bars, period, STRENGTH_INDEX, False, out)


cdef void rsi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_strength(inputs[0], bars, <Py_ssize_t>parameters[0], STRENGTH_INDEX, outputs[0])


cdef void rsi_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_rsi_rows(inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0])


cdef int rsi_past(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    return fill_strengths(inputs[0], bars, <Py_ssize_t>parameters[0], STRENGTH_INDEX, True, outputs[0])


cdef void cmo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_strength(inputs[0], bars, <Py_ssize_t>parameters[0], STRENGTH_BALANCE, outputs[0])


cdef void cmo_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_strengths(inputs[0], bars, <Py_ssize_t>parameters[0], STRENGTH_BALANCE, False, outputs[0])


cdef int cmo_past(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    return fill_strengths(inputs[0], bars, <Py_ssize_t>parameters[0], STRENGTH_BALANCE, True, outputs[0])


cdef void strength_begin(Strength* state, Py_ssize_t period) noexcept nogil:
    state.period = period
    state.seen = 0
    state.gain = state.loss = 0.0


cdef inline double next_strength(Strength* state, double price, int kind) noexcept nogil:
    cdef:
        Py_ssize_t period = state.period
        double change = price - state.last
        double value = NAN
    if 0 < state.seen <= period:
        move(change, 1.0, 0.5, &state.gain, &state.loss)
        if state.seen == period:
            state.gain /= period
            state.loss /= period
            value = strength(state.gain, state.loss, kind)
    elif state.seen > period:
        step(price, state.last, (period - 1.0) / period, 1.0 / period, &state.gain, &state.loss)
        value = strength(state.gain, state.loss, kind)
    state.last = price
    state.seen += 1
    return value


cdef double next_rsi(Strength* state, double price) noexcept nogil:
    return next_strength(state, price, STRENGTH_INDEX)


cdef Py_ssize_t strength_size(const double* parameters) noexcept nogil:
    return sizeof(Strength)


cdef void begin(void* memory, const double* parameters) noexcept nogil:
    strength_begin(<Strength*>memory, <Py_ssize_t>parameters[0])


cdef void rsi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = next_strength(<Strength*>memory, bar[0], STRENGTH_INDEX)


cdef void cmo_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = next_strength(<Strength*>memory, bar[0], STRENGTH_BALANCE)


KERNELS = {
    "rsi": kernel(rsi, 1, 1, 1, NULL, rsi_panel, rsi_past),
    "cmo": kernel(cmo, 1, 1, 1, NULL, cmo_panel, cmo_past),
}

STREAMS = {
    "rsi": stream(strength_size, begin, rsi_feed, 1, 1, 1),
    "cmo": stream(strength_size, begin, cmo_feed, 1, 1, 1),
}
