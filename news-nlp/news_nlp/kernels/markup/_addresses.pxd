"""Addresses that need no further reading, which nearly all are; hosts of any script."""

cdef enum:
    MAX_HOST = 256          # bytes

cdef Py_ssize_t host_end(const unsigned char* url, Py_ssize_t size) noexcept nogil
cdef bint is_plain(const unsigned char* url, Py_ssize_t size) noexcept nogil
cdef bint has_scheme(const unsigned char* raw, Py_ssize_t size) noexcept nogil
cdef bint has_other_scheme(const unsigned char* link, Py_ssize_t size) noexcept nogil
cdef Py_ssize_t joins_at(
    const unsigned char* link, Py_ssize_t size, const unsigned char* base, Py_ssize_t base_size, Py_ssize_t* skipped
) noexcept nogil
cdef Py_ssize_t without_breaks(const unsigned char* url, Py_ssize_t size, unsigned char* out) noexcept nogil
cdef str wide_host(const unsigned char* raw, Py_ssize_t size)


cdef inline bint begins_path(const unsigned char* url, Py_ssize_t size, Py_ssize_t at) noexcept nogil:
    """Whether an authority, which holds no such sign, ends at `at`."""
    return at < size and (url[at] == c"/" or url[at] == c"?" or url[at] == c"#")
