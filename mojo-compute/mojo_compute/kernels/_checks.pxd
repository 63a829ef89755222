from libc.stdint cimport int64_t

cdef bint in_order(const int64_t* bits, Py_ssize_t size, int64_t least) noexcept nogil
cdef bint finite(const int64_t* bits, Py_ssize_t size) noexcept nogil
