"""Wilder's parabolic stop: shape and guarantees as in `_kernel.pxd`.

A stop above falling prices is one below rising prices in a mirror: short positions are computed on negated
prices, which is exact, so that one set of rules serves both sides.
"""
from libc.math cimport NAN

from mojo_compute.kernels._kernel cimport LANES, kernel, stream


cdef extern from "_eight.h" nogil:
    pass


cdef extern from "_stops.h" nogil:
    ctypedef struct StopSide:
        double first   # acceleration after a reversal
        double step    # added by every new extreme
        double most

    ctypedef struct StopRules:
        double start      # above 0: long from this stop, below 0: short from its size, 0: as the first bars go
        double offset     # share of the stop by which a reversal moves it away
        StopSide above    # long
        StopSide below    # short

    ctypedef struct EightStops:
        double[6][8] of

    void eight_stops(
        const double* high, const double* low, Py_ssize_t stride, Py_ssize_t count, const StopRules* rules,
        EightStops* state, int is_signed, double* out,
    )


cdef enum:
    WARM_UP = 128  # bars after which a stop that began anywhere is mostly the true one


cdef struct Stop:
    double sign       # 1: long, -1: short; what follows is times the sign
    double level
    double extreme
    double factor
    double top        # of the bar before
    double bottom


cdef inline StopSide side_of(double first, double step, double most) noexcept nogil:
    cdef StopSide side
    side.first = first if first < most else most
    side.step = step if step < most else most
    side.most = most
    return side


cdef inline void begin_stop(
    Stop* stop, const StopRules* rules, double high, double low, double next_high, double next_low
) noexcept nogil:
    """From the first two bars."""
    cdef double fall = low - next_low
    if rules.start == 0.0:
        stop.sign = -1.0 if fall > 0.0 and next_high - high < fall else 1.0
        stop.level = low if stop.sign > 0.0 else -high
    else:
        stop.sign = 1.0 if rules.start > 0.0 else -1.0
        stop.level = rules.start
    stop.top = stop.extreme = next_high if stop.sign > 0.0 else -next_low
    stop.bottom = next_low if stop.sign > 0.0 else -next_high
    stop.factor = rules.above.first if stop.sign > 0.0 else rules.below.first


cdef inline double least(double one, double other) noexcept nogil:
    return one if one < other else other


cdef inline double greatest(double one, double other) noexcept nogil:
    return one if one > other else other


cdef inline double advance(Stop* stop, const StopRules* rules, double high, double low) noexcept nogil:
    """Take a bar; its stop, as the market has it."""
    cdef:
        bint is_long = stop.sign > 0.0
        double level = stop.level
        double top = high if is_long else -low
        double bottom = low if is_long else -high
        const StopSide* side = &rules.above if is_long else &rules.below
        double turned, faster
    if bottom <= level:
        turned = greatest(stop.extreme, greatest(stop.top, top))
        turned += stop.sign * (turned * rules.offset)
        stop.factor = rules.below.first if is_long else rules.above.first
        stop.level = least(-turned + stop.factor * (turned - bottom), least(-stop.top, -top))
        stop.extreme = stop.top = -bottom
        stop.bottom = -top
        stop.sign = -stop.sign
        return -stop.sign * turned
    faster = least(stop.factor + side.step, side.most)
    stop.factor = faster if top > stop.extreme else stop.factor
    stop.extreme = greatest(top, stop.extreme)
    stop.level = least(level + stop.factor * (stop.extreme - level), least(stop.bottom, bottom))
    stop.top = top
    stop.bottom = bottom
    return stop.sign * level


cdef inline void put(EightStops* stops, Py_ssize_t lane, const Stop* stop) noexcept nogil:
    stops.of[0][lane] = stop.sign
    stops.of[1][lane] = stop.level
    stops.of[2][lane] = stop.extreme
    stops.of[3][lane] = stop.factor
    stops.of[4][lane] = stop.top
    stops.of[5][lane] = stop.bottom


cdef inline Stop stop_of(const EightStops* stops, Py_ssize_t lane) noexcept nogil:
    cdef Stop stop
    stop.sign = stops.of[0][lane]
    stop.level = stops.of[1][lane]
    stop.extreme = stops.of[2][lane]
    stop.factor = stops.of[3][lane]
    stop.top = stops.of[4][lane]
    stop.bottom = stops.of[5][lane]
    return stop


cdef inline bint same(const Stop* one, const Stop* other) noexcept nogil:
    return (
        one.sign == other.sign and one.level == other.level and one.extreme == other.extreme
        and one.factor == other.factor and one.top == other.top and one.bottom == other.bottom
    )


