"""Pivot points of the bar before: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rooms cimport no_begin
from mojo_compute.kernels._stepping cimport doubles_of, step_through

ctypedef void (*Levels)(double high, double low, double close, double* levels) noexcept nogil


cdef struct Before:
    Py_ssize_t seen
    double high
    double low
    double close


cdef inline void fill_around(double pivot, double high, double low, double* levels) noexcept nogil:
    """The pivot, three resistances and three supports, by the classic rules."""
    levels[0] = pivot
    levels[1] = 2.0 * pivot - low
    levels[2] = pivot + (high - low)
    levels[3] = high + 2.0 * (pivot - low)
    levels[4] = 2.0 * pivot - high
    levels[5] = pivot - (high - low)
    levels[6] = low - 2.0 * (high - pivot)


cdef inline void classic_levels(double high, double low, double close, double* levels) noexcept nogil:
    fill_around((high + low + close) / 3.0, high, low, levels)


cdef inline void woodie_levels(double high, double low, double close, double* levels) noexcept nogil:
    fill_around((high + low + 2.0 * close) / 4.0, high, low, levels)


cdef inline void fibonacci_levels(double high, double low, double close, double* levels) noexcept nogil:
    cdef double pivot = (high + low + close) / 3.0
    levels[0] = pivot
    levels[1] = pivot + 0.382 * (high - low)
    levels[2] = pivot + 0.618 * (high - low)
    levels[3] = pivot + (high - low)
    levels[4] = pivot - 0.382 * (high - low)
    levels[5] = pivot - 0.618 * (high - low)
    levels[6] = pivot - (high - low)


cdef inline void camarilla_levels(double high, double low, double close, double* levels) noexcept nogil:
    cdef double part = 1.1 * (high - low)
    levels[0] = (high + low + close) / 3.0
    levels[1] = close + part / 12.0
    levels[2] = close + part / 6.0
    levels[3] = close + part / 4.0
    levels[4] = close + part / 2.0
    levels[5] = close - part / 12.0
    levels[6] = close - part / 6.0
    levels[7] = close - part / 4.0
    levels[8] = close - part / 2.0


cdef inline void feed_levels(Levels levels, int count, void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Before* state = <Before*>memory
        int at
    if state.seen:
        levels(state.high, state.low, state.close, values)
    else:
        for at in range(count):
            values[at] = NAN
    state.seen = 1
    state.high = bar[0]
    state.low = bar[1]
    state.close = bar[2]


cdef Py_ssize_t pivots_size(const double* parameters) noexcept nogil:
    return sizeof(Before)


cdef void classic_feed(void* memory, const double* bar, double* values) noexcept nogil:
    feed_levels(classic_levels, 7, memory, bar, values)


cdef void fibonacci_feed(void* memory, const double* bar, double* values) noexcept nogil:
    feed_levels(fibonacci_levels, 7, memory, bar, values)


cdef void camarilla_feed(void* memory, const double* bar, double* values) noexcept nogil:
    feed_levels(camarilla_levels, 9, memory, bar, values)


cdef void woodie_feed(void* memory, const double* bar, double* values) noexcept nogil:
    feed_levels(woodie_levels, 7, memory, bar, values)


cdef Py_ssize_t pivots_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return doubles_of(sizeof(Before))


cdef void classic(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(no_begin, classic_feed, sizeof(Before), inputs, 3, parameters, outputs, 7, bars, scratch)


cdef void fibonacci(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(no_begin, fibonacci_feed, sizeof(Before), inputs, 3, parameters, outputs, 7, bars, scratch)


cdef void camarilla(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(no_begin, camarilla_feed, sizeof(Before), inputs, 3, parameters, outputs, 9, bars, scratch)


cdef void woodie(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(no_begin, woodie_feed, sizeof(Before), inputs, 3, parameters, outputs, 7, bars, scratch)


KERNELS = {
    "pivots_classic": kernel(classic, 3, 0, 7, pivots_room),
    "pivots_fibonacci": kernel(fibonacci, 3, 0, 7, pivots_room),
    "pivots_camarilla": kernel(camarilla, 3, 0, 9, pivots_room),
    "pivots_woodie": kernel(woodie, 3, 0, 7, pivots_room),
}

STREAMS = {
    "pivots_classic": stream(pivots_size, no_begin, classic_feed, 3, 0, 7),
    "pivots_fibonacci": stream(pivots_size, no_begin, fibonacci_feed, 3, 0, 7),
    "pivots_camarilla": stream(pivots_size, no_begin, camarilla_feed, 3, 0, 9),
    "pivots_woodie": stream(pivots_size, no_begin, woodie_feed, 3, 0, 7),
}
