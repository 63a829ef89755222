cdef class Block:
    """Memory of a fixed size, owned here and lent through the buffer protocol."""

    cdef char* data
    cdef Py_ssize_t size

    @staticmethod
    cdef Block empty(Py_ssize_t size)

    @staticmethod
    cdef Block adopt(void* data, Py_ssize_t size)
