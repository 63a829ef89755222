"""Characters written as UTF-8, and the bytes objects they are written to."""
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF
from libc.stdint cimport uint8_t, uint32_t

cdef extern from "Python.h":
    PyObject* PyBytes_FromStringAndSize(const char* text, Py_ssize_t size) except NULL
    char* PyBytes_AS_STRING(PyObject* made)
    int _PyBytes_Resize(PyObject** made, Py_ssize_t size) except -1

cdef enum:
    UNREAD = 0xFFFD         # stands for what is no character


cdef inline Py_ssize_t put(uint32_t ch, uint8_t* out) noexcept nogil:
    """Bytes written, at most four."""
    if ch < 0x80:
        out[0] = <uint8_t>ch
        return 1
    if ch < 0x800:
        out[0] = <uint8_t>(0xC0 | (ch >> 6))
        out[1] = <uint8_t>(0x80 | (ch & 0x3F))
        return 2
    if ch < 0x10000:
        out[0] = <uint8_t>(0xE0 | (ch >> 12))
        out[1] = <uint8_t>(0x80 | ((ch >> 6) & 0x3F))
        out[2] = <uint8_t>(0x80 | (ch & 0x3F))
        return 3
    out[0] = <uint8_t>(0xF0 | (ch >> 18))
    out[1] = <uint8_t>(0x80 | ((ch >> 12) & 0x3F))
    out[2] = <uint8_t>(0x80 | ((ch >> 6) & 0x3F))
    out[3] = <uint8_t>(0x80 | (ch & 0x3F))
    return 4


cdef inline bytes take(PyObject* made, Py_ssize_t length):
    """A reference that is ours to the first `length` bytes of what was made."""
    cdef bytes taken
    _PyBytes_Resize(&made, length)
    taken = <bytes>made
    Py_DECREF(taken)
    return taken
