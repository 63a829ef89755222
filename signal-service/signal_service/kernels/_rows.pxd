"""Rows of found patterns, and what their kernels measure alike.

A row is WIDTH numbers: kind, first, last, quality, target, invalidation, then POINTS pairs of bar and price; NaN where
there is none. A kernel that sees `sign` is given one side of the market: for what points upwards the bars as they are
(sign 1), for what points downwards highs and lows swapped and all prices negated (sign -1). It then looks for the
upward form alone, and its rows have their prices with the right sign.
"""
from libc.math cimport NAN

cdef enum:
    POINTS = 6
    HEAD = 6
    WIDTH = HEAD + 2 * POINTS

cdef enum:
    FULL_MOVE = 3  # ATRs

# of a side: rows of its block
cdef enum:
    TOP, BOTTOM, CLOSE, RANGE, VOLUME, USUAL, SIDE_ROWS


cdef struct Side:
    const double* top
    const double* bottom
    const double* close
    const double* range   # average true range
    const double* volume
    const double* usual   # mean volume of the bars before
    Py_ssize_t bars
    double sign


cdef inline Side side_of(const double[:, ::1] block, double sign) noexcept nogil:
    cdef Side side
    side.top, side.bottom, side.close = &block[TOP, 0], &block[BOTTOM, 0], &block[CLOSE, 0]
    side.range, side.volume, side.usual = &block[RANGE, 0], &block[VOLUME, 0], &block[USUAL, 0]
    side.bars, side.sign = block.shape[1], sign
    return side


cdef inline double* new_row(
    double[:, ::1] rows, Py_ssize_t count, int kind, Py_ssize_t first, Py_ssize_t last, double quality
) noexcept nogil:
    """Row number `count`, without target, invalidation and points yet."""
    cdef:
        double* row = &rows[count, 0]
        int i
    row[0], row[1], row[2], row[3] = kind, first, last, quality
    for i in range(4, WIDTH):
        row[i] = NAN
    return row


cdef inline void put_levels(double* row, double sign, double target, double invalidation) noexcept nogil:
    """Prices of a row; those that are no prices, as they may be far below, are left out."""
    if sign * target > 0.0:
        row[4] = sign * target
    if sign * invalidation > 0.0:
        row[5] = sign * invalidation


cdef inline double aim(double sign, double close, double atr, double target) noexcept nogil:
    """`target` where it is a price half an ATR or more above the close, else FULL_MOVE ATRs above that.

    NaN without an ATR.

    Three ATRs are the move that Wilder's volatility system (New Concepts in Technical Trading Systems, 1978, "ARC",
    a constant of 2.8 to 3.1) takes for a change of trend.
    """
    if not atr > 0.0:
        return NAN
    return target if target >= close + 0.5 * atr and sign * target > 0.0 else close + FULL_MOVE * atr


cdef inline void put_point(double* row, int place, Py_ssize_t bar, double price) noexcept nogil:
    row[HEAD + 2 * place] = bar
    row[HEAD + 2 * place + 1] = price


cdef inline double share(double value) noexcept nogil:
    """Held within 0 and 1; 0 for what is not known."""
    if value >= 1.0:
        return 1.0
    return value if value > 0.0 else 0.0


cdef inline double volume_ratio(const Side* side, Py_ssize_t t) noexcept nogil:
    """Volume in units of the usual one; NaN where that is not known."""
    return side.volume[t] / side.usual[t] if side.usual[t] > 0.0 else NAN


cdef inline double volume_part(const Side* side, Py_ssize_t t) noexcept nogil:
    return share(volume_ratio(side, t) / 3.0)


cdef inline bint is_loud(const Side* side, Py_ssize_t t) noexcept nogil:
    """At least 1.5 times the usual volume, where volumes are known at all."""
    return not volume_ratio(side, t) < 1.5


cdef inline double close_part(const Side* side, Py_ssize_t t) noexcept nogil:
    """Where the bar closed in its range: 1 at the top."""
    cdef double height = side.top[t] - side.bottom[t]
    return share((side.close[t] - side.bottom[t]) / height) if height > 0.0 else 0.5


cdef inline Py_ssize_t highest(const double* values, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    """Bar of the highest of start .. end - 1, the newest of equals; -1: none is known."""
    cdef Py_ssize_t i, at = -1
    for i in range(start, end):
        if values[i] == values[i] and (at < 0 or values[i] >= values[at]):
            at = i
    return at


cdef inline Py_ssize_t lowest(const double* values, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    """Bar of the lowest of start .. end - 1, the newest of equals; -1: none is known."""
    cdef Py_ssize_t i, at = -1
    for i in range(start, end):
        if values[i] == values[i] and (at < 0 or values[i] <= values[at]):
            at = i
    return at


cdef inline Py_ssize_t highest_next(
    const double* values, Py_ssize_t start, Py_ssize_t end, Py_ssize_t before
) noexcept nogil:
    """`highest`, given that of the window one bar earlier."""
    if before < start:
        return highest(values, start, end)
    return end - 1 if values[end - 1] >= values[before] else before
