"""Patterns of two candles, the second with a small body. Shape and guarantees as in `_kernel.pxd`."""
from mojo_compute.kernels._candles cimport *
from mojo_compute.kernels._kernel cimport stream


cdef void dojistar(Candles* c) noexcept nogil:
    cdef:
        const double* long = average(c, BODY_LONG, 1)
        const double* least = average(c, BODY_DOJI, 0)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            less(long[i], body(first)) & ~less(least[i], body(last))
            & ((white(first) & gaps_up(last, first)) | (black(first) & gaps_down(last, first))),
            -colour(first),
        )


cdef void hammer(Candles* c) noexcept nogil:
    cdef:
        const double* short = average(c, BODY_SHORT, 0)
        const double* tiny = average(c, SHADOW_VERY_SHORT, 0)
        const double* near = average(c, NEAR, 1)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            less(body(last), short[i]) & less(body(last), lower(last)) & less(upper(last), tiny[i])
            & ~less(first.low + near[i], bottom(last)),
            100.0,
        )


cdef void hangingman(Candles* c) noexcept nogil:
    cdef:
        const double* short = average(c, BODY_SHORT, 0)
        const double* tiny = average(c, SHADOW_VERY_SHORT, 0)
        const double* near = average(c, NEAR, 1)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            less(body(last), short[i]) & less(body(last), lower(last)) & less(upper(last), tiny[i])
            & ~less(bottom(last), first.high - near[i]),
            -100.0,
        )


cdef inline void inside(Candles* c, int small) noexcept nogil:
    """A small body inside a long one; 80 where they share an end."""
    cdef:
        const double* long = average(c, BODY_LONG, 1)
        const double* most = average(c, small, 0)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            less(long[i], body(first)) & ~less(most[i], body(last))
            & ~less(top(first), top(last)) & ~less(bottom(last), bottom(first)),
            -colour(first) * pick(less(top(last), top(first)) & less(bottom(first), bottom(last)), 1.0, 0.8),
        )


cdef void harami(Candles* c) noexcept nogil:
    inside(c, BODY_SHORT)


cdef void haramicross(Candles* c) noexcept nogil:
    inside(c, BODY_DOJI)


cdef void invertedhammer(Candles* c) noexcept nogil:
    cdef:
        const double* short = average(c, BODY_SHORT, 0)
        const double* tiny = average(c, SHADOW_VERY_SHORT, 0)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            less(body(last), short[i]) & less(body(last), upper(last)) & less(lower(last), tiny[i])
            & gaps_down(last, first),
            100.0,
        )


cdef void shootingstar(Candles* c) noexcept nogil:
    cdef:
        const double* short = average(c, BODY_SHORT, 0)
        const double* tiny = average(c, SHADOW_VERY_SHORT, 0)
        Py_ssize_t i
        Candle first, last
    measure(c)
    for i in range(c.bars):
        first, last = bar(c, i - 1), bar(c, i)
        c.out[i] = signal(
            less(body(last), short[i]) & less(body(last), upper(last)) & less(lower(last), tiny[i])
            & gaps_up(last, first),
            -100.0,
        )


cdef void dojistar_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(dojistar, 11, i, p, o, n, s)


cdef void dojistar_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(dojistar, 11, state, bar, values)


cdef void hammer_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(hammer, 11, i, p, o, n, s)


cdef void hammer_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(hammer, 11, state, bar, values)


cdef void hangingman_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(hangingman, 11, i, p, o, n, s)


cdef void hangingman_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(hangingman, 11, state, bar, values)


cdef void harami_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(harami, 11, i, p, o, n, s)


cdef void harami_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(harami, 11, state, bar, values)


cdef void haramicross_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(haramicross, 11, i, p, o, n, s)


cdef void haramicross_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(haramicross, 11, state, bar, values)


cdef void invertedhammer_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(invertedhammer, 11, i, p, o, n, s)


cdef void invertedhammer_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(invertedhammer, 11, state, bar, values)


cdef void shootingstar_series(Inputs i, Numbers p, Outputs o, Py_ssize_t n, double* s) noexcept nogil:
    fill(shootingstar, 11, i, p, o, n, s)


cdef void shootingstar_feed(void* state, const double* bar, double* values) noexcept nogil:
    feed(shootingstar, 11, state, bar, values)


KERNELS = {
    "cdldojistar": pattern(dojistar_series),
    "cdlhammer": pattern(hammer_series),
    "cdlhangingman": pattern(hangingman_series),
    "cdlharami": pattern(harami_series),
    "cdlharamicross": pattern(haramicross_series),
    "cdlinvertedhammer": pattern(invertedhammer_series),
    "cdlshootingstar": pattern(shootingstar_series),
}

STREAMS = {
    "cdldojistar": stream(size, begin, dojistar_feed, 4, 0, 1),
    "cdlhammer": stream(size, begin, hammer_feed, 4, 0, 1),
    "cdlhangingman": stream(size, begin, hangingman_feed, 4, 0, 1),
    "cdlharami": stream(size, begin, harami_feed, 4, 0, 1),
    "cdlharamicross": stream(size, begin, haramicross_feed, 4, 0, 1),
    "cdlinvertedhammer": stream(size, begin, invertedhammer_feed, 4, 0, 1),
    "cdlshootingstar": stream(size, begin, shootingstar_feed, 4, 0, 1),
}
