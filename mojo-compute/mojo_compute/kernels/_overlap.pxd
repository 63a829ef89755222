"""Windowed averages that other kernels build on.

All take `count` >= `period` values. A `Mean` or a `Variance` is zeroed memory of `mean_size` or
`variance_size` bytes until its `begin`; fed value by value it gives the same bits as the series.
"""
from mojo_compute.kernels._ticks cimport TickRun


cdef struct Mean:
    Py_ssize_t period
    Py_ssize_t seen     # values
    Py_ssize_t at       # where in the ring the next value goes
    Py_ssize_t age      # windows since the total was taken afresh
    double total        # of the newest `period` values
    TickRun run
    # the newest `period` values follow


cdef struct Variance:
    Py_ssize_t period
    Py_ssize_t seen     # values
    Py_ssize_t at       # where in the ring the next value goes
    Py_ssize_t age      # windows since the grid's last fresh sums
    double mean
    double squares      # sum of squared deviations from the mean
    double peak         # its largest value since it was taken afresh
    TickRun run
    # the newest `period` values follow


# Plain mean; that of prices of at most four decimals is exact.
cdef void fill_sma(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil
cdef Py_ssize_t mean_size(Py_ssize_t period) noexcept nogil
cdef void mean_begin(void* memory, Py_ssize_t period) noexcept nogil
cdef double mean_feed(void* memory, double value) noexcept nogil

# Population variance; that of prices of at most two decimals is exact but for three roundings.
cdef void fill_variance(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil
cdef Py_ssize_t variance_size(Py_ssize_t period) noexcept nogil
cdef void variance_begin(void* memory, Py_ssize_t period) noexcept nogil
cdef double variance_feed(void* memory, double value) noexcept nogil

# Means and bands so many deviations about them, the same bits as from the two above, in one go. False: not all prices
# are of two decimals, nothing is of use. `past`: whether past the caches.
cdef bint fill_mean_bands(
    const double* values, Py_ssize_t count, Py_ssize_t period, double up, double down, bint past,
    double* upper, double* means, double* lower,
) noexcept nogil
