"""Patterns of three candles: crows and soldiers. Shape and guarantees as in `_kernel.pxd`."""
from mojo_compute.kernels._candles cimport *
from mojo_compute.kernels._kernel cimport kernel, stream


cdef void two_crows(Candles* c) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 2)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            white(first) & (body(first) > long[i]) & black(second) & gaps_up(second, first) & black(last)
            & (last.open < second.open) & (last.open > second.close)
            & (last.close > first.open) & (last.close < first.close),
            -100.0,
        )


cdef void three_white_soldiers(Candles* c) noexcept nogil:
    cdef:
        const double* tiny_first = ceiling_of(c, SHADOW_VERY_SHORT, 2)
        const double* tiny_second = ceiling_of(c, SHADOW_VERY_SHORT, 1)
        const double* tiny_last = ceiling_of(c, SHADOW_VERY_SHORT, 0)
        const double* near_first = ceiling_of(c, NEAR, 2)
        const double* near_second = ceiling_of(c, NEAR, 1)
        const double* far_first = ceiling_of(c, FAR, 2)
        const double* far_second = ceiling_of(c, FAR, 1)
        const double* short = floor_of(c, BODY_SHORT, 0)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            white(first) & (upper(first) < tiny_first[i]) & white(second) & (upper(second) < tiny_second[i])
            & white(last) & (upper(last) < tiny_last[i]) & (last.close > second.close) & (second.close > first.close)
            & (second.open > first.open) & (second.open <= first.close + near_first[i])
            & (last.open > second.open) & (last.open <= second.close + near_second[i])
            & (body(second) > body(first) - far_first[i]) & (body(last) > body(second) - far_second[i])
            & (body(last) > short[i]),
            100.0,
        )


cdef void advanceblock(Candles* c) noexcept nogil:
    cdef:
        const double* short_first = ceiling_of(c, SHADOW_SHORT, 2)
        const double* short_second = floor_of(c, SHADOW_SHORT, 1)
        const double* short_last = floor_of(c, SHADOW_SHORT, 0)
        const double* near_first = ceiling_of(c, NEAR, 2)
        const double* near_second = ceiling_of(c, NEAR, 1)
        const double* far_first = floor_of(c, FAR, 2)
        const double* far_second = floor_of(c, FAR, 1)
        const double* long = floor_of(c, BODY_LONG, 2)
        bint rises, weakens
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        rises = (
            white(first) & white(second) & white(last) & (last.close > second.close) & (second.close > first.close)
            & (second.open > first.open) & (second.open <= first.close + near_first[i])
            & (last.open > second.open) & (last.open <= second.close + near_second[i])
            & (body(first) > long[i]) & (upper(first) < short_first[i])
        )
        weakens = (
            ((body(second) < body(first) - far_first[i]) & (body(last) < body(second) + near_second[i]))
            | (body(last) < body(second) - far_second[i])
            | ((body(last) < body(second)) & (body(second) < body(first))
               & ((upper(last) > short_last[i]) | (upper(second) > short_second[i])))
            | ((body(last) < body(second)) & (upper(last) > body(last)))
        )
        c.out[i] = signal(rises & weakens, -100.0)


cdef void identical_three_crows(Candles* c) noexcept nogil:
    cdef:
        const double* tiny_first = ceiling_of(c, SHADOW_VERY_SHORT, 2)
        const double* tiny_second = ceiling_of(c, SHADOW_VERY_SHORT, 1)
        const double* tiny_last = ceiling_of(c, SHADOW_VERY_SHORT, 0)
        const double* equal_first = ceiling_of(c, EQUAL, 2)
        const double* equal_second = ceiling_of(c, EQUAL, 1)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(first) & (lower(first) < tiny_first[i]) & black(second) & (lower(second) < tiny_second[i])
            & black(last) & (lower(last) < tiny_last[i]) & (first.close > second.close) & (second.close > last.close)
            & within(second.open, first.close, equal_first[i]) & within(last.open, second.close, equal_second[i]),
            -100.0,
        )


cdef void stalledpattern(Candles* c) noexcept nogil:
    cdef:
        const double* long_first = floor_of(c, BODY_LONG, 2)
        const double* long_second = floor_of(c, BODY_LONG, 1)
        const double* short = ceiling_of(c, BODY_SHORT, 0)
        const double* tiny = ceiling_of(c, SHADOW_VERY_SHORT, 1)
        const double* near_first = ceiling_of(c, NEAR, 2)
        const double* near_second = ceiling_of(c, NEAR, 1)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            white(first) & white(second) & white(last) & (last.close > second.close) & (second.close > first.close)
            & (body(first) > long_first[i]) & (body(second) > long_second[i]) & (upper(second) < tiny[i])
            & (second.open > first.open) & (second.open <= first.close + near_first[i])
            & (body(last) < short[i]) & (last.open >= second.close - body(last) - near_second[i]),
            -100.0,
        )


cdef void upside_gap_two_crows(Candles* c) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 2)
        const double* short = ceiling_of(c, BODY_SHORT, 1)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            white(first) & (body(first) > long[i]) & black(second) & (body(second) <= short[i])
            & gaps_up(second, first) & black(last) & (last.open > second.open)
            & (last.close < second.close) & (last.close > first.close),
            -100.0,
        )


cdef void two_crows_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(two_crows, 12, i, p, o, n, s)


cdef void two_crows_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(two_crows, 12, state, bar, values)


cdef void three_white_soldiers_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(three_white_soldiers, 12, i, p, o, n, s)


cdef void three_white_soldiers_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(three_white_soldiers, 12, state, bar, values)


cdef void advanceblock_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(advanceblock, 12, i, p, o, n, s)


cdef void advanceblock_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(advanceblock, 12, state, bar, values)


cdef void identical_three_crows_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(identical_three_crows, 12, i, p, o, n, s)


cdef void identical_three_crows_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(identical_three_crows, 12, state, bar, values)


cdef void stalledpattern_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(stalledpattern, 12, i, p, o, n, s)


cdef void stalledpattern_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(stalledpattern, 12, state, bar, values)


cdef void upside_gap_two_crows_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(upside_gap_two_crows, 12, i, p, o, n, s)


cdef void upside_gap_two_crows_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(upside_gap_two_crows, 12, state, bar, values)


KERNELS = {
    "cdl2crows": kernel(two_crows_series, 4, 0, 1, room),
    "cdl3whitesoldiers": kernel(three_white_soldiers_series, 4, 0, 1, room),
    "cdladvanceblock": kernel(advanceblock_series, 4, 0, 1, room),
    "cdlidentical3crows": kernel(identical_three_crows_series, 4, 0, 1, room),
    "cdlstalledpattern": kernel(stalledpattern_series, 4, 0, 1, room),
    "cdlupsidegap2crows": kernel(upside_gap_two_crows_series, 4, 0, 1, room),
}

STREAMS = {
    "cdl2crows": stream(size, begin, two_crows_feed, 4, 0, 1),
    "cdl3whitesoldiers": stream(size, begin, three_white_soldiers_feed, 4, 0, 1),
    "cdladvanceblock": stream(size, begin, advanceblock_feed, 4, 0, 1),
    "cdlidentical3crows": stream(size, begin, identical_three_crows_feed, 4, 0, 1),
    "cdlstalledpattern": stream(size, begin, stalledpattern_feed, 4, 0, 1),
    "cdlupsidegap2crows": stream(size, begin, upside_gap_two_crows_feed, 4, 0, 1),
}
