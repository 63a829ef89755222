# Functions for other kernels: nothing that Python sees.
"""Flags and pennants: a steep rise, and a short rest whose highs and lows lie along two lines."""
from libc.math cimport fabs, fmax, fmin

from signal_service.kernels._shape_limits cimport (
    DEEPEST_REST, FULL_POLE, LEAST_POLE, LONGEST_POLE, LONGEST_REST, PARALLEL, RISING_REST, SHORTEST_REST,
)
from signal_service.kernels._reversals cimport start
from signal_service.kernels._shape_tables cimport (
    FLAG, Found, LOWER, PENNANT, POLE_END, POLE_START, Shape, UPPER, add_corner, clamped, complete, mean_volume,
)
from signal_service.kernels._swings cimport Series


cdef struct Pole:
    bint stands
    int base
    int top
    double height
    double low                 # of the rest
    double highs, high_steps   # sums over the rest: of the highs, and of each times its place
    double lows, low_steps


cdef struct Lines:
    double upper, upper_slope  # at the rest's first bar, and a bar
    double lower, lower_slope


cdef inline void raise_pole(Series* series, Pole* pole, int bar) noexcept nogil:
    """A new pole where this bar's high ends a steep rise."""
    cdef:
        int i
        int base = bar
    if bar == 0 or series.high[bar] <= series.high[bar - 1]:
        return
    for i in range(bar - 1, bar - LONGEST_POLE - 1, -1):
        if i < 0:
            break
        if series.high[i] > series.high[bar]:
            return
        if series.low[i] < series.low[base]:
            base = i
    if base == bar or series.high[bar] - series.low[base] < LEAST_POLE * series.atr[base] or not series.atr[base] > 0.0:
        return
    pole[0] = Pole(True, base, bar, series.high[bar] - series.low[base], series.high[bar], 0.0, 0.0, 0.0, 0.0)


cdef inline void rest(Series* series, Pole* pole, int bar) noexcept nogil:
    """Count one more bar into the rest, or end it."""
    cdef int place = bar - pole.top - 1
    pole.low = fmin(pole.low, series.low[bar])
    pole.highs += series.high[bar]
    pole.high_steps += series.high[bar] * place
    pole.lows += series.low[bar]
    pole.low_steps += series.low[bar] * place
    if (
        place >= LONGEST_REST
        or series.high[bar] > series.high[pole.top]
        or series.high[pole.top] - pole.low > DEEPEST_REST * pole.height
    ):
        pole.stands = False


cdef inline Lines lines_of(Pole* pole, int count) noexcept nogil:
    """Least squares over the highs and the lows of the rest."""
    cdef:
        double middle = (count - 1) / 2.0
        double square = count * (<double>count * count - 1.0) / 12.0
        double upper = (pole.high_steps - middle * pole.highs) / square
        double lower = (pole.low_steps - middle * pole.lows) / square
    return Lines(pole.highs / count - upper * middle, upper, pole.lows / count - lower * middle, lower)


cdef inline void widen(Series* series, int first, int count, Lines* lines) noexcept nogil:
    """Move both lines outwards until no bar of the rest lies beyond."""
    cdef:
        int i
        double above = 0.0, below = 0.0
    for i in range(count):
        above = fmax(above, series.high[first + i] - (lines.upper + lines.upper_slope * i))
        below = fmax(below, lines.lower + lines.lower_slope * i - series.low[first + i])
    lines.upper += above
    lines.lower -= below


cdef inline int kind_of(Pole* pole, Lines* lines, int count) noexcept nogil:
    cdef:
        double width = lines.upper - lines.lower
        double left = width + (lines.upper_slope - lines.lower_slope) * (count - 1)
        double slack = RISING_REST * pole.height / count
    if not width > 0.0 or left <= 0.0:
        return -1
    if lines.upper_slope < 0.0 and lines.lower_slope > 0.0 and left < PARALLEL * width:
        return PENNANT
    if lines.upper_slope <= slack and lines.lower_slope <= slack and left >= PARALLEL * width and left * PARALLEL <= width:
        return FLAG
    return -1


cdef inline bint leave(Series* series, Pole* pole, int bar, Shape* shape, Found* out) noexcept nogil:
    """Whether this bar's close leaves the rest upwards and completes a flag or pennant."""
    cdef:
        int count = bar - pole.top - 1
        int kind
        double line, depth, even, pole_volume
        Lines lines
    if count < SHORTEST_REST or series.close[bar] <= series.high[bar - 1]:
        return False
    lines = lines_of(pole, count)
    if series.close[bar] <= lines.upper + lines.upper_slope * count:
        return False
    kind = kind_of(pole, &lines, count)
    if kind < 0:
        return False
    widen(series, pole.top + 1, count, &lines)
    line = lines.upper + lines.upper_slope * count
    if series.close[bar] <= line:
        return False
    pole.stands = False
    depth = (series.high[pole.top] - pole.low) / pole.height
    even = fabs(lines.upper_slope - lines.lower_slope) if kind == FLAG else fabs(lines.upper_slope + lines.lower_slope)
    start(shape, kind, pole.top, line, 0.0, bar, pole.height)
    shape.aim = pole.low + pole.height
    shape.stop = pole.low
    shape.form = 0.5 * clamped(1.0 - even * count / (0.5 * pole.height)) + 0.5 * (1.0 - depth / DEEPEST_REST)
    shape.size = clamped((pole.height / series.atr[pole.base] - LEAST_POLE) / (FULL_POLE - LEAST_POLE))
    pole_volume = mean_volume(series, pole.base + 1, pole.top + 1)
    shape.context = 0.5
    if pole_volume > 0.0:
        shape.context = clamped(1.5 - mean_volume(series, pole.top + 1, bar) / pole_volume)
    add_corner(shape, pole.base, series.low[pole.base], POLE_START)
    add_corner(shape, pole.top, series.high[pole.top], POLE_END)
    add_corner(shape, pole.top + 1, lines.upper, UPPER)
    add_corner(shape, pole.top + 1, lines.lower, LOWER)
    add_corner(shape, bar - 1, lines.upper + lines.upper_slope * (count - 1), UPPER)
    add_corner(shape, bar - 1, lines.lower + lines.lower_slope * (count - 1), LOWER)
    return complete(series, shape, bar, line, out)
