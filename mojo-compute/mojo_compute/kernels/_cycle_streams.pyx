"""Ehlers' dominant cycle bar by bar: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._cycle cimport EARLY_VALUE, LATE_VALUE, CycleTables, cycle_tables
from mojo_compute.kernels._cycle_step cimport (
    EARLY, LATE, NOISE, RING, Cycle, CycleTrend, begin_cycle, cycle_beyond, newest_of, transform,
)
from mojo_compute.kernels._kernel cimport stream


cdef extern from "_cycle_passes.h" nogil:
    int cycle_whole(double smooth_period)
    double cycle_part(const double* newest, const double* row, int length)
    double cycle_phase_of(double real, double imaginary, double smooth_period)
    double cycle_phase_after(double before, double real, double smooth_period)
    void cycle_sine_of(double phase, double* sine, double* lead_sine)
    double cycle_mean(double newest, double before, double whole, int length, int inside)
    double cycle_line(double newest, double second, double third, double fourth)
    int cycle_mode(
        CycleTrend* before, double phase, double sine, double lead_sine, double line, double smooth,
        double smooth_period,
    )


cdef Py_ssize_t cycle_size(const double* parameters) noexcept nogil:
    return sizeof(Cycle)


cdef void cycle_begin(void* memory, const double* parameters) noexcept nogil:
    begin_cycle(<Cycle*>memory)


cdef inline void find_phase(Cycle* cycle) noexcept nogil:
    """Where in the dominant cycle the newest bar stands."""
    cdef:
        const CycleTables* tables = cycle_tables()
        int length = cycle_whole(cycle.smooth_period)
        double* newest = newest_of(cycle.smooth, cycle)
        double noise = NOISE * fabs(newest[0])
        double real = cycle_beyond(cycle_part(newest, tables.sines[length], length), noise)
        double imaginary = cycle_beyond(cycle_part(newest, tables.cosines[length], length), noise)
    if imaginary != 0.0:
        cycle.phase = cycle_phase_of(real, imaginary, cycle.smooth_period)
    else:
        cycle.phase = cycle_phase_after(cycle.phase, real, cycle.smooth_period)


cdef inline void put_sum(Cycle* cycle, double price) noexcept nogil:
    """Of the next price, before `transform` takes it."""
    cdef Py_ssize_t at = cycle.seen & (RING - 1)
    cycle.sums[at] = (cycle.sums[at - 1] if at else 0.0) + price


cdef inline double find_line(Cycle* cycle) noexcept nogil:
    cdef:
        int length = cycle_whole(cycle.smooth_period)
        int at = (cycle.seen - 1) & (RING - 1)
        double mean = cycle_mean(
            cycle.sums[at], cycle.sums[(at - length) & (RING - 1)], cycle.sums[RING - 1], length, length <= at
        )
        double line = cycle_line(mean, cycle.means[0], cycle.means[1], cycle.means[2])
    cycle.means[2] = cycle.means[1]
    cycle.means[1] = cycle.means[0]
    cycle.means[0] = mean
    return line


cdef void ht_dcperiod_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Cycle* cycle = <Cycle*>memory
    transform(cycle, bar[0], EARLY)
    values[0] = cycle.smooth_period if cycle.seen > EARLY_VALUE else NAN


cdef void ht_phasor_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Cycle* cycle = <Cycle*>memory
    transform(cycle, bar[0], EARLY)
    values[0] = (newest_of(cycle.detrended, cycle) - 3)[0] if cycle.seen > EARLY_VALUE else NAN
    values[1] = newest_of(cycle.shifted, cycle)[0] if cycle.seen > EARLY_VALUE else NAN


cdef void ht_dcphase_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Cycle* cycle = <Cycle*>memory
    if transform(cycle, bar[0], LATE):
        find_phase(cycle)
    values[0] = cycle.phase if cycle.seen > LATE_VALUE else NAN


cdef void ht_sine_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Cycle* cycle = <Cycle*>memory
    values[0] = values[1] = NAN
    if transform(cycle, bar[0], LATE):
        find_phase(cycle)
    if cycle.seen > LATE_VALUE:
        cycle_sine_of(cycle.phase, &values[0], &values[1])


cdef void ht_trendline_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Cycle* cycle = <Cycle*>memory
        double line = NAN
    put_sum(cycle, bar[0])
    if transform(cycle, bar[0], LATE):
        line = find_line(cycle)
    values[0] = line if cycle.seen > LATE_VALUE else NAN


cdef void ht_trendmode_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Cycle* cycle = <Cycle*>memory
        double smooth, sine, lead_sine
        bint trend = False
    put_sum(cycle, bar[0])
    if transform(cycle, bar[0], LATE):
        smooth = newest_of(cycle.smooth, cycle)[0]
        find_phase(cycle)
        cycle_sine_of(cycle.phase, &sine, &lead_sine)
        trend = cycle_mode(
            &cycle.trend, cycle.phase, sine, lead_sine, find_line(cycle), smooth, cycle.smooth_period
        )
    values[0] = <double>trend if cycle.seen > LATE_VALUE else NAN


KERNELS = {}

STREAMS = {
    "ht_dcperiod": stream(cycle_size, cycle_begin, ht_dcperiod_feed, 1, 0, 1),
    "ht_dcphase": stream(cycle_size, cycle_begin, ht_dcphase_feed, 1, 0, 1),
    "ht_phasor": stream(cycle_size, cycle_begin, ht_phasor_feed, 1, 0, 2),
    "ht_sine": stream(cycle_size, cycle_begin, ht_sine_feed, 1, 0, 2),
    "ht_trendline": stream(cycle_size, cycle_begin, ht_trendline_feed, 1, 0, 1),
    "ht_trendmode": stream(cycle_size, cycle_begin, ht_trendmode_feed, 1, 0, 1),
}
