"""Averages whose weight follows the market: Kaufman's by efficiency, Ehlers' MESA by phase.

The `begin` functions take zeroed memory; what is fed bar by bar gives the same bits as the series.
"""

cdef enum:
    MAMA_LOOKBACK = 32


# `scratch` has room for `count`.
cdef void fill_kama(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil
# LANES rows of `count` values, two or more of them a `period`; each has a share of `scratch`.
cdef Py_ssize_t kama_rows_room(Py_ssize_t count) noexcept nogil
cdef void fill_kama_rows(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil
cdef Py_ssize_t kama_size(Py_ssize_t period) noexcept nogil
cdef void kama_begin(void* memory, Py_ssize_t period) noexcept nogil
cdef double kama_feed(void* memory, double value) noexcept nogil

# `following` is MESA's second average, of half the weight; NULL: not wanted.
cdef void fill_mama(
    const double* values, Py_ssize_t count, double fast_limit, double slow_limit, double* out, double* following
) noexcept nogil
cdef Py_ssize_t mama_size() noexcept nogil
cdef void mama_begin(void* memory, double fast_limit, double slow_limit) noexcept nogil
cdef double mama_feed(void* memory, double value, double* following) noexcept nogil
