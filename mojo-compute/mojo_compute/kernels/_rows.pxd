"""Exponential averages that begin at a given bar: of one series, or of the eight of a panel that go in step."""
from libc.math cimport NAN

from mojo_compute.kernels._eight cimport eight_averages, fill_exponential, step_averages
from mojo_compute.kernels._kernel cimport LANES


cdef inline void average_from(
    const double* values, Py_ssize_t bars, Py_ssize_t first, Py_ssize_t period, double weight, double kept, double* out
) noexcept nogil:
    """An average whose seed, the mean of `period` values, stands at bar `first`; NaN before."""
    cdef:
        Py_ssize_t start = first - period + 1
        Py_ssize_t i
    for i in range(start):
        out[i] = NAN
    fill_exponential(values + start, bars - start, period, weight, kept, out + start)


cdef inline void continue_rows(
    const double* values, Py_ssize_t bars, Py_ssize_t first, double weight, double kept, double* out
) noexcept nogil:
    """`weight * value + kept * average` of each bar from `first` on; the averages before stand in `out`."""
    cdef:
        Py_ssize_t together = (bars - first) & ~7
        Py_ssize_t row
        double averages[LANES]
    for row in range(LANES):
        averages[row] = out[row * bars + first - 1]
    eight_averages(values + first, bars, together, weight, kept, averages, out + first)
    for row in range(LANES):
        step_averages(
            values + row * bars, first + together, bars, weight, kept, averages[row], out + row * bars
        )


cdef inline void average_rows(
    const double* values, Py_ssize_t bars, Py_ssize_t first, Py_ssize_t period, double weight, double kept, double* out
) noexcept nogil:
    """Exponential averages whose seed, the mean of `period` values, stands at bar `first`; NaN before."""
    cdef:
        Py_ssize_t row, bar
        double total
    for row in range(LANES):
        total = 0.0
        for bar in range(first - period + 1, first + 1):
            total += values[row * bars + bar]
        for bar in range(first):
            out[row * bars + bar] = NAN
        out[row * bars + first] = total / period
    continue_rows(values, bars, first + 1, weight, kept, out)
