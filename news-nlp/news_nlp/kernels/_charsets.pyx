"""Documents in other encodings, to UTF-8."""
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy


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
    const uint32_t* table,  # IN  256 characters
    bint mixed,
    uint8_t* out,           # OUT NULL: count only
) noexcept nogil:
    cdef:
        Py_ssize_t at = 0, length = 0, step, end
        uint8_t[4] scrap
    while at < size:
        end = behind_ascii(raw, at, size)
        if out != NULL:
            memcpy(out + length, raw + at, end - at)
        length += end - at
        at = end
        if at == size:
            break
        step = sequence(raw + at, size - at) if mixed else 0
        if step:
            if out != NULL:
                memcpy(out + length, raw + at, step)
            length += step
            at += step
        else:
            length += put(table[raw[at]], &scrap[0] if out == NULL else out + length)
            at += 1
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
        Py_ssize_t size = len(data), length
        uint32_t[256] characters
        bytes made
        uint8_t* out
    if len(table) != 256:
        raise ValueError(f"expected a table of 256 characters, got {len(table)}")
    for length in range(256):
        characters[length] = ord(table[length])
    with nogil:
        length = rewrite(raw, size, characters, mixed, NULL)
    made = PyBytes_FromStringAndSize(NULL, length)
    out = <uint8_t*>PyBytes_AS_STRING(made)
    with nogil:
        rewrite(raw, size, characters, mixed, out)
    return made
