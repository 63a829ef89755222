# distutils: language = c++
"""One pass over the bytes of a JSON Feed, which notes where the fields of each item lie.

The document has to be JSON as RFC 8259 defines it, in whatever is passed over too; nothing is
built of it. A field of another type than text counts as absent, an item that is no object as
one without fields. Of members of one name the last counts.

The caller guarantees UTF-8 below 4 GiB, and a zero behind it, which is no sign of JSON: no step
looks whether the document ends.
"""
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memchr, memcmp, memcpy, memset

from news_nlp.kernels.markup._tags cimport Span, span
from news_nlp.kernels.markup._utf8 cimport UNREAD, put

FINE, INVALID, VERSION_MISSING, ITEMS_MISSING = JSON_FINE, NO_JSON, NO_VERSION, NO_ITEMS
TOO_DEEP, TOO_MANY_ITEMS, MAX_DEPTH = JSON_TOO_DEEP, JSON_TOO_MANY, JSON_DEPTH

cdef extern from *:
    int __builtin_ctzll(uint64_t number) nogil

cdef enum:
    LONGEST_NAME = 14
    ESCAPE = 6              # bytes of \u0041

cdef (const char*)[MEMBERS] NAMES = [
    b"id", b"url", b"title", b"items", b"summary", b"version", b"feed_url", b"content_text", b"content_html",
    b"external_url", b"date_modified", b"home_page_url", b"date_published",
]
cdef int[LONGEST_NAME + 2] STARTS  # the first of `NAMES` of that length or a greater one
cdef int _at
for _size in range(LONGEST_NAME + 2):
    STARTS[_size] = 0
    for _at in range(MEMBERS):
        STARTS[_size] += len(NAMES[_at]) < _size


