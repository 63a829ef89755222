"""Ehlers' dominant cycle by the Hilbert transform: shape and guarantees as in `_kernel.pxd`.

Series kernels are their stream form, fed from the first bar to the last. The newest 64 values of each kind stand in
a ring that is written twice, so that those before any value lie in front of it in memory.
"""
from libc.math cimport M_PI, M_SQRT1_2, NAN, atan, cos, fabs, sin
from libc.string cimport memset

from mojo_compute.kernels._adaptive cimport MAMA_LOOKBACK, mama_begin
from mojo_compute.kernels._families cimport place
from mojo_compute.kernels._kernel cimport Feed, kernel, stream
from mojo_compute.kernels._mesa cimport Mesa, mesa_step
from mojo_compute.kernels._smoothing cimport fill_missing

from mojo_compute.kernels.families import Family, Member


cdef extern from "_cycle.h" nogil:
    double cycle_beyond(double part, double noise)
    double cycle_period(double imaginary, double real, double before)


cdef enum:
    RING = 64
    LONGEST = 50    # bars of a cycle
    WIDEST = 56     # the same, as whole vectors
    VECTOR = 8
    EARLY = 12      # TA-Lib's first bar of the transform, and the first of a value,
    EARLY_VALUE = 32
    LATE = 37       # where the phase is wanted too
    LATE_VALUE = 63

cdef double INNER = 0.5769    # Ehlers' weights of the values 2 and 4 bars ago,
cdef double OUTER = 0.0962    # and 0 and 6 bars ago
cdef double DEGREES = 180.0 / M_PI
# A part of the cycle that is less than this share of the price is what rounding left of nothing: on prices that stand
# still or move in a straight line it would be all there is, and its ratios would be anything
cdef double NOISE = 1e-12

# Sine and cosine of one cycle of so many bars, newest first, written backwards to the end of a row
cdef double[LONGEST + 1][WIDEST] SINES
cdef double[LONGEST + 1][WIDEST] COSINES


cdef void fill_tables() noexcept nogil:
    cdef int length, back
    for length in range(1, LONGEST + 1):
        for back in range(length):
            SINES[length][WIDEST - 1 - back] = sin(2.0 * M_PI * back / length)
            COSINES[length][WIDEST - 1 - back] = cos(2.0 * M_PI * back / length)


fill_tables()


cdef struct Cycle:
    Py_ssize_t seen          # bars
    double in_phase          # smoothed parts of the cycle
    double quadrature
    double real              # their products with those of the bar before, smoothed
    double imaginary
    double period            # bars
    double smooth_period
    double phase             # degrees
    double sine
    double lead_sine
    double average[3]        # of the price over a cycle, newest first
    double gain              # of the transform, by the period
    double total             # of the newest `count` prices
    Py_ssize_t count
    Py_ssize_t days          # in the trend
    double prices[2 * RING]
    double smooth[2 * RING]
    double detrended[2 * RING]
    double shifted[2 * RING]


cdef inline double* put(double* ring, Py_ssize_t at, double value) noexcept nogil:
    """Where the value stands behind all those before it."""
    ring[at] = ring[at + RING] = value
    return ring + at + RING


cdef inline double filtered(const double* newest) noexcept nogil:
    """The Hilbert transform's part of the values before the newest."""
    return INNER * (newest - 2)[0] - INNER * (newest - 4)[0] - OUTER * (newest - 6)[0]


cdef inline bint transform(Cycle* cycle, double price, Py_ssize_t first) noexcept nogil:
    """Take a price; whether the cycle's length is known, as it is from bar `first` on.

    A bar waits for the period of the bar before. Products are grouped so that little comes after that.
    """
    cdef:
        Py_ssize_t at = cycle.seen & (RING - 1)
        double* prices = put(cycle.prices, at, price)
        double* newest
        double noise = NOISE * fabs(price)
        double gain = cycle.gain
        double before = cycle.period
        double imaginary = 0.2 * cycle.quadrature
        double real = 0.2 * cycle.in_phase
        double part, delayed, in_phase, quadrature, found
    cycle.seen += 1
    if cycle.seen <= first:
        return False
    newest = put(
        cycle.smooth, at,
        0.1 * (4.0 * prices[0] + (3.0 * (prices - 1)[0] + (2.0 * (prices - 2)[0] + (prices - 3)[0]))),
    )
    part = OUTER * newest[0] - OUTER * (newest - 6)[0]
    part = cycle_beyond(part + (INNER * (newest - 2)[0] - INNER * (newest - 4)[0]), noise)
    newest = put(cycle.detrended, at, part * gain)
    delayed = (newest - 3)[0]
    quadrature = cycle_beyond(OUTER * delayed + filtered(newest - 3), noise)
    part = cycle_beyond(part * (OUTER * gain) + filtered(newest), noise)
    quadrature = (part + quadrature) * (0.2 * gain) + 0.8 * cycle.quadrature
    newest = put(cycle.shifted, at, part * gain)
    part = cycle_beyond(part * (OUTER * gain) + filtered(newest), noise)
    in_phase = (0.2 * delayed + 0.8 * cycle.in_phase) - part * (0.2 * gain)
    cycle.real = real * in_phase + (imaginary * quadrature + 0.8 * cycle.real)
    cycle.imaginary = imaginary * in_phase + (0.8 * cycle.imaginary - real * quadrature)
    cycle.in_phase = in_phase
    cycle.quadrature = quadrature
    found = cycle_period(cycle.imaginary, cycle.real, before)
    cycle.period = 0.2 * found + 0.8 * before
    cycle.gain = 0.015 * found + (0.06 * before + 0.54)  # 0.075 * period + 0.54
    cycle.smooth_period = 0.33 * cycle.period + 0.67 * cycle.smooth_period
    return True


