"""Python strings from bytes whose kind is known, without the standard decoders' search for it."""
from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy

cdef extern from "Python.h":
    str PyUnicode_New(Py_ssize_t size, uint32_t greatest)
    void* PyUnicode_DATA(object text)
    str PyUnicode_FromKindAndData(int kind, const void* data, Py_ssize_t size)


cdef inline str ascii_text(const unsigned char* raw, Py_ssize_t size):
    """Of bytes below 128."""
    cdef str made = PyUnicode_New(size, 127)
    if size > 1:
        memcpy(PyUnicode_DATA(made), raw, size)
    elif size == 1:                            # one that all share
        made = PyUnicode_FromKindAndData(1, raw, 1)
    return made


cdef inline str text_of(const uint32_t* signs, Py_ssize_t size, uint32_t greatest):
    """Of code points; `greatest` is one that none exceeds, and is of the same width as the greatest of them."""
    cdef:
        str made
        void* data
        Py_ssize_t at
    if size < 2:
        return PyUnicode_FromKindAndData(4, signs, size)
    made = PyUnicode_New(size, greatest)
    data = PyUnicode_DATA(made)
    if greatest < 0x100:
        for at in range(size):
            (<uint8_t*>data)[at] = <uint8_t>signs[at]
    elif greatest < 0x10000:
        for at in range(size):
            (<uint16_t*>data)[at] = <uint16_t>signs[at]
    else:
        memcpy(data, signs, size * sizeof(uint32_t))
    return made


cdef inline uint32_t greatest_of(const uint32_t* signs, Py_ssize_t size) noexcept nogil:
    """A bound of the width that `text_of` wants."""
    cdef uint32_t all_bits = 0
    cdef Py_ssize_t at
    for at in range(size):
        all_bits |= signs[at]
    return all_bits if all_bits < 0x10FFFF else 0x10FFFF
