# distutils: language = c++
"""Number arrays to JSON text, without the GIL."""
from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.math cimport isinf
from libc.stdint cimport int64_t
from libc.stdlib cimport free, malloc

from chitti_shared.json._decimal cimport LEAST_POWER, MOST_POWER, prepare_powers, print_floats, set_power

from chitti_shared.errors import ComputationError

cdef enum:
    WIDEST = 25      # bytes: "-2.2250738585072014e-308" and a comma
    SPARE = 32       # bytes that the printer may touch behind the last number
    IN_PLACE = 1024  # values; below that, giving up the GIL costs more than it gives
    KEPT = 32_768    # values that the kept memory has room for


def _set_powers():
    """The powers of ten that the printer scales by: their first 128 bits."""
    for exponent in range(LEAST_POWER, MOST_POWER + 1):
        power = 10 ** abs(exponent)
        digits = power << 128 if exponent >= 0 else (1 << (127 + power.bit_length())) // power
        digits >>= digits.bit_length() - 128
        set_power(exponent, digits >> 64, digits & 0xFFFFFFFFFFFFFFFF)
    prepare_powers()


_set_powers()


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


cdef Py_ssize_t first_infinity(const double[::1] values):
    cdef Py_ssize_t i = 0
    while not isinf(values[i]):
        i += 1
    return i


cdef extern from *:
    """
    #include <atomic>

    /* Memory for one text, kept from one to the next: it is three times as large as most
       texts, and taken afresh it would lie elsewhere each time, in pages not touched before. */
    static std::atomic<char*> chitti_kept{nullptr};

    static inline char* chitti_take_kept() noexcept { return chitti_kept.exchange(nullptr); }
    static inline char* chitti_keep(char* text) noexcept { return chitti_kept.exchange(text); }
    """
    char* take_kept "chitti_take_kept"() noexcept nogil
    char* keep "chitti_keep"(char* text) noexcept nogil


cdef char* room_for(Py_ssize_t values) except NULL:
    cdef char* room = take_kept() if values <= KEPT else NULL
    if room == NULL:
        room = <char*>malloc(<size_t>(max(values, KEPT) * WIDEST + SPARE))
    if room == NULL:
        raise MemoryError()
    return room


cdef void give_back(char* room, Py_ssize_t values) noexcept nogil:
    free(keep(room) if values <= KEPT else room)


def write_floats(const double[::1] values not None):
    """JSON text of a float64 series: NaN as null, each number in its shortest exact form.

    Raises
    ------
    ComputationError
        A value is infinite.
    """
    cdef:
        Py_ssize_t size = values.shape[0]
        const double* data = &values[0] if size else NULL
        char* text = room_for(size)
        char* end
    try:
        if size < IN_PLACE:
            end = print_floats(text, data, size)
        else:
            with nogil:
                end = print_floats(text, data, size)
        if end == NULL:
            raise ComputationError("a result is infinite", index=first_infinity(values))
        return PyBytes_FromStringAndSize(text, end - text)
    finally:
        give_back(text, size)


def write_integers(const int64_t[::1] values not None):
    """JSON text of an int64 series."""
    cdef:
        Py_ssize_t size = values.shape[0]
        const int64_t* data = &values[0] if size else NULL
        char* text = room_for(size)
        char* end
    try:
        with nogil:
            end = print_integers(data, size, text)
        return PyBytes_FromStringAndSize(text, end - text)
    finally:
        give_back(text, size)
