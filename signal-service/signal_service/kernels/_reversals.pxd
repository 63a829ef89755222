# Functions for other kernels: nothing that Python sees.
"""Shapes from a swing to a swing at one level: double and triple bottoms, inverse heads, cups."""
from libc.math cimport NAN, fabs, fmax, fmin

from signal_service.kernels._shape_limits cimport (
    DEEPEST_HANDLE, FULL_FALL, FULL_HEIGHT, FULL_RISE, FULL_ROUND, LEAST_CUP, LEAST_DEPTH, LEAST_EVEN, LEAST_FALL,
    LEAST_HEIGHT, LEAST_RISE, LEAST_ROUND, LONGEST_CUP, LONGEST_TURN, OUTER_CUP, RIMS_SEARCHED, SAME_LEVEL,
    SAME_NECK, SAME_RIM, SAME_SHOULDER, SHORTEST_CUP, SHORTEST_HANDLE, SHORTEST_SIDE, SHORTEST_TURN,
)
from signal_service.kernels._shape_tables cimport (
    BOTTOM, CUP, DOUBLE_BOTTOM, FIRST_LOW, HEAD, INVERSE_HEAD, LEFT_RIM, LEFT_SHOULDER, NECKLINE, RIGHT_RIM,
    RIGHT_SHOULDER, SECOND_LOW, Shape, THIRD_LOW, TRIPLE_BOTTOM, add_swing_corner, clamped,
)
from signal_service.kernels._swings cimport Series, Swing, Zigzag, swing


cdef inline double highest(Series* series, int first, int end) noexcept nogil:
    cdef:
        int i
        double found = series.high[first]
    for i in range(first + 1, end):
        found = fmax(found, series.high[i])
    return found


cdef inline double lowest(Series* series, int first, int end) noexcept nogil:
    cdef:
        int i
        double found = series.low[first]
    for i in range(first + 1, end):
        found = fmin(found, series.low[i])
    return found


cdef inline double size_of(double height, double atr, double least) noexcept nogil:
    return clamped((height / atr - least) / (FULL_HEIGHT - least))


cdef inline void start(
    Shape* shape, int kind, int corner, double level, double slope, int begin, double height
) noexcept nogil:
    """A waiting shape without corners; its line is level and nothing ends the waiting but time unless told."""
    shape.waits = True
    shape.kind = kind
    shape.corner = corner
    shape.level = level
    shape.slope = slope
    shape.begin = begin
    shape.height = height
    shape.floor_slope = 0.0
    shape.earliest = 0
    shape.aim = NAN
    shape.points = 0


cdef inline double fall_before(Series* series, int first, int span, double low, double height) noexcept nogil:
    """Heights that the price fell into `low` from the highest of the `span` bars before it."""
    cdef int begin = first - span if first > span else 0
    return (highest(series, begin, first + 1) - low) / height


cdef inline double evenness(int left, int right) noexcept nogil:
    """1 where both sides take as many bars, 0 where one takes none."""
    return <double>(left if left < right else right) / (left if left > right else right)


cdef inline void fit_double(Series* series, Zigzag* zigzag, int bar, Shape* shape) noexcept nogil:
    cdef:
        Swing* one = swing(zigzag, 2)
        Swing* between = swing(zigzag, 1)
        Swing* two = swing(zigzag, 0)
        int span = two.bar - one.bar
        double height = between.price - (one.price + two.price) / 2.0
        double uneven = fabs(one.price - two.price) / height
        double fall
    if height < LEAST_HEIGHT * series.atr[bar] or span < SHORTEST_TURN or span > LONGEST_TURN or not uneven <= SAME_LEVEL:
        return
    fall = fall_before(series, one.bar, span, one.price, height)
    if not fall >= LEAST_FALL:
        return
    start(shape, DOUBLE_BOTTOM, two.bar, between.price, 0.0, bar, height)
    shape.floor = shape.stop = fmin(one.price, two.price)
    shape.latest = two.bar + span
    shape.form = 0.7 * (1.0 - uneven / SAME_LEVEL) + 0.3 * evenness(between.bar - one.bar, two.bar - between.bar)
    shape.context = clamped((fall - LEAST_FALL) / (FULL_FALL - LEAST_FALL))
    shape.size = size_of(height, series.atr[bar], LEAST_HEIGHT)
    add_swing_corner(shape, one, FIRST_LOW)
    add_swing_corner(shape, between, NECKLINE)
    add_swing_corner(shape, two, SECOND_LOW)


