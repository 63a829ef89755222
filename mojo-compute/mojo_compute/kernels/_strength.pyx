"""Kernels of smoothed rises and falls: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._eight cimport (
    STRENGTH_BALANCE,
    STRENGTH_INDEX,
    STRENGTH_NONE,
    eight_strengths,
    eights_to_forget,
)
from mojo_compute.kernels._kernel cimport LANES, kernel, stream


cdef inline double strength(double gain, double loss, int kind) noexcept nogil:
    """Wilder's 0..100 scale or Chande's -100..100; 0 for a window that never moved, as TA-Lib has it."""
    cdef double moved = gain + loss
    if not moved > 0.0:
        return 0.0
    return 100.0 * ((gain if kind == STRENGTH_INDEX else gain - loss) / moved)


cdef inline void step(double price, double before, double kept, double share, double* gain, double* loss) noexcept nogil:
    cdef double change = share * (price - before)
    gain[0] = kept * gain[0] + (change if change > 0.0 else 0.0)
    loss[0] = kept * loss[0] - (change if change < 0.0 else 0.0)


cdef inline void seed_strength(
    const double* prices, Py_ssize_t period, int kind, double* gain, double* loss, double* out
) noexcept nogil:
    """Plain means of the first `period` changes, as in Wilder's worksheet."""
    cdef:
        Py_ssize_t i
        double change
    gain[0] = loss[0] = 0.0
    for i in range(1, period + 1):
        change = prices[i] - prices[i - 1]
        gain[0] += change if change > 0.0 else 0.0
        loss[0] -= change if change < 0.0 else 0.0
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
        prices + first + part - forget, part, forget, kept, share, gain, loss, STRENGTH_NONE, NULL
    )
    for lane in range(LANES):
        gains[lane + 1] = gain[lane]
        losses[lane + 1] = loss[lane]
        gain[lane] = gains[lane]
        loss[lane] = losses[lane]
    eight_strengths(prices + first, part, part, kept, share, gain, loss, kind, out + first)
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


cdef inline void fill_strengths(
    const double* prices,  # IN  LANES rows
    Py_ssize_t bars,
    Py_ssize_t period,
    int kind,
    double* out,           # OUT LANES rows
) noexcept nogil:
    cdef:
        double kept = (period - 1.0) / period
        double share = 1.0 / period
        Py_ssize_t first = period + 1
        Py_ssize_t part = (bars - first) & ~7
        double gain[LANES]
        double loss[LANES]
        int lane
    for lane in range(LANES):
        seed_strength(prices + lane * bars, period, kind, &gain[lane], &loss[lane], out + lane * bars)
    eight_strengths(prices + first, bars, part, kept, share, gain, loss, kind, out + first)
    for lane in range(LANES):
        step_through(
            prices + lane * bars, first + part, bars, kept, share, kind, &gain[lane], &loss[lane], out + lane * bars
        )


cdef void fill_rsi(const double* prices, Py_ssize_t bars, Py_ssize_t period, double* out) noexcept nogil:
    fill_strength(prices, bars, period, STRENGTH_INDEX, out)


cdef void rsi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_strength(inputs[0], bars, <Py_ssize_t>parameters[0], STRENGTH_INDEX, outputs[0])


cdef void rsi_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_strengths(inputs[0], bars, <Py_ssize_t>parameters[0], STRENGTH_INDEX, outputs[0])


cdef void cmo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_strength(inputs[0], bars, <Py_ssize_t>parameters[0], STRENGTH_BALANCE, outputs[0])


cdef void cmo_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_strengths(inputs[0], bars, <Py_ssize_t>parameters[0], STRENGTH_BALANCE, outputs[0])


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
        state.gain += change if change > 0.0 else 0.0
        state.loss -= change if change < 0.0 else 0.0
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
    "rsi": kernel(rsi, 1, 1, 1, NULL, rsi_panel),
    "cmo": kernel(cmo, 1, 1, 1, NULL, cmo_panel),
}

STREAMS = {
    "rsi": stream(strength_size, begin, rsi_feed, 1, 1, 1),
    "cmo": stream(strength_size, begin, cmo_feed, 1, 1, 1),
}
