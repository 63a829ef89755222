"""Ehlers' dominant cycle by the Hilbert transform: shape and guarantees as in `_kernel.pxd`.

Series kernels are their stream form, fed from the first bar to the last.
"""
from libc.math cimport M_PI, NAN, cos, sin
from libc.string cimport memset

from mojo_compute.kernels._kernel cimport Feed, kernel, stream


cdef double[LONGEST + 1][WIDEST] SINES
cdef double[LONGEST + 1][WIDEST] COSINES


cdef void fill_tables() noexcept nogil:
    cdef int length, back
    for length in range(1, LONGEST + 1):
        for back in range(length):
            SINES[length][WIDEST - 1 - back] = sin(2.0 * M_PI * back / length)
            COSINES[length][WIDEST - 1 - back] = cos(2.0 * M_PI * back / length)


fill_tables()


cdef const double* sines_of(int length) noexcept nogil:
    return SINES[length]


cdef const double* cosines_of(int length) noexcept nogil:
    return COSINES[length]


cdef Py_ssize_t cycle_size(const double* parameters) noexcept nogil:
    return sizeof(Cycle)


cdef void cycle_begin(void* memory, const double* parameters) noexcept nogil:
    (<Cycle*>memory).gain = 0.54


cdef inline void ht_dcperiod_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Cycle* cycle = <Cycle*>memory
    transform(cycle, bar[0], EARLY)
    values[0] = cycle.smooth_period if cycle.seen > EARLY_VALUE else NAN


cdef inline void ht_phasor_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Cycle* cycle = <Cycle*>memory
    transform(cycle, bar[0], EARLY)
    values[0] = (newest_of(cycle.detrended, cycle) - 3)[0] if cycle.seen > EARLY_VALUE else NAN
    values[1] = newest_of(cycle.shifted, cycle)[0] if cycle.seen > EARLY_VALUE else NAN


cdef inline void ht_dcphase_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Cycle* cycle = <Cycle*>memory
    if transform(cycle, bar[0], LATE):
        find_phase(cycle)
    values[0] = cycle.phase if cycle.seen > LATE_VALUE else NAN


cdef inline void ht_sine_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Cycle* cycle = <Cycle*>memory
    if transform(cycle, bar[0], LATE):
        find_phase(cycle)
        find_sines(cycle)
    values[0] = cycle.sine if cycle.seen > LATE_VALUE else NAN
    values[1] = cycle.lead_sine if cycle.seen > LATE_VALUE else NAN


cdef inline void ht_trendline_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Cycle* cycle = <Cycle*>memory
        double line = NAN
    if transform(cycle, bar[0], LATE):
        line = find_trendline(cycle)
    values[0] = line if cycle.seen > LATE_VALUE else NAN


cdef inline void ht_trendmode_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Cycle* cycle = <Cycle*>memory
        bint trend = False
        double line
    if transform(cycle, bar[0], LATE):
        trend = find_mode(cycle, &line)
    values[0] = <double>trend if cycle.seen > LATE_VALUE else NAN


cdef inline void fill_one(Feed feed, const double* prices, Py_ssize_t bars, double* out) noexcept nogil:
    cdef:
        Cycle cycle
        Py_ssize_t i
    memset(&cycle, 0, sizeof(Cycle))
    cycle_begin(&cycle, NULL)
    for i in range(bars):
        feed(&cycle, prices + i, out + i)


cdef inline void fill_two(
    Feed feed, const double* prices, Py_ssize_t bars, double* first, double* second
) noexcept nogil:
    cdef:
        Cycle cycle
        double values[2]
        Py_ssize_t i
    memset(&cycle, 0, sizeof(Cycle))
    cycle_begin(&cycle, NULL)
    for i in range(bars):
        feed(&cycle, prices + i, values)
        first[i] = values[0]
        second[i] = values[1]


cdef void ht_dcperiod(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_one(ht_dcperiod_feed, inputs[0], bars, outputs[0])


cdef void ht_dcphase(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_one(ht_dcphase_feed, inputs[0], bars, outputs[0])


cdef void ht_phasor(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_two(ht_phasor_feed, inputs[0], bars, outputs[0], outputs[1])


cdef void ht_sine(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_two(ht_sine_feed, inputs[0], bars, outputs[0], outputs[1])


cdef void ht_trendline(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_one(ht_trendline_feed, inputs[0], bars, outputs[0])


cdef void ht_trendmode(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_one(ht_trendmode_feed, inputs[0], bars, outputs[0])


KERNELS = {
    "ht_dcperiod": kernel(ht_dcperiod, 1, 0, 1),
    "ht_dcphase": kernel(ht_dcphase, 1, 0, 1),
    "ht_phasor": kernel(ht_phasor, 1, 0, 2),
    "ht_sine": kernel(ht_sine, 1, 0, 2),
    "ht_trendline": kernel(ht_trendline, 1, 0, 1),
    "ht_trendmode": kernel(ht_trendmode, 1, 0, 1),
}

STREAMS = {
    "ht_dcperiod": stream(cycle_size, cycle_begin, ht_dcperiod_feed, 1, 0, 1),
    "ht_dcphase": stream(cycle_size, cycle_begin, ht_dcphase_feed, 1, 0, 1),
    "ht_phasor": stream(cycle_size, cycle_begin, ht_phasor_feed, 1, 0, 2),
    "ht_sine": stream(cycle_size, cycle_begin, ht_sine_feed, 1, 0, 2),
    "ht_trendline": stream(cycle_size, cycle_begin, ht_trendline_feed, 1, 0, 1),
    "ht_trendmode": stream(cycle_size, cycle_begin, ht_trendmode_feed, 1, 0, 1),
}
