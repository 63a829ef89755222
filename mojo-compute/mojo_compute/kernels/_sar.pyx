"""Wilder's parabolic stop: shape and guarantees as in `_kernel.pxd`.

A stop above falling prices is one below rising prices in a mirror: short positions are computed on negated
prices, which is exact, so that one set of rules serves both sides.
"""
from libc.math cimport NAN

from mojo_compute.kernels._kernel cimport kernel, stream


cdef struct Side:
    double first   # acceleration after a reversal
    double step    # added by every new extreme
    double most


cdef struct Rules:
    double start      # above 0: long from this stop, below 0: short from its size, 0: as the first bars go
    double offset     # share of the stop by which a reversal moves it away
    Side long
    Side short


cdef struct Stop:
    double sign       # 1: long, -1: short; what follows is times the sign
    double level
    double extreme
    double factor
    double high       # of the bar before, as the market has it
    double low


cdef inline Side side_of(double first, double step, double most) noexcept nogil:
    cdef Side side
    side.first = first if first < most else most
    side.step = step if step < most else most
    side.most = most
    return side


cdef inline void begin_stop(
    Stop* stop, const Rules* rules, double high, double low, double next_high, double next_low
) noexcept nogil:
    """From the first two bars."""
    cdef double fall = low - next_low
    if rules.start == 0.0:
        stop.sign = -1.0 if fall > 0.0 and next_high - high < fall else 1.0
        stop.level = low if stop.sign > 0.0 else -high
    else:
        stop.sign = 1.0 if rules.start > 0.0 else -1.0
        stop.level = rules.start
    stop.extreme = next_high if stop.sign > 0.0 else -next_low
    stop.factor = rules.long.first if stop.sign > 0.0 else rules.short.first
    stop.high = next_high
    stop.low = next_low


cdef inline double least(double one, double other) noexcept nogil:
    return one if one < other else other


cdef inline double greatest(double one, double other) noexcept nogil:
    return one if one > other else other


cdef inline double advance(Stop* stop, const Rules* rules, double high, double low) noexcept nogil:
    """Take a bar; its stop, as the market has it."""
    cdef:
        bint is_long = stop.sign > 0.0
        double top = high if is_long else -low
        double bottom = low if is_long else -high
        double top_before = stop.high if is_long else -stop.low
        double bottom_before = stop.low if is_long else -stop.high
        const Side* side = &rules.long if is_long else &rules.short
        double level = stop.level
        double factor
    stop.high = high
    stop.low = low
    if bottom <= level:
        level = greatest(stop.extreme, greatest(top_before, top))
        if rules.offset != 0.0:
            level += stop.sign * (level * rules.offset)
        stop.sign = -stop.sign
        stop.extreme = -bottom
        stop.factor = rules.short.first if is_long else rules.long.first
        stop.level = least(-level + stop.factor * (stop.extreme + level), least(-top_before, -top))
        return -stop.sign * level
    factor = least(stop.factor + side.step, side.most)
    stop.factor = factor if top > stop.extreme else stop.factor
    stop.extreme = greatest(top, stop.extreme)
    stop.level = least(level + stop.factor * (stop.extreme - level), least(bottom_before, bottom))
    return stop.sign * level


cdef Rules sar_rules(const double* parameters) noexcept nogil:
    cdef Rules rules
    rules.start = rules.offset = 0.0
    rules.long = rules.short = side_of(parameters[0], parameters[0], parameters[1])
    return rules


cdef Rules sarext_rules(const double* parameters) noexcept nogil:
    cdef Rules rules
    rules.start = parameters[0]
    rules.offset = parameters[1]
    rules.long = side_of(parameters[2], parameters[3], parameters[4])
    rules.short = side_of(parameters[5], parameters[6], parameters[7])
    return rules


cdef void sar(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        double* out = outputs[0]
        Rules rules = sar_rules(parameters)
        Stop stop
        Py_ssize_t i
    begin_stop(&stop, &rules, high[0], low[0], high[1], low[1])
    out[0] = NAN
    for i in range(1, bars):
        out[i] = advance(&stop, &rules, high[i], low[i])


cdef void sarext(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        double* out = outputs[0]
        Rules rules = sarext_rules(parameters)
        Stop stop
        Py_ssize_t i
    begin_stop(&stop, &rules, high[0], low[0], high[1], low[1])
    out[0] = NAN
    for i in range(1, bars):
        out[i] = advance(&stop, &rules, high[i], low[i])
        out[i] *= stop.sign


cdef struct StopStream:
    Py_ssize_t seen   # bars
    Rules rules
    Stop stop


cdef Py_ssize_t sar_size(const double* parameters) noexcept nogil:
    return sizeof(StopStream)


cdef void sar_begin(void* memory, const double* parameters) noexcept nogil:
    (<StopStream*>memory).rules = sar_rules(parameters)


cdef void sarext_begin(void* memory, const double* parameters) noexcept nogil:
    (<StopStream*>memory).rules = sarext_rules(parameters)


cdef void sar_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef StopStream* state = <StopStream*>memory
    values[0] = NAN
    if state.seen == 0:
        state.stop.high = bar[0]
        state.stop.low = bar[1]
    elif state.seen == 1:
        begin_stop(&state.stop, &state.rules, state.stop.high, state.stop.low, bar[0], bar[1])
    if state.seen > 0:
        values[0] = advance(&state.stop, &state.rules, bar[0], bar[1])
    state.seen += 1


cdef void sarext_feed(void* memory, const double* bar, double* values) noexcept nogil:
    sar_feed(memory, bar, values)
    values[0] *= (<StopStream*>memory).stop.sign


KERNELS = {
    "sar": kernel(sar, 2, 2, 1),
    "sarext": kernel(sarext, 2, 8, 1),
}

STREAMS = {
    "sar": stream(sar_size, sar_begin, sar_feed, 2, 2, 1),
    "sarext": stream(sar_size, sarext_begin, sarext_feed, 2, 8, 1),
}
