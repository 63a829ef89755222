"""Dates in words of other languages than English, and `/Date(1759227600000)/`."""
from libc.stdint cimport int64_t

cdef enum:
    ENGLISH_SIZE = 256      # bytes of the English text of a date; that of any of a hundred bytes fits

cdef int64_t moment_of_call(const unsigned char* text, Py_ssize_t size) noexcept nogil
cdef Py_ssize_t to_english(
    const unsigned char* text, Py_ssize_t size, unsigned char* english, bint as_weekday, bint* unclear
) noexcept nogil
