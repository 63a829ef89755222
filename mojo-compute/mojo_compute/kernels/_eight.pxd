"""Recurrences of eight series in step; see `_eight.h`.

The eight are rows of a panel, or eight parts of one long series, each begun from what its recurrence is after the
bars before it: it forgets its start, so after enough bars that is right to the last bit, which is looked at afterwards.
"""
from libc.math cimport ceil, log
from libc.stdint cimport uintptr_t


cdef extern from "_eight.h" nogil:
    enum:
        STRENGTH_NONE
        STRENGTH_INDEX
        STRENGTH_BALANCE

    int eight_strengths(
        const double* prices, Py_ssize_t stride, const Py_ssize_t* lags, Py_ssize_t count, double kept, double share,
        double* gains, double* losses, int kind, double* out,
    ) noexcept

    ctypedef struct Convergence:
        double fast_weight
        double fast_kept
        double slow_weight
        double slow_kept
        double signal_weight
        double signal_kept

    int eight_convergences(
        const double* prices, Py_ssize_t stride, const Py_ssize_t* lags, Py_ssize_t count, const Convergence* by,
        double* fasts, double* slows, double* averages, double* line, double* signals, double* histogram,
    ) noexcept


cdef inline Py_ssize_t eights_to_forget(double weight) noexcept nogil:
    """After so many bars nothing of an average's start is left in its 53 bits; a multiple of eight."""
    return 8 if weight >= 1.0 else 8 * <Py_ssize_t>ceil(-5.5 / log(1.0 - weight))


cdef inline Py_ssize_t before_line(const double* place) noexcept nogil:
    """How many values from there on the next line of eight begins."""
    return -<Py_ssize_t>(<uintptr_t>place // sizeof(double)) & 7


cdef inline bint unsound(const double* values, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    """Whether one of these few is not finite."""
    cdef Py_ssize_t i
    for i in range(first, last):
        if values[i] - values[i] != 0.0:
            return True
    return False
