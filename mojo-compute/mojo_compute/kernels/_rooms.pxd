"""Rooms and states that many kernels have alike."""


cdef inline Py_ssize_t one_series(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars


cdef inline Py_ssize_t two_series(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars


cdef inline Py_ssize_t three_series(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 3 * bars


cdef inline Py_ssize_t four_series(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 4 * bars


cdef inline Py_ssize_t no_state(const double* parameters) noexcept nogil:
    """The size of a stream that remembers nothing."""
    return 0


cdef inline void no_begin(void* memory, const double* parameters) noexcept nogil:
    """Of a state that begins as zeroed memory."""