cdef inline double* newest_of(double* ring, const Cycle* cycle) noexcept nogil:
    return ring + ((cycle.seen - 1) & (RING - 1)) + RING


cdef inline double product(const double* newest, const double* row, int length) noexcept nogil:
    """The newest `length` values, each times its number of a table's row."""
    cdef:
        const double* values = newest - WIDEST + 1
        double sums[VECTOR]
        int at = WIDEST - (length + VECTOR - 1) // VECTOR * VECTOR
        int lane
    for lane in range(VECTOR):
        sums[lane] = 0.0
    while at < WIDEST:
        for lane in range(VECTOR):
            sums[lane] += values[at + lane] * row[at + lane]
        at += VECTOR
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]))


cdef inline int whole_period(const Cycle* cycle) noexcept nogil:
    return <int>(cycle.smooth_period + 0.5)


cdef inline void find_phase(Cycle* cycle) noexcept nogil:
    """Where in the dominant cycle the newest bar stands."""
    cdef:
        int length = whole_period(cycle)
        double* newest = newest_of(cycle.smooth, cycle)
        double noise = NOISE * fabs(newest[0])
        double real = cycle_beyond(product(newest, SINES[length], length), noise)
        double imaginary = cycle_beyond(product(newest, COSINES[length], length), noise)
    if imaginary != 0.0:
        cycle.phase = atan(real / imaginary) * DEGREES
    elif real != 0.0:
        cycle.phase += 90.0 if real > 0.0 else -90.0
    cycle.phase += 90.0 + 360.0 / cycle.smooth_period  # the smoothed price lags a bar
    if imaginary < 0.0:
        cycle.phase += 180.0
    if cycle.phase > 315.0:
        cycle.phase -= 360.0


cdef inline void find_sines(Cycle* cycle) noexcept nogil:
    cdef:
        double angle = cycle.phase / DEGREES
        double cosine = cos(angle)
    cycle.sine = sin(angle)
    cycle.lead_sine = M_SQRT1_2 * (cycle.sine + cosine)  # an eighth of a cycle on


cdef inline double total_of(Cycle* cycle, Py_ssize_t length) noexcept nogil:
    """Of the newest prices, from that of the bar before."""
    cdef:
        const double* newest = newest_of(cycle.prices, cycle)
        Py_ssize_t back
    if cycle.seen & (RING - 1) == 0:  # afresh, so that it can't drift
        cycle.total = 0.0
        cycle.count = length
        for back in range(length):
            cycle.total += (newest - back)[0]
        return cycle.total
    cycle.total += newest[0]
    cycle.count += 1
    while cycle.count > length:
        cycle.count -= 1
        cycle.total -= (newest - cycle.count)[0]
    while cycle.count < length:
        cycle.total += (newest - cycle.count)[0]
        cycle.count += 1
    return cycle.total


cdef inline double find_trendline(Cycle* cycle) noexcept nogil:
    """The price without its cycle: averages over one cycle, the newest of four counting most."""
    cdef:
        int length = whole_period(cycle)
        double total = total_of(cycle, length)
        double average = total / length if length else 0.0
        double line
    line = (4.0 * average + 3.0 * cycle.average[0] + 2.0 * cycle.average[1] + cycle.average[2]) / 10.0
    cycle.average[2] = cycle.average[1]
    cycle.average[1] = cycle.average[0]
    cycle.average[0] = average
    return line


