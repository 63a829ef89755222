from libc.stdint cimport int64_t

# What is read for the first time is asked for ahead: always of `in_order`, of `finite` if `read`.
cdef bint in_order(const int64_t* bits, Py_ssize_t size, int64_t least) noexcept nogil
cdef bint finite(const int64_t* bits, Py_ssize_t size, bint read) noexcept nogil
# Highs and lows in one go; False also where a high is below its low
cdef bint finite_ranges(const double* high, const double* low, Py_ssize_t size) noexcept nogil
cdef bint ordered_ranges(const double* high, const double* low, Py_ssize_t size, int64_t least) noexcept nogil
