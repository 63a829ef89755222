"""Patterns of two candles. Shape and guarantees as in `_kernel.pxd`."""
from mojo_compute.kernels._candles cimport *
from mojo_compute.kernels._kernel cimport stream


cdef void counterattack(Candles* c) noexcept nogil:
    cdef:
        const double* long_first = floor_of(c, BODY_LONG, 1)
        const double* long_last = floor_of(c, BODY_LONG, 0)
        const double* equal = ceiling_of(c, EQUAL, 1)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            (white(first) ^ white(last)) & less(long_first[i], body(first)) & less(long_last[i], body(last))
            & within(last.close, first.close, equal[i]),
            colour(last),
        )


cdef void darkcloudcover(Candles* c) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 1)
        double penetration = c.parameters[0]
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            white(first) & less(long[i], body(first)) & black(last) & less(first.high, last.open)
            & less(first.open, last.close) & less(last.close, first.close - body(first) * penetration),
            -100.0,
        )


cdef void engulfing(Candles* c) noexcept nogil:
    cdef:
        Py_ssize_t i
        Candle first, last
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            (white(first) ^ white(last)) & ~less(top(last), top(first)) & ~less(bottom(first), bottom(last))
            & (less(top(first), top(last)) | less(bottom(last), bottom(first))),
            colour(last) * pick(less(top(first), top(last)) & less(bottom(last), bottom(first)), 1.0, 0.8),
        )


cdef void homingpigeon(Candles* c) noexcept nogil:
    cdef:
        const double* long = average(c, BODY_LONG, 1)
        const double* short = average(c, BODY_SHORT, 0)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(last) & less(last.open, first.open) & less(first.close, last.close)  # so the first is black
            & less(long[i], body(first)) & ~less(short[i], body(last)),
            100.0,
        )


cdef void inneck(Candles* c) noexcept nogil:
    cdef:
        const double* long = average(c, BODY_LONG, 1)
        const double* equal = average(c, EQUAL, 1)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(first) & less(long[i], body(first)) & white(last) & less(last.open, first.low)
            & ~less(first.close + equal[i], last.close) & ~less(last.close, first.close),
            -100.0,
        )


cdef inline void kick(Candles* c, bint longer_counts) noexcept nogil:
    """Two opposite marubozus with a gap between them."""
    cdef:
        const double* long_first = floor_of(c, BODY_LONG, 1)
        const double* long_last = floor_of(c, BODY_LONG, 0)
        const double* tiny_first = ceiling_of(c, SHADOW_VERY_SHORT, 1)
        const double* tiny_last = ceiling_of(c, SHADOW_VERY_SHORT, 0)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            less(long_first[i], body(first)) & less(upper(first), tiny_first[i]) & less(lower(first), tiny_first[i])
            & less(long_last[i], body(last)) & less(upper(last), tiny_last[i]) & less(lower(last), tiny_last[i])
            & ((black(first) & white(last) & less(first.high, last.low))
               | (white(first) & black(last) & less(last.high, first.low))),
            pick(less(body(first), body(last)), colour(last), colour(first)) if longer_counts else colour(last),
        )


cdef void kicking(Candles* c) noexcept nogil:
    kick(c, False)


cdef void kickingbylength(Candles* c) noexcept nogil:
    kick(c, True)


cdef void matchinglow(Candles* c) noexcept nogil:
    cdef:
        const double* equal = average(c, EQUAL, 1)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(black(first) & black(last) & within(last.close, first.close, equal[i]), 100.0)


cdef void onneck(Candles* c) noexcept nogil:
    cdef:
        const double* long = average(c, BODY_LONG, 1)
        const double* equal = average(c, EQUAL, 1)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(first) & less(long[i], body(first)) & white(last) & less(last.open, first.low)
            & within(last.close, first.low, equal[i]),
            -100.0,
        )


cdef void piercing(Candles* c) noexcept nogil:
    cdef:
        const double* long_first = floor_of(c, BODY_LONG, 1)
        const double* long_last = floor_of(c, BODY_LONG, 0)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(first) & less(long_first[i], body(first)) & white(last) & less(long_last[i], body(last))
            & less(last.open, first.low) & less(last.close, first.open)
            & less(first.close + body(first) * 0.5, last.close),
            100.0,
        )


