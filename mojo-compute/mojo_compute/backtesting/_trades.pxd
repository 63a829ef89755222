"""Figures of trades and of the book: the part of `_metrics.pxd` that reads no returns."""
from libc.math cimport NAN

from mojo_compute.backtesting._metrics cimport Figures, RoundTrip


cdef enum:
    ANNUAL_BARS = 30  # below, nothing is told per year


cdef inline bint is_rounding(double deviation, double size) noexcept nogil:
    """Whether a deviation is nothing but what numbers of that size were rounded by."""
    return deviation <= 1e-14 * size


cdef inline double ratio(double above, double below) noexcept nogil:
    """NaN where there is nothing to divide by."""
    return above / below if below > 0.0 else NAN


cdef void measure_book(
    Py_ssize_t bars, const double* exposure, const RoundTrip* closed, Py_ssize_t closed_count,
    const RoundTrip* opened, Py_ssize_t opened_count, double yearly, double mean_equity, Figures* out,
) noexcept nogil
cdef void measure_trades(const RoundTrip* closed, Py_ssize_t count, Figures* out) noexcept nogil
