"""Squeezes of the bands and their release: rows as in `_rows.pxd`; at most one row a bar."""
from libc.math cimport NAN, fabs, fmax, fmin, sqrt

from signal_service.kernels._rows cimport (
    Side, aim, highest, lowest, new_row, put_levels, put_point, share, side_of, volume_part,
)

cdef enum:
    LEAST = 5   # bars in a row
    LONG = 20   # bars that make a long squeeze


cdef void put_squeeze(
    const Side* side, double[:, ::1] rows, Py_ssize_t count, int kind, Py_ssize_t start, Py_ssize_t t, double momentum
) noexcept nogil:
    """A release by its momentum's sign; without a momentum the squeeze itself."""
    cdef:
        bint released = momentum == momentum
        Py_ssize_t end = t if released else t + 1
        Py_ssize_t ceiling = highest(side.top, start, end)
        Py_ssize_t floor = lowest(side.bottom, start, end)
        double high = side.top[ceiling] if ceiling >= 0 else NAN
        double low = side.bottom[floor] if floor >= 0 else NAN
        double height = high - low
        double close = side.close[t]
        double quality, stop
        double* row
    if released:
        quality = share((t - start) / <double>LONG) + share(fabs(momentum) / (2.0 * side.range[t]))
        quality = (quality + volume_part(side, t)) / 3.0
    else:
        quality = share(1.5 - height / (side.range[t] * sqrt(<double>LEAST)))
    row = new_row(rows, count, kind, start, t, quality)
    if released and momentum > 0.0:
        # a release may be against the bar's close: that bar's far side counts too
        stop = fmin(low, side.bottom[t])
        put_levels(row, 1.0, aim(1.0, close, side.range[t], high + height), stop)
    elif released:
        stop = fmax(high, side.top[t])
        put_levels(row, -1.0, aim(-1.0, -close, side.range[t], height - low), -stop)
    if ceiling >= 0:
        put_point(row, 0, ceiling, high)
    if floor >= 0:
        put_point(row, 1, floor, low)
    put_point(row, 2, t, close)


def squeezes_into(
    const double[:, ::1] block not None,  # IN  the upper side
    const double[::1] squeezed not None,  # IN  1 or 0
    const double[::1] momentum not None,  # IN  price units
    int begins,                           # IN  kinds
    int up,
    int down,
    double[:, ::1] rows not None,         # OUT
) -> int:
    cdef:
        Side side = side_of(block, 1.0)
        Py_ssize_t t, count = 0, run = 0
    with nogil:
        for t in range(side.bars):
            if squeezed[t] > 0.0:
                run += 1
                if run == LEAST:
                    put_squeeze(&side, rows, count, begins, t - LEAST + 1, t, NAN)
                    count += 1
                continue
            if run >= LEAST and squeezed[t] == 0.0 and momentum[t] != 0.0 and momentum[t] == momentum[t]:
                put_squeeze(&side, rows, count, up if momentum[t] > 0.0 else down, t - run, t, momentum[t])
                count += 1
            run = 0
    return count
