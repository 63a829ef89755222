"""Windowed means in which some values count more than others.

All take `count` >= `period` values. A state is zeroed memory of its size until its `begin`; fed value by
value it gives the same bits as the series.
"""

# The weights 1, 2, ... period; the newest counts most.
cdef void fill_wma(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil
cdef Py_ssize_t weighted_size(Py_ssize_t period) noexcept nogil
cdef void weighted_begin(void* memory, Py_ssize_t period) noexcept nogil
cdef double weighted_feed(void* memory, double value) noexcept nogil

# Weights given bar by bar, such as volumes: 0 or more. NaN where all of a window are 0.
cdef Py_ssize_t volume_mean_room(Py_ssize_t period) noexcept nogil  # doubles of scratch
cdef void fill_vwma(
    const double* values, const double* weights, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil
cdef Py_ssize_t volume_mean_size(Py_ssize_t period) noexcept nogil
cdef void volume_mean_begin(void* memory, Py_ssize_t period) noexcept nogil
cdef double volume_mean_feed(void* memory, double value, double weight) noexcept nogil
