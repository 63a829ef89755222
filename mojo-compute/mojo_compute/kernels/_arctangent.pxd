"""The arc tangent; see `_arctangent.h`."""

cdef extern from "_arctangent.h" nogil:
    double arctangent(double rise, double run) noexcept  # of their ratio, `run` is not 0
