"""Candlesticks' numbers as patterns: rows as in `_rows.pxd`, or qualities alone.

A plan has one line for each pattern: row of the numbers, sign of those that are it (0: any), candles, direction, kind.
A number of 200 confirms one of 100 that stands at most three bars before; the pattern then begins where that began.
"""
from libc.math cimport NAN, fabs

from signal_service.kernels._rows cimport (
    Side, highest, lowest, new_row, put_levels, put_point, share, side_of, volume_part,
)

cdef enum:
    NUMBERS, SIGN, CANDLES, DIRECTION, KIND

cdef inline bint holds(double value, long long sign) noexcept nogil:
    # a missing number is not equal to itself
    return value == value and value != 0.0 and (sign == 0 or value * sign > 0.0)


cdef Py_ssize_t first_of(const double* values, Py_ssize_t t, Py_ssize_t candles) noexcept nogil:
    cdef Py_ssize_t i
    if fabs(values[t]) > 150.0:
        for i in range(1, min(t, 3) + 1):
            if values[t - i] * values[t] > 0.0:
                return max(t - i - candles + 1, 0)
    return max(t - candles + 1, 0)


cdef double quality_of(const Side* side, double value, double height, Py_ssize_t t) noexcept nogil:
    return (share(fabs(value) / 100.0) + share(height / (2.0 * side.range[t])) + volume_part(side, t)) / 3.0


cdef inline double height_of(const Side* side, Py_ssize_t first, Py_ssize_t t) noexcept nogil:
    cdef:
        Py_ssize_t i
        double high = side.top[t]
        double low = side.bottom[t]
    for i in range(first, t):
        high = max(high, side.top[i])
        low = min(low, side.bottom[i])
    return high - low


def candlesticks_into(
    const double[:, ::1] block not None,       # IN  the upper side
    const double[:, ::1] numbers not None,     # IN  (indicators, bars)
    const long long[:, ::1] plan not None,     # IN  (patterns, 5)
    Py_ssize_t since,                          # IN  the first bar that may complete one
    double[:, ::1] rows not None,              # OUT as many as there are numbers other than 0
) -> int:
    cdef:
        Side side = side_of(block, 1.0)
        const double* values
        Py_ssize_t i, t, first, high, low, count = 0
        long long way
        double height
        double* row
    with nogil:
        for i in range(plan.shape[0]):
            values = &numbers[plan[i, NUMBERS], 0]
            way = plan[i, DIRECTION]
            for t in range(since, side.bars):
                if not holds(values[t], plan[i, SIGN]):
                    continue
                first = first_of(values, t, plan[i, CANDLES])
                high, low = highest(side.top, first, t + 1), lowest(side.bottom, first, t + 1)
                if high < 0 or low < 0:
                    continue
                height = side.top[high] - side.bottom[low]
                row = new_row(rows, count, plan[i, KIND], first, t, quality_of(&side, values[t], height, t))
                if way > 0:
                    put_levels(row, 1.0, side.close[t] + height, side.bottom[low])
                elif way < 0:
                    put_levels(row, 1.0, side.close[t] - height, side.top[high])
                put_point(row, 0, high, side.top[high])
                put_point(row, 1, low, side.bottom[low])
                put_point(row, 2, t, side.close[t])
                count += 1
    return count


def candlestick_qualities_into(
    const double[:, ::1] block not None,       # IN  the upper side
    const double[:, ::1] numbers not None,     # IN  (indicators, bars)
    const long long[:, ::1] plan not None,     # IN  (patterns, 5)
    double[:, ::1] out not None,               # OUT (patterns, bars), zeros at first
):
    cdef:
        Side side = side_of(block, 1.0)
        const double* values
        Py_ssize_t i, t
        double height
    with nogil:
        for i in range(plan.shape[0]):
            values = &numbers[plan[i, NUMBERS], 0]
            for t in range(side.bars):
                if holds(values[t], plan[i, SIGN]):
                    height = height_of(&side, first_of(values, t, plan[i, CANDLES]), t)
                    out[i, t] = quality_of(&side, values[t], height, t)
