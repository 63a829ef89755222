"""Volume in a window or smoothed: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._averages cimport (
    average_begin, average_feed, average_lookback, average_room, average_size, fill_average,
)
from mojo_compute.kernels._decay cimport Decay, DecayRate, decay_lines, decay_rate, decayed
from mojo_compute.kernels._flows cimport money_flow
from mojo_compute.kernels._kernel cimport kernel, pointwise, stream
from mojo_compute.kernels._quotients cimport quotient
from mojo_compute.kernels._rooms cimport no_begin, no_state, one_series
from mojo_compute.kernels._smoothing cimport Smoothing, ema_begin, fill_ema, fill_missing, smoothed
from mojo_compute.kernels._sums cimport Sums, fill_sums, next_sums, summed, sums_begin, sums_room, sums_size
from mojo_compute.kernels._totals cimport Total, fill_totals, totalled

from mojo_compute.kernels.families import Family, Member


cdef void marketfi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* volume = inputs[2]
        Py_ssize_t i
    for i in range(bars):
        outputs[0][i] = quotient(high[i] - low[i], volume[i])


cdef void marketfi_feed(void* state, const double* bar, double* values) noexcept nogil:
    values[0] = quotient(bar[0] - bar[1], bar[2])


cdef void fill_flows(const double* const* inputs, Py_ssize_t bars, double* out) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        const double* volume = inputs[3]
        Py_ssize_t i
    for i in range(bars):
        out[i] = money_flow(high[i], low[i], close[i], volume[i])


cdef void cmf(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
        double* flows = scratch
        double* volumes = scratch + bars
        double* out = outputs[0]
    fill_flows(inputs, bars, flows)
    fill_sums(flows, bars, period, out, scratch + 2 * bars)
    fill_sums(inputs[3], bars, period, volumes, scratch + 2 * bars)
    for i in range(period - 1, bars):
        out[i] = quotient(out[i], volumes[i])


cdef Py_ssize_t cmf_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars + sums_room(<Py_ssize_t>parameters[0])


cdef Py_ssize_t cmf_size(const double* parameters) noexcept nogil:
    return 2 * sums_size(<Py_ssize_t>parameters[0])


cdef void cmf_begin(void* memory, const double* parameters) noexcept nogil:
    sums_begin(<Sums*>memory, <Py_ssize_t>parameters[0])
    sums_begin(next_sums(<Sums*>memory), <Py_ssize_t>parameters[0])


cdef void cmf_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Sums* flows = <Sums*>memory
        double flow = summed(flows, money_flow(bar[0], bar[1], bar[2], bar[3]))
        double volume = summed(next_sums(flows), bar[3])
    values[0] = quotient(flow, volume) if flows.seen >= flows.period else NAN


cdef inline double relative(double volume, double before, double period) noexcept nogil:
    """Volume over the mean of `period` before it; NaN where nothing was traded before."""
    cdef double found = volume / (before / period)
    return found if before != 0.0 else NAN


cdef void rvol(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
        double* sums = scratch
    fill_sums(inputs[0], bars, period, sums, scratch + bars)
    for i in range(period, bars):
        outputs[0][i] = relative(inputs[0][i], sums[i - 1], <double>period)
    fill_missing(outputs[0], period)


cdef Py_ssize_t rvol_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars + sums_room(<Py_ssize_t>parameters[0])


cdef struct Usual:
    double before   # the last `period` volumes together
    # their sum follows


cdef Py_ssize_t rvol_size(const double* parameters) noexcept nogil:
    return sizeof(Usual) + sums_size(<Py_ssize_t>parameters[0])


cdef void rvol_begin(void* memory, const double* parameters) noexcept nogil:
    sums_begin(<Sums*>(<Usual*>memory + 1), <Py_ssize_t>parameters[0])


cdef void rvol_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Usual* state = <Usual*>memory
        Sums* sums = <Sums*>(state + 1)
    values[0] = relative(bar[0], state.before, <double>sums.period) if sums.seen >= sums.period else NAN
    state.before = summed(sums, bar[0])


cdef void efi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[0]
        const double* volume = inputs[1]
        Py_ssize_t i
    for i in range(1, bars):
        scratch[i] = (close[i] - close[i - 1]) * volume[i]
    outputs[0][0] = NAN
    fill_ema(scratch + 1, bars - 1, <Py_ssize_t>parameters[0], outputs[0] + 1)


cdef struct Force:
    Py_ssize_t seen     # bars
    double close        # of the last bar
    Smoothing average


cdef Py_ssize_t efi_size(const double* parameters) noexcept nogil:
    return sizeof(Force)


cdef void efi_begin(void* memory, const double* parameters) noexcept nogil:
    ema_begin(&(<Force*>memory).average, <Py_ssize_t>parameters[0])


cdef void efi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Force* state = <Force*>memory
    values[0] = smoothed(&state.average, (bar[0] - state.close) * bar[1]) if state.seen else NAN
    state.close = bar[0]
    state.seen += 1


cdef inline DecayRate rate_of(double period) noexcept nogil:
    return decay_rate(2.0 / (period + 1.0), 1.0 - 2.0 / (period + 1.0))


cdef inline void fill_oscillator(
    const double* line, const double* parameters, Py_ssize_t bars, double* out
) noexcept nogil:
    """The difference of two averages, which both begin with the line's first value."""
    cdef:
        DecayRate fast = rate_of(parameters[0])
        DecayRate slow = rate_of(parameters[1])
    out[0] = 0.0
    decay_lines(line + 1, bars - 1, &fast, &slow, line[0], line[0], out + 1)
    fill_missing(out, <Py_ssize_t>max(parameters[0], parameters[1]) - 1)


