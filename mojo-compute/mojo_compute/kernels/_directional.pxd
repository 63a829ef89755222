"""What one bar adds to Wilder's directional movement, for series and stream kernels alike."""
from libc.math cimport fabs

cdef enum:
    HELD = -1  # in place of a DX where nothing moved


cdef inline double movement(double to, double back) noexcept nogil:
    """How far a bar reaches beyond the last one on a side, if it does not reach as far on the other."""
    cdef double reach = to if to > 0.0 else 0.0
    return reach if to > back else 0.0


cdef inline double index_of(double plus, double minus) noexcept nogil:
    """DX of the totals. Totals below 1e-290 have too few digits left to say which way prices went."""
    cdef:
        double moved = plus + minus
        bint still = moved <= 1e-290
        double index = 100.0 * (fabs(plus - minus) / (1.0 if still else moved))
    return HELD if still else index


cdef inline double scale_of(Py_ssize_t period) noexcept nogil:
    """Of a directional indicator: per cent, but for a single bar a fraction, as TA-Lib has it."""
    return 100.0 if period > 1 else 1.0


cdef inline double share_of(double scale, double total, double ranges) noexcept nogil:
    cdef:
        double divisor = ranges if ranges > 0.0 else 1.0
        double share = scale * (total / divisor)
    return share if ranges > 0.0 else 0.0
