"""Documents in other encodings, to UTF-8."""
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

cdef extern from "Python.h":
    PyObject* PyBytes_FromStringAndSize(const char* text, Py_ssize_t size) except NULL
    char* PyBytes_AS_STRING(PyObject* made)
    int _PyBytes_Resize(PyObject** made, Py_ssize_t size) except -1

cdef enum:
    ROOM = 8                # bytes that may be written beyond the end

cdef struct Written:        # a character in UTF-8
    uint32_t bytes
    Py_ssize_t size


cdef inline Py_ssize_t sequence(const uint8_t* raw, Py_ssize_t left) noexcept nogil:
    """Bytes of the well-formed character that begins at `raw`, beyond ASCII; 0 when none does."""
    cdef uint8_t head = raw[0], low = 0x80, high = 0xBF
    cdef Py_ssize_t more, i
    if 0xC2 <= head <= 0xDF:
        more = 1
    elif 0xE0 <= head <= 0xEF:
        more = 2
        if head == 0xE0:
            low = 0xA0
        elif head == 0xED:
            high = 0x9F                        # half of a pair
    elif 0xF0 <= head <= 0xF4:
        more = 3
        if head == 0xF0:
            low = 0x90
        elif head == 0xF4:
            high = 0x8F
    else:
        return 0
    if left <= more or not low <= raw[1] <= high:
        return 0
    for i in range(2, more + 1):
        if raw[i] & 0xC0 != 0x80:
            return 0
    return more + 1


cdef inline Py_ssize_t behind_ascii(const uint8_t* raw, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    cdef uint64_t eight
    while at + 8 <= size:
        memcpy(&eight, raw + at, 8)
        if eight & <uint64_t>0x8080808080808080:
            break
        at += 8
    while at < size and raw[at] < 0x80:
        at += 1
    return at


cdef bint valid(const uint8_t* raw, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t at = behind_ascii(raw, 0, size), step
    while at < size:
        step = sequence(raw + at, size - at)
        if step == 0:
            return False
        at += step
        if at < size and raw[at] < 0x80:
            at = behind_ascii(raw, at, size)
    return True


cdef inline Py_ssize_t put(uint32_t ch, uint8_t* out) noexcept nogil:
    """UTF-8 of a character of the basic plane."""
    if ch < 0x80:
        out[0] = <uint8_t>ch
        return 1
    if ch < 0x800:
        out[0] = <uint8_t>(0xC0 | (ch >> 6))
        out[1] = <uint8_t>(0x80 | (ch & 0x3F))
        return 2
    out[0] = <uint8_t>(0xE0 | (ch >> 12))
    out[1] = <uint8_t>(0x80 | ((ch >> 6) & 0x3F))
    out[2] = <uint8_t>(0x80 | (ch & 0x3F))
    return 3


cdef Py_ssize_t rewrite(
    const uint8_t* raw,
    Py_ssize_t size,
    const Written* table,   # IN  256 characters
    bint mixed,
    uint8_t* out,           # OUT room for ROOM bytes beyond `bound`
) noexcept nogil:
    cdef:
        Py_ssize_t at = 0, length = 0, step, end
        uint64_t eight
    while at < size:
        if at + 8 <= size:
            memcpy(&eight, raw + at, 8)
            memcpy(out + length, &eight, 8)
            if not eight & <uint64_t>0x8080808080808080:
                at += 8
                length += 8
                continue
        end = min(at + 8, size)
        while at < end:
            step = sequence(raw + at, size - at) if mixed and raw[at] >= 0x80 else 0
            if step:
                memcpy(out + length, raw + at, step)
                length += step
                at += step
            else:
                memcpy(out + length, &table[raw[at]].bytes, 4)
                length += table[raw[at]].size
                at += 1
    return length


cdef Py_ssize_t bound(const uint8_t* raw, Py_ssize_t size) noexcept nogil:
    """Bytes that `rewrite` needs at most."""
    cdef Py_ssize_t at, length = size
    for at in range(size):
        length += (raw[at] >> 7) * 2
    return length


cdef Py_ssize_t rewrite_pairs(
    const uint8_t* raw,
    Py_ssize_t size,
    const uint16_t* pairs,  # IN  by first and second byte; at [0][byte] of one byte alone; 0: none
    uint8_t* out,           # OUT room for ROOM bytes beyond `bound`
) noexcept nogil:
    """Bytes written; -1 when the document holds what the table does not."""
    cdef:
        Py_ssize_t at = 0, length = 0
        uint64_t eight
        uint16_t ch
    while at < size:
        if at + 8 <= size:
            memcpy(&eight, raw + at, 8)
            if not eight & <uint64_t>0x8080808080808080:
                memcpy(out + length, &eight, 8)
                at += 8
                length += 8
                continue
        if raw[at] < 0x80:
            out[length] = raw[at]
            at += 1
            length += 1
            continue
        ch = pairs[raw[at]]
        at += 1
        if ch == 0:
            ch = pairs[raw[at - 1] << 8 | raw[at]] if at < size else 0
            at += 1
            if ch == 0:
                return -1
        length += put(ch, out + length)
    return length


cdef inline bytes take(PyObject* made):
    """A reference that is ours."""
    cdef bytes taken = <bytes>made
    Py_DECREF(taken)
    return taken


def is_utf8(bytes data not None):
    cdef const uint8_t* raw = data
    cdef Py_ssize_t size = len(data)
    with nogil:
        size = valid(raw, size)
    return size != 0


def from_single_bytes(bytes data not None, str table not None, *, bint mixed):
    """Write as UTF-8 what has one byte for each character, as `table` has them.

    ASCII stands for itself in every table. With `mixed`, what is well-formed UTF-8 stays and
    only other bytes are looked up: the feeds that mix both are read as they were meant.
    """
    cdef:
        const uint8_t* raw = data
        Py_ssize_t size = len(data), length, most
        Written[256] characters
        PyObject* made
        uint8_t* out
    if len(table) != 256:
        raise ValueError(f"expected a table of 256 characters, got {len(table)}")
    for length in range(256):
        characters[length].size = put(ord(table[length]), <uint8_t*>&characters[length].bytes)
    with nogil:
        most = bound(raw, size)
    made = PyBytes_FromStringAndSize(NULL, most + ROOM)
    out = <uint8_t*>PyBytes_AS_STRING(made)
    with nogil:
        length = rewrite(raw, size, characters, mixed, out)
    _PyBytes_Resize(&made, length)
    return take(made)


def from_pairs(bytes data not None, const uint16_t[::1] pairs not None):
    """Write as UTF-8 what has one or two bytes for each character; None when it holds a sequence that `pairs` lacks.

    `pairs[first << 8 | second]` is a character, `pairs[byte]` one of a single byte, 0 none. ASCII stands for itself.
    """
    cdef:
        const uint8_t* raw = data
        Py_ssize_t size = len(data), length, most
        PyObject* made
        uint8_t* out
    if pairs.shape[0] != 65536:
        raise ValueError(f"expected a table of 65536 characters, got {pairs.shape[0]}")
    with nogil:
        most = bound(raw, size)
    made = PyBytes_FromStringAndSize(NULL, most + ROOM)
    out = <uint8_t*>PyBytes_AS_STRING(made)
    with nogil:
        length = rewrite_pairs(raw, size, &pairs[0], out)
    _PyBytes_Resize(&made, max(length, 0))
    data = take(made)
    return data if length >= 0 else None
