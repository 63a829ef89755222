"""One bar of Ehlers' dominant cycle, for what is fed bar by bar."""
from libc.math cimport fabs
from libc.string cimport memset

cdef extern from "_cycle.h" nogil:
    const double INNER "CYCLE_INNER"
    const double OUTER "CYCLE_OUTER"
    const double NOISE "CYCLE_NOISE"
    double cycle_beyond(double part, double noise) noexcept
    double cycle_period(double imaginary, double real, double before) noexcept

cdef extern from "_cycle_passes.h" nogil:
    enum:
        RING "CYCLE_RING"
    ctypedef struct CycleTrend:
        double phase
        double sine
        double lead_sine
        long long days

    double cycle_smoothed(const double* newest) noexcept

cdef enum:
    EARLY = 12  # TA-Lib's first bar of the transform,
    LATE = 37   # and where the phase is wanted too


cdef struct Cycle:
    Py_ssize_t seen          # bars
    double in_phase          # smoothed parts of the cycle
    double quadrature
    double real              # their products with those of the bar before, smoothed
    double imaginary
    double period            # bars
    double smooth_period
    double gain              # of the transform, by the period
    double means[3]          # of the price over a cycle, newest first
    double phase             # degrees
    CycleTrend trend
    # rings that are written twice, so that those before any value lie in front of it in memory
    double prices[2 * RING]
    double smooth[2 * RING]
    double detrended[2 * RING]
    double shifted[2 * RING]
    double sums[RING]        # of prices, as `cycle_sums` has them


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
    newest = put(cycle.smooth, at, cycle_smoothed(prices))
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


cdef inline void begin_cycle(Cycle* cycle) noexcept nogil:
    memset(cycle, 0, sizeof(Cycle))
    cycle.gain = 0.54
