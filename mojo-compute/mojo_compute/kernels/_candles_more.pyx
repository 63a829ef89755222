"""Patterns of four and five candles. Shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN
from libc.stdint cimport uint64_t

from mojo_compute.kernels._candles cimport *
from mojo_compute.kernels._kernel cimport stream


cdef void three_black_crows(Candles* c) noexcept nogil:
    cdef:
        const double* tiny_second = ceiling_of(c, SHADOW_VERY_SHORT, 2)
        const double* tiny_third = ceiling_of(c, SHADOW_VERY_SHORT, 1)
        const double* tiny_last = ceiling_of(c, SHADOW_VERY_SHORT, 0)
        Py_ssize_t i
        Candle first, second, third, last
    measure(c)
    for i in range(c.bars):
        first, second, third, last = bar(c, i - 3), bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            white(first) & black(last)
            & less(third.open, second.open) & less(second.close, third.open)  # so the second is black
            & less(last.open, third.open) & less(third.close, last.open)      # and the third
            & less(second.close - second.low, tiny_second[i]) & less(third.close - third.low, tiny_third[i])
            & less(last.close - last.low, tiny_last[i])
            & less(second.close, first.high) & less(third.close, second.close) & less(last.close, third.close),
            -100.0,
        )


cdef void three_line_strike(Candles* c) noexcept nogil:
    cdef:
        const double* near_first = ceiling_of(c, NEAR, 3)
        const double* near_second = ceiling_of(c, NEAR, 2)
        truth rises, falls
        Py_ssize_t i
        Candle first, second, third, last
    measure(c)
    for i in range(c.bars):
        first, second, third, last = bar(c, i - 3), bar(c, i - 2), bar(c, i - 1), bar(c, i)
        rises = (
            white(first) & white(second) & white(third) & black(last)
            & less(second.close, third.close) & less(first.close, second.close)
            & less(third.close, last.open) & less(last.close, first.open)
        )
        falls = (
            black(first) & black(second) & black(third) & white(last)
            & less(third.close, second.close) & less(second.close, first.close)
            & less(last.open, third.close) & less(first.open, last.close)
        )
        c.out[i] = signal(
            (rises | falls)
            & ~less(second.open, bottom(first) - near_first[i]) & ~less(top(first) + near_first[i], second.open)
            & ~less(third.open, bottom(second) - near_second[i]) & ~less(top(second) + near_second[i], third.open),
            colour(third),
        )


cdef void concealbabyswall(Candles* c) noexcept nogil:
    cdef:
        const double* tiny_first = ceiling_of(c, SHADOW_VERY_SHORT, 3)
        const double* tiny_second = ceiling_of(c, SHADOW_VERY_SHORT, 2)
        const double* tiny_third = floor_of(c, SHADOW_VERY_SHORT, 1)
        Py_ssize_t i
        Candle first, second, third, last
    measure(c)
    for i in range(c.bars):
        first, second, third, last = bar(c, i - 3), bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(first) & black(second) & black(third) & black(last)
            & less(first.close - first.low, tiny_first[i]) & less(first.high - first.open, tiny_first[i])
            & less(second.close - second.low, tiny_second[i]) & less(second.high - second.open, tiny_second[i])
            & less(third.open, second.close) & less(tiny_third[i], third.high - third.open)
            & less(second.close, third.high)
            & less(third.high, last.high) & less(last.low, third.low),
            100.0,
        )


cdef inline truth breaks_away(const Candles* c, Py_ssize_t i) noexcept nogil:
    """Whatever the length of the first candle."""
    cdef:
        Candle first = bar(c, i - 4)
        Candle second = bar(c, i - 3)
        Candle third = bar(c, i - 2)
        Candle fourth = bar(c, i - 1)
        Candle last = bar(c, i)
        truth falls, rises
    falls = (
        black(first) & black(second) & black(fourth) & white(last)
        & less(third.high, second.high) & less(third.low, second.low)
        & less(fourth.high, third.high) & less(fourth.low, third.low)
        & less(second.open, last.close) & less(last.close, first.close)  # so there is a gap
    )
    rises = (
        white(first) & white(second) & white(fourth) & black(last)
        & less(second.high, third.high) & less(second.low, third.low)
        & less(third.high, fourth.high) & less(third.low, fourth.low)
        & less(last.close, second.open) & less(first.close, last.close)
    )
    return falls | rises


cdef bint may_break_away(const Candles* c) noexcept nogil:
    cdef:
        truth found = 0
        Py_ssize_t i
    for i in range(c.bars):
        found |= breaks_away(c, i)
    return found < 0


cdef void breakaway(Candles* c) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 4)
        Py_ssize_t i
    measure(c)
    for i in range(c.bars):
        c.out[i] = signal(less(long[i], body(bar(c, i - 4))) & breaks_away(c, i), colour(bar(c, i)))


cdef bint may_be_ladder(const Candles* c) noexcept nogil:
    cdef:
        truth falls[BLOCK + 3]
        truth turns[BLOCK + 3]
        truth found = 0
        Py_ssize_t i
        Candle first, last
    for i in range(-3, c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        falls[i + 3] = black(first) & black(last) & less(last.open, first.open) & less(last.close, first.close)
        turns[i + 3] = black(first) & less(first.open, last.open) & less(first.high, last.close)
    for i in range(c.bars):
        found |= falls[i] & falls[i + 1] & turns[i + 3]
    return found < 0


cdef void ladderbottom(Candles* c) noexcept nogil:
    cdef:
        const double* tiny = floor_of(c, SHADOW_VERY_SHORT, 1)
        Py_ssize_t i
        Candle first, second, third, fourth, last
    measure(c)
    for i in range(c.bars):
        first, second, third, fourth, last = bar(c, i - 4), bar(c, i - 3), bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(first) & black(second) & black(third) & less(second.open, first.open) & less(third.open, second.open)
            & less(second.close, first.close) & less(third.close, second.close)
            & black(fourth) & less(tiny[i], fourth.high - fourth.open)
            & white(last) & less(fourth.open, last.open) & less(fourth.high, last.close),
            100.0,
        )


cdef void mathold(Candles* c) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 4)
        const double* short_second = ceiling_of(c, BODY_SHORT, 3)
        const double* short_third = ceiling_of(c, BODY_SHORT, 2)
        const double* short_fourth = ceiling_of(c, BODY_SHORT, 1)
        double penetration = c.parameters[0]
        double least
        Py_ssize_t i
        Candle first, second, third, fourth, last
    measure(c)
    for i in range(c.bars):
        first, second, third, fourth, last = bar(c, i - 4), bar(c, i - 3), bar(c, i - 2), bar(c, i - 1), bar(c, i)
        least = first.close - body(first) * penetration
        c.out[i] = signal(
            white(first) & less(long[i], body(first)) & black(second) & less(body(second), short_second[i])
            & less(body(third), short_third[i]) & less(body(fourth), short_fourth[i]) & white(last)
            & less(first.close, second.close) & less(bottom(third), first.close) & less(bottom(fourth), first.close)
            & less(least, bottom(third)) & less(least, bottom(fourth))
            & less(top(third), second.open) & less(top(fourth), top(third)) & less(fourth.close, last.open)
            & less(second.high, last.close) & less(third.high, last.close) & less(fourth.high, last.close),
            100.0,
        )


cdef void risefall_three_methods(Candles* c) noexcept nogil:
    cdef:
        const double* long_first = floor_of(c, BODY_LONG, 4)
        const double* short_second = ceiling_of(c, BODY_SHORT, 3)
        const double* short_third = ceiling_of(c, BODY_SHORT, 2)
        const double* short_fourth = ceiling_of(c, BODY_SHORT, 1)
        const double* long_last = floor_of(c, BODY_LONG, 0)
        truth small, rises, falls
        Py_ssize_t i
        Candle first, second, third, fourth, last
    measure(c)
    for i in range(c.bars):
        first, second, third, fourth, last = bar(c, i - 4), bar(c, i - 3), bar(c, i - 2), bar(c, i - 1), bar(c, i)
        small = (
            less(body(second), short_second[i]) & less(body(third), short_third[i])
            & less(body(fourth), short_fourth[i])
            & less(bottom(second), first.high) & less(first.low, top(second))
            & less(bottom(third), first.high) & less(first.low, top(third))
            & less(bottom(fourth), first.high) & less(first.low, top(fourth))
        )
        rises = (
            white(first) & black(second) & black(third) & black(fourth) & white(last)
            & less(third.close, second.close) & less(fourth.close, third.close)
            & less(fourth.close, last.open) & less(first.close, last.close)
        )
        falls = (
            black(first) & white(second) & white(third) & white(fourth) & black(last)
            & less(second.close, third.close) & less(third.close, fourth.close)
            & less(last.open, fourth.close) & less(last.close, first.close)
        )
        c.out[i] = signal(
            less(long_first[i], body(first)) & less(long_last[i], body(last)) & small & (rises | falls), colour(first)
        )


cdef enum:
    LAGS = 3     # bars within which a hikkake may be confirmed
    WORDS = 32   # of eight flags: BLOCK


cdef inline void follow(
    Candles* c, const unsigned char* found, Py_ssize_t first, double value, double bound, Py_ssize_t waited
) noexcept nogil:
    """Twice a hikkake's value at the first close beyond its bound, unless there is another before."""
    cdef:
        double* kept = memory(c)
        Py_ssize_t last = first + LAGS - waited
        Py_ssize_t i
    kept[0] = 0.0
    for i in range(first, min(last, c.bars)):
        if found[i]:
            return
        if (c.close[i] > bound) if value > 0.0 else (c.close[i] < bound):
            c.out[i] = 2.0 * value
            return
    if last > c.bars:  # the bars to come are of the next block
        kept[0], kept[1], kept[2] = value, bound, waited + c.bars - first


