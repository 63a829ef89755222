"""Patterns of three candles, the second a star. Shape and guarantees as in `_kernel.pxd`."""
from mojo_compute.kernels._candles cimport *
from mojo_compute.kernels._kernel cimport stream


cdef void abandonedbaby(Candles* c) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 2)
        const double* least = ceiling_of(c, BODY_DOJI, 1)
        const double* short = floor_of(c, BODY_SHORT, 0)
        double penetration = c.parameters[0]
        double depth
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        depth = body(first) * penetration
        c.out[i] = signal(
            less(long[i], body(first)) & ~less(least[i], body(second)) & less(short[i], body(last))
            & ((white(first) & black(last) & less(last.close, first.close - depth)
                & less(first.high, second.low) & less(last.high, second.low))
               | (black(first) & white(last) & less(first.close + depth, last.close)
                  & less(second.high, first.low) & less(second.high, last.low))),
            colour(last),
        )


cdef inline void evening(Candles* c, int small) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 2)
        const double* most = ceiling_of(c, small, 1)
        const double* short = floor_of(c, BODY_SHORT, 0)
        double penetration = c.parameters[0]
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            white(first) & less(long[i], body(first)) & ~less(most[i], body(second))
            & less(first.close, second.open) & less(first.close, second.close)
            & black(last) & less(short[i], body(last)) & less(last.close, first.close - body(first) * penetration),
            -100.0,
        )


cdef inline void morning(Candles* c, int small) noexcept nogil:
    cdef:
        const double* long = floor_of(c, BODY_LONG, 2)
        const double* most = ceiling_of(c, small, 1)
        const double* short = floor_of(c, BODY_SHORT, 0)
        double penetration = c.parameters[0]
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            black(first) & less(long[i], body(first)) & ~less(most[i], body(second))
            & less(second.open, first.close) & less(second.close, first.close)
            & white(last) & less(short[i], body(last)) & less(first.close + body(first) * penetration, last.close),
            100.0,
        )


cdef void eveningdojistar(Candles* c) noexcept nogil:
    evening(c, BODY_DOJI)


cdef void eveningstar(Candles* c) noexcept nogil:
    evening(c, BODY_SHORT)


cdef void morningdojistar(Candles* c) noexcept nogil:
    morning(c, BODY_DOJI)


cdef void morningstar(Candles* c) noexcept nogil:
    morning(c, BODY_SHORT)


cdef void tristar(Candles* c) noexcept nogil:
    cdef:
        const double* least = ceiling_of(c, BODY_DOJI, 2)  # of all three
        truth dojis
        Py_ssize_t i
        Candle first, second, last
    measure(c)
    for i in range(c.bars):
        first, second, last = bar(c, i - 2), bar(c, i - 1), bar(c, i)
        dojis = ~less(least[i], body(first)) & ~less(least[i], body(second)) & ~less(least[i], body(last))
        c.out[i] = (
            signal(dojis & gaps_down(second, first) & less(bottom(second), bottom(last)), 100.0)
            - signal(dojis & gaps_up(second, first) & less(top(last), top(second)), 100.0)
        )


cdef void abandonedbaby_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(abandonedbaby, 12, i, p, o, n, s)


cdef void abandonedbaby_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(abandonedbaby, 12, state, bar, values)


cdef void eveningdojistar_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(eveningdojistar, 12, i, p, o, n, s)


cdef void eveningdojistar_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(eveningdojistar, 12, state, bar, values)


cdef void eveningstar_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(eveningstar, 12, i, p, o, n, s)


cdef void eveningstar_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(eveningstar, 12, state, bar, values)


cdef void morningdojistar_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(morningdojistar, 12, i, p, o, n, s)


cdef void morningdojistar_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(morningdojistar, 12, state, bar, values)


cdef void morningstar_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(morningstar, 12, i, p, o, n, s)


cdef void morningstar_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(morningstar, 12, state, bar, values)


cdef void tristar_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill_rare(tristar, 12, i, p, o, n, s)


cdef void tristar_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(tristar, 12, state, bar, values)


KERNELS = {
    "cdlabandonedbaby": pattern(abandonedbaby_series, 1),
    "cdleveningdojistar": pattern(eveningdojistar_series, 1),
    "cdleveningstar": pattern(eveningstar_series, 1),
    "cdlmorningdojistar": pattern(morningdojistar_series, 1),
    "cdlmorningstar": pattern(morningstar_series, 1),
    "cdltristar": pattern(tristar_series),
}

STREAMS = {
    "cdlabandonedbaby": stream(size, begin_penetrating, abandonedbaby_feed, 4, 1, 1),
    "cdleveningdojistar": stream(size, begin_penetrating, eveningdojistar_feed, 4, 1, 1),
    "cdleveningstar": stream(size, begin_penetrating, eveningstar_feed, 4, 1, 1),
    "cdlmorningdojistar": stream(size, begin_penetrating, morningdojistar_feed, 4, 1, 1),
    "cdlmorningstar": stream(size, begin_penetrating, morningstar_feed, 4, 1, 1),
    "cdltristar": stream(size, begin, tristar_feed, 4, 0, 1),
}
