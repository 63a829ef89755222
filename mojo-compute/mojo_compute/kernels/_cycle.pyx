"""Ehlers' dominant cycle by the Hilbert transform: shape and guarantees as in `_kernel.pxd`.

The cycle's length is found bar by bar, of eight rows of a panel in step. What follows from it is computed behind
that, for many bars at once. A long series is stepped as eight parts.
"""
from libc.string cimport memcpy, memset

from mojo_compute.kernels._cycle_step cimport (
    EARLY, LATE, RING, Cycle, CycleTrend, begin_cycle, cycle_smoothed, newest_of, transform,
)
from mojo_compute.kernels._kernel cimport LANES, kernel
from mojo_compute.kernels._smoothing cimport fill_missing


cdef extern from "_cycle_rows.h" nogil:
    void eight_cycles(
        const double* prices, Py_ssize_t stride, Py_ssize_t count, double* periods, double* in_phases,
        double* quadratures,
    )
    bint parts_of_cycle(
        const double* prices, Py_ssize_t count, double* periods, double* in_phases, double* quadratures
    )


cdef extern from "_cycle_passes.h" nogil:
    void cycle_fill_tables(CycleTables* tables)
    void cycle_parts(
        const CycleTables* tables, const double* smooth, const double* periods, Py_ssize_t first, Py_ssize_t last,
        double* reals, double* imaginaries,
    )
    void cycle_phases(
        const double* smooth, const double* periods, double* imaginaries, Py_ssize_t first, Py_ssize_t last,
        double* phases,
    )
    void cycle_sines(
        const double* phases, Py_ssize_t first, Py_ssize_t last, double* sines, double* lead_sines
    )
    void cycle_sums(const double* prices, Py_ssize_t first, Py_ssize_t last, double* sums)
    void cycle_means(
        const double* sums, const double* periods, Py_ssize_t first, Py_ssize_t last, double* means
    )
    void cycle_lines(const double* means, Py_ssize_t first, Py_ssize_t last, double* lines)
    void cycle_modes(
        CycleTrend* before, const double* phases, const double* sines, const double* lead_sines, const double* lines,
        const double* smooth, const double* periods, Py_ssize_t first, Py_ssize_t last, double* modes,
    )


cdef enum:
    TILE = 512          # bars that passes are made over while they are in the nearest cache
    SHELF = RING + TILE
    PASSES = 8          # shelves that `follow_cycle` works in

cdef CycleTables TABLES
cycle_fill_tables(&TABLES)


cdef const CycleTables* cycle_tables() noexcept nogil:
    return &TABLES


cdef inline double* behind(double* values, Py_ssize_t count) noexcept nogil:
    return values + count if values != NULL else NULL


cdef inline void step_cycle(
    const double* prices, Py_ssize_t bars, Py_ssize_t first, double* periods, double* in_phases, double* quadratures
) noexcept nogil:
    cdef:
        Cycle cycle
        Py_ssize_t i
    if parts_of_cycle(
        prices + first, bars - first, behind(periods, first), behind(in_phases, first), behind(quadratures, first)
    ):
        return
    begin_cycle(&cycle)
    for i in range(bars):
        transform(&cycle, prices[i], first)
        if periods != NULL:
            periods[i] = cycle.smooth_period
        if in_phases != NULL:
            in_phases[i] = (newest_of(cycle.detrended, &cycle) - 3)[0]
        if quadratures != NULL:
            quadratures[i] = newest_of(cycle.shifted, &cycle)[0]


cdef inline void step_cycle_rows(
    const double* prices, Py_ssize_t bars, Py_ssize_t first, double* periods, double* in_phases, double* quadratures
) noexcept nogil:
    """`step_cycle` of LANES rows; what is before `first` is left as it may be."""
    eight_cycles(
        prices + first, bars, bars - first,
        behind(periods, first), behind(in_phases, first), behind(quadratures, first),
    )


cdef inline void leave_early(double* values) noexcept nogil:
    if values != NULL:
        fill_missing(values, EARLY_VALUE)


