# distutils: language = c++
"""Number arrays to JSON text, without the GIL."""
from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.math cimport INFINITY, fabs
from libc.stdint cimport int64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

from chitti_shared.json._numbers cimport print_double

from chitti_shared.errors import ComputationError

cdef enum:
    WIDEST = 26  # "-2.2250738585072014e-308" and a comma, with room to spare


cdef inline char* print_integer(char* out, int64_t value) noexcept nogil:
    cdef char digits[20]
    cdef int n = 0
    cdef unsigned long long left = <unsigned long long>value
    if value < 0:
        out[0] = 45
        out += 1
        left = 0 - left
    while True:
        digits[n] = <char>(48 + left % 10)
        n += 1
        left //= 10
        if left == 0:
            break
    while n > 0:
        n -= 1
        out[0] = digits[n]
        out += 1
    return out


cdef inline char* print_float(char* out, double value) noexcept nogil:
    """Shortest form; whole numbers keep a `.0`, as orjson and repr write them."""
    cdef char* end
    if fabs(value) < 1e15 and value == <double><int64_t>value and not (value == 0.0 and 1.0 / value < 0.0):
        end = print_integer(out, <int64_t>value)
        end[0] = 46
        end[1] = 48
        return end + 2
    if value == 0.0:
        memcpy(out, b"-0.0", 4)
        return out + 4
    return print_double(out, value)


cdef char* print_floats(const double* values, Py_ssize_t size, char* out, Py_ssize_t* bad) noexcept nogil:
    """`[1.5,null]`; on an infinity `bad` is its index."""
    cdef Py_ssize_t i
    out[0] = 91
    out += 1
    for i in range(size):
        if i:
            out[0] = 44
            out += 1
        if values[i] != values[i]:
            memcpy(out, b"null", 4)
            out += 4
        elif fabs(values[i]) == INFINITY:
            bad[0] = i
            return out
        else:
            out = print_float(out, values[i])
    out[0] = 93
    return out + 1


cdef char* print_integers(const int64_t* values, Py_ssize_t size, char* out) noexcept nogil:
    cdef Py_ssize_t i
    out[0] = 91
    out += 1
    for i in range(size):
        if i:
            out[0] = 44
            out += 1
        out = print_integer(out, values[i])
    out[0] = 93
    return out + 1


def write_floats(const double[::1] values not None):
    """JSON text of a float64 series: NaN as null, each number in its shortest exact form.

    Raises
    ------
    ComputationError
        A value is infinite.
    """
    cdef:
        Py_ssize_t size = values.shape[0]
        Py_ssize_t bad = -1
        const double* data = &values[0] if size else NULL
        char* text = <char*>malloc(<size_t>(size * WIDEST + 2))
        char* end
    if text == NULL:
        raise MemoryError()
    try:
        with nogil:
            end = print_floats(data, size, text, &bad)
        if bad >= 0:
            raise ComputationError("a result is infinite", index=bad)
        return PyBytes_FromStringAndSize(text, end - text)
    finally:
        free(text)


def write_integers(const int64_t[::1] values not None):
    """JSON text of an int64 series."""
    cdef:
        Py_ssize_t size = values.shape[0]
        const int64_t* data = &values[0] if size else NULL
        char* text = <char*>malloc(<size_t>(size * 21 + 2))
        char* end
    if text == NULL:
        raise MemoryError()
    try:
        with nogil:
            end = print_integers(data, size, text)
        return PyBytes_FromStringAndSize(text, end - text)
    finally:
        free(text)
