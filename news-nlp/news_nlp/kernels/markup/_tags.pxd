"""Tags of XML: names, attributes, prefixes."""
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memchr, memcpy

cdef extern from *:
    int __builtin_ctzll(uint64_t number) nogil

cdef enum:
    BINDINGS = 32           # more declarations of namespaces than these are not looked at

cdef struct Span:
    uint32_t start
    uint32_t size           # 0: nothing there

cdef struct Binding:        # of a prefix to a namespace
    uint64_t prefix
    int space
    int depth               # of the element that declares it

cdef struct Tag:
    Span name
    Py_ssize_t end          # behind it
    uint32_t prefix         # bytes of its prefix
    bint closed             # <link/>
    Span href, rel, url, permalink, about, base

cdef class TagReader:
    cdef:
        const unsigned char* text
        Py_ssize_t size
        Py_ssize_t most_tags, tags
        int depth, bindings
        Binding[BINDINGS] bound

    cdef bint read_tag(self, Py_ssize_t at, Tag* tag) noexcept nogil
    cdef Py_ssize_t attribute(self, Py_ssize_t at, Tag* tag) noexcept nogil
    cdef Py_ssize_t value_end(self, Py_ssize_t at, unsigned char quote) noexcept nogil
    cdef void note(self, Span name, Span value, Tag* tag) noexcept nogil
    cdef void bind(self, Span name, Span value) noexcept nogil
    cdef int element(self, Tag* tag) noexcept nogil
    cdef Span name_at(self, Py_ssize_t at) noexcept nogil
    cdef bint same(self, Span one, Span other) noexcept nogil
    cdef bint reads(self, Span span, const char* what) noexcept nogil
    cdef Py_ssize_t behind(self, Py_ssize_t at, const char* what, Py_ssize_t length) noexcept nogil


cdef inline Span span(Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    cdef Span made
    made.start, made.size = <uint32_t>start, <uint32_t>(end - start)
    return made


cdef inline bint is_space(unsigned char ch) noexcept nogil:
    return ch == c" " or c"\t" <= ch <= c"\r"


cdef inline bint begins_name(unsigned char ch) noexcept nogil:
    return c"a" <= (ch | 32) <= c"z" or ch == c"_" or ch >= 0x80


cdef inline Py_ssize_t sign_from(const unsigned char* text, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    """Where the next `<` stands; `size` when there is none. Most are near."""
    cdef:
        uint64_t eight, found
        const void* sign = NULL
    if at + 8 <= size:
        memcpy(&eight, text + at, 8)
        eight ^= <uint64_t>0x3C3C3C3C3C3C3C3C
        found = (eight - <uint64_t>0x0101010101010101) & ~eight & <uint64_t>0x8080808080808080
        if found:
            return at + (__builtin_ctzll(found) >> 3)  # little endian: the first byte
        at += 8
    if at < size:
        sign = memchr(text + at, c"<", size - at)
    return size if sign == NULL else <const unsigned char*>sign - text
