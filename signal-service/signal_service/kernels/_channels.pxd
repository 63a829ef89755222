# Functions for other kernels: nothing that Python sees.
"""Shapes between two lines through the highs and the lows: triangles, wedges, rectangles."""
from libc.math cimport fabs, fmax, fmin

from signal_service.kernels._shape_limits cimport (
    FLAT_LINE, LEAST_HEIGHT, LEAST_LEFT, LEAST_TOUCHES, LONGEST_CHANNEL, LONGEST_LEG, MOST_TOUCHES, OFF_LINE,
    SHORTEST_CHANNEL, STEEP_LINE,
)
from signal_service.kernels._reversals cimport size_of, start
from signal_service.kernels._shape_tables cimport (
    ASCENDING_TRIANGLE, FALLING_WEDGE, KINDS, LOWER, RECTANGLE, SYMMETRIC_TRIANGLE, Shape, UPPER,
    add_swing_corner, clamped,
)
from signal_service.kernels._swings cimport Series, Swing, Zigzag, swing


cdef struct Line:
    double level               # at the first corner
    double slope               # a bar


cdef inline Line line_through(Zigzag* zigzag, int touches, int side, int begin) noexcept nogil:
    """Least squares through the newest touches that are highs (side 1) or lows (-1)."""
    cdef:
        int i, count = 0
        double x = 0.0, y = 0.0, square = 0.0, product = 0.0, away
        Swing* one
    for i in range(touches):
        one = swing(zigzag, i)
        if one.side == side:
            count += 1
            x += one.bar - begin
            y += one.price
    x /= count
    y /= count
    for i in range(touches):
        one = swing(zigzag, i)
        if one.side == side:
            away = one.bar - begin - x
            square += away * away
            product += away * (one.price - y)
    return Line(y - product / square * x, product / square)


cdef inline double at(Line line, int after) noexcept nogil:
    return line.level + line.slope * after


cdef inline int kind_of(double upper, double lower) noexcept nogil:
    """By how far the lines move over the shape, in widths; KINDS: none that is left upwards."""
    if fabs(upper) <= FLAT_LINE:
        if fabs(lower) <= FLAT_LINE:
            return RECTANGLE
        return ASCENDING_TRIANGLE if lower >= STEEP_LINE else KINDS
    if upper <= -FLAT_LINE and lower >= FLAT_LINE:
        return SYMMETRIC_TRIANGLE if lower - upper >= 2.0 * STEEP_LINE else KINDS
    if lower <= -FLAT_LINE and upper <= lower - STEEP_LINE:
        return FALLING_WEDGE
    return KINDS


cdef inline double farthest_touch(Zigzag* zigzag, int touches, Line upper, Line lower, int begin) noexcept nogil:
    cdef:
        int i
        double off = 0.0
        Swing* one
    for i in range(touches):
        one = swing(zigzag, i)
        off = fmax(off, fabs(one.price - at(upper if one.side == 1 else lower, one.bar - begin)))
    return off


cdef inline int longest_leg(Zigzag* zigzag, int touches) noexcept nogil:
    """Bars between the two neighbouring touches that are farthest apart."""
    cdef int i, bars, longest = 0
    for i in range(touches - 1):
        bars = swing(zigzag, i).bar - swing(zigzag, i + 1).bar
        longest = bars if bars > longest else longest
    return longest


cdef inline bint contains(Series* series, Line upper, Line lower, int begin, int end, double room) noexcept nogil:
    """Whether the closes of the bars between stay inside."""
    cdef int i
    for i in range(begin, end):
        if series.close[i] > at(upper, i - begin) + room or series.close[i] < at(lower, i - begin) - room:
            return False
    return True


cdef inline int fit_channel(Series* series, Zigzag* zigzag, int touches, int bar, Shape* shapes) noexcept nogil:
    """Lines through so many of the newest swings; the kind of shape that now waits, KINDS for none."""
    cdef:
        int begin = swing(zigzag, touches - 1).bar
        int end = swing(zigzag, 0).bar
        int span = end - begin
        int kind, second
        double width, left, off
        Line upper, lower
    if span < SHORTEST_CHANNEL or span > LONGEST_CHANNEL or longest_leg(zigzag, touches) > LONGEST_LEG * span:
        return KINDS
    upper = line_through(zigzag, touches, 1, begin)
    lower = line_through(zigzag, touches, -1, begin)
    second = swing(zigzag, touches - 2).bar - begin  # from here on both lines have been touched
    width = at(upper, second) - at(lower, second)
    left = at(upper, span) - at(lower, span)
    if not width >= LEAST_HEIGHT * series.atr[bar] or not left >= LEAST_LEFT * width:
        return KINDS
    kind = kind_of(upper.slope * span / width, lower.slope * span / width)
    if kind == KINDS:
        return KINDS
    off = farthest_touch(zigzag, touches, upper, lower, begin)
    if off > OFF_LINE * width or not contains(series, upper, lower, begin, end, OFF_LINE * width):
        return KINDS
    wait_between(series, zigzag, touches, bar, upper, lower, width, &shapes[kind], kind)
    shapes[kind].form = 1.0 - off / (OFF_LINE * width)
    return kind


cdef inline void wait_between(
    Series* series, Zigzag* zigzag, int touches, int bar, Line upper, Line lower, double width, Shape* shape, int kind
) noexcept nogil:
    cdef:
        int i
        int begin = swing(zigzag, touches - 1).bar
        int end = swing(zigzag, 0).bar
        int room
        double meet
    start(shape, kind, end, at(upper, bar - begin), upper.slope, bar, width)
    shape.floor = at(lower, bar - begin) - OFF_LINE * width
    shape.floor_slope = lower.slope
    room = (end - begin) // 2
    if lower.slope > upper.slope:  # the lines meet: nothing is left of the shape there
        meet = (at(upper, end - begin) - at(lower, end - begin)) / (lower.slope - upper.slope)
        if meet < room:
            room = <int>meet
    shape.latest = end + room
    shape.context = (touches - LEAST_TOUCHES + 1) / <double>(MOST_TOUCHES - LEAST_TOUCHES + 1)
    shape.size = size_of(width, series.atr[bar], LEAST_HEIGHT)
    shape.stop = swing(zigzag, 0).price if swing(zigzag, 0).side == -1 else swing(zigzag, 1).price
    if kind == RECTANGLE:
        shape.height = (width + (at(upper, end - begin) - at(lower, end - begin))) / 2.0
    for i in range(touches - 1, -1, -1):
        if kind == FALLING_WEDGE and swing(zigzag, i).side == 1:
            shape.aim = fmax(shape.aim, swing(zigzag, i).price)  # its highest high
        add_swing_corner(shape, swing(zigzag, i), UPPER if swing(zigzag, i).side == 1 else LOWER)


cdef inline void fit_channels(Series* series, Zigzag* zigzag, int bar, Shape* shapes) noexcept nogil:
    """The longest shape between lines that the newest swings make."""
    cdef int touches = MOST_TOUCHES if zigzag.count > MOST_TOUCHES else zigzag.count
    while touches >= LEAST_TOUCHES:
        if fit_channel(series, zigzag, touches, bar, shapes) != KINDS:
            return
        touches -= 1