cdef void fill_early(
    const double* prices, Py_ssize_t bars, double* periods, double* in_phases, double* quadratures
) noexcept nogil:
    step_cycle(prices, bars, EARLY, periods, in_phases, quadratures)
    leave_early(periods)
    leave_early(in_phases)
    leave_early(quadratures)


cdef void fill_early_rows(
    const double* prices, Py_ssize_t bars, double* periods, double* in_phases, double* quadratures
) noexcept nogil:
    cdef Py_ssize_t row
    step_cycle_rows(prices, bars, EARLY, periods, in_phases, quadratures)
    for row in range(LANES):
        leave_early(behind(periods, row * bars))
        leave_early(behind(in_phases, row * bars))
        leave_early(behind(quadratures, row * bars))


cdef Py_ssize_t late_room(Py_ssize_t bars) noexcept nogil:
    return bars + PASSES * SHELF


cdef inline double* one_of(double* wanted, double* scratch, int number, Py_ssize_t begin) noexcept nogil:
    """Where the first bar stands, or would stand: of what is wanted, or of a shelf."""
    return wanted if wanted != NULL else scratch + number * SHELF + RING - begin


cdef void follow_tile(
    const double* prices, const double* periods, Py_ssize_t begin, Py_ssize_t last, const CycleOutputs* wanted,
    CycleTrend* trend, double* scratch,
) noexcept nogil:
    cdef:
        Py_ssize_t first = max(begin, <Py_ssize_t>LATE)
        double* smooth = one_of(NULL, scratch, 0, begin)
        double* imaginaries = one_of(NULL, scratch, 1, begin)
        double* sums = one_of(NULL, scratch, 2, begin)
        double* means = one_of(NULL, scratch, 3, begin)
        double* phases = one_of(wanted.phases, scratch, 4, begin)
        double* sines = one_of(wanted.sines, scratch, 5, begin)
        double* lead_sines = one_of(wanted.lead_sines, scratch, 6, begin)
        double* lines = one_of(wanted.lines, scratch, 7, begin)
        bint modes = wanted.modes != NULL
        Py_ssize_t i
    if modes or wanted.phases != NULL or wanted.sines != NULL:
        for i in range(first, last):
            smooth[i] = cycle_smoothed(prices + i)
        cycle_parts(&TABLES, smooth, periods, first, last, phases, imaginaries)
        cycle_phases(smooth, periods, imaginaries, first, last, phases)
    if modes or wanted.sines != NULL:
        cycle_sines(phases, first, last, sines, lead_sines)
    if modes or wanted.lines != NULL:
        cycle_sums(prices, begin, last, sums)
        cycle_means(sums, periods, first, last, means)
        cycle_lines(means, first, last, lines)
    if modes:
        cycle_modes(trend, phases, sines, lead_sines, lines, smooth, periods, first, last, wanted.modes)


cdef void follow_cycle(
    const double* prices, const double* periods, Py_ssize_t bars, const CycleOutputs* wanted, double* scratch
) noexcept nogil:
    """What is wanted, where the cycle's length is known from bar LATE on; before that everything is 0."""
    cdef:
        CycleTrend trend
        Py_ssize_t begin = 0
        int number
    memset(&trend, 0, sizeof(CycleTrend))
    for number in range(PASSES):
        memset(scratch + number * SHELF, 0, (RING + LATE) * sizeof(double))
    if wanted.phases != NULL:
        wanted.phases[LATE - 1] = 0.0
    while begin < bars:
        follow_tile(prices, periods, begin, min(begin + TILE, bars), wanted, &trend, scratch)
        for number in range(PASSES):
            memcpy(scratch + number * SHELF, scratch + number * SHELF + TILE, RING * sizeof(double))
        begin += TILE
    leave_late(wanted)


cdef void leave_late(const CycleOutputs* wanted) noexcept nogil:
    if wanted.phases != NULL:
        fill_missing(wanted.phases, LATE_VALUE)
    if wanted.sines != NULL:
        fill_missing(wanted.sines, LATE_VALUE)
        fill_missing(wanted.lead_sines, LATE_VALUE)
    if wanted.lines != NULL:
        fill_missing(wanted.lines, LATE_VALUE)
    if wanted.modes != NULL:
        fill_missing(wanted.modes, LATE_VALUE)


