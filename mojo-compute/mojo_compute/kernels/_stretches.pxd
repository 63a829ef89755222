"""Sums of the windows of a long series, a stretch of it at a time that stays in the first cache."""
from mojo_compute.kernels._window_sums cimport fill_window_sums, window_sums_room


cdef inline Py_ssize_t stretch_of(Py_ssize_t period) noexcept nogil:
    """How many windows are done in one go."""
    return 768 if period < 192 else 4 * period


cdef inline Py_ssize_t stretch_room(Py_ssize_t period, Py_ssize_t count) noexcept nogil:
    """How many doubles of scratch that takes for `count` values."""
    return window_sums_room(min(stretch_of(period) + period, count))


cdef inline void fill_stretches(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """The sum of the last `period` values, the same bits as `fill_window_sums`; what is before is spoilt."""
    cdef:
        Py_ssize_t stretch = stretch_of(period)
        Py_ssize_t windows = count - period + 1
        Py_ssize_t first = (windows - 1) // stretch * stretch
    while first >= 0:  # each stretch spoils what is before it: the newest comes first
        fill_window_sums(
            values + first, min(stretch, windows - first) + period - 1, period, out + first, scratch
        )
        first -= stretch