cdef inline Py_ssize_t plain_bytes(uint64_t eight) noexcept nogil:
    """How many of eight bytes come before a quote, a backslash or a control character."""
    cdef:
        uint64_t ones = <uint64_t>0x0101010101010101
        uint64_t quotes = eight ^ (ones * 0x22)
        uint64_t slashes = eight ^ (ones * 0x5C)
        uint64_t found
    # the lowest high bit that is set is right, whatever those above it are
    found = (((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes) | ((eight - ones * 0x20) & ~eight)) & (ones * 0x80)
    return __builtin_ctzll(found) >> 3 if found else 8


cdef inline int hexadecimal(unsigned char sign) noexcept nogil:
    """-1 for what is no such digit."""
    if c"0" <= sign <= c"9":
        return sign - c"0"
    sign |= 32
    return sign - c"a" + 10 if c"a" <= sign <= c"f" else -1


cdef inline int unit_at(const unsigned char* digits) noexcept nogil:
    return (
        hexadecimal(digits[0]) << 12 | hexadecimal(digits[1]) << 8 | hexadecimal(digits[2]) << 4 | hexadecimal(digits[3])
    )


cdef unsigned char meaning(unsigned char sign) noexcept nogil:
    """What a backslash and one letter stand for."""
    if sign == c"n":
        return c"\n"
    if sign == c"t":
        return c"\t"
    if sign == c"r":
        return c"\r"
    if sign == c"b":
        return 8
    return 12 if sign == c"f" else sign


cdef Py_ssize_t unescape(const unsigned char* text, Py_ssize_t size, Py_ssize_t most, unsigned char* out) noexcept nogil:
    """Bytes of a valid string's value, a few more than `most` at most; half a pair is no character."""
    cdef:
        Py_ssize_t at = 0, length = 0, run
        const void* sign
        uint32_t ch, low
    while at < size and length < most:
        sign = memchr(text + at, c"\\", size - at)
        run = size - at if sign == NULL else <const unsigned char*>sign - text - at
        memcpy(out + length, text + at, run)
        at += run
        length += run
        while at < size and text[at] == c"\\":
            if text[at + 1] != c"u":
                out[length] = meaning(text[at + 1])
                length += 1
                at += 2
                continue
            ch = unit_at(text + at + 2)
            at += ESCAPE
            if 0xD800 <= ch < 0xDC00 and at + ESCAPE <= size and text[at] == c"\\" and text[at + 1] == c"u":
                low = unit_at(text + at + 2)
                if 0xDC00 <= low < 0xE000:
                    ch = 0x10000 + ((ch - 0xD800) << 10) + (low - 0xDC00)
                    at += ESCAPE
            length += put(UNREAD if 0xD800 <= ch < 0xE000 else ch, out + length)
    return length


cdef class Json:
    def __cinit__(self, Py_ssize_t most_items):
        self.most_items = most_items

    cdef void scan(self, const unsigned char* text, Py_ssize_t size) noexcept nogil:
        """Find `head` and `items`; `status` tells what forbids to."""
        self.text, self.size = text, size
        self.space()
        if not self.takes(c"{") or not self.members(&self.head, True):
            return
        self.space()
        if self.at != size:
            self.status = NO_JSON
        elif self.head.at[VERSION].start == 0:
            self.status = NO_VERSION
        elif not self.has_items:
            self.status = NO_ITEMS

    cdef const unsigned char* value(self, Span span, Py_ssize_t most, Py_ssize_t* size) noexcept nogil:
        """The UTF-8 of a string, of which `most` bytes at least if it is longer; until the next call."""
        cdef const unsigned char* raw = self.text + span.start
        size[0] = span.size
        if span.size == 0 or memchr(raw, c"\\", span.size) == NULL:
            return raw
        if self.room.size() < span.size:
            self.room.resize(span.size)
        size[0] = unescape(raw, span.size, most, self.room.data())
        return self.room.data()

    cdef bint fails(self, int status) noexcept nogil:
        if self.status == JSON_FINE:
            self.status = status
        return False

    cdef bint space(self) noexcept nogil:
        cdef unsigned char ch = self.text[self.at]
        while ch == c" " or ch == c"\n" or ch == c"\r" or ch == c"\t":
            self.at += 1
            ch = self.text[self.at]
        return True

    cdef bint takes(self, unsigned char sign) noexcept nogil:
        if self.text[self.at] != sign:
            return self.fails(NO_JSON)
        self.at += 1
        return True

    cdef bint string(self, Span* into) noexcept nogil:
        """Behind a string; its content goes to `into`."""
        cdef:
            Py_ssize_t at, start, step = 8
            uint64_t eight
        if not self.takes(c'"'):
            return False
        start = at = self.at
        while True:
            while at + 8 <= self.size:
                memcpy(&eight, self.text + at, 8)
                step = plain_bytes(eight)
                at += step
                if step < 8:
                    break
            while self.text[at] >= 32 and self.text[at] != c'"' and self.text[at] != c"\\":
                at += 1
            self.at = at
            if self.text[at] != c"\\":
                break
            if not self.escape():
                return False
            at = self.at
        into[0] = span(start, at)
        return self.takes(c'"')

    cdef bint escape(self) noexcept nogil:
        cdef unsigned char sign = self.text[self.at + 1]
        cdef int at
        if sign == c"u":
            for at in range(2, ESCAPE):
                if hexadecimal(self.text[self.at + at]) < 0:
                    return self.fails(NO_JSON)
            self.at += ESCAPE
            return True
        if sign == 0 or memchr(b'"\\/bfnrt', sign, 8) == NULL:
            return self.fails(NO_JSON)
        self.at += 2
        return True

    cdef bint digits(self) noexcept nogil:
        if not c"0" <= self.text[self.at] <= c"9":
            return self.fails(NO_JSON)
        while c"0" <= self.text[self.at] <= c"9":
            self.at += 1
        return True

    cdef bint number(self) noexcept nogil:
        if self.text[self.at] == c"-":
            self.at += 1
        if self.text[self.at] == c"0":
            self.at += 1
        elif not self.digits():
            return False
        if self.text[self.at] == c".":
            self.at += 1
            if not self.digits():
                return False
        if self.text[self.at] | 32 == c"e":
            self.at += 1
            if self.text[self.at] == c"+" or self.text[self.at] == c"-":
                self.at += 1
            return self.digits()
        return True

    cdef bint scalar(self) noexcept nogil:
        """Behind a value that holds no others."""
        cdef:
            Span passed
            const unsigned char* start = self.text + self.at
            Py_ssize_t left = self.size - self.at
        if start[0] == c'"':
            return self.string(&passed)
        if left >= 4 and (memcmp(start, b"true", 4) == 0 or memcmp(start, b"null", 4) == 0):
            self.at += 4
            return True
        if left >= 5 and memcmp(start, b"false", 5) == 0:
            self.at += 5
            return True
        return self.number()

    cdef bint key(self, Span* name) noexcept nogil:
        """Behind the name of a member and what stands before its value."""
        return self.string(name) and self.space() and self.takes(c":") and self.space()

    cdef bint any_value(self) noexcept nogil:
        """Behind a value, whatever it is."""
        cdef:
            unsigned char[JSON_DEPTH] closing
            int depth = 0
            unsigned char sign
            Span passed
        while True:
            sign = self.text[self.at]
            if sign == c"{" or sign == c"[":
                if depth == JSON_DEPTH:
                    return self.fails(JSON_TOO_DEEP)
                closing[depth] = sign + 2      # } is two behind {, and ] behind [
                depth += 1
                self.at += 1
                self.space()
                if self.text[self.at] != sign + 2:
                    if sign == c"{" and not self.key(&passed):
                        return False
                    continue
            elif not self.scalar():
                return False
            if depth:
                self.space()
            while depth and self.text[self.at] == closing[depth - 1]:
                depth -= 1
                self.at += 1
                self.space()
            if depth == 0:
                return True
            if not (self.takes(c",") and self.space()):
                return False
            if closing[depth - 1] == c"}" and not self.key(&passed):
                return False

    cdef bint members(self, Entry* entry, bint outermost) noexcept nogil:
        """Behind an object whose `{` was read; its members that are text go to `entry`."""
        cdef:
            Span name
            int member
        self.space()
        if self.text[self.at] == c"}":
            self.at += 1
            return True
        while True:
            if not self.key(&name):
                return False
            member = self.member_of(name)
            if outermost and member == ITEMS:
                self.items.clear()
                self.has_items = self.text[self.at] == c"["
                if not (self.elements() if self.has_items else self.any_value()):
                    return False
            elif member == MEMBERS:
                if not self.any_value():
                    return False
            elif self.text[self.at] == c'"':
                if not self.string(&entry.at[member]):
                    return False
            else:
                entry.at[member] = span(0, 0)
                if not self.any_value():
                    return False
            self.space()
            if self.text[self.at] == c"}":
                self.at += 1
                return True
            if not (self.takes(c",") and self.space()):
                return False

    cdef bint elements(self) noexcept nogil:
        """Behind the array of items."""
        cdef Entry entry
        self.at += 1
        self.space()
        if self.text[self.at] == c"]":
            self.at += 1
            return True
        while True:
            if <Py_ssize_t>self.items.size() == self.most_items:
                return self.fails(JSON_TOO_MANY)
            memset(&entry, 0, sizeof(Entry))
            if self.text[self.at] == c"{":
                self.at += 1
                if not self.members(&entry, False):
                    return False
            elif not self.any_value():
                return False
            self.items.push_back(entry)
            self.space()
            if self.text[self.at] == c"]":
                self.at += 1
                return True
            if not (self.takes(c",") and self.space()):
                return False

    cdef int member_of(self, Span name) noexcept nogil:
        cdef:
            Py_ssize_t size
            const unsigned char* raw
            int at
        if name.size > LONGEST_NAME * ESCAPE:
            return MEMBERS
        raw = self.value(name, name.size, &size)
        if size > LONGEST_NAME:
            return MEMBERS
        for at in range(STARTS[size], STARTS[size + 1]):
            if memcmp(raw, NAMES[at], size) == 0:
                return at
        return MEMBERS


def strings_of(bytes data not None, Py_ssize_t most_items):
    """What the document holds: a status, where it was decided, the texts of the head and of each item by their names."""
    cdef:
        Json found = Json(most_items)
        const unsigned char* text = data
        size_t at
    found.scan(text, len(data))
    return found.status, found.at, texts(found, &found.head), [texts(found, &found.items[at]) for at in range(found.items.size())]


cdef dict texts(Json found, Entry* entry):
    cdef:
        Py_ssize_t size
        const unsigned char* raw
        int at
        dict made = {}
    for at in range(MEMBERS):
        if entry.at[at].start:
            raw = found.value(entry.at[at], entry.at[at].size, &size)
            made[NAMES[at].decode()] = raw[:size].decode()
    return made
