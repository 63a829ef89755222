"""One bar of Ehlers' dominant cycle, for series and stream kernels alike.

The newest 64 values of each kind stand in a ring that is written twice, so that those before any value lie in front
of it in memory.
"""
from libc.math cimport M_SQRT1_2, atan, cos, fabs, sin

cdef extern from "_cycle.h" nogil:
    double cycle_beyond(double part, double noise)
    double cycle_period(double imaginary, double real, double before)

cdef extern from *:
    """
    #define CYCLE_INNER 0.5769
    #define CYCLE_OUTER 0.0962
    #define CYCLE_DEGREES (180.0 / 3.14159265358979323846)
    #define CYCLE_NOISE 1e-12
    """
    const double INNER "CYCLE_INNER"  # Ehlers' weights of the values 2 and 4 bars ago,
    const double OUTER "CYCLE_OUTER"  # and 0 and 6 bars ago
    const double DEGREES "CYCLE_DEGREES"
    # A part of the cycle that is less than this share of the price is what rounding left of nothing: on prices that
    # stand still or move in a straight line it would be all there is, and its ratios would be anything
    const double NOISE "CYCLE_NOISE"

cdef enum:
    RING = 64
    LONGEST = 50    # bars of a cycle
    WIDEST = 56     # the same, as whole vectors
    VECTOR = 8
    EARLY = 12      # TA-Lib's first bar of the transform, and the first of a value,
    EARLY_VALUE = 32
    LATE = 37       # where the phase is wanted too
    LATE_VALUE = 63


# Sine and cosine of one cycle of so many bars, newest first, written backwards to the end of a row of WIDEST
cdef const double* sines_of(int length) noexcept nogil
cdef const double* cosines_of(int length) noexcept nogil

cdef Py_ssize_t cycle_size(const double* parameters) noexcept nogil
cdef void cycle_begin(void* memory, const double* parameters) noexcept nogil


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
        double real = cycle_beyond(product(newest, sines_of(length), length), noise)
        double imaginary = cycle_beyond(product(newest, cosines_of(length), length), noise)
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
