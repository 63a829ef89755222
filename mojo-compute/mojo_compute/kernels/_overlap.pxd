"""Windowed averages that other kernels build on.

All take `count` >= `period` values. A `Mean` or a `Variance` is zeroed memory of `mean_size` or
`variance_size` bytes until its `begin`; fed value by value it gives the same bits as the series.
"""


cdef struct Mean:
    Py_ssize_t period
    Py_ssize_t seen     # values
    Py_ssize_t at       # where in the ring the next value goes
    Py_ssize_t age      # windows since the total was taken afresh
    Py_ssize_t exact    # values since the last that is not
    double most
    double total        # of the newest `period` values
    double units        # the newest `period` exact values together
    # the newest `period` values follow


cdef struct Variance:
    Py_ssize_t period
    Py_ssize_t seen     # values
    Py_ssize_t at       # where in the ring the next value goes
    Py_ssize_t age      # windows since the grid's last fresh sums
    double mean
    double squares      # sum of squared deviations from the mean
    double peak         # its largest value since it was taken afresh
    # the newest `period` values follow


# Plain mean. Prices of at most four decimals are added exactly.
cdef void fill_sma(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil
cdef Py_ssize_t mean_size(Py_ssize_t period) noexcept nogil
cdef void mean_begin(void* memory, Py_ssize_t period) noexcept nogil
cdef double mean_feed(void* memory, double value) noexcept nogil

# Population variance.
cdef void fill_variance(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil
cdef Py_ssize_t variance_size(Py_ssize_t period) noexcept nogil
cdef void variance_begin(void* memory, Py_ssize_t period) noexcept nogil
cdef double variance_feed(void* memory, double value) noexcept nogil
