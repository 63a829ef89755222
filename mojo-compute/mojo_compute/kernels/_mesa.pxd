"""One bar of Ehlers' MESA average, for all kernels that step through it."""
from mojo_compute.kernels._arctangent cimport arctangent

cdef extern from "_mesa.h":
    const double INNER "MESA_INNER"
    const double OUTER "MESA_OUTER"
    const double DEGREES "MESA_DEGREES"
    double mesa_weight(double turn, double fast_limit, double slow_limit) noexcept nogil

cdef enum:
    MESA_FIRST = 12  # as in Ehlers' own program, the transforms begin on the thirteenth bar


cdef struct Mesa:
    Py_ssize_t seen        # values
    double fast_limit
    double slow_limit
    double average
    double following
    double period          # bars, of the cycle measured up to the bar before
    double phase           # degrees
    double in_phase        # smoothed, of the bar before
    double quadrature
    double real
    double imaginary
    double total           # of the newest four prices
    double weighted        # likewise, the newest counted four times, less `total`
    double smooth[8]       # rings, by bar number: prices weighted over four bars,
    double detrended[16]   # their Hilbert transform,
    double shifted[8]      # and its own
    double prices[4]


cdef inline double hilbert(const double* ring, Py_ssize_t at, Py_ssize_t mask, double adjusted) noexcept nogil:
    return (
        OUTER * ring[at & mask] - OUTER * ring[(at - 6) & mask]
        - INNER * ring[(at - 4) & mask] + INNER * ring[(at - 2) & mask]
    ) * adjusted


cdef inline double cycle_after(double period, double real, double imaginary) noexcept nogil:
    """The cycle's length that the phasor's turn tells, held near the one before."""
    cdef double found = period
    if imaginary != 0.0 and real != 0.0:
        found = 360.0 / (arctangent(imaginary, real) * DEGREES)
    if found > 1.5 * period:
        found = 1.5 * period
    if found < 0.67 * period:
        found = 0.67 * period
    if found < 6.0:
        found = 6.0
    elif found > 50.0:
        found = 50.0
    return 0.2 * found + 0.8 * period


cdef inline double mesa_smoothed(Mesa* state, double value) noexcept nogil:
    """One bar: its price weighted over four bars.

    A running sum where four products would do: on a straight line the transforms are nothing but its rounding, and
    TA-Lib's values with them.
    """
    cdef:
        Py_ssize_t at = state.seen
        double smooth
    state.seen += 1
    state.total += value
    state.total -= state.prices[at & 3]
    state.prices[at & 3] = value
    state.weighted += value * (4.0 if at > 3 else at + 1.0)
    smooth = 0.1 * state.weighted
    if at >= 3:
        state.weighted -= state.total
    return smooth


cdef inline void mesa_follow(Mesa* state, double value, double turn) noexcept nogil:
    cdef double weight = mesa_weight(turn, state.fast_limit, state.slow_limit)
    state.average = weight * value + (1.0 - weight) * state.average
    state.following = 0.5 * weight * state.average + (1.0 - 0.5 * weight) * state.following


cdef inline void mesa_step(Mesa* state, double value) noexcept nogil:
    """One bar: `average` and `following` take it in."""
    cdef:
        Py_ssize_t at = state.seen
        double adjusted = 0.075 * state.period + 0.54
        double smooth = mesa_smoothed(state, value)
        double first, quadrature, in_phase, phase, turn
    state.smooth[at & 7] = smooth if at >= MESA_FIRST else 0.0
    if at < MESA_FIRST:
        return
    state.detrended[at & 15] = hilbert(state.smooth, at, 7, adjusted)
    state.shifted[at & 7] = hilbert(state.detrended, at, 15, adjusted)
    first = state.detrended[(at - 3) & 15]
    quadrature = 0.2 * (state.shifted[at & 7] + hilbert(state.detrended, at - 3, 15, adjusted))
    quadrature += 0.8 * state.quadrature
    in_phase = 0.2 * (first - hilbert(state.shifted, at, 7, adjusted)) + 0.8 * state.in_phase

    phase = arctangent(state.shifted[at & 7], first) * DEGREES if first != 0.0 else 0.0
    turn = state.phase - phase
    state.phase = phase
    mesa_follow(state, value, turn)

    state.real = 0.2 * (in_phase * state.in_phase + quadrature * state.quadrature) + 0.8 * state.real
    state.imaginary = 0.2 * (in_phase * state.quadrature - quadrature * state.in_phase) + 0.8 * state.imaginary
    state.quadrature = quadrature
    state.in_phase = in_phase
    state.period = cycle_after(state.period, state.real, state.imaginary)
