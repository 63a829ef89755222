"""Markup to plain text, for the kernels that read feeds."""

cdef str plain(const unsigned char* raw, Py_ssize_t size, Py_ssize_t limit)
cdef str plain_str(str markup, Py_ssize_t limit)
cdef str once(const unsigned char* raw, Py_ssize_t size)
