"""One look at series and results: is there anything that is not usual?"""
from libc.math cimport INFINITY, NAN, fabs
from libc.stdint cimport int64_t

from mojo_compute.kernels._checks cimport finite, in_order

cdef enum:
    UNSEEN = -2  # the least of an input that nobody has to look at


cdef inline bint usual(const double* values, Py_ssize_t bars, int floor) noexcept nogil:
    if floor == UNSEEN:
        return True
    if floor < 0:
        return finite(<const int64_t*>values, bars, True)
    return in_order(<const int64_t*>values, bars, floor)


cdef inline bint usual_bars(
    double* const* inputs, int count, Py_ssize_t first, Py_ssize_t bars, const int* floors, int high, int low
) noexcept nogil:
    cdef:
        bint good = True
        int i
    for i in range(count):
        good &= usual(inputs[i] + first, bars, floors[i])
    if high >= 0:
        good &= never_below(inputs[high] + first, inputs[low] + first, bars)
    return good


cdef inline bint good_results(
    double* const* outputs, int count, Py_ssize_t first, Py_ssize_t bars, const Py_ssize_t* lookbacks, bint sparse
) noexcept nogil:
    cdef:
        bint good = True
        int i
    for i in range(count):
        if sparse:
            good &= no_infinity(outputs[i] + first, bars)
        else:
            good &= finite(<const int64_t*>(outputs[i] + first + lookbacks[i]), bars - lookbacks[i], False)
    return good


cdef inline void leave_out(double* const* outputs, int count, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    cdef:
        Py_ssize_t bar
        int i
    for i in range(count):
        for bar in range(first, last):
            outputs[i][bar] = NAN


cdef inline bint never_below(const double* high, const double* low, Py_ssize_t bars) noexcept nogil:
    cdef:
        Py_ssize_t i
        int good = True
    for i in range(bars):
        good &= high[i] >= low[i]
    return good


cdef inline bint no_infinity(const double* values, Py_ssize_t bars) noexcept nogil:
    cdef:
        Py_ssize_t i
        int good = True
    for i in range(bars):
        good &= fabs(values[i]) != INFINITY
    return good
