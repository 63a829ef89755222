"""Links of unusual form, to addresses of the web: with user names, spaces, dots within, capitals, hosts in any script.

RFC 3986 without its exotic parts: what has brackets (IPv6), parameters behind a semicolon where links are joined, or
signs in its host that normalise to delimiters is `UNDECIDED`, and left to the standard library.
"""
from cpython.unicode cimport PyUnicode_AsUTF8AndSize, PyUnicode_DecodeUTF8
from libc.string cimport memcmp, memcpy, memset

cdef enum:
    MOST_BYTES = 4 * LONGEST_LINK

cdef struct Parts:          # of an address or a link: where each ends
    Py_ssize_t scheme       # 0: none; else behind its colon
    Py_ssize_t authority    # `scheme` when there is none
    Py_ssize_t path
    Py_ssize_t query


cdef inline bint of_scheme(unsigned char ch) noexcept nogil:
    return c"a" <= (ch | 32) <= c"z" or c"0" <= ch <= c"9" or ch == c"+" or ch == c"-" or ch == c"."


cdef Parts parts_of(const unsigned char* url, Py_ssize_t size) noexcept nogil:
    cdef:
        Parts parts
        Py_ssize_t at = 0
    parts.scheme = 0
    if size and c"a" <= (url[0] | 32) <= c"z":
        while at < size and of_scheme(url[at]):
            at += 1
        if at < size and url[at] == c":":
            parts.scheme = at + 1
    at = parts.scheme
    if at + 1 < size and url[at] == c"/" and url[at + 1] == c"/":
        at += 2
        while at < size and url[at] != c"/" and url[at] != c"?" and url[at] != c"#":
            at += 1
    parts.authority = at
    while at < size and url[at] != c"?" and url[at] != c"#":
        at += 1
    parts.path = at
    while at < size and url[at] != c"#":
        at += 1
    parts.query = at
    return parts


cdef inline bint may_be_space(unsigned char ch) noexcept nogil:
    """Whether a space beyond ASCII may begin or end with this byte's character; controls do, too."""
    return ch <= 32 or ch == 0xC2 or 0xE1 <= ch <= 0xE3


cdef bint has_odd_ends(const unsigned char* text, Py_ssize_t size) noexcept nogil:
    """Whether white space may stand at either end."""
    cdef Py_ssize_t at = size - 1
    while at > 0 and text[at] & 0xC0 == 0x80:
        at -= 1
    return may_be_space(text[0]) or may_be_space(text[at])


cdef Py_ssize_t host_in(const unsigned char* url, Py_ssize_t at, Py_ssize_t end, Py_ssize_t* start) noexcept nogil:
    """Length of the host of an authority; `UNDECIDED` when it takes more to tell."""
    cdef:
        Py_ssize_t place, colon = end
        unsigned char ch
    start[0] = at
    for place in range(at, end):
        ch = url[place]
        if ch == c"@":
            start[0], colon = place + 1, end
        elif ch == c":" and colon == end:
            colon = place
        elif ch == c"[" or ch == c"]" or ch == c"%" or ch <= 32:
            return UNDECIDED
        elif ch == 0xE2 or ch == 0xEF:         # U+2000 to U+2FFF, U+F000 to U+FFFF: some stand for delimiters
            return UNDECIDED
    return colon - start[0]


cdef Py_ssize_t find_host(const unsigned char* url, Py_ssize_t size, Py_ssize_t* start) noexcept nogil:
    """Length of the host of any address and, in `start`, its place; 0: none, or `UNDECIDED`."""
    cdef:
        Parts parts
        Py_ssize_t at
    if size == 0:
        return 0
    if has_odd_ends(url, size):
        return UNDECIDED
    for at in range(size):
        if url[at] == c"\t" or url[at] == c"\n" or url[at] == c"\r":  # they would be dropped first
            return UNDECIDED
    parts = parts_of(url, size)
    if parts.authority < parts.scheme + 2:
        return 0
    return host_in(url, parts.scheme + 2, parts.authority, start)


cdef Py_ssize_t write_clean(const unsigned char* link, Py_ssize_t size, unsigned char* out) noexcept nogil:
    """Without breaks, and with `%20` for spaces; 0: no address, since it has a control or is too long."""
    cdef:
        Py_ssize_t at, length = 0, signs = 0
        unsigned char ch
    for at in range(size):
        ch = link[at]
        if ch == c"\t" or ch == c"\n" or ch == c"\r":
            continue
        if ch < 32 or ch == 127:
            return 0
        signs += (3 if ch == 32 else 1) if ch & 0xC0 != 0x80 else 0
        if signs > LONGEST_LINK:
            return 0
        if ch == 32:
            memcpy(out + length, b"%20", 3)
            length += 3
        else:
            out[length] = ch
            length += 1
    return length


cdef inline Py_ssize_t web_scheme(const unsigned char* url, Py_ssize_t size) noexcept nogil:
    """Length of `http:` or `https:`, which it must be all of, in any case; 0 for another one."""
    cdef Py_ssize_t at
    if size != 5 and size != 6:
        return 0
    for at in range(size - 1):
        if (url[at] | 32) != b"https"[at]:
            return 0
    return size


cdef bint is_base(const unsigned char* base, Py_ssize_t size, Parts* parts) noexcept nogil:
    """Whether links can be joined to it here."""
    cdef Py_ssize_t at, start
    if size == 0 or size > MOST_BYTES or memcmp(base, b"http", min(size, 4)) != 0:
        return False
    for at in range(size):
        if base[at] <= 32 or base[at] == 127:
            return False
    parts[0] = parts_of(base, size)
    if web_scheme(base, parts.scheme) == 0 or parts.authority < parts.scheme + 3:
        return False
    if host_in(base, parts.scheme + 2, parts.authority, &start) <= 0 or has_odd_ends(base, size):
        return False
    for at in range(parts.authority, parts.path):
        if base[at] == c";":
            return False
    return base[4] == c":" or base[4] == c"s"


