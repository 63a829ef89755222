"""UTF-16 and UTF-32, to UTF-8: half pairs, and what is no character, become U+FFFD, and so does what the end cuts off."""
from cpython.object cimport PyObject
from libc.stdint cimport uint8_t, uint32_t

from news_nlp.kernels.markup._utf8 cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, UNREAD, put, take

cdef enum:
    ROOM = 8                # bytes that may be written beyond the end


cdef inline uint32_t two(const uint8_t* raw, bint big) noexcept nogil:
    return (<uint32_t>raw[0] << 8) | raw[1] if big else (<uint32_t>raw[1] << 8) | raw[0]


cdef Py_ssize_t write_16(const uint8_t* raw, Py_ssize_t size, bint big, uint8_t* out) noexcept nogil:
    cdef:
        Py_ssize_t at = 0, length = 0
        uint32_t ch, low
    while at + 2 <= size:
        ch = two(raw + at, big)
        at += 2
        if ch >> 11 == 0x1B:
            low = two(raw + at, big) if at + 2 <= size else 0
            if ch < 0xDC00 and low & 0xFC00 == 0xDC00:
                ch = 0x10000 + ((ch & 0x3FF) << 10 | (low & 0x3FF))
                at += 2
            elif ch < 0xDC00 and size - at < 2:
                at = size                      # cut off, with what is left
                ch = UNREAD
            else:
                ch = UNREAD
        length += put(ch, out + length)
    return length + put(UNREAD, out + length) if at < size else length


cdef Py_ssize_t write_32(const uint8_t* raw, Py_ssize_t size, bint big, uint8_t* out) noexcept nogil:
    cdef:
        Py_ssize_t at = 0, length = 0
        uint32_t ch
    while at + 4 <= size:
        if big:
            ch = two(raw + at, True) << 16 | two(raw + at + 2, True)
        else:
            ch = two(raw + at + 2, False) << 16 | two(raw + at, False)
        if ch > 0x10FFFF or ch >> 11 == 0x1B:
            ch = UNREAD
        length += put(ch, out + length)
        at += 4
    return length + put(UNREAD, out + length) if at < size else length


def from_wide(bytes data not None, int width, bint big):
    """Write as UTF-8 what has units of `width` bytes, 2 or 4, `big` or little endian."""
    cdef:
        const uint8_t* raw = data
        Py_ssize_t size = len(data), length
        PyObject* made
        uint8_t* out
    if width != 2 and width != 4:
        raise ValueError(f"expected units of 2 or 4 bytes, got {width}")
    made = PyBytes_FromStringAndSize(NULL, (size // 2 * 3 if width == 2 else size) + ROOM)
    out = <uint8_t*>PyBytes_AS_STRING(made)
    with nogil:
        length = write_16(raw, size, big, out) if width == 2 else write_32(raw, size, big, out)
    return take(made, length)
