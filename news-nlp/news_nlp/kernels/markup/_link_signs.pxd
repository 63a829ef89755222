"""The signs of a link: white space of any script, and what an address holds by its number only."""

cdef enum:
    LONGEST_LINK = 2048     # characters of an address

cdef Py_ssize_t without_ends(const unsigned char* text, Py_ssize_t size, Py_ssize_t* start) noexcept nogil
cdef Py_ssize_t write_clean(const unsigned char* link, Py_ssize_t size, unsigned char* out) noexcept nogil


cdef inline Py_ssize_t space_at(const unsigned char* text, Py_ssize_t left) noexcept nogil:
    """Bytes of the white space, of any script, that a text begins with."""
    cdef unsigned char ch = text[0]
    if ch < 0x80:
        return ch == 32 or 9 <= ch <= 13 or 28 <= ch <= 31
    if ch == 0xC2 and left >= 2:
        return 2 if text[1] == 0x85 or text[1] == 0xA0 else 0
    if left < 3 or not 0xE1 <= ch <= 0xE3:
        return 0
    if ch == 0xE1:
        return 3 if text[1] == 0x9A and text[2] == 0x80 else 0
    if ch == 0xE3:
        return 3 if text[1] == 0x80 and text[2] == 0x80 else 0
    if text[1] == 0x81:
        return 3 if text[2] == 0x9F else 0
    ch = text[2]
    return 3 if text[1] == 0x80 and (ch <= 0x8A or ch == 0xA8 or ch == 0xA9 or ch == 0xAF) else 0


cdef inline bint is_unfit(unsigned char ch) noexcept nogil:
    """Whether an address holds this sign of ASCII by its number only: it could end the address for a reader."""
    return (
        ch == 32 or ch == c'"' or ch == c"'" or ch == c"<" or ch == c">" or ch == c"\\" or ch == c"^" or ch == c"`"
        or c"{" <= ch <= c"}"
    )