cdef Py_ssize_t add_path(
    const unsigned char* path, Py_ssize_t size, unsigned char* out, Py_ssize_t length, Py_ssize_t root
) noexcept nogil:
    """Add the segments of a path to one that ends with a slash, the first of which is at `root`."""
    cdef Py_ssize_t at = 0, end
    while at < size:
        end = at
        while end < size and path[end] != c"/":
            end += 1
        if end - at == 2 and path[at] == c"." and path[at + 1] == c".":
            if length > root + 1:
                length -= 1
                while out[length - 1] != c"/":
                    length -= 1
        elif not (end - at == 1 and path[at] == c"."):
            memcpy(out + length, path + at, end - at)
            length += end - at
            if end < size:
                out[length] = c"/"
                length += 1
        at = end + 1
    return length


cdef Py_ssize_t joined(
    const unsigned char* link, Py_ssize_t size, Parts* parts, const unsigned char* base, Parts* to, unsigned char* out
) noexcept nogil:
    """A link without scheme and authority behind a base."""
    cdef Py_ssize_t at, length, end
    for at in range(parts.path):
        if link[at] == c";":
            return UNDECIDED
    if parts.path == 0:
        if size == 1 or link[1] == c"#":
            return UNDECIDED
        length = to.path if link[0] == c"?" else to.query
        memcpy(out, base, length)
        memcpy(out + length, link, size)
        return length + size
    memcpy(out, base, to.authority)
    length = to.authority
    out[length] = c"/"
    length += 1
    if link[0] != c"/":
        end = to.path
        while end > to.authority and base[end - 1] != c"/":
            end -= 1
        if end > to.authority:
            length = add_path(base + to.authority + 1, end - to.authority - 1, out, length, to.authority)
    at = 1 if link[0] == c"/" else 0
    length = add_path(link + at, parts.path - at, out, length, to.authority)
    memcpy(out + length, link + parts.path, size - parts.path)
    return length + size - parts.path


cdef Py_ssize_t absolute(
    const unsigned char* link, Py_ssize_t size, Parts* parts, const unsigned char* base, Parts* to, unsigned char* out
) noexcept nogil:
    """A link with an authority; its scheme may be the base's, or `https` where that is NULL."""
    cdef Py_ssize_t at, length, start
    length = host_in(link, parts.scheme + 2, parts.authority, &start)
    if parts.authority == parts.scheme + 2 and base != NULL:
        return UNDECIDED
    if length <= 0:
        return length
    if parts.path > parts.authority and link[parts.path - 1] == c";":
        return UNDECIDED
    if parts.scheme:
        for at in range(parts.scheme):
            out[at] = link[at] | 32 if link[at] != c":" else c":"
        length = parts.scheme
    elif base != NULL:
        length = to.scheme
        memcpy(out, base, length)
    else:
        length = 6
        memcpy(out, b"https:", length)
    memcpy(out + length, link + parts.scheme, size - parts.scheme)
    return length + size - parts.scheme


cdef Py_ssize_t resolve_into(
    const unsigned char* link, Py_ssize_t size, const unsigned char* base, Py_ssize_t base_size, unsigned char* out
) noexcept nogil:
    """Length of the absolute http(s) address of a link; 0: it has none, or `UNDECIDED`. `out` has `LINK_ROOM` bytes."""
    cdef:
        unsigned char[MOST_BYTES + 8] clean
        Parts parts, to
        Py_ssize_t length, at, signs = 0
    if size == 0:
        return 0
    if has_odd_ends(link, size):
        return UNDECIDED
    size = write_clean(link, size, clean)
    if size == 0:
        return 0
    memset(&to, 0, sizeof(Parts))
    if base_size and not is_base(base, base_size, &to):
        return UNDECIDED
    parts = parts_of(clean, size)
    if parts.scheme and web_scheme(clean, parts.scheme) == 0:
        return 0
    if parts.authority >= parts.scheme + 2:
        length = absolute(clean, size, &parts, base if base_size else NULL, &to, out)
    elif parts.scheme:
        return UNDECIDED
    elif base_size == 0:
        return 0
    else:
        length = joined(clean, size, &parts, base, &to, out)
    for at in range(max(length, 0)):
        signs += out[at] & 0xC0 != 0x80
    return length if signs <= LONGEST_LINK else 0


def resolve(str link not None, str base not None):
    """The address of a link; None where it is not decided here."""
    cdef:
        unsigned char[LINK_ROOM] out
        Py_ssize_t size, base_size
        const unsigned char* raw = <const unsigned char*>PyUnicode_AsUTF8AndSize(link, &size)
        const unsigned char* start = <const unsigned char*>PyUnicode_AsUTF8AndSize(base, &base_size)
    size = resolve_into(raw, size, start, base_size, out)
    return None if size == UNDECIDED else PyUnicode_DecodeUTF8(<const char*>out, size, NULL)


def host(str url not None):
    """The host of an address as it is written there; None where it is not decided here."""
    cdef:
        Py_ssize_t size, start = 0
        const unsigned char* raw = <const unsigned char*>PyUnicode_AsUTF8AndSize(url, &size)
    size = find_host(raw, size, &start)
    return None if size == UNDECIDED else PyUnicode_DecodeUTF8(<const char*>raw + start, size, NULL)
