"""Patterns of one candle. Shape and guarantees as in `_kernel.pxd`."""
from mojo_compute.kernels._candles cimport *
from mojo_compute.kernels._kernel cimport stream


cdef void belthold(Candles* c) noexcept nogil:
    cdef:
        const double* long = average(c, BODY_LONG, 0)
        const double* tiny = average(c, SHADOW_VERY_SHORT, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(
            less(long[i], body(last)) & less(pick(white(last), lower(last), upper(last)), tiny[i]), colour(last)
        )


cdef void closingmarubozu(Candles* c) noexcept nogil:
    cdef:
        const double* long = average(c, BODY_LONG, 0)
        const double* tiny = average(c, SHADOW_VERY_SHORT, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(
            less(long[i], body(last)) & less(pick(white(last), upper(last), lower(last)), tiny[i]), colour(last)
        )


cdef void doji(Candles* c) noexcept nogil:
    cdef:
        const double* least = average(c, BODY_DOJI, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(~less(least[i], body(last)), 100.0)


cdef void dragonflydoji(Candles* c) noexcept nogil:
    cdef:
        const double* tiny = average(c, BODY_DOJI, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(~less(tiny[i], body(last)) & less(upper(last), tiny[i]) & less(tiny[i], lower(last)), 100.0)


cdef void gravestonedoji(Candles* c) noexcept nogil:
    cdef:
        const double* tiny = average(c, BODY_DOJI, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(~less(tiny[i], body(last)) & less(lower(last), tiny[i]) & less(tiny[i], upper(last)), 100.0)


cdef void highwave(Candles* c) noexcept nogil:
    cdef:
        const double* short = average(c, BODY_SHORT, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(
            less(body(last), short[i]) & less(very_long(last), upper(last))
            & less(very_long(last), lower(last)), colour(last)
        )


cdef void longleggeddoji(Candles* c) noexcept nogil:
    cdef:
        const double* least = average(c, BODY_DOJI, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(
            ~less(least[i], body(last)) & (less(body(last), lower(last)) | less(body(last), upper(last))), 100.0
        )


cdef void longline(Candles* c) noexcept nogil:
    cdef:
        const double* long = average(c, BODY_LONG, 0)
        const double* short = average(c, SHADOW_SHORT, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(
            less(long[i], body(last)) & less(upper(last), short[i]) & less(lower(last), short[i]), colour(last)
        )


cdef void marubozu(Candles* c) noexcept nogil:
    cdef:
        const double* long = average(c, BODY_LONG, 0)
        const double* tiny = average(c, SHADOW_VERY_SHORT, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(
            less(long[i], body(last)) & less(upper(last), tiny[i]) & less(lower(last), tiny[i]), colour(last)
        )


cdef void rickshawman(Candles* c) noexcept nogil:
    cdef:
        const double* least = average(c, BODY_DOJI, 0)
        const double* near = average(c, NEAR, 0)
        double middle
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        middle = last.low + (last.high - last.low) * 0.5
        c.out[i] = signal(
            ~less(least[i], body(last)) & less(body(last), lower(last)) & less(body(last), upper(last))
            & ~less(middle + near[i], bottom(last)) & ~less(top(last), middle - near[i]),
            100.0,
        )


cdef void shortline(Candles* c) noexcept nogil:
    cdef:
        const double* short_body = average(c, BODY_SHORT, 0)
        const double* short = average(c, SHADOW_SHORT, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(
            less(body(last), short_body[i]) & less(upper(last), short[i]) & less(lower(last), short[i]), colour(last)
        )


cdef void spinningtop(Candles* c) noexcept nogil:
    cdef:
        const double* short = average(c, BODY_SHORT, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(
            less(body(last), short[i]) & less(body(last), upper(last)) & less(body(last), lower(last)), colour(last)
        )


cdef void takuri(Candles* c) noexcept nogil:
    cdef:
        const double* tiny = average(c, BODY_DOJI, 0)
        Py_ssize_t i
        Candle last
    measure(c)
    for i in range(c.bars):
        last = bar(c, i)
        c.out[i] = signal(
            ~less(tiny[i], body(last)) & less(upper(last), tiny[i]) & less(very_long(last), lower(last)), 100.0
        )


cdef void belthold_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(belthold, 10, i, p, o, n, s)


cdef void belthold_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(belthold, 10, state, bar, values)


cdef void closingmarubozu_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(closingmarubozu, 10, i, p, o, n, s)


cdef void closingmarubozu_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(closingmarubozu, 10, state, bar, values)


cdef void doji_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(doji, 10, i, p, o, n, s)


cdef void doji_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(doji, 10, state, bar, values)


cdef void dragonflydoji_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(dragonflydoji, 10, i, p, o, n, s)


cdef void dragonflydoji_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(dragonflydoji, 10, state, bar, values)


cdef void gravestonedoji_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(gravestonedoji, 10, i, p, o, n, s)


cdef void gravestonedoji_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(gravestonedoji, 10, state, bar, values)


cdef void highwave_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(highwave, 10, i, p, o, n, s)


cdef void highwave_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(highwave, 10, state, bar, values)


cdef void longleggeddoji_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(longleggeddoji, 10, i, p, o, n, s)


cdef void longleggeddoji_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(longleggeddoji, 10, state, bar, values)


cdef void longline_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(longline, 10, i, p, o, n, s)


cdef void longline_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(longline, 10, state, bar, values)


cdef void marubozu_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(marubozu, 10, i, p, o, n, s)


cdef void marubozu_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(marubozu, 10, state, bar, values)


cdef void rickshawman_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(rickshawman, 10, i, p, o, n, s)


cdef void rickshawman_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(rickshawman, 10, state, bar, values)


cdef void shortline_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(shortline, 10, i, p, o, n, s)


cdef void shortline_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(shortline, 10, state, bar, values)


cdef void spinningtop_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(spinningtop, 10, i, p, o, n, s)


cdef void spinningtop_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(spinningtop, 10, state, bar, values)


cdef void takuri_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(takuri, 10, i, p, o, n, s)


cdef void takuri_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(takuri, 10, state, bar, values)


KERNELS = {
    "cdlbelthold": pattern(belthold_series),
    "cdlclosingmarubozu": pattern(closingmarubozu_series),
    "cdldoji": pattern(doji_series),
    "cdldragonflydoji": pattern(dragonflydoji_series),
    "cdlgravestonedoji": pattern(gravestonedoji_series),
    "cdlhighwave": pattern(highwave_series),
    "cdllongleggeddoji": pattern(longleggeddoji_series),
    "cdllongline": pattern(longline_series),
    "cdlmarubozu": pattern(marubozu_series),
    "cdlrickshawman": pattern(rickshawman_series),
    "cdlshortline": pattern(shortline_series),
    "cdlspinningtop": pattern(spinningtop_series),
    "cdltakuri": pattern(takuri_series),
}

STREAMS = {
    "cdlbelthold": stream(size, begin, belthold_feed, 4, 0, 1),
    "cdlclosingmarubozu": stream(size, begin, closingmarubozu_feed, 4, 0, 1),
    "cdldoji": stream(size, begin, doji_feed, 4, 0, 1),
    "cdldragonflydoji": stream(size, begin, dragonflydoji_feed, 4, 0, 1),
    "cdlgravestonedoji": stream(size, begin, gravestonedoji_feed, 4, 0, 1),
    "cdlhighwave": stream(size, begin, highwave_feed, 4, 0, 1),
    "cdllongleggeddoji": stream(size, begin, longleggeddoji_feed, 4, 0, 1),
    "cdllongline": stream(size, begin, longline_feed, 4, 0, 1),
    "cdlmarubozu": stream(size, begin, marubozu_feed, 4, 0, 1),
    "cdlrickshawman": stream(size, begin, rickshawman_feed, 4, 0, 1),
    "cdlshortline": stream(size, begin, shortline_feed, 4, 0, 1),
    "cdlspinningtop": stream(size, begin, spinningtop_feed, 4, 0, 1),
    "cdltakuri": stream(size, begin, takuri_feed, 4, 0, 1),
}
