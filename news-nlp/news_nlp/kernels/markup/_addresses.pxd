"""Addresses that need no further reading, which nearly all are."""

cdef Py_ssize_t host_end(const unsigned char* url, Py_ssize_t size) noexcept nogil
cdef bint is_plain(const unsigned char* url, Py_ssize_t size) noexcept nogil
cdef bint has_other_scheme(const unsigned char* link, Py_ssize_t size) noexcept nogil
cdef Py_ssize_t joins_at(
    const unsigned char* link, Py_ssize_t size, const unsigned char* base, Py_ssize_t base_size, Py_ssize_t* skipped
) noexcept nogil