cdef void separatinglines(Candles* c) noexcept nogil:
    cdef:
        const double* long = average(c, BODY_LONG, 0)
        const double* tiny = average(c, SHADOW_VERY_SHORT, 0)
        const double* equal = average(c, EQUAL, 1)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            (white(first) ^ white(last)) & within(last.open, first.open, equal[i]) & less(long[i], body(last))
            & less(pick(white(last), lower(last), upper(last)), tiny[i]),
            colour(last),
        )


cdef void thrusting(Candles* c) noexcept nogil:
    cdef:
        const double* long = average(c, BODY_LONG, 1)
        const double* equal = average(c, EQUAL, 1)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(first) & less(long[i], body(first)) & white(last) & less(last.open, first.low)
            & less(first.close + equal[i], last.close) & ~less(first.close + body(first) * 0.5, last.close),
            -100.0,
        )


cdef void counterattack_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(counterattack, 11, i, p, o, n, s)


cdef void counterattack_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(counterattack, 11, state, bar, values)


cdef void darkcloudcover_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(darkcloudcover, 11, i, p, o, n, s)


cdef void darkcloudcover_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(darkcloudcover, 11, state, bar, values)


cdef void engulfing_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(engulfing, 2, i, p, o, n, s)


cdef void engulfing_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(engulfing, 2, state, bar, values)


cdef void homingpigeon_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(homingpigeon, 11, i, p, o, n, s)


cdef void homingpigeon_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(homingpigeon, 11, state, bar, values)


cdef void inneck_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(inneck, 11, i, p, o, n, s)


cdef void inneck_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(inneck, 11, state, bar, values)


cdef void kicking_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(kicking, 11, i, p, o, n, s)


cdef void kicking_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(kicking, 11, state, bar, values)


cdef void kickingbylength_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(kickingbylength, 11, i, p, o, n, s)


cdef void kickingbylength_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(kickingbylength, 11, state, bar, values)


cdef void matchinglow_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(matchinglow, 6, i, p, o, n, s)


cdef void matchinglow_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(matchinglow, 6, state, bar, values)


cdef void onneck_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(onneck, 11, i, p, o, n, s)


cdef void onneck_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(onneck, 11, state, bar, values)


cdef void piercing_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(piercing, 11, i, p, o, n, s)


cdef void piercing_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(piercing, 11, state, bar, values)


cdef void separatinglines_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(separatinglines, 11, i, p, o, n, s)


cdef void separatinglines_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(separatinglines, 11, state, bar, values)


cdef void thrusting_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(thrusting, 11, i, p, o, n, s)


cdef void thrusting_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(thrusting, 11, state, bar, values)


KERNELS = {
    "cdlcounterattack": pattern(counterattack_series),
    "cdldarkcloudcover": pattern(darkcloudcover_series, 1),
    "cdlengulfing": pattern(engulfing_series),
    "cdlhomingpigeon": pattern(homingpigeon_series),
    "cdlinneck": pattern(inneck_series),
    "cdlkicking": pattern(kicking_series),
    "cdlkickingbylength": pattern(kickingbylength_series),
    "cdlmatchinglow": pattern(matchinglow_series),
    "cdlonneck": pattern(onneck_series),
    "cdlpiercing": pattern(piercing_series),
    "cdlseparatinglines": pattern(separatinglines_series),
    "cdlthrusting": pattern(thrusting_series),
}

STREAMS = {
    "cdlcounterattack": stream(size, begin, counterattack_feed, 4, 0, 1),
    "cdldarkcloudcover": stream(size, begin_penetrating, darkcloudcover_feed, 4, 1, 1),
    "cdlengulfing": stream(size, begin, engulfing_feed, 4, 0, 1),
    "cdlhomingpigeon": stream(size, begin, homingpigeon_feed, 4, 0, 1),
    "cdlinneck": stream(size, begin, inneck_feed, 4, 0, 1),
    "cdlkicking": stream(size, begin, kicking_feed, 4, 0, 1),
    "cdlkickingbylength": stream(size, begin, kickingbylength_feed, 4, 0, 1),
    "cdlmatchinglow": stream(size, begin, matchinglow_feed, 4, 0, 1),
    "cdlonneck": stream(size, begin, onneck_feed, 4, 0, 1),
    "cdlpiercing": stream(size, begin, piercing_feed, 4, 0, 1),
    "cdlseparatinglines": stream(size, begin, separatinglines_feed, 4, 0, 1),
    "cdlthrusting": stream(size, begin, thrusting_feed, 4, 0, 1),
}
