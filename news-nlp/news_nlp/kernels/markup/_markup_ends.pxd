"""Where a piece of HTML ends that no reader sees."""
from libc.stdint cimport uint32_t

cdef bint starts(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, const char* what) noexcept nogil
cdef Py_ssize_t find(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, const char* what) noexcept nogil
cdef Py_ssize_t behind_markup(
    const uint32_t* text, Py_ssize_t length, Py_ssize_t at, Py_ssize_t last_end, bint* unpaired
) noexcept nogil