cdef inline void fit_triple(Series* series, Zigzag* zigzag, int bar, Shape* shape) noexcept nogil:
    cdef:
        Swing* one = swing(zigzag, 4)
        Swing* left = swing(zigzag, 3)
        Swing* two = swing(zigzag, 2)
        Swing* right = swing(zigzag, 1)
        Swing* three = swing(zigzag, 0)
        int span = three.bar - one.bar
        double neck = fmax(left.price, right.price)
        double low = fmin(one.price, fmin(two.price, three.price))
        double height = neck - (one.price + two.price + three.price) / 3.0
        double uneven = (fmax(one.price, fmax(two.price, three.price)) - low) / height
        double fall
    if height < LEAST_HEIGHT * series.atr[bar] or span < 2 * SHORTEST_TURN or span > 2 * LONGEST_TURN:
        return
    if not uneven <= SAME_LEVEL or not fabs(left.price - right.price) <= SAME_NECK * height:
        return
    fall = fall_before(series, one.bar, span, one.price, height)
    if not fall >= LEAST_FALL:
        return
    start(shape, TRIPLE_BOTTOM, three.bar, neck, 0.0, bar, height)
    shape.floor = shape.stop = low
    shape.latest = three.bar + span
    shape.form = 0.7 * (1.0 - uneven / SAME_LEVEL) + 0.3 * evenness(two.bar - one.bar, three.bar - two.bar)
    shape.context = clamped((fall - LEAST_FALL) / (FULL_FALL - LEAST_FALL))
    shape.size = size_of(height, series.atr[bar], LEAST_HEIGHT)
    add_swing_corner(shape, one, FIRST_LOW)
    add_swing_corner(shape, left, NECKLINE)
    add_swing_corner(shape, two, SECOND_LOW)
    add_swing_corner(shape, right, NECKLINE)
    add_swing_corner(shape, three, THIRD_LOW)


cdef inline void fit_head(Series* series, Zigzag* zigzag, int bar, Shape* shape) noexcept nogil:
    cdef:
        Swing* one = swing(zigzag, 4)
        Swing* left = swing(zigzag, 3)
        Swing* head = swing(zigzag, 2)
        Swing* right = swing(zigzag, 1)
        Swing* two = swing(zigzag, 0)
        int span = two.bar - one.bar
        int before = head.bar - one.bar
        int after = two.bar - head.bar
        double slope = (right.price - left.price) / (right.bar - left.bar)
        double height = left.price + slope * (head.bar - left.bar) - head.price
        double uneven = fabs(one.price - two.price) / height
        double tilt = fabs(left.price - right.price) / height
        double fall, line
    if height < LEAST_HEIGHT * series.atr[bar] or before < SHORTEST_SIDE or after < SHORTEST_SIDE or span > LONGEST_TURN:
        return
    if not (uneven <= SAME_SHOULDER and tilt <= SAME_NECK) or evenness(before, after) < LEAST_EVEN:
        return
    if fmin(one.price, two.price) - head.price < LEAST_DEPTH * height:
        return
    line = left.price + slope * (one.bar - left.bar)
    if line - one.price < LEAST_DEPTH * height or left.price + slope * (two.bar - left.bar) - two.price < LEAST_DEPTH * height:
        return
    fall = fall_before(series, one.bar, span, head.price, height)
    if not fall >= LEAST_FALL:
        return
    start(shape, INVERSE_HEAD, two.bar, left.price + slope * (bar - left.bar), slope, bar, height)
    shape.floor = shape.stop = two.price
    shape.latest = two.bar + span
    shape.form = (
        0.35 * (1.0 - uneven / SAME_SHOULDER) + 0.35 * (1.0 - tilt / SAME_NECK) + 0.3 * evenness(before, after)
    )
    shape.context = clamped((fall - LEAST_FALL) / (FULL_FALL - LEAST_FALL))
    shape.size = size_of(height, series.atr[bar], LEAST_HEIGHT)
    add_swing_corner(shape, one, LEFT_SHOULDER)
    add_swing_corner(shape, left, NECKLINE)
    add_swing_corner(shape, head, HEAD)
    add_swing_corner(shape, right, NECKLINE)
    add_swing_corner(shape, two, RIGHT_SHOULDER)


