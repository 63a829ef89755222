"""Character references of HTML and XML.

All of HTML5's names, with or without a semicolon as that standard has it, and numbers. The
names come from the standard library; they are looked up in one flat table of 64-bit hashes.
"""
from html.entities import html5
from libc.stdint cimport uint32_t, uint64_t

cdef enum:
    SLOTS = 8192            # a power of two, above three times the names
    LONGEST = 32            # of any name: CounterClockwiseContourIntegral;
    LONGEST_BARE = 6        # of those that need no semicolon

cdef struct Name:
    uint64_t key            # 0: no entry
    uint32_t first
    uint32_t second         # 0: one character
    bint bare

cdef Name[SLOTS] NAMES
cdef uint32_t[32] WINDOWS   # &#128; to &#159; mean what they mean in Windows-1252


cdef inline uint64_t empty() noexcept nogil:
    return <uint64_t>14695981039346656037


cdef inline uint64_t folded(uint64_t key, uint32_t ch) noexcept nogil:
    return (key ^ ch) * <uint64_t>1099511628211  # FNV-1a


cdef inline size_t place(uint64_t key) noexcept nogil:
    return (key ^ (key >> 29)) & (SLOTS - 1)


cdef void fill():
    cdef:
        uint64_t key
        size_t at
    for name, text in html5.items():
        key = empty()
        for ch in name.rstrip(";"):
            key = folded(key, <uint32_t>ord(ch))
        at = place(key)
        while NAMES[at].key != 0 and NAMES[at].key != key:
            at = (at + 1) & (SLOTS - 1)
        NAMES[at].key = key
        NAMES[at].first = ord(text[0])
        NAMES[at].second = ord(text[1]) if len(text) > 1 else 0
        if not name.endswith(";"):
            NAMES[at].bare = True
    for number in range(32):
        WINDOWS[number] = ord(bytes([128 + number]).decode("cp1252", "ignore") or chr(128 + number))

fill()


cdef inline const Name* named(uint64_t key) noexcept nogil:
    cdef size_t at = place(key)
    while NAMES[at].key != 0:
        if NAMES[at].key == key:
            return &NAMES[at]
        at = (at + 1) & (SLOTS - 1)
    return NULL


cdef inline bint is_name_letter(uint32_t ch) noexcept nogil:
    return c"a" <= (ch | 32) <= c"z" or c"0" <= ch <= c"9"


cdef inline int digit(uint32_t ch, bint hexadecimal) noexcept nogil:
    if c"0" <= ch <= c"9":
        return <int>(ch - c"0")
    if hexadecimal and c"a" <= (ch | 32) <= c"f":
        return <int>((ch | 32) - c"a" + 10)
    return -1


cdef Reference numbered(const uint32_t* text, Py_ssize_t length, Py_ssize_t at) noexcept nogil:
    """`&#` stands at `at`."""
    cdef:
        Reference found
        Py_ssize_t end = at + 2, start
        bint hexadecimal = end < length and (text[end] | 32) == c"x"
        uint32_t value = 0
        int one
    found.length = found.count = 0
    found.first = found.second = 0
    end += hexadecimal
    start = end
    while end < length:
        one = digit(text[end], hexadecimal)
        if one < 0:
            break
        if value <= 0x10FFFF:
            value = value * (16 if hexadecimal else 10) + <uint32_t>one
        end += 1
    if end == start:
        return found
    if end < length and text[end] == c";":
        end += 1
    found.length = end - at
    if 128 <= value < 160:
        value = WINDOWS[value - 128]
    found.first = value
    # no character at all: beyond Unicode, half of a pair, a noncharacter, zero
    found.count = 0 if (
        value == 0 or value > 0x10FFFF or 0xD800 <= value <= 0xDFFF or (value & 0xFFFE) == 0xFFFE
        or 0xFDD0 <= value <= 0xFDEF
    ) else 1
    return found


cdef inline bint is_common(const uint32_t* text, Py_ssize_t left, Reference* found) noexcept nogil:
    """`&amp;`, `&lt;` and `&gt;`, which most references are; `text` begins at the `&`."""
    if left >= 5 and text[1] == c"a" and text[2] == c"m" and text[3] == c"p" and text[4] == c";":
        found.length, found.first = 5, c"&"
    elif left >= 4 and text[2] == c"t" and text[3] == c";" and (text[1] == c"l" or text[1] == c"g"):
        found.length, found.first = 4, c"<" if text[1] == c"l" else c">"
    else:
        return False
    found.count, found.second = 1, 0
    return True


cdef Reference reference_at(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, bint strict) noexcept nogil:
    """The reference whose `&` stands at `at`; `strict` ones end with a semicolon, as in addresses."""
    cdef:
        Reference found
        Py_ssize_t end = at + 1, limit
        uint64_t key = empty()
        const Name* name
        const Name* longest = NULL
        Py_ssize_t taken = 0, size
        uint64_t[LONGEST_BARE + 1] keys        # of the first letters, by how many
    if is_common(text + at, length - at, &found):
        return found
    if end < length and text[end] == c"#":
        found = numbered(text, length, at)
        if strict and found.length and text[at + found.length - 1] != c";":
            found.length = 0
        return found
    found.length = found.count = 0
    found.first = found.second = 0
    limit = min(length, at + 1 + LONGEST)
    while end < limit and is_name_letter(text[end]):
        key = folded(key, text[end])
        end += 1
        if end - at - 1 <= LONGEST_BARE:
            keys[end - at - 1] = key
    if end == at + 1:
        return found
    if end < length and text[end] == c";":
        longest, taken = named(key), end + 1 - at
    if longest == NULL and not strict:         # the longest one without a semicolon
        for size in range(min(end - at - 1, LONGEST_BARE), 1, -1):
            name = named(keys[size])
            if name != NULL and name.bare:
                longest, taken = name, size + 1
                break
    if longest != NULL:
        found.length = taken
        found.first, found.second = longest.first, longest.second
        found.count = 2 if longest.second else 1
    return found
