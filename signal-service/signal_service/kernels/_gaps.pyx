"""Gaps and what fills them: rows as in `_rows.pxd`; at most two rows a bar."""
from signal_service.kernels._rows cimport (
    Side, aim, close_part, highest, is_loud, lowest, new_row, put_levels, put_point, share, side_of, volume_part,
)

cdef enum:
    RANGE_BARS = 20  # a breakaway gap leaves their range
    OPEN_BARS = 60   # how long a gap is watched

cdef double LEAST = 0.25  # ATRs


cdef bint put_gap(
    const Side* side, double[:, ::1] rows, Py_ssize_t count, int common, int breakaway, Py_ssize_t t, double size
) noexcept nogil:
    """A gap out of a range points as far as the range was high; any other goes half-way: as far again as to the gap."""
    cdef:
        double quality, target, atr = side.range[t - 1]
        Py_ssize_t start = t - RANGE_BARS if t >= RANGE_BARS else 0
        Py_ssize_t ceiling = highest(side.top, start, t)
        Py_ssize_t floor = lowest(side.bottom, start, t)
        bint leaves = t >= RANGE_BARS and side.close[t] > side.top[ceiling] and is_loud(side, t)
        double* row
    if leaves:
        target = side.close[t] + side.top[ceiling] - side.bottom[floor]
    else:
        target = side.bottom[t] + side.top[t - 1] - side.bottom[floor]
    quality = share(size / atr) + volume_part(side, t) + close_part(side, t)
    row = new_row(rows, count, breakaway if leaves else common, t - 1, t, quality / 3.0)
    put_levels(row, side.sign, aim(side.sign, side.close[t], side.range[t], target), side.top[t - 1])
    put_point(row, 0, t - 1, side.sign * side.top[t - 1])
    put_point(row, 1, t, side.sign * side.bottom[t])
    return leaves


cdef bint put_filled(
    const Side* side, double[:, ::1] rows, Py_ssize_t count, int kind, Py_ssize_t t, double size
) noexcept nogil:
    """Whether prices come back to the bar before a gap while it is watched; the row stands on the bar that does."""
    cdef:
        Py_ssize_t u
        double* row
    for u in range(t + 1, min(t + OPEN_BARS + 1, side.bars)):
        if side.bottom[u] <= side.top[t - 1]:
            quality = share(size / side.range[t - 1]) + 1.0 - (u - t) / <double>OPEN_BARS
            row = new_row(rows, count, kind, t - 1, u, quality / 2.0)
            put_point(row, 0, t - 1, side.sign * side.top[t - 1])
            put_point(row, 1, t, side.sign * side.bottom[t])
            put_point(row, 2, u, side.sign * side.top[t - 1])
            return True
    return False


def gaps_into(
    const double[:, ::1] block not None,  # IN  one side
    double sign,
    int common,                           # IN  kinds
    int breakaway,
    int filled,
    double[:, ::1] rows not None,         # OUT
) -> int:
    cdef:
        Side side = side_of(block, sign)
        Py_ssize_t t, count = 0
        double size
    with nogil:
        for t in range(1, side.bars):
            size = side.bottom[t] - side.top[t - 1]
            if not (size > 0.0 and size >= LEAST * side.range[t - 1] and side.range[t - 1] > 0.0):
                continue
            put_gap(&side, rows, count, common, breakaway, t, size)
            count += 1
            count += put_filled(&side, rows, count, filled, t, size)
    return count
