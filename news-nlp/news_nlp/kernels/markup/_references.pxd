"""Character references of HTML and XML: `&amp;`, `&nbsp`, `&#8377;`."""
from libc.stdint cimport uint32_t

# What one reference stands for: `count` characters, none when it names what is no character
cdef struct Reference:
    Py_ssize_t length  # characters of the text it takes; 0: it is none
    int count
    uint32_t first
    uint32_t second

cdef Reference reference_at(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, bint strict) noexcept nogil


cdef inline bint may_refer(const uint32_t* text, Py_ssize_t length, Py_ssize_t at) noexcept nogil:
    """Whether a reference may begin with the `&` at `at`."""
    cdef uint32_t after = text[at + 1] if at + 1 < length else 32
    return c"a" <= (after | 32) <= c"z" or after == c"#"
