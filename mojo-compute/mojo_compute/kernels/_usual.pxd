"""One look at series and results: is there anything that is not usual?"""
from libc.math cimport INFINITY, fabs
from libc.stdint cimport int64_t

from mojo_compute.kernels._checks cimport finite, finite_ranges, in_order, ordered_ranges

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
    """Whether nothing is wrong with a stretch of all inputs; `high` and `low` are two of them, or -1."""
    cdef:
        bint good = True
        int i
    for i in range(count):
        if i != high and i != low:
            good &= usual(inputs[i] + first, bars, floors[i])
    if high < 0:
        return good
    if floors[high] == UNSEEN:
        return good and never_below(inputs[high] + first, inputs[low] + first, bars)
    if floors[high] < 0:
        return good and finite_ranges(inputs[high] + first, inputs[low] + first, bars)
    return good and ordered_ranges(inputs[high] + first, inputs[low] + first, bars, floors[high])


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
