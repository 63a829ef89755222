"""Wilder's smoothed rises and falls: what other kernels take of them."""


# Fills `out` wholly, 0..100, NaN for the first `period`; more bars than `period`.
cdef void fill_rsi(const double* prices, Py_ssize_t bars, Py_ssize_t period, double* out) noexcept nogil

# The same of the LANES rows of a panel.
cdef void fill_rsi_rows(const double* prices, Py_ssize_t bars, Py_ssize_t period, double* out) noexcept nogil


cdef struct Strength:
    Py_ssize_t period
    Py_ssize_t seen   # bars
    double last       # price
    double gain       # a sum in the warm-up, then smoothed
    double loss


# `strength_begin` takes zeroed memory; then bar by bar what `fill_rsi` gives.
cdef void strength_begin(Strength* state, Py_ssize_t period) noexcept nogil
cdef double next_rsi(Strength* state, double price) noexcept nogil
