"""Shares of what may be nothing."""


cdef inline double quotient(double over, double under) noexcept nogil:
    """0 for anything by 0."""
    cdef double found = over / under
    return found if under != 0.0 else 0.0
