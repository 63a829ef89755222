"""Where a piece of HTML ends that no reader sees."""
from libc.stdint cimport uint32_t

cdef bint starts(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, const char* what) noexcept nogil
cdef Py_ssize_t find(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, const char* what) noexcept nogil
cdef Py_ssize_t behind_markup(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, bint* unpaired) noexcept nogil


cdef inline bint is_letter(uint32_t ch) noexcept nogil:
    return c"a" <= (ch | 32) <= c"z"


cdef inline bint may_begin(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, Py_ssize_t last_end) noexcept nogil:
    """Whether markup begins with the `<` at `at`; when not, that sign is text."""
    cdef uint32_t after = text[at + 1] if at + 1 < length else 32
    if is_letter(after):
        return True
    if after != c"/" and after != c"!" and after != c"?":
        return False
    # an unfinished `</` is a sign, an unfinished `</p` a tag
    return at <= last_end or (at + 2 < length and (is_letter(text[at + 2]) or text[at + 2] == c"-"))
