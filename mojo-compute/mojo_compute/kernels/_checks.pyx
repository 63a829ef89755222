"""One look at a series: is there anything to find fault with?

Doubles are compared as integers, whose order is the same but among negative ones: a positive
NaN lies above infinity, a negative one below zero.
"""
from libc.stdint cimport int64_t

cdef int64_t INFINITE = 0x7FF0000000000000
cdef int64_t MAGNITUDE = 0x7FFFFFFFFFFFFFFF


cdef bint in_order(const int64_t* bits, Py_ssize_t size, int64_t least) noexcept nogil:
    cdef:
        Py_ssize_t i
        int64_t low = least
        int64_t high = 0
    for i in range(size):
        low = min(low, bits[i])
        high = max(high, bits[i])
    return low >= least and high < INFINITE


cdef bint finite(const int64_t* bits, Py_ssize_t size) noexcept nogil:
    cdef:
        Py_ssize_t i
        int64_t high = 0
    for i in range(size):
        high = max(high, bits[i] & MAGNITUDE)
    return high < INFINITE


def all_above_zero(const double[::1] values not None):
    """Whether every value is a finite number above 0."""
    cdef bint good = True
    if values.shape[0]:
        with nogil:
            good = in_order(<const int64_t*>&values[0], values.shape[0], 1)
    return good


def all_finite(const double[::1] values not None, Py_ssize_t first):
    """Whether every value from index `first` on is a finite number."""
    cdef bint good = True
    if first < values.shape[0]:
        with nogil:
            good = finite(<const int64_t*>&values[first], values.shape[0] - first)
    return good
