"""Values of XML that are no text to read."""

cdef str once(const unsigned char* raw, Py_ssize_t size)
