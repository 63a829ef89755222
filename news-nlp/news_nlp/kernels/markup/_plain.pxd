"""Markup to plain text, for the kernels that read feeds."""
from libc.stdint cimport uint32_t

cdef enum:
    SHORT = 1024            # bytes up to which no memory is asked for
    MOST_READ = 32          # bytes read at most for each character that may be kept
    LONG = 16384            # bytes from which on other threads may run meanwhile

cdef str plain(const unsigned char* raw, Py_ssize_t size, Py_ssize_t limit)
cdef bint is_section(const unsigned char* raw, Py_ssize_t size) noexcept nogil
cdef Py_ssize_t widen(
    const unsigned char* raw, Py_ssize_t size, uint32_t* text, Py_ssize_t most, bint visible
) noexcept nogil
