"""Recurrences of eight series in step; see `_eight.h`.

The eight are rows of a panel, or eight parts of one long series, each begun from what its recurrence is after the
bars before it: it forgets its start, so after enough bars that is right to the last bit, which is looked at afterwards.
"""
from libc.math cimport ceil, log


cdef extern from "_eight.h" nogil:
    enum:
        STRENGTH_NONE
        STRENGTH_INDEX
        STRENGTH_BALANCE

    void eight_strengths(
        const double* prices, Py_ssize_t stride, Py_ssize_t count, double kept, double share,
        double* gains, double* losses, int kind, double* out,
    ) noexcept

    ctypedef struct Convergence:
        double fast_weight
        double fast_kept
        double slow_weight
        double slow_kept
        double signal_weight
        double signal_kept

    void eight_convergences(
        const double* prices, Py_ssize_t stride, Py_ssize_t count, const Convergence* by,
        double* fasts, double* slows, double* averages, double* line, double* signals, double* histogram,
    ) noexcept


cdef inline Py_ssize_t eights_to_forget(double weight) noexcept nogil:
    """After so many bars nothing of an average's start is left in its 53 bits; a multiple of eight."""
    return 8 if weight >= 1.0 else 8 * <Py_ssize_t>ceil(-5.5 / log(1.0 - weight))
