"""The true range, for series and stream kernels of every family."""
from libc.math cimport NAN


cdef inline double true_range(double high, double low, double before) noexcept nogil:
    """A bar's range, widened to the close of the bar before."""
    return (high if high > before else before) - (low if low < before else before)


cdef inline void fill_true_ranges(
    const double* high, const double* low, const double* close, Py_ssize_t bars, double* out
) noexcept nogil:
    """The true range of each bar, NaN for the first."""
    cdef Py_ssize_t i
    out[0] = NAN
    for i in range(1, bars):
        out[i] = true_range(high[i], low[i], close[i - 1])
