"""Addresses that need no further reading: plain http(s) ones, and plain links relative to such a one.

All others are left to the caller's `resolve`, which follows RFC 3986 in full.
"""
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint32_t
from libc.string cimport memcmp

from news_nlp.kernels._letters cimport lower
from news_nlp.kernels._strings cimport greatest_of, text_of
from news_nlp.kernels.markup._plain cimport widen

cdef extern from "string.h":
    void* memmem(const void* text, size_t size, const void* what, size_t length) nogil

cdef enum:
    DOTTED_I = 0x130
    DOT_ABOVE = 0x307
    SIGMA = 0x3A3           # what it becomes depends on its neighbours


cdef bint is_odd(const unsigned char* raw, Py_ssize_t size) noexcept nogil:
    """Whether a sign is in it that an address does not hold as it is, as white space, a quote or a control; or `~`."""
    cdef:
        Py_ssize_t at
        unsigned char ch, found = 0
    for at in range(size):                     # no early exit: many bytes at once
        ch = raw[at]
        found |= (ch <= 32) | (ch == c'"') | (ch == c"'") | (ch == c"<") | (ch == c">")
        found |= (ch == c"\\") | (ch == c"^") | (ch == c"`") | (ch >= c"{")
    return found


cdef inline bint of_host(unsigned char ch) noexcept nogil:
    return c"a" <= (ch | 32) <= c"z" or c"0" <= ch <= c"9" or ch == c"." or ch == c"-"


cdef Py_ssize_t host_end(const unsigned char* url, Py_ssize_t size) noexcept nogil:
    """Where the host of `http://host...` or `https://host:port...` ends; 0 when it is written in another way."""
    cdef Py_ssize_t end, start
    if size < 9 or (url[0] | 32) != c"h" or (url[1] | 32) != c"t" or (url[2] | 32) != c"t" or (url[3] | 32) != c"p":
        return 0
    start = 7 if url[4] == c":" else 8
    if memcmp(url + start - 3, b"://", 3) != 0 or (start == 8 and (url[4] | 32) != c"s"):
        return 0
    end = start
    while end < size and of_host(url[end]):
        end += 1
    return end if end > start and authority_end(url, size, end) else 0


cdef Py_ssize_t authority_end(const unsigned char* url, Py_ssize_t size, Py_ssize_t host) noexcept nogil:
    """Where the host with its port ends, given where the host does; 0 when neither a path nor the end follows."""
    cdef Py_ssize_t end = host
    if end < size and url[end] == c":":
        end += 1
        while end < size and end < host + 6 and c"0" <= url[end] <= c"9":
            end += 1
    return end if end == size or url[end] == c"/" or url[end] == c"?" or url[end] == c"#" else 0


cdef bint is_plain(const unsigned char* url, Py_ssize_t size) noexcept nogil:
    """Whether an address can stay as it is written."""
    return host_end(url, size) > 0 and memcmp(url, b"http", 4) == 0 and url[4] != c"S" and not is_odd(url, size)


cdef inline bint has_dots(const unsigned char* path, Py_ssize_t size) noexcept nogil:
    """Whether a segment may begin with a dot."""
    return memmem(path, size, b"/.", 2) != NULL


cdef bint has_scheme(const unsigned char* raw, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t at
    for at in range(min(size - 2, 32)):
        if raw[at] == c":" and raw[at + 1] == c"/" and raw[at + 2] == c"/":
            return True
    return False


cdef bint has_other_scheme(const unsigned char* link, Py_ssize_t size) noexcept nogil:
    """Whether it begins with a scheme, as `javascript:` is one, that is not the web's."""
    cdef Py_ssize_t at = 0
    cdef unsigned char ch
    if size == 0 or not c"a" <= (link[0] | 32) <= c"z":
        return False
    while at < size and (of_host(link[at]) or link[at] == c"+"):
        at += 1
    if at == size or link[at] != c":":
        return False
    ch = link[at - 1] | 32
    return not ((at == 4 and ch == c"p") or (at == 5 and ch == c"s")) or (link[0] | 32) != c"h"


cdef Py_ssize_t joins_at(
    const unsigned char* link, Py_ssize_t size, const unsigned char* base, Py_ssize_t base_size, Py_ssize_t* skipped
) noexcept nogil:
    """How much of `base` stands before a relative link; 0 when it takes more than putting one behind the other.

    `/a/b` follows the host, `?a` the base's path, `a/b` that path's last slash and `../a` the one before; `skipped`
    is how much of the link its leading dots are.
    """
    cdef Py_ssize_t at = 0, host = host_end(base, base_size), end
    skipped[0] = 0
    host = authority_end(base, base_size, host) if host else 0
    if host == 0 or size == 0 or is_odd(link, size) or is_odd(base, base_size) or memmem(link, size, b"?#", 2) != NULL:
        return 0
    end = host
    while end < base_size and base[end] != c"?" and base[end] != c"#":
        end += 1
    if link[0] == c"?":
        return end if size > 1 else 0
    if link[0] == c"/":
        return 0 if has_dots(link, size) or (size > 1 and link[1] == c"/") else host
    if link[0] == c"#" or end == host or has_dots(base + host, end - host):
        return 0
    while at < size and link[at] != c"/" and link[at] != c"?" and link[at] != c"#":
        if link[at] == c":" or link[at] == c";":
            return 0
        at += 1
    while base[end - 1] != c"/":
        end -= 1
    while size - skipped[0] > 3 and memcmp(link + skipped[0], b"../", 3) == 0:
        skipped[0] += 3
        if end > host + 1:
            end -= 1
            while base[end - 1] != c"/":
                end -= 1
    at = skipped[0]
    return 0 if link[at] == c"." or has_dots(link + at, size - at) else end


cdef Py_ssize_t without_breaks(const unsigned char* url, Py_ssize_t size, unsigned char* out) noexcept nogil:
    """Length of an address without tabs and line ends, which browsers drop first."""
    cdef Py_ssize_t at, length = 0
    for at in range(size):
        out[length] = url[at]
        length += url[at] != c"\t" and url[at] != c"\n" and url[at] != c"\r"
    return length


cdef str wide_host(const unsigned char* raw, Py_ssize_t size):
    """A host beyond ASCII, or a very long one, in lower case and without `www.`."""
    cdef:
        uint32_t[MAX_HOST] signs
        uint32_t[2 * MAX_HOST] small
        Py_ssize_t at, length = 0, count = 0, skipped
        bint simple = size <= MAX_HOST
    if simple:
        length = widen(raw, size, signs, size, False)
    for at in range(length):
        simple = simple and signs[at] != SIGMA
        if signs[at] == DOTTED_I:              # the one letter that becomes two
            small[count], small[count + 1] = c"i", DOT_ABOVE
            count += 2
        else:
            small[count] = lower(signs[at])
            count += 1
    if not simple:
        return PyUnicode_DecodeUTF8(<const char*>raw, size, NULL).lower().removeprefix("www.")
    skipped = 4 if count > 3 and small[0] == small[1] == small[2] == c"w" and small[3] == c"." else 0
    return text_of(small + skipped, count - skipped, greatest_of(small + skipped, count - skipped))
