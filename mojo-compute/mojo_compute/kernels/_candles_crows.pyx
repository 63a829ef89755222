"""Patterns of three candles: crows and soldiers. Shape and guarantees as in `_kernel.pxd`."""
from mojo_compute.kernels._candles cimport *
from mojo_compute.kernels._kernel cimport stream


cdef void two_crows(Candles* c) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 2)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            less(long[i], body(first)) & less(first.close, second.close)
            & less(last.open, second.open) & less(second.close, last.open)   # so the second is black
            & less(first.open, last.close) & less(last.close, first.close),  # so the first is white, the last black
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
            white(first) & less(upper(first), tiny_first[i]) & white(second) & less(upper(second), tiny_second[i])
            & white(last) & less(upper(last), tiny_last[i]) & less(second.close, last.close)
            & less(first.close, second.close)
            & less(first.open, second.open) & ~less(first.close + near_first[i], second.open)
            & less(second.open, last.open) & ~less(second.close + near_second[i], last.open)
            & less(body(first) - far_first[i], body(second)) & less(body(second) - far_second[i], body(last))
            & less(short[i], body(last)),
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
        truth rises, weakens
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        rises = (
            white(first) & white(second) & white(last) & less(second.close, last.close)
            & less(first.close, second.close)
            & less(first.open, second.open) & ~less(first.close + near_first[i], second.open)
            & less(second.open, last.open) & ~less(second.close + near_second[i], last.open)
            & less(long[i], body(first)) & less(upper(first), short_first[i])
        )
        weakens = (
            (less(body(second), body(first) - far_first[i]) & less(body(last), body(second) + near_second[i]))
            | less(body(last), body(second) - far_second[i])
            | (less(body(last), body(second)) & less(body(second), body(first))
               & (less(short_last[i], upper(last)) | less(short_second[i], upper(second))))
            | (less(body(last), body(second)) & less(body(last), upper(last)))
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
            black(first) & less(lower(first), tiny_first[i]) & black(second) & less(lower(second), tiny_second[i])
            & black(last) & less(lower(last), tiny_last[i]) & less(second.close, first.close)
            & less(last.close, second.close)
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
            white(first) & white(second) & white(last) & less(second.close, last.close)
            & less(first.close, second.close)
            & less(long_first[i], body(first)) & less(long_second[i], body(second)) & less(upper(second), tiny[i])
            & less(first.open, second.open) & ~less(first.close + near_first[i], second.open)
            & less(body(last), short[i]) & ~less(last.open, second.close - body(last) - near_second[i]),
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
            white(first) & less(long[i], body(first)) & black(second) & ~less(short[i], body(second))
            & less(second.open, last.open) & less(last.close, second.close)  # so the last is black
            & less(first.close, last.close),                                 # so there is a gap
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
    "cdl2crows": pattern(two_crows_series),
    "cdl3whitesoldiers": pattern(three_white_soldiers_series),
    "cdladvanceblock": pattern(advanceblock_series),
    "cdlidentical3crows": pattern(identical_three_crows_series),
    "cdlstalledpattern": pattern(stalledpattern_series),
    "cdlupsidegap2crows": pattern(upside_gap_two_crows_series),
}

STREAMS = {
    "cdl2crows": stream(size, begin, two_crows_feed, 4, 0, 1),
    "cdl3whitesoldiers": stream(size, begin, three_white_soldiers_feed, 4, 0, 1),
    "cdladvanceblock": stream(size, begin, advanceblock_feed, 4, 0, 1),
    "cdlidentical3crows": stream(size, begin, identical_three_crows_feed, 4, 0, 1),
    "cdlstalledpattern": stream(size, begin, stalledpattern_feed, 4, 0, 1),
    "cdlupsidegap2crows": stream(size, begin, upside_gap_two_crows_feed, 4, 0, 1),
}
