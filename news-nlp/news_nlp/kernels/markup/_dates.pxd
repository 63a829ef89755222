"""Dates as feeds write them."""
from libc.stdint cimport int64_t

cdef int64_t moment_of(const unsigned char* text, Py_ssize_t size) noexcept nogil
cdef object as_datetime(int64_t moment)
