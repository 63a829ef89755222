"""Links of unusual form, to addresses of the web."""

cdef enum:
    LINK_ROOM = 20480       # bytes that any result fits into
    UNDECIDED = -1

cdef Py_ssize_t resolve_into(
    const unsigned char* link, Py_ssize_t size, const unsigned char* base, Py_ssize_t base_size, unsigned char* out
) noexcept nogil
cdef Py_ssize_t find_host(const unsigned char* url, Py_ssize_t size, Py_ssize_t* start) noexcept nogil