cdef inline bint find_mode(Cycle* cycle, double* trendline) noexcept nogil:
    """Whether prices follow a trend rather than a cycle, and the price without the cycle."""
    cdef:
        double phase = cycle.phase
        double sine = cycle.sine
        double lead_sine = cycle.lead_sine
        double turned, cycles, line
        bint trend = True
    find_phase(cycle)
    find_sines(cycle)
    line = trendline[0] = find_trendline(cycle)
    if (cycle.sine > cycle.lead_sine and sine <= lead_sine) or (cycle.sine < cycle.lead_sine and sine >= lead_sine):
        cycle.days = 0
        trend = False
    cycle.days += 1
    if cycle.days < 0.5 * cycle.smooth_period:
        trend = False
    turned = cycle.phase - phase
    cycles = 360.0 / cycle.smooth_period
    if 0.67 * cycles < turned < 1.5 * cycles:
        trend = False
    if line != 0.0 and fabs((newest_of(cycle.smooth, cycle)[0] - line) / line) >= 0.015:
        trend = True
    return trend


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


cdef enum:
    PERIODS
    IN_PHASE
    QUADRATURE
    EARLY_OUTPUTS


cdef void early_ones(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """`ht_dcperiod` and `ht_phasor`, always both."""
    cdef:
        Cycle cycle
        Py_ssize_t i
    memset(&cycle, 0, sizeof(Cycle))
    cycle_begin(&cycle, NULL)
    for i in range(bars):
        transform(&cycle, inputs[0][i], EARLY)
        outputs[PERIODS][i] = cycle.smooth_period
        outputs[IN_PHASE][i] = (newest_of(cycle.detrended, &cycle) - 3)[0]
        outputs[QUADRATURE][i] = newest_of(cycle.shifted, &cycle)[0]
    for i in range(EARLY_OUTPUTS):
        fill_missing(outputs[i], EARLY_VALUE)


cdef enum:
    PHASE
    SINE
    LEAD_SINE
    TRENDLINE
    TREND
    AVERAGE
    FOLLOWING
    LATE_OUTPUTS


cdef inline Py_ssize_t late_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars


cdef void late_ones(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """What is wanted of the cycle whose phase is known, and `mama`.

    A bar of either waits for the bar before, so that the two together take little longer than one.
    """
    cdef:
        Cycle cycle
        Mesa mesa
        double* places[LATE_OUTPUTS]
        double line = NAN
        bint trend = False
        bint modes, phases, sines, lines, averages
        Py_ssize_t i
        int k
    place(outputs, parameters[2], LATE_OUTPUTS, places)
    modes, lines = places[TREND] != NULL, places[TRENDLINE] != NULL
    sines = places[SINE] != NULL
    phases = sines or places[PHASE] != NULL
    averages = places[AVERAGE] != NULL
    for k in range(LATE_OUTPUTS):  # what nobody wants goes where nobody looks
        places[k] = scratch if places[k] == NULL else places[k]
    memset(&cycle, 0, sizeof(Cycle))
    memset(&mesa, 0, sizeof(Mesa))
    cycle_begin(&cycle, NULL)
    mama_begin(&mesa, parameters[0], parameters[1])
    for i in range(bars):
        if averages:
            mesa_step(&mesa, inputs[0][i])
            places[AVERAGE][i] = mesa.average
            places[FOLLOWING][i] = mesa.following
        if transform(&cycle, inputs[0][i], LATE):
            if modes:
                trend = find_mode(&cycle, &line)
            else:
                if phases:
                    find_phase(&cycle)
                if sines:
                    find_sines(&cycle)
                if lines:
                    line = find_trendline(&cycle)
        places[PHASE][i] = cycle.phase
        places[SINE][i] = cycle.sine
        places[LEAD_SINE][i] = cycle.lead_sine
        places[TRENDLINE][i] = line
        places[TREND][i] = <double>trend
    for k in range(AVERAGE):
        fill_missing(places[k], LATE_VALUE)
    fill_missing(places[AVERAGE], MAMA_LOOKBACK)
    fill_missing(places[FOLLOWING], MAMA_LOOKBACK)


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

FAMILIES = (
    Family(
        kernels=tuple([kernel(early_ones, 1, 1, count + 1) for count in range(EARLY_OUTPUTS)]),
        inputs=("close",),
        members=(Member("ht_dcperiod", (PERIODS,), ()), Member("ht_phasor", (IN_PHASE, QUADRATURE), ())),
    ),
    Family(
        kernels=tuple([kernel(late_ones, 1, 3, count + 1, late_room) for count in range(LATE_OUTPUTS)]),
        inputs=("close",),
        members=(
            Member("ht_dcphase", (PHASE,), ()),
            Member("ht_sine", (SINE, LEAD_SINE), ()),
            Member("ht_trendline", (TRENDLINE,), ()),
            Member("ht_trendmode", (TREND,), ()),
            Member("mama", (AVERAGE, FOLLOWING), (0, 1)),
        ),
    ),
)
