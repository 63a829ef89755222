"""What averages that rise or fall say, and the fading of signals: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rings cimport Ring, ring_begin, ring_full, ring_put, ring_size
from mojo_compute.kernels._rooms cimport four_series, two_series
from mojo_compute.kernels._smoothing cimport Smoothing, ema_begin, fill_ema, fill_missing, smoothed

# An average that moved by less than this share of itself moved by rounding alone
cdef double STILL = 1e-12


cdef inline int direction(double now, double before, double scale) noexcept nogil:
    cdef double least = STILL * fabs(scale)
    return (now - before > least) - (before - now > least)


cdef void amat(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t run = <Py_ssize_t>parameters[2]
        Py_ssize_t first = <Py_ssize_t>parameters[1] - 1 + run
        double* fast = scratch
        double* slow = scratch + bars
        int quick, moved
        Py_ssize_t i
    fill_ema(inputs[0], bars, <Py_ssize_t>parameters[0], fast)
    fill_ema(inputs[0], bars, <Py_ssize_t>parameters[1], slow)
    fill_missing(outputs[0], first)
    fill_missing(outputs[1], first)
    for i in range(first, bars):
        quick = direction(fast[i], fast[i - run], fast[i])
        moved = direction(slow[i], slow[i - run], slow[i]) != 0
        outputs[0][i] = moved and quick > 0
        outputs[1][i] = moved and quick < 0


cdef struct Trends:
    Smoothing fast
    Smoothing slow
    Py_ssize_t run
    # two rings follow: the fast averages of the newest `run` bars, and the slow ones


cdef Py_ssize_t amat_size(const double* parameters) noexcept nogil:
    return sizeof(Trends) + 2 * ring_size(<Py_ssize_t>parameters[2])


cdef void amat_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Trends* state = <Trends*>memory
        char* rings = <char*>(state + 1)
    ema_begin(&state.fast, <Py_ssize_t>parameters[0])
    ema_begin(&state.slow, <Py_ssize_t>parameters[1])
    state.run = <Py_ssize_t>parameters[2]
    ring_begin(<Ring*>rings, state.run)
    ring_begin(<Ring*>(rings + ring_size(state.run)), state.run)


cdef void amat_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Trends* state = <Trends*>memory
        Ring* fasts = <Ring*>(state + 1)
        Ring* slows = <Ring*>(<char*>fasts + ring_size(state.run))
        double fast = smoothed(&state.fast, bar[0])
        double slow = smoothed(&state.slow, bar[0])
        bint full = ring_full(slows)
        int quick, moved
    values[0] = values[1] = NAN
    if state.slow.seen >= state.slow.period:
        quick = direction(fast, ring_put(fasts, fast), fast)
        moved = direction(slow, ring_put(slows, slow), slow) != 0
        if full:
            values[0] = moved and quick > 0
            values[1] = moved and quick < 0


cdef inline double impulse(double average, double before, double force, double force_before) noexcept nogil:
    """1 where both rise, -1 where both fall."""
    cdef int both = direction(average, before, average) + direction(force, force_before, average)
    return 1.0 if both == 2 else (-1.0 if both == -2 else 0.0)


cdef void elder_impulse(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t fast = <Py_ssize_t>parameters[1]
        Py_ssize_t slow = <Py_ssize_t>parameters[2]
        Py_ssize_t signal = <Py_ssize_t>parameters[3]
        Py_ssize_t seed = slow - fast  # the fast average is seeded right before the slow one's first value
        Py_ssize_t first = max(period, slow + signal - 1)
        double* average = scratch
        double* line = scratch + bars
        double* slower = scratch + 2 * bars
        double* histogram = scratch + 3 * bars
        double* out = outputs[0]
        Py_ssize_t i
    fill_ema(close, bars, period, average)
    fill_ema(close + seed, bars - seed, fast, line + seed)
    fill_ema(close, bars, slow, slower)
    for i in range(slow - 1, bars):
        line[i] -= slower[i]
    fill_ema(line + slow - 1, bars - slow + 1, signal, histogram + slow - 1)
    for i in range(slow + signal - 2, bars):
        histogram[i] = line[i] - histogram[i]
    fill_missing(out, first)
    for i in range(first, bars):
        out[i] = impulse(average[i], average[i - 1], histogram[i], histogram[i - 1])


cdef struct Impulse:
    Smoothing average
    Smoothing fast
    Smoothing slow
    Smoothing signal
    Py_ssize_t seen
    Py_ssize_t lookback
    double before         # average
    double force_before   # histogram


cdef Py_ssize_t impulse_size(const double* parameters) noexcept nogil:
    return sizeof(Impulse)


cdef void impulse_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Impulse* state = <Impulse*>memory
        Py_ssize_t period = <Py_ssize_t>parameters[0]
    ema_begin(&state.average, period)
    ema_begin(&state.fast, <Py_ssize_t>parameters[1])
    ema_begin(&state.slow, <Py_ssize_t>parameters[2])
    ema_begin(&state.signal, <Py_ssize_t>parameters[3])
    state.lookback = max(period, state.slow.period + state.signal.period - 1)


cdef void impulse_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Impulse* state = <Impulse*>memory
        double average = smoothed(&state.average, bar[0])
        double slow = smoothed(&state.slow, bar[0])
        double force = NAN
        double line
    if state.seen >= state.slow.period - state.fast.period:
        line = smoothed(&state.fast, bar[0]) - slow
        if state.seen >= state.slow.period - 1:
            force = line - smoothed(&state.signal, line)
    values[0] = NAN
    if state.seen >= state.lookback:
        values[0] = impulse(average, state.before, force, state.force_before)
    state.before = average
    state.force_before = force
    state.seen += 1


cdef struct Fading:
    Py_ssize_t seen
    double step
    double value


cdef void decay(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        double step = 1.0 / parameters[0]
        double value = inputs[0][0]
        Py_ssize_t i
    for i in range(bars):
        value = max(inputs[0][i], value - step)
        outputs[0][i] = value


cdef Py_ssize_t decay_size(const double* parameters) noexcept nogil:
    return sizeof(Fading)


cdef void decay_begin(void* memory, const double* parameters) noexcept nogil:
    (<Fading*>memory).step = 1.0 / parameters[0]


cdef void decay_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Fading* state = <Fading*>memory
    state.value = max(bar[0], state.value - state.step) if state.seen else bar[0]
    state.seen = 1
    values[0] = state.value


KERNELS = {
    "amat": kernel(amat, 1, 3, 2, two_series),
    "elder_impulse": kernel(elder_impulse, 1, 4, 1, four_series),
    "decay": kernel(decay, 1, 1, 1),
}

STREAMS = {
    "amat": stream(amat_size, amat_begin, amat_feed, 1, 3, 2),
    "elder_impulse": stream(impulse_size, impulse_begin, impulse_feed, 1, 4, 1),
    "decay": stream(decay_size, decay_begin, decay_feed, 1, 1, 1),
}
