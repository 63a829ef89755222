"""Patterns of three candles. Shape and guarantees as in `_kernel.pxd`."""
from mojo_compute.kernels._candles cimport *
from mojo_compute.kernels._kernel cimport stream


cdef void three_inside(Candles* c) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 2)
        const double* short = ceiling_of(c, BODY_SHORT, 1)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            less(long[i], body(first)) & ~less(short[i], body(second))
            & less(top(second), top(first)) & less(bottom(first), bottom(second))
            & ((white(first) & black(last) & less(last.close, first.open))
               | (black(first) & white(last) & less(first.open, last.close))),
            -colour(first),
        )


cdef void three_outside(Candles* c) noexcept nogil:
    cdef:
        Py_ssize_t i
        Candle first, second, last
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            (white(first) ^ white(second)) & less(top(first), top(second)) & less(bottom(second), bottom(first))
            & ((white(second) & less(second.close, last.close)) | (black(second) & less(last.close, second.close))),
            colour(second),
        )


cdef void three_stars_in_south(Candles* c) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 2)
        const double* short = ceiling_of(c, BODY_SHORT, 0)
        const double* tiny_second = floor_of(c, SHADOW_VERY_SHORT, 1)
        const double* tiny_last = ceiling_of(c, SHADOW_VERY_SHORT, 0)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(first) & black(second) & black(last) & less(long[i], body(first)) & less(body(first), lower(first))
            & less(body(second), body(first)) & less(first.close, second.open) & ~less(first.high, second.open)
            & less(second.low, first.close) & ~less(second.low, first.low) & less(tiny_second[i], lower(second))
            & less(body(last), short[i]) & less(lower(last), tiny_last[i]) & less(upper(last), tiny_last[i])
            & less(second.low, last.low) & less(last.high, second.high),
            100.0,
        )


cdef void gapsidesidewhite(Candles* c) noexcept nogil:
    cdef:
        const double* near = average(c, NEAR, 1)
        const double* equal = average(c, EQUAL, 1)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            ((gaps_up(second, first) & gaps_up(last, first)) | (gaps_down(second, first) & gaps_down(last, first)))
            & white(second) & white(last)
            & within(body(last), body(second), near[i]) & within(last.open, second.open, equal[i]),
            pick(gaps_up(second, first), 100.0, -100.0),
        )


cdef void sticksandwich(Candles* c) noexcept nogil:
    cdef:
        const double* equal = ceiling_of(c, EQUAL, 2)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(first) & white(second) & black(last) & less(first.close, second.low)
            & within(last.close, first.close, equal[i]),
            100.0,
        )


cdef void tasukigap(Candles* c) noexcept nogil:
    cdef:
        const double* near = average(c, NEAR, 1)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            (white(second) ^ white(last)) & less(last.open, top(second)) & less(bottom(second), last.open)
            & less(fabs(body(second) - body(last)), near[i])
            & ((white(second) & gaps_up(second, first) & less(last.close, second.open) & less(top(first), last.close))
               | (black(second) & gaps_down(second, first) & less(second.open, last.close)
                  & less(last.close, bottom(first)))),
            colour(second),
        )


cdef void unique_three_river(Candles* c) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 2)
        const double* short = ceiling_of(c, BODY_SHORT, 0)
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(first) & less(long[i], body(first)) & black(second) & less(first.close, second.close)
            & ~less(first.open, second.open) & less(second.low, first.low)
            & white(last) & less(body(last), short[i]) & less(second.low, last.open),
            100.0,
        )


cdef void xside_gap_three_methods(Candles* c) noexcept nogil:
    cdef:
        Py_ssize_t i
        Candle first, second, last
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            (white(first) ^ black(second)) & (white(second) ^ white(last))
            & less(last.open, top(second)) & less(bottom(second), last.open)
            & less(last.close, top(first)) & less(bottom(first), last.close)
            & ((white(first) & gaps_up(second, first)) | (black(first) & gaps_down(second, first))),
            colour(first),
        )


cdef void three_inside_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(three_inside, 12, i, p, o, n, s)


cdef void three_inside_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(three_inside, 12, state, bar, values)


cdef void three_outside_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(three_outside, 3, i, p, o, n, s)


cdef void three_outside_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(three_outside, 3, state, bar, values)


cdef void three_stars_in_south_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(three_stars_in_south, 12, i, p, o, n, s)


cdef void three_stars_in_south_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(three_stars_in_south, 12, state, bar, values)


cdef void gapsidesidewhite_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(gapsidesidewhite, 7, i, p, o, n, s)


cdef void gapsidesidewhite_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(gapsidesidewhite, 7, state, bar, values)


cdef void sticksandwich_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(sticksandwich, 7, i, p, o, n, s)


cdef void sticksandwich_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(sticksandwich, 7, state, bar, values)


cdef void tasukigap_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(tasukigap, 7, i, p, o, n, s)


cdef void tasukigap_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(tasukigap, 7, state, bar, values)


cdef void unique_three_river_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(unique_three_river, 12, i, p, o, n, s)


cdef void unique_three_river_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(unique_three_river, 12, state, bar, values)


cdef void xside_gap_three_methods_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(xside_gap_three_methods, 2, i, p, o, n, s)


cdef void xside_gap_three_methods_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(xside_gap_three_methods, 2, state, bar, values)


KERNELS = {
    "cdl3inside": pattern(three_inside_series),
    "cdl3outside": pattern(three_outside_series),
    "cdl3starsinsouth": pattern(three_stars_in_south_series),
    "cdlgapsidesidewhite": pattern(gapsidesidewhite_series),
    "cdlsticksandwich": pattern(sticksandwich_series),
    "cdltasukigap": pattern(tasukigap_series),
    "cdlunique3river": pattern(unique_three_river_series),
    "cdlxsidegap3methods": pattern(xside_gap_three_methods_series),
}

STREAMS = {
    "cdl3inside": stream(size, begin, three_inside_feed, 4, 0, 1),
    "cdl3outside": stream(size, begin, three_outside_feed, 4, 0, 1),
    "cdl3starsinsouth": stream(size, begin, three_stars_in_south_feed, 4, 0, 1),
    "cdlgapsidesidewhite": stream(size, begin, gapsidesidewhite_feed, 4, 0, 1),
    "cdlsticksandwich": stream(size, begin, sticksandwich_feed, 4, 0, 1),
    "cdltasukigap": stream(size, begin, tasukigap_feed, 4, 0, 1),
    "cdlunique3river": stream(size, begin, unique_three_river_feed, 4, 0, 1),
    "cdlxsidegap3methods": stream(size, begin, xside_gap_three_methods_feed, 4, 0, 1),
}
