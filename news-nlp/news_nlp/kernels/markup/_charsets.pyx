"""Documents in other encodings, to UTF-8."""
from cpython.object cimport PyObject
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from news_nlp.kernels.markup._utf8 cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, put, take

cdef enum:
    ROOM = 8                # bytes that may be written beyond the end
    BLOCK = 64
    BEHIND = 3              # of the first byte of a character

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
    uint8_t* out,           # OUT room for ROOM bytes beyond `bound`
) noexcept nogil:
    cdef:
        Py_ssize_t at = 0, length = 0, end
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
            memcpy(out + length, &table[raw[at]].bytes, 4)
            length += table[raw[at]].size
            at += 1
    return length


cdef void mark_sequences(const uint8_t* near, uint8_t* marks) noexcept nogil:
    """For each of BLOCK bytes: 1 where a well-formed character of two bytes or more begins, with 2 of three, with 4 of four.

    BEHIND bytes follow. Where a character begins depends on no byte before it, so that all are found at once.
    """
    cdef:
        uint8_t head, second, one, two, three, more
        int at
    for at in range(BLOCK):
        head, second = near[at], near[at + 1]
        more = (second & 0xC0) == 0x80
        one = <uint8_t>(head - 0xC2) <= 0xDF - 0xC2
        two = (
            ((head & 0xF0) == 0xE0) & ((near[at + 2] & 0xC0) == 0x80)
            & ((head != 0xE0) | (second >= 0xA0)) & ((head != 0xED) | (second <= 0x9F))  # no half of a pair
        )
        three = (
            (<uint8_t>(head - 0xF0) <= 4) & ((near[at + 2] & 0xC0) == 0x80) & ((near[at + 3] & 0xC0) == 0x80)
            & ((head != 0xF0) | (second >= 0x90)) & ((head != 0xF4) | (second <= 0x8F))
        )
        marks[at] = more * (one | (two * 3) | (three * 7))


cdef Py_ssize_t rewrite_mixed(const uint8_t* raw, Py_ssize_t size, const Written* table, uint8_t* out) noexcept nogil:
    """As `rewrite`, but well-formed UTF-8 stays. No step depends on what the bytes are, which no processor could foresee."""
    cdef:
        Py_ssize_t at = 0, length = 0, count, i
        uint8_t[BLOCK + BEHIND] near
        uint8_t[BEHIND + BLOCK] marks  # of the bytes before the block too
        uint8_t[BLOCK] kept
        uint32_t mask, signs
        const Written* written
    memset(marks, 0, sizeof(marks))
    while at < size:
        count = min(size - at, BLOCK + BEHIND)
        memset(near, 0, sizeof(near))
        memcpy(near, raw + at, count)
        mark_sequences(near, marks + BEHIND)
        for i in range(BLOCK):
            kept[i] = (
                (near[i] < 0x80) | (marks[i + 3] & 1) | (marks[i + 2] & 1) | ((marks[i + 1] >> 1) & 1) | (marks[i] >> 2)
            )
        for i in range(min(count, BLOCK)):
            written = &table[near[i]]
            mask = -<uint32_t>kept[i]
            signs = (written.bytes & ~mask) | (near[i] & mask)
            memcpy(out + length, &signs, 4)
            length += (<uint32_t>written.size & ~mask) | (1 & mask)
        memcpy(marks, marks + BLOCK, BEHIND)
        at += BLOCK
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
        if mixed:
            length = rewrite_mixed(raw, size, characters, out)
        else:
            length = rewrite(raw, size, characters, out)
    return take(made, length)