cdef inline void go_on(
    Stop* stop, const StopRules* rules, const double* high, const double* low, Py_ssize_t count, bint signed,
    double* out,
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(count):
        out[i] = advance(stop, rules, high[i], low[i])
        if signed:
            out[i] *= stop.sign


cdef void fill_stops(
    const double* high, const double* low, Py_ssize_t bars, const StopRules* rules, bint signed, double* out
) noexcept nogil:
    """Eight parts of the series at once. Each begins with a stop that was warmed up on the bars before it; where
    that turns out to be another than the part before ends with, the part is done again."""
    cdef:
        Py_ssize_t part = (bars - 1) // LANES // 8 * 8
        Py_ssize_t lane, from_bar
        StopRules anywhere = rules[0]
        EightStops stops
        Stop began[LANES]
        Stop stop
    out[0] = NAN
    begin_stop(&stop, rules, high[0], low[0], high[1], low[1])
    if part < 2 * WARM_UP:
        go_on(&stop, rules, high + 1, low + 1, bars - 1, signed, out + 1)
        return
    anywhere.start = 0.0
    began[0] = stop
    for lane in range(LANES):
        from_bar = (lane + 1) * part - WARM_UP
        begin_stop(
            &stop, &anywhere, high[from_bar], low[from_bar], high[from_bar + 1], low[from_bar + 1]
        )
        put(&stops, lane, &stop)
    eight_stops(high + part - WARM_UP + 1, low + part - WARM_UP + 1, part, WARM_UP, rules, &stops, signed, NULL)
    for lane in range(1, LANES):
        began[lane] = stop_of(&stops, lane - 1)
    for lane in range(LANES):
        put(&stops, lane, &began[lane])
    eight_stops(high + 1, low + 1, part, part, rules, &stops, signed, out + 1)
    stop = stop_of(&stops, 0)
    for lane in range(1, LANES):
        if same(&stop, &began[lane]):
            stop = stop_of(&stops, lane)
        else:
            from_bar = lane * part + 1
            go_on(&stop, rules, high + from_bar, low + from_bar, part, signed, out + from_bar)
    from_bar = LANES * part + 1
    go_on(&stop, rules, high + from_bar, low + from_bar, bars - from_bar, signed, out + from_bar)


cdef void fill_rows(
    const double* high, const double* low, Py_ssize_t bars, const StopRules* rules, bint signed, double* out
) noexcept nogil:
    """Eight series of `bars` bars each, one behind the other."""
    cdef:
        Py_ssize_t together = (bars - 1) // 8 * 8
        Py_ssize_t lane, first
        EightStops stops
        Stop stop
    for lane in range(LANES):
        first = lane * bars
        out[first] = NAN
        begin_stop(&stop, rules, high[first], low[first], high[first + 1], low[first + 1])
        put(&stops, lane, &stop)
    eight_stops(high + 1, low + 1, bars, together, rules, &stops, signed, out + 1)
    for lane in range(LANES):
        first = lane * bars + 1 + together
        stop = stop_of(&stops, lane)
        go_on(&stop, rules, high + first, low + first, bars - 1 - together, signed, out + first)


cdef StopRules sar_rules(const double* parameters) noexcept nogil:
    cdef StopRules rules
    rules.start = rules.offset = 0.0
    rules.above = rules.below = side_of(parameters[0], parameters[0], parameters[1])
    return rules


cdef StopRules sarext_rules(const double* parameters) noexcept nogil:
    cdef StopRules rules
    rules.start = parameters[0]
    rules.offset = parameters[1]
    rules.above = side_of(parameters[2], parameters[3], parameters[4])
    rules.below = side_of(parameters[5], parameters[6], parameters[7])
    return rules


cdef void sar(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef StopRules rules = sar_rules(parameters)
    fill_stops(inputs[0], inputs[1], bars, &rules, False, outputs[0])


cdef void sarext(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef StopRules rules = sarext_rules(parameters)
    fill_stops(inputs[0], inputs[1], bars, &rules, True, outputs[0])


cdef void sar_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef StopRules rules = sar_rules(parameters)
    fill_rows(inputs[0], inputs[1], bars, &rules, False, outputs[0])


cdef void sarext_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef StopRules rules = sarext_rules(parameters)
    fill_rows(inputs[0], inputs[1], bars, &rules, True, outputs[0])


cdef struct StopStream:
    Py_ssize_t seen   # bars
    StopRules rules
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
        state.stop.top = bar[0]
        state.stop.bottom = bar[1]
    elif state.seen == 1:
        begin_stop(&state.stop, &state.rules, state.stop.top, state.stop.bottom, bar[0], bar[1])
    if state.seen > 0:
        values[0] = advance(&state.stop, &state.rules, bar[0], bar[1])
    state.seen += 1


cdef void sarext_feed(void* memory, const double* bar, double* values) noexcept nogil:
    sar_feed(memory, bar, values)
    values[0] *= (<StopStream*>memory).stop.sign


KERNELS = {
    "sar": kernel(sar, 2, 2, 1, NULL, sar_panel),
    "sarext": kernel(sarext, 2, 8, 1, NULL, sarext_panel),
}

STREAMS = {
    "sar": stream(sar_size, sar_begin, sar_feed, 2, 2, 1),
    "sarext": stream(sar_size, sarext_begin, sarext_feed, 2, 8, 1),
}
