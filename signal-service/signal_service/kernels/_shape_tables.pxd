# Functions for other kernels: nothing that Python sees.
"""Shapes that wait for the close that completes them, and the table of those that were completed."""
from libc.math cimport fmax, fmin

from signal_service.kernels._shape_limits cimport MOST_POINTS
from signal_service.kernels._swings cimport Series, Swing


# by the direction in which the price leaves: in prices turned upside down each is its mirror image
cdef enum:
    DOUBLE_BOTTOM
    TRIPLE_BOTTOM
    INVERSE_HEAD
    ASCENDING_TRIANGLE
    SYMMETRIC_TRIANGLE
    FALLING_WEDGE
    RECTANGLE
    CUP
    FLAG
    PENNANT
    KINDS

cdef enum:
    BREAKOUT
    FIRST_LOW
    SECOND_LOW
    THIRD_LOW
    NECKLINE
    LEFT_SHOULDER
    HEAD
    RIGHT_SHOULDER
    UPPER
    LOWER
    POLE_START
    POLE_END
    LEFT_RIM
    BOTTOM
    RIGHT_RIM
    HANDLE


cdef struct Corner:
    int bar
    int role
    double price


cdef struct Shape:
    bint waits             # for a close beyond its line
    int kind
    int corner             # bar of the last corner
    int begin              # bar from which its line counts
    double level           # of the line at `begin`
    double slope           # a bar
    double floor           # a close below this line ends the waiting
    double floor_slope
    int earliest           # bars between which it may be completed
    int latest
    double height          # price from the line to the other side
    double aim             # price of the target; NaN: the line at the last bar plus the height
    double stop            # price below which it has failed; taken down to the lows after the last corner
    double form            # parts of the quality, 0 to 1
    double context
    double size
    int points
    Corner corners[MOST_POINTS]


cdef struct Found:
    int kind
    int side
    int first
    int last
    int points
    int corner
    double quality
    double target
    double invalidation
    Corner corners[MOST_POINTS]


cdef inline double clamped(double value) noexcept nogil:
    return fmax(0.0, fmin(1.0, value))


cdef inline void add_corner(Shape* shape, int bar, double price, int role) noexcept nogil:
    shape.corners[shape.points] = Corner(bar, role, price)
    shape.points += 1


cdef inline void add_swing_corner(Shape* shape, Swing* one, int role) noexcept nogil:
    add_corner(shape, one.bar, one.price, role)


cdef inline double mean_volume(Series* series, int first, int end) noexcept nogil:
    """Of the bars first <= i < end; 0 for none."""
    return (series.volume_sum[end] - series.volume_sum[first]) / (end - first) if end > first else 0.0


cdef inline double breakout_volume(Series* series, int first, int last) noexcept nogil:
    """0 at half the shape's mean volume or less, 1 at twice it or more; 0.5 where volumes are not known."""
    cdef double usual = mean_volume(series, first, last)
    if not usual > 0.0:
        return 0.5
    return clamped((mean_volume(series, last, last + 1) / usual - 0.5) / 1.5)


cdef inline double quality_of(Series* series, Shape* shape, int last) noexcept nogil:
    cdef double volume = breakout_volume(series, shape.corners[0].bar, last)
    return 0.4 * shape.form + 0.2 * shape.size + 0.2 * shape.context + 0.2 * volume


cdef inline bint complete(Series* series, Shape* shape, int bar, double line, Found* out) noexcept nogil:
    """Write the completed shape; False where nothing of its move is left, or a number is beyond float64."""
    cdef:
        int i
        int lowest = shape.corner
        double aim = shape.aim if shape.aim == shape.aim else line + shape.height
    out.quality = quality_of(series, shape, bar)
    if not (series.close[bar] < aim and 0.0 < out.quality <= 1.0 and aim - aim == 0.0):
        return False
    for i in range(shape.corner + 1, bar + 1):
        if series.low[i] < series.low[lowest] or lowest == shape.corner:
            lowest = i
    if shape.kind == CUP:
        add_corner(shape, lowest, series.low[lowest], HANDLE)
        shape.stop = series.low[lowest]
    elif lowest > shape.corner:
        shape.stop = fmin(shape.stop, series.low[lowest])
    add_corner(shape, bar, series.close[bar], BREAKOUT)
    out.kind = shape.kind
    out.first = shape.corners[0].bar
    out.last = bar
    out.corner = shape.corner
    out.target = aim
    out.invalidation = shape.stop
    out.points = shape.points
    out.corners = shape.corners
    return True


cdef inline bint watch(Series* series, Shape* shape, int bar, Found* out) noexcept nogil:
    """Whether this bar's close completes a waiting shape."""
    cdef:
        double line = shape.level + shape.slope * (bar - shape.begin)
        double floor = shape.floor + shape.floor_slope * (bar - shape.begin)
    if series.close[bar] > line:
        shape.waits = False
        return bar >= shape.earliest and bar <= shape.latest and complete(series, shape, bar, line, out)
    if series.close[bar] < floor or bar >= shape.latest:
        shape.waits = False
    return False