cdef void adosc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_flows(inputs, bars, scratch)
    fill_totals(scratch, bars, scratch)
    fill_oscillator(scratch, parameters, bars, outputs[0])


cdef void ad_and_adosc(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """`ad` and the oscillator of it, always both."""
    cdef double* line = outputs[1]
    fill_flows(inputs, bars, line)
    fill_totals(line, bars, line)
    fill_oscillator(line, parameters, bars, outputs[0])


cdef struct Oscillator:
    Py_ssize_t seen     # bars
    Py_ssize_t first    # bars before the first value
    Total line
    Decay fast
    Decay slow


cdef Py_ssize_t adosc_size(const double* parameters) noexcept nogil:
    return sizeof(Oscillator)


cdef void adosc_begin(void* memory, const double* parameters) noexcept nogil:
    cdef Oscillator* state = <Oscillator*>memory
    state.first = <Py_ssize_t>max(parameters[0], parameters[1]) - 1
    state.fast.rate, state.slow.rate = rate_of(parameters[0]), rate_of(parameters[1])


cdef void adosc_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Oscillator* state = <Oscillator*>memory
        double line = totalled(&state.line, money_flow(bar[0], bar[1], bar[2], bar[3]))
        double difference = 0.0
    if state.seen:
        difference = decayed(&state.fast, line) - decayed(&state.slow, line)
    else:
        state.fast.total = state.slow.total = line
    values[0] = difference if state.seen >= state.first else NAN
    state.seen += 1


cdef void pvo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t fast = <Py_ssize_t>min(parameters[0], parameters[1])
        Py_ssize_t slow = <Py_ssize_t>max(parameters[0], parameters[1])
        int kind = <int>parameters[2]
        double* out = outputs[0]
        Py_ssize_t i
        Py_ssize_t first = average_lookback(kind, slow)
    fill_average(kind, inputs[0], bars, fast, out, scratch + bars)
    fill_average(kind, inputs[0], bars, slow, scratch, scratch + bars)
    for i in range(first, bars):
        out[i] = quotient(out[i] - scratch[i], scratch[i]) * 100.0
    fill_missing(out, first)


cdef Py_ssize_t pvo_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    cdef int kind = <int>parameters[2]
    return bars + max(
        average_room(kind, <Py_ssize_t>parameters[0], bars), average_room(kind, <Py_ssize_t>parameters[1], bars)
    )


cdef struct Averages:
    Py_ssize_t fast_size
    # the fast average follows, and the slow one


cdef Py_ssize_t pvo_size(const double* parameters) noexcept nogil:
    cdef int kind = <int>parameters[2]
    return (
        sizeof(Averages) + average_size(kind, <Py_ssize_t>parameters[0])
        + average_size(kind, <Py_ssize_t>parameters[1])
    )


cdef void pvo_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Averages* state = <Averages*>memory
        Py_ssize_t fast = <Py_ssize_t>min(parameters[0], parameters[1])
        Py_ssize_t slow = <Py_ssize_t>max(parameters[0], parameters[1])
        int kind = <int>parameters[2]
    state.fast_size = average_size(kind, fast)
    average_begin(state + 1, kind, fast)
    average_begin(<char*>(state + 1) + state.fast_size, kind, slow)


cdef void pvo_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Averages* state = <Averages*>memory
        double fast = average_feed(state + 1, bar[0])
        double slow = average_feed(<char*>(state + 1) + state.fast_size, bar[0])
    values[0] = quotient(fast - slow, slow) * 100.0


KERNELS = {
    "adosc": kernel(adosc, 4, 2, 1, one_series),
    "cmf": kernel(cmf, 4, 1, 1, cmf_room),
    "efi": kernel(efi, 2, 1, 1, one_series),
    "marketfi": pointwise(marketfi, 3, 1),
    "pvo": kernel(pvo, 1, 3, 1, pvo_room),
    "rvol": kernel(rvol, 1, 1, 1, rvol_room),
}

STREAMS = {
    "adosc": stream(adosc_size, adosc_begin, adosc_feed, 4, 2, 1),
    "cmf": stream(cmf_size, cmf_begin, cmf_feed, 4, 1, 1),
    "efi": stream(efi_size, efi_begin, efi_feed, 2, 1, 1),
    "marketfi": stream(no_state, no_begin, marketfi_feed, 3, 0, 1),
    "pvo": stream(pvo_size, pvo_begin, pvo_feed, 1, 3, 1),
    "rvol": stream(rvol_size, rvol_begin, rvol_feed, 1, 1, 1),
}

FAMILIES = (
    Family(
        kernels=tuple([kernel(ad_and_adosc, 4, 3, count + 1) for count in range(2)]),
        inputs=("high", "low", "close", "volume"),
        members=(Member("adosc", (0,), (0, 1)), Member("ad", (1,), ())),
    ),
)