cdef extern from *:
    int ctz "__builtin_ctzll"(unsigned long long bits) nogil


cdef inline void mark(Candles* c, const unsigned char* found) noexcept nogil:
    """Hikkakes' values, and their confirmations."""
    cdef:
        const double* kept = memory(c)
        uint64_t flags
        Py_ssize_t i, group
    for i in range(c.bars):
        c.out[i] = 0.0
    if kept[0] != 0.0:
        follow(c, found, 0, kept[0], kept[1], <Py_ssize_t>kept[2])
    for group in range(0, c.bars, 8):
        flags = (<const uint64_t*>(found + group))[0]
        while flags:
            i = group + ctz(flags) // 8
            flags &= flags - 1
            c.out[i] = 100.0 if c.high[i] < c.high[i - 1] else -100.0
            follow(c, found, i + 1, c.out[i], c.high[i - 1] if c.out[i] > 0.0 else c.low[i - 1], 0)


cdef void hikkake(Candles* c) noexcept nogil:
    cdef:
        uint64_t flags[WORDS]
        unsigned char* found = <unsigned char*>flags
        Py_ssize_t i
        Candle first, second, last
    flags[(c.bars - 1) // 8] = 0
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        found[i] = (
            (second.high < first.high) & (second.low > first.low)
            & (((last.high < second.high) & (last.low < second.low))
               | ((last.high > second.high) & (last.low > second.low)))
        )
    mark(c, found)


cdef void hikkakemod(Candles* c) noexcept nogil:
    cdef:
        const double* near = ceiling_of(c, NEAR, 2)
        uint64_t flags[WORDS]
        unsigned char* found = <unsigned char*>flags
        Py_ssize_t i
        Candle first, second, third, last
    measure(c)
    flags[(c.bars - 1) // 8] = 0
    for i in range(c.bars):
        first, second, third, last = bar(c, i - 3), bar(c, i - 2), bar(c, i - 1), bar(c, i)
        found[i] = (
            (second.high < first.high) & (second.low > first.low)
            & (third.high < second.high) & (third.low > second.low)
            & (((last.high < third.high) & (last.low < third.low) & (second.close <= second.low + near[i]))
               | ((last.high > third.high) & (last.low > third.low) & (second.close >= second.high - near[i])))
        )
    mark(c, found)


cdef void three_black_crows_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(three_black_crows, 13, i, p, o, n, s)


cdef void three_black_crows_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(three_black_crows, 13, state, bar, values)


cdef void three_line_strike_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(three_line_strike, 8, i, p, o, n, s)


cdef void three_line_strike_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(three_line_strike, 8, state, bar, values)


cdef void concealbabyswall_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(concealbabyswall, 13, i, p, o, n, s)


cdef void concealbabyswall_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(concealbabyswall, 13, state, bar, values)


cdef void breakaway_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(breakaway, 14, i, p, o, n, s, may_break_away)


cdef void breakaway_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(breakaway, 14, state, bar, values)


cdef void ladderbottom_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(ladderbottom, 14, i, p, o, n, s, may_be_ladder)


cdef void ladderbottom_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(ladderbottom, 14, state, bar, values)


cdef void mathold_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(mathold, 14, i, p, o, n, s)


cdef void mathold_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(mathold, 14, state, bar, values)


cdef void risefall_three_methods_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(risefall_three_methods, 14, i, p, o, n, s)


cdef void risefall_three_methods_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(risefall_three_methods, 14, state, bar, values)


cdef void hikkake_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(hikkake, 2, i, p, o, n, s)
    hide(o, 5)  # bars from 2 on only prepare the first value


cdef void hikkake_feed(void* state, const double* bar, double* values) noexcept nogil:
    if feed(hikkake, 2, state, bar, values) <= 5:
        values[0] = NAN


cdef void hikkakemod_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(hikkakemod, 7, i, p, o, n, s)
    hide(o, 10)  # bars from 7 on only prepare the first value


cdef void hikkakemod_feed(void* state, const double* bar, double* values) noexcept nogil:
    if feed(hikkakemod, 7, state, bar, values) <= 10:
        values[0] = NAN


KERNELS = {
    "cdl3blackcrows": pattern(three_black_crows_series),
    "cdl3linestrike": pattern(three_line_strike_series),
    "cdlconcealbabyswall": pattern(concealbabyswall_series),
    "cdlbreakaway": pattern(breakaway_series),
    "cdlladderbottom": pattern(ladderbottom_series),
    "cdlmathold": pattern(mathold_series, 1),
    "cdlrisefall3methods": pattern(risefall_three_methods_series),
    "cdlhikkake": pattern(hikkake_series),
    "cdlhikkakemod": pattern(hikkakemod_series),
}

STREAMS = {
    "cdl3blackcrows": stream(size, begin, three_black_crows_feed, 4, 0, 1),
    "cdl3linestrike": stream(size, begin, three_line_strike_feed, 4, 0, 1),
    "cdlconcealbabyswall": stream(size, begin, concealbabyswall_feed, 4, 0, 1),
    "cdlbreakaway": stream(size, begin, breakaway_feed, 4, 0, 1),
    "cdlladderbottom": stream(size, begin, ladderbottom_feed, 4, 0, 1),
    "cdlmathold": stream(size, begin_penetrating, mathold_feed, 4, 1, 1),
    "cdlrisefall3methods": stream(size, begin, risefall_three_methods_feed, 4, 0, 1),
    "cdlhikkake": stream(size, begin, hikkake_feed, 4, 0, 1),
    "cdlhikkakemod": stream(size, begin, hikkakemod_feed, 4, 0, 1),
}