cdef void fill_late(
    const double* prices, Py_ssize_t bars, const CycleOutputs* wanted, double* scratch
) noexcept nogil:
    step_cycle(prices, bars, LATE, scratch, NULL, NULL)
    follow_cycle(prices, scratch, bars, wanted, scratch + bars)


cdef void fill_late_rows(
    const double* prices, Py_ssize_t bars, const CycleOutputs* wanted, double* scratch
) noexcept nogil:
    cdef:
        CycleOutputs row
        Py_ssize_t first, lane
    step_cycle_rows(prices, bars, LATE, scratch, NULL, NULL)
    for lane in range(LANES):
        first = lane * bars
        row.phases = behind(wanted.phases, first)
        row.sines = behind(wanted.sines, first)
        row.lead_sines = behind(wanted.lead_sines, first)
        row.lines = behind(wanted.lines, first)
        row.modes = behind(wanted.modes, first)
        follow_cycle(prices + first, scratch + first, bars, &row, scratch + LANES * bars)


cdef void ht_dcperiod(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_early(inputs[0], bars, outputs[0], NULL, NULL)


cdef void ht_dcperiod_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_early_rows(inputs[0], bars, outputs[0], NULL, NULL)


cdef void ht_phasor(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_early(inputs[0], bars, NULL, outputs[0], outputs[1])


cdef void ht_phasor_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_early_rows(inputs[0], bars, NULL, outputs[0], outputs[1])


cdef inline Py_ssize_t room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return late_room(bars)


cdef inline CycleOutputs outputs_of(
    double* phases, double* sines, double* lead_sines, double* lines, double* modes
) noexcept nogil:
    cdef CycleOutputs wanted
    wanted.phases, wanted.sines, wanted.lead_sines = phases, sines, lead_sines
    wanted.lines, wanted.modes = lines, modes
    return wanted


cdef void ht_dcphase(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef CycleOutputs wanted = outputs_of(outputs[0], NULL, NULL, NULL, NULL)
    fill_late(inputs[0], bars, &wanted, scratch)


cdef void ht_dcphase_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef CycleOutputs wanted = outputs_of(outputs[0], NULL, NULL, NULL, NULL)
    fill_late_rows(inputs[0], bars, &wanted, scratch)


cdef void ht_sine(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef CycleOutputs wanted = outputs_of(NULL, outputs[0], outputs[1], NULL, NULL)
    fill_late(inputs[0], bars, &wanted, scratch)


cdef void ht_sine_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef CycleOutputs wanted = outputs_of(NULL, outputs[0], outputs[1], NULL, NULL)
    fill_late_rows(inputs[0], bars, &wanted, scratch)


cdef void ht_trendline(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef CycleOutputs wanted = outputs_of(NULL, NULL, NULL, outputs[0], NULL)
    fill_late(inputs[0], bars, &wanted, scratch)


cdef void ht_trendline_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef CycleOutputs wanted = outputs_of(NULL, NULL, NULL, outputs[0], NULL)
    fill_late_rows(inputs[0], bars, &wanted, scratch)


cdef void ht_trendmode(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef CycleOutputs wanted = outputs_of(NULL, NULL, NULL, NULL, outputs[0])
    fill_late(inputs[0], bars, &wanted, scratch)


cdef void ht_trendmode_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef CycleOutputs wanted = outputs_of(NULL, NULL, NULL, NULL, outputs[0])
    fill_late_rows(inputs[0], bars, &wanted, scratch)


KERNELS = {
    "ht_dcperiod": kernel(ht_dcperiod, 1, 0, 1, NULL, ht_dcperiod_panel),
    "ht_dcphase": kernel(ht_dcphase, 1, 0, 1, room, ht_dcphase_panel),
    "ht_phasor": kernel(ht_phasor, 1, 0, 2, NULL, ht_phasor_panel),
    "ht_sine": kernel(ht_sine, 1, 0, 2, room, ht_sine_panel),
    "ht_trendline": kernel(ht_trendline, 1, 0, 1, room, ht_trendline_panel),
    "ht_trendmode": kernel(ht_trendmode, 1, 0, 1, room, ht_trendmode_panel),
}

STREAMS = {}