cdef inline double roundness(Series* series, int first, int last, double middle) noexcept nogil:
    """Share of the closes between two bars that lie in the lower half."""
    cdef int i, below = 0
    for i in range(first + 1, last):
        below += series.close[i] < middle
    return <double>below / (last - first - 1)


cdef inline void fit_cup(Series* series, Zigzag* zigzag, int bar, Shape* shape) noexcept nogil:
    """Back from the right rim to the first swing high that is no lower, over swings that all are."""
    cdef:
        Swing* right = swing(zigzag, 0)
        Swing* left = right
        Swing* bottom = swing(zigzag, 1)
        int back = 2
        double height
    while back + 1 < RIMS_SEARCHED and back < zigzag.count:
        left = swing(zigzag, back)
        if right.bar - left.bar > LONGEST_CUP:
            return
        height = right.price - bottom.price
        if left.price >= right.price - SAME_RIM * height:
            break
        if back + 1 < zigzag.count and swing(zigzag, back + 1).price < bottom.price:
            bottom = swing(zigzag, back + 1)
        back += 2
    else:
        return
    wait_for_handle(series, left, bottom, right, bar, shape)


cdef inline void wait_for_handle(
    Series* series, Swing* left, Swing* bottom, Swing* right, int bar, Shape* shape
) noexcept nogil:
    cdef:
        int span = right.bar - left.bar
        double height = right.price - bottom.price
        double uneven = fabs(left.price - right.price) / height
        double where = <double>(bottom.bar - left.bar) / span
        double full, rise
    if span < SHORTEST_CUP or height < LEAST_CUP * series.atr[bar] or not uneven <= SAME_RIM:
        return
    if where < OUTER_CUP or where > 1.0 - OUTER_CUP:
        return
    full = roundness(series, left.bar, right.bar, bottom.price + 0.5 * height)
    rise = (left.price - lowest(series, left.bar - span if left.bar > span else 0, left.bar + 1)) / height
    if full < LEAST_ROUND or not rise >= LEAST_RISE:
        return
    start(shape, CUP, right.bar, right.price, 0.0, bar, height)
    shape.floor = shape.stop = right.price - DEEPEST_HANDLE * height
    shape.earliest = right.bar + SHORTEST_HANDLE
    shape.latest = right.bar + span // 2
    shape.form = (
        0.35 * (1.0 - uneven / SAME_RIM)
        + 0.35 * clamped((full - LEAST_ROUND) / (FULL_ROUND - LEAST_ROUND))
        + 0.3 * (1.0 - fabs(2.0 * where - 1.0))
    )
    shape.context = clamped((rise - LEAST_RISE) / (FULL_RISE - LEAST_RISE))
    shape.size = size_of(height, series.atr[bar], LEAST_CUP)
    add_swing_corner(shape, left, LEFT_RIM)
    add_swing_corner(shape, bottom, BOTTOM)
    add_swing_corner(shape, right, RIGHT_RIM)
