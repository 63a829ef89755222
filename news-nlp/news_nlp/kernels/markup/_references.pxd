"""Character references of HTML and XML: `&amp;`, `&nbsp`, `&#8377;`."""
from libc.stdint cimport uint32_t

# What one reference stands for: `count` characters, none when it names what is no character
cdef struct Reference:
    Py_ssize_t length  # characters of the text it takes; 0: it is none
    int count
    uint32_t first
    uint32_t second

cdef Reference reference_at(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, bint strict) noexcept nogil
