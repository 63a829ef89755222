"""Breakouts from ranges and new extremes: rows as in `_rows.pxd`; they write at most one row a bar."""
from libc.math cimport NAN, sqrt

from signal_service.kernels._rows cimport (
    Side, aim, close_part, highest_next, is_loud, lowest, new_row, put_levels, put_point, share, side_of, volume_part,
)

cdef enum:
    QUIET = 10          # bars without a close beyond, before a breakout
    QUIET_EXTREME = 20  # bars without a new extreme, before one
    STOP = 20           # bars before, whose far side and that of its own bar undo an extreme


def usual_into(const double[::1] volume not None, Py_ssize_t bars, double[::1] out not None):
    """Mean of the `bars` volumes before each; NaN where one is missing."""
    cdef Py_ssize_t i, t
    cdef double total
    with nogil:
        for t in range(volume.shape[0]):
            total = 0.0 if t >= bars else NAN
            for i in range(t - bars if t >= bars else t, t):
                total += volume[i]
            out[t] = total / bars


def breakouts_into(
    const double[:, ::1] block not None,  # IN  one side
    double sign,
    Py_ssize_t window,                    # IN  bars of the range
    int kind,
    double[:, ::1] rows not None,         # OUT
) -> int:
    cdef:
        Side side = side_of(block, sign)
        Py_ssize_t t, floor, count = 0, at = -1, beyond = -QUIET - 1
        bint fresh
        double ceiling, height, atr, quality
        double* row
    with nogil:
        for t in range(window, side.bars):
            at = highest_next(side.top, t - window, t, at)
            if at < 0 or not side.close[t] > side.top[at]:
                continue
            fresh = t - beyond > QUIET
            beyond = t
            atr, ceiling = side.range[t - 1], side.top[at]
            floor = lowest(side.bottom, t - window, t)
            if not (fresh and atr > 0.0 and is_loud(&side, t)) or floor < 0:
                continue
            height = ceiling - side.bottom[floor]
            quality = share((side.close[t] - ceiling) / atr) + volume_part(&side, t)
            quality += share(1.5 - height / (atr * sqrt(<double>window)))
            row = new_row(rows, count, kind, t - window, t, quality / 3.0)
            put_levels(row, sign, aim(sign, side.close[t], side.range[t], ceiling + height), ceiling - atr)
            put_point(row, 0, at, sign * ceiling)
            put_point(row, 1, floor, sign * side.bottom[floor])
            put_point(row, 2, t, sign * side.close[t])
            count += 1
    return count


def extremes_into(
    const double[:, ::1] block not None,  # IN  one side
    double sign,
    Py_ssize_t window,                    # IN  bars that the extreme is new among
    int kind,
    double[:, ::1] rows not None,         # OUT
) -> int:
    cdef:
        Side side = side_of(block, sign)
        Py_ssize_t t, floor, base, count = 0, at = -1, newest = -QUIET_EXTREME - 1
        bint fresh
        double quality, move
        double* row
    with nogil:
        for t in range(window, side.bars):
            at = highest_next(side.top, t - window, t, at)
            if at < 0 or not side.top[t] > side.top[at]:
                continue
            fresh = t - newest > QUIET_EXTREME
            newest = t
            floor = lowest(side.bottom, t - STOP, t + 1)
            if not fresh or floor < 0:
                continue
            quality = close_part(&side, t) + volume_part(&side, t) + share((t - at) / <double>window)
            row = new_row(rows, count, kind, at, t, quality / 3.0)
            base = lowest(side.bottom, at, t)  # what was given back since the former extreme, once more beyond it
            move = aim(sign, side.close[t], side.range[t], 2.0 * side.top[at] - side.bottom[base] if base >= 0 else NAN)
            put_levels(row, sign, move, side.bottom[floor])
            put_point(row, 0, at, sign * side.top[at])
            put_point(row, 1, t, sign * side.top[t])
            count += 1
    return count
