"""Links of unusual form, to addresses of the web: with user names, spaces, dots within, capitals, hosts in any script.

RFC 3986, in which a semicolon is a sign as any other. What has tabs or line ends in its host, or a base that is no clean
address of the web, is `UNDECIDED`, and left to the standard library.
"""
from unicodedata import normalize

from cpython.unicode cimport PyUnicode_AsUTF8AndSize, PyUnicode_DecodeUTF8
from libc.string cimport memchr, memcmp, memcpy, memset

from news_nlp.kernels.markup._link_signs cimport LONGEST_LINK, is_unfit, space_at, without_ends, write_clean

cdef extern from "arpa/inet.h":
    int inet_pton(int family, const char* text, void* address) nogil
    enum:
        AF_INET6

cdef enum:
    MOST_BYTES = 4 * LONGEST_LINK
    LONGEST_NUMBER = 45     # signs of an IPv6 address

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
        while at < size and url[at] != c"/" and url[at] != c"\\" and url[at] != c"?" and url[at] != c"#":
            at += 1
    parts.authority = at
    while at < size and url[at] != c"?" and url[at] != c"#":
        at += 1
    parts.path = at
    while at < size and url[at] != c"#":
        at += 1
    parts.query = at
    return parts


# Of U+2000 to U+2FFF and U+F000 to U+FFFF: whether it stands for `/`, `?`, `#`, `@` or `:`, as no sign elsewhere does
cdef bint[8192] DELIMITERS
for _at in range(8192):
    DELIMITERS[_at] = not set("/?#@:").isdisjoint(normalize("NFKC", chr((0x2000 if _at < 4096 else 0xE000) + _at)))


cdef inline bint is_delimiter(const unsigned char* sign) noexcept nogil:
    """Whether one of three bytes stands for a delimiter of addresses."""
    cdef int low = (sign[1] & 0x3F) << 6 | (sign[2] & 0x3F)
    return (sign[0] == 0xE2 and DELIMITERS[low]) or (sign[0] == 0xEF and DELIMITERS[4096 + low])


cdef bint is_numeric(const unsigned char* text, Py_ssize_t size) noexcept nogil:
    """Whether what stands in brackets is an IPv6 address, or one of a later version."""
    cdef:
        char[LONGEST_NUMBER + 1] number
        unsigned char[16] address
        Py_ssize_t at = 1, zone = 0
    if size and text[0] == c"v":
        while at < size and (c"0" <= text[at] <= c"9" or c"a" <= (text[at] | 32) <= c"f"):
            at += 1
        return at > 1 and at + 1 < size and text[at] == c"."
    while zone < size and text[zone] != c"%":
        zone += 1
    if zone > LONGEST_NUMBER or zone == size - 1:
        return False
    for at in range(zone + 1, size):
        if text[at] == c"%":
            return False
    memcpy(number, text, zone)
    number[zone] = 0
    return inet_pton(AF_INET6, number, address) == 1


cdef Py_ssize_t bracketed(const unsigned char* url, Py_ssize_t at, Py_ssize_t end, Py_ssize_t* start) noexcept nogil:
    """Length of the host of an authority that holds brackets; `start` is behind its user. 0: they hold no address."""
    cdef Py_ssize_t first = at, last, close = end, place
    while first < end and url[first] != c"[":
        first += 1
    last = first
    while last < end and url[last] != c"]":
        last += 1
    for place in range(at, end):
        if url[place] == c"]":
            close = place
    if first == end or close == end or not is_numeric(url + first + 1, last - first - 1):
        return 0
    for place in range(start[0], end):
        if url[place] == c"[":
            start[0] = place + 1
            while place + 1 < end and url[place + 1] != c"]":
                place += 1
            return place + 1 - start[0]
    place = start[0]
    while place < end and url[place] != c":":
        place += 1
    return place - start[0]


cdef Py_ssize_t host_in(const unsigned char* url, Py_ssize_t at, Py_ssize_t end, Py_ssize_t* start) noexcept nogil:
    """Length of the host of an authority; 0: it has none, or is none."""
    cdef:
        Py_ssize_t place, colon = end
        bint brackets = False
        unsigned char ch
    start[0] = at
    for place in range(at, end):
        ch = url[place]
        if ch == c"@":
            start[0], colon = place + 1, end
        elif ch == c":" and colon == end:
            colon = place
        elif ch == c"[" or ch == c"]":
            brackets = True
        elif (ch == 0xE2 or ch == 0xEF) and place + 2 < end and is_delimiter(url + place):
            return 0
    return bracketed(url, at, end, start) if brackets else colon - start[0]


cdef inline bint has_number(const unsigned char* url, Py_ssize_t start, Py_ssize_t size) noexcept nogil:
    """Whether a host that is no address in brackets has a percent sign: browsers read `%2e` there as a dot."""
    return url[start - 1] != c"[" and memchr(url + start, c"%", size) != NULL


cdef Py_ssize_t find_host(const unsigned char* url, Py_ssize_t size, Py_ssize_t* start) noexcept nogil:
    """Length of the host of any address and, in `start`, its place; 0: none, or `UNDECIDED`."""
    cdef:
        Parts parts
        Py_ssize_t at, skipped
    size = without_ends(url, size, &skipped)
    while size and url[skipped] <= 32:
        skipped += 1
        size -= 1
    url += skipped
    for at in range(size):
        if url[at] == c"\t" or url[at] == c"\n" or url[at] == c"\r":  # they would be dropped first
            return UNDECIDED
    parts = parts_of(url, size)
    if parts.authority < parts.scheme + 2:
        return 0
    size = host_in(url, parts.scheme + 2, parts.authority, start)
    start[0] += skipped
    return size


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
        if base[at] < 32 or base[at] == 127 or is_unfit(base[at]) or space_at(base + at, size - at):
            return False
    parts[0] = parts_of(base, size)
    if web_scheme(base, parts.scheme) == 0 or parts.authority < parts.scheme + 3:
        return False
    at = host_in(base, parts.scheme + 2, parts.authority, &start)
    if at <= 0 or has_number(base, start, at) or without_ends(base, size, &start) != size:
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
    """A link without scheme and authority behind a base; an empty query is none."""
    cdef Py_ssize_t at, length, end
    if parts.path == 0:
        length = to.path if parts.query > 1 else to.query
        at = parts.query if parts.query == 1 else 0
        memcpy(out, base, length)
        memcpy(out + length, link + at, size - at)
        return length + size - at
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
    if length <= 0 or has_number(link, start, length):
        return 0
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
    size = without_ends(link, size, &at)
    size = write_clean(link + at, size, clean)
    if size == 0:
        return 0
    memset(&to, 0, sizeof(Parts))
    if base_size and not is_base(base, base_size, &to):
        return UNDECIDED
    parts = parts_of(clean, size)
    if parts.scheme and web_scheme(clean, parts.scheme) == 0:
        return 0
    if parts.authority > parts.scheme + 2 or (parts.authority == parts.scheme + 2 and base_size == 0):
        length = absolute(clean, size, &parts, base if base_size else NULL, &to, out)
    elif base_size == 0 or (parts.scheme and parts.scheme != to.scheme):
        return 0
    elif parts.authority > parts.scheme:       # `///a`: nobody's host by RFC 3986, and `a` for a browser
        return 0
    else:                                      # `http:a` and the like name the base's host
        at = parts.authority
        parts.path -= at
        parts.query -= at
        length = joined(clean + at, size - at, &parts, base, &to, out)
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
