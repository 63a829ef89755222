"""Documents in other encodings, to UTF-8."""
from cpython.object cimport PyObject
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

from news_nlp.kernels.markup._utf8 cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, put, take

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
    return take(made, length)
