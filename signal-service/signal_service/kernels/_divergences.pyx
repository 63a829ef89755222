"""Swings of price and of an indicator that part: rows as in `_rows.pxd`; at most one row of a kind a swing."""
from signal_service.kernels._rows cimport Side, aim, highest, new_row, put_levels, put_point, share, side_of

cdef enum:
    NEAR = 5   # bars between the two swings
    FAR = 60

cdef double LEAST = 0.1  # of an ATR, and of the indicator's unit, that the two swings differ by


def divergences_into(
    const double[:, ::1] block not None,   # IN  one side
    double sign,
    const long long[::1] swings not None,  # IN  bars of the side's swing lows, rising
    const long long[::1] known not None,   # IN  bars that confirmed them
    const double[::1] indicator not None,  # IN  with the side's sign
    const double[::1] unit not None,       # IN  a large difference of the indicator
    int regular,                           # IN  kinds
    int hidden,
    double[:, ::1] rows not None,          # OUT
) -> int:
    cdef:
        Side side = side_of(block, sign)
        Py_ssize_t i, a, b, t, top, count = 0
        double fell, rose, quality
        double* row
    with nogil:
        for i in range(1, swings.shape[0]):
            a, b, t = swings[i - 1], swings[i], known[i]
            if b - a < NEAR or b - a > FAR or not side.range[t] > 0.0 or not unit[b] > 0.0:
                continue
            fell = (side.bottom[a] - side.bottom[b]) / side.range[t]
            rose = (indicator[b] - indicator[a]) / unit[b]
            if not (fell >= LEAST and rose >= LEAST) and not (fell <= -LEAST and rose <= -LEAST):
                continue
            quality = (share(fell if fell > 0.0 else -fell) + share(rose if rose > 0.0 else -rose)) / 2.0
            row = new_row(rows, count, regular if fell > 0.0 else hidden, a, t, quality)
            top = highest(side.top, a, b + 1)
            put_levels(row, sign, aim(sign, side.close[t], side.range[t], side.top[top]), side.bottom[b])
            put_point(row, 0, a, sign * side.bottom[a])
            put_point(row, 1, b, sign * side.bottom[b])
            count += 1
    return count
