"""Tags of XML in the bytes of a document: their names, the few attributes that feeds need, and prefixes.

Names are compared without regard to case, as feeds that are written by hand need it.
"""
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memchr, memset

from news_nlp.kernels.markup._elements cimport ALIEN, CORE, element_of, key_of, space_of_address, usual_space

cdef extern from "string.h":
    const void* memmem(const void* text, size_t size, const void* what, size_t length) nogil

cdef enum:
    PREFIX_KEYS = 48        # a kind of keys beside those of `_elements`

cdef uint64_t NO_PREFIX = key_of(PREFIX_KEYS, NULL, 0)

cdef bint[256] ENDS_NAME
for _sign in (9, 10, 11, 12, 13, 32, c">", c"/", c"<", c"="):
    ENDS_NAME[_sign] = True


cdef class TagReader:
    cdef Py_ssize_t behind(self, Py_ssize_t at, const char* what, Py_ssize_t length) noexcept nogil:
        """Where the next `what` ends; the end of the document when there is none."""
        cdef const void* found = NULL
        if at < self.size and length == 1:
            found = memchr(self.text + at, what[0], self.size - at)
        elif at < self.size:
            found = memmem(self.text + at, self.size - at, what, length)
        return self.size if found == NULL else <const unsigned char*>found - self.text + length

    cdef Span name_at(self, Py_ssize_t at) noexcept nogil:
        cdef Py_ssize_t end = at
        while end < self.size and not ENDS_NAME[self.text[end]]:
            end += 1
        return span(at, end)

    cdef bint same(self, Span one, Span other) noexcept nogil:
        cdef:
            const unsigned char* first = self.text + one.start
            const unsigned char* second = self.text + other.start
            uint32_t at
        if one.size != other.size or (first[0] ^ second[0]) & 0xDF:
            return False
        for at in range(one.size):
            if first[at] != second[at] and ((first[at] ^ second[at]) != 32 or not c"a" <= (first[at] | 32) <= c"z"):
                return False
        return True

    cdef bint reads(self, Span span, const char* what) noexcept nogil:
        """Whether a span is `what`, which is in lower case."""
        cdef:
            uint32_t at
            unsigned char ch
        for at in range(span.size):
            ch = self.text[span.start + at]
            if c"A" <= ch <= c"Z":
                ch += 32
            if what[at] == 0 or ch != <unsigned char>what[at]:
                return False
        return what[span.size] == 0

    cdef bint read_tag(self, Py_ssize_t at, Tag* tag) noexcept nogil:
        """The start tag at `at`; False when the document ends in it. One that lacks its `>` ends before the next `<`."""
        cdef unsigned char ch
        memset(tag, 0, sizeof(Tag))
        self.tags += 1
        tag.name = self.name_at(at + 1)
        at = tag.name.start + tag.name.size
        for tag.prefix in range(tag.name.size):
            if self.text[tag.name.start + tag.prefix] == c":":
                break
        else:
            tag.prefix = 0
        while at < self.size:
            ch = self.text[at]
            if ch == c">":
                tag.end = at + 1
                return True
            if ch == c"<":
                tag.end = at
                return True
            if ch == c"/":
                tag.closed = at + 1 < self.size and self.text[at + 1] == c">"
                at += 1
            elif is_space(ch) or ch == c"=":
                at += 1
            else:
                at = self.attribute(at, tag)
        return False

    cdef Py_ssize_t attribute(self, Py_ssize_t at, Tag* tag) noexcept nogil:
        """Behind one attribute."""
        cdef:
            Span name = self.name_at(at)
            Py_ssize_t end
            unsigned char quote
        at = name.start + name.size
        while at < self.size and is_space(self.text[at]):
            at += 1
        if at >= self.size or self.text[at] != c"=":
            return at
        at += 1
        while at < self.size and is_space(self.text[at]):
            at += 1
        if at >= self.size:
            return at
        quote = self.text[at]
        if quote == c'"' or quote == c"'":
            end = self.value_end(at + 1, quote)
            if end >= 0:
                self.note(name, span(at + 1, end), tag)
                return end + 1
            at += 1                            # no second quote: it ends with the tag
        end = at
        while end < self.size and not is_space(self.text[end]) and self.text[end] != c">" and self.text[end] != c"<":
            end += 1
        self.note(name, span(at, end), tag)
        return end

    cdef Py_ssize_t value_end(self, Py_ssize_t at, unsigned char quote) noexcept nogil:
        """Where the closing quote stands; -1 when `<`, which no value may hold, comes first."""
        while at < self.size and self.text[at] != quote:
            if self.text[at] == c"<":
                return -1
            at += 1
        return at if at < self.size else -1

    cdef void note(self, Span name, Span value, Tag* tag) noexcept nogil:
        cdef unsigned char first = self.text[name.start] | 32
        if first == c"h" and self.reads(name, "href"):
            tag.href = value
        elif first == c"r" and self.reads(name, "rel"):
            tag.rel = value
        elif first == c"u" and self.reads(name, "url"):
            tag.url = value
        elif first == c"i" and self.reads(name, "ispermalink"):
            tag.permalink = value
        elif first == c"r" and self.reads(name, "rdf:about"):
            tag.about = value
        elif first == c"x" and self.reads(name, "xml:base"):
            tag.base = value
        elif first == c"x" and name.size >= 5 and self.reads(span(name.start, name.start + 5), "xmlns"):
            self.bind(name, value)

    cdef void bind(self, Span name, Span value) noexcept nogil:
        """`xmlns="..."` or `xmlns:dc="..."` of the element that is read."""
        cdef Binding* made = &self.bound[self.bindings]
        cdef uint32_t skipped = 6 if name.size > 5 else 5
        if self.bindings == BINDINGS:
            return
        made.prefix = key_of(PREFIX_KEYS, self.text + name.start + skipped, name.size - skipped)
        made.space = space_of_address(self.text + value.start, value.size)
        if made.space == ALIEN and name.size == 5:
            made.space = CORE                  # a default that nobody knows changes nothing
        made.depth = self.depth
        self.bindings += 1

    cdef int element(self, Tag* tag) noexcept nogil:
        """What a tag is, by its namespace and local name."""
        cdef:
            const unsigned char* name = self.text + tag.name.start
            uint64_t prefix = key_of(PREFIX_KEYS, name, tag.prefix) if tag.prefix else NO_PREFIX
            int at = self.bindings - 1, space
            uint32_t skipped = tag.prefix + 1 if tag.prefix else 0
        while at >= 0 and self.bound[at].prefix != prefix:
            at -= 1
        if at >= 0:
            space = self.bound[at].space
        else:
            space = usual_space(name, tag.prefix) if tag.prefix else CORE
        return element_of(space, name + skipped, tag.name.size - skipped)
