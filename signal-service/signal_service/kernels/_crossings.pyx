"""One line crosses above another: rows as in `_rows.pxd`; at most one row a bar."""
from libc.math cimport NAN

from signal_service.kernels._rows cimport (
    Side, aim, lowest, new_row, put_levels, put_point, share, side_of, volume_part,
)

cdef enum:
    CALM = 20  # bars without a crossing that count as calm
    STOP = 10  # bars whose far side undoes a crossing


def crossings_into(
    const double[:, ::1] block not None,  # IN  one side
    double sign,
    const double[::1] fast not None,      # IN  with the side's sign
    const double[::1] slow not None,
    const double[::1] drawn not None,     # IN  price at which a chart shows the crossing, with the side's sign
    double unit,                          # IN  ATRs that the lines part by on a bar, to be called sharp
    int kind,
    double[:, ::1] rows not None,         # OUT
) -> int:
    cdef:
        Side side = side_of(block, sign)
        Py_ssize_t t, floor, count = 0, turned = 0
        double now, before, quality, target
        double* row
    with nogil:
        for t in range(1, side.bars):
            now, before = fast[t] - slow[t], fast[t - 1] - slow[t - 1]
            if before != before:
                turned = t  # calm is counted from where both lines are known
            if now < 0.0 and before >= 0.0:
                turned = t
            if not (now > 0.0 and before <= 0.0):
                continue
            quality = share((t - turned) / <double>CALM) + share((now - before) / (unit * side.range[t]))
            quality += volume_part(&side, t)
            turned = t
            row = new_row(rows, count, kind, t - 1, t, quality / 3.0)
            floor = lowest(side.bottom, max(t - STOP + 1, 0), t + 1)
            target = aim(sign, side.close[t], side.range[t], NAN)  # lines that cross have no height
            put_levels(row, sign, target, side.bottom[floor] if floor >= 0 else NAN)
            put_point(row, 0, t, sign * drawn[t])
            count += 1
    return count
