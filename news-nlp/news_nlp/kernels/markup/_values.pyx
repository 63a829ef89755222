"""Addresses, dates and names as XML writes them: references decoded once, CDATA as it stands."""
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from libc.stdint cimport uint32_t

from news_nlp.kernels.markup._markup_ends cimport find, starts
from news_nlp.kernels.markup._plain cimport LONG, SHORT, is_section, widen
from news_nlp.kernels.markup._references cimport Reference, reference_at
from news_nlp.kernels._strings cimport ascii_text, greatest_of, text_of


cdef Py_ssize_t decode_once(uint32_t* text, Py_ssize_t length) noexcept nogil:
    cdef:
        Reference found
        Py_ssize_t at = 0, out = 0, end
    while at < length:
        if text[at] == c"<" and at + 1 < length and text[at + 1] == c"!" and starts(text, length, at, "<![cdata["):
            end = find(text, length, at + 9, "]]>")
            end = length if end < 0 else end
            at += 9
            while at < end:
                text[out] = text[at]
                out, at = out + 1, at + 1
            at = min(end + 3, length)
            continue
        if text[at] == c"&":
            found = reference_at(text, length, at, True)
            if found.length:
                at += found.length
                if found.count >= 1:
                    text[out] = found.first
                    out += 1
                if found.count == 2:
                    text[out] = found.second
                    out += 1
                continue
        text[out] = text[at]
        out, at = out + 1, at + 1
    return out


cdef bint is_printable(const unsigned char* raw, Py_ssize_t size) noexcept nogil:
    """Whether it is printable ASCII."""
    cdef unsigned char found = 0
    cdef Py_ssize_t at
    for at in range(size):                     # no early exit: many bytes at once
        found |= (raw[at] < 32) | (raw[at] > 126)
    return not found


cdef str once(const unsigned char* raw, Py_ssize_t size):
    """A value as XML has it: references decoded once, CDATA as it stands, trimmed; the start of a very long one."""
    cdef:
        Py_ssize_t at = 0
        uint32_t[SHORT] few
        uint32_t* text
    if size > LONG:
        size = LONG
        while raw[size] & 0xC0 == 0x80:        # not within a character
            size -= 1
    while size and raw[size - 1] <= 32:
        size -= 1
    while size and raw[0] <= 32:
        raw += 1
        size -= 1
    if is_section(raw, size) and is_printable(raw + 9, size - 12):
        raw, size = raw + 9, size - 12
        while size and raw[size - 1] == 32:
            size -= 1
        while size and raw[0] == 32:
            raw += 1
            size -= 1
        return ascii_text(raw, size)
    while at < size and raw[at] < 128 and raw[at] != c"&" and raw[at] != c"<":
        at += 1
    if at == size:
        return ascii_text(raw, size)
    if size <= SHORT:
        return decoded(raw, size, few)
    text = <uint32_t*>PyMem_RawMalloc(size * sizeof(uint32_t))
    if text == NULL:
        raise MemoryError()
    try:
        return decoded(raw, size, text)
    finally:
        PyMem_RawFree(text)


cdef str decoded(const unsigned char* raw, Py_ssize_t size, uint32_t* text):
    cdef Py_ssize_t length = decode_once(text, widen(raw, size, text, size, False))
    cdef str made = text_of(text, length, greatest_of(text, length))
    return made.strip()
