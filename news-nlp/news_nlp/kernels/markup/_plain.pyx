"""From markup to the text a reader sees.

The bytes become an array of code points, and every pass over it writes its result over what it
has read: no step ever makes a text longer. A pass skips tags, comments, scripts and styles,
unwraps CDATA, decodes references and folds white space. It is repeated while decoding may have
made new markup, so that none survives however often it was escaped.

Callers guarantee: bytes are UTF-8 as Python writes it (half pairs allowed), limit >= 1.
"""
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy

from news_nlp.kernels.markup._markup_ends cimport behind_markup, may_begin, starts
from news_nlp.kernels.markup._references cimport Reference, may_refer, reference_at
from news_nlp.kernels._strings cimport ascii_text, greatest_of, text_of

cdef extern from "string.h":
    void* memmem(const void* text, size_t size, const void* what, size_t length) nogil

cdef enum:
    ROUNDS = 8              # more than any real text needs; what is left of `<` and `&` then goes
    START = 8               # characters read for each that may be kept: tags and references shrink
    ELLIPSIS = 0x2026
    BLOCK = 64              # bytes that are looked at together

cdef enum:
    ORDINARY = 0
    SPACE
    DROPPED
    TAG
    AMPERSAND
    BRACKET

cdef uint8_t[128] CLASSES
for _number in range(128):
    CLASSES[_number] = DROPPED if _number < 32 or _number == 127 else ORDINARY
for _number in (9, 10, 11, 12, 13, 32):
    CLASSES[_number] = SPACE
CLASSES[c"<"], CLASSES[c"&"], CLASSES[c"]"] = TAG, AMPERSAND, BRACKET

cdef bint[0x1100] PAGES     # whether any sign of 256 is no ordinary one

cdef struct Pass:
    Py_ssize_t length       # of what was written
    bint decoded            # a reference or a CDATA section became text, or what stood between two signs went
    bint suspicious         # `<` or `&` was written


cdef inline bint is_wide_space(uint32_t ch) noexcept nogil:
    return (
        ch == 0xA0 or ch == 0x1680 or 0x2000 <= ch <= 0x200A or ch == 0x2028 or ch == 0x2029 or ch == 0x202F
        or ch == 0x205F or ch == 0x3000
    )


cdef inline bint is_invisible(uint32_t ch) noexcept nogil:
    """Controls, zero-width signs, direction marks, soft hyphen, byte order mark, half pairs, tags."""
    if ch < 0x2000:
        return ch < 0xA0 or ch == 0xAD or ch == 0x34F or ch == 0x61C or ch == 0x180E
    return (
        0x200B <= ch <= 0x200F or 0x202A <= ch <= 0x202E or 0x2060 <= ch <= 0x2069 or 0xD800 <= ch <= 0xDFFF
        or 0xFE00 <= ch <= 0xFE0F or ch == 0xFEFF or 0xFFF9 <= ch <= 0xFFFB or 0xE0000 <= ch <= 0xE01EF
    )


cdef inline int class_of(uint32_t ch) noexcept nogil:
    if ch < 128:
        return CLASSES[ch]
    return PAGES[ch >> 8] and class_within(ch)


cdef int class_within(uint32_t ch) noexcept nogil:
    if is_wide_space(ch):
        return SPACE
    return DROPPED if is_invisible(ch) else ORDINARY


cdef void note_pages():
    cdef uint32_t ch
    for ch in range(128, 0x10000):
        if class_within(ch) != ORDINARY:
            PAGES[ch >> 8] = True
    PAGES[0xE00] = PAGES[0xE01] = True

note_pages()


cdef inline bint closes(uint32_t ch) noexcept nogil:
    """Signs that no space stands before, as in `<b>up</b>.`"""
    return (
        ch == c"." or ch == c"," or ch == c";" or ch == c":" or ch == c"!" or ch == c"?" or ch == c")" or ch == c"%"
        or ch == c"'" or ch == 0x2019
    )


cdef inline bint no_ascii_text(uint64_t eight) noexcept nogil:
    """Whether one of eight bytes is a control or none of ASCII."""
    cdef uint64_t ones = <uint64_t>0x0101010101010101
    cdef uint64_t deletes = eight ^ (ones * 0x7F)
    return (eight | (eight - ones * 0x20) | (deletes - ones)) & (ones * 0x80) != 0


cdef Py_ssize_t widen(
    const unsigned char* raw, Py_ssize_t size, uint32_t* text, Py_ssize_t most, bint visible
) noexcept nogil:
    """At most `most` code points of UTF-8; without the invisible ones when `visible`."""
    cdef:
        Py_ssize_t at = 0, length = 0, seen = 0
        uint64_t eight
        uint32_t ch
        int i
    while at < size and seen < most:
        if at + 8 <= size and seen + 8 <= most:
            memcpy(&eight, raw + at, 8)
            if not no_ascii_text(eight):
                for i in range(8):
                    text[length + i] = raw[at + i]
                at, seen, length = at + 8, seen + 8, length + 8
                continue
        ch = raw[at]
        if ch < 0x80:
            at += 1
            seen += 1
            if not visible or CLASSES[ch] != DROPPED:
                text[length] = ch
                length += 1
            continue
        if ch < 0xE0 and at + 1 < size:
            ch = ((ch & 0x1F) << 6) | (raw[at + 1] & 0x3F)
            at += 2
        elif ch < 0xF0 and at + 2 < size:
            ch = ((ch & 0x0F) << 12) | ((raw[at + 1] & 0x3F) << 6) | (raw[at + 2] & 0x3F)
            at += 3
        elif at + 3 < size:
            ch = ((ch & 0x07) << 18) | ((raw[at + 1] & 0x3F) << 12) | ((raw[at + 2] & 0x3F) << 6) | (raw[at + 3] & 0x3F)
            at += 4
        else:
            break
        seen += 1
        if visible and class_of(ch) == DROPPED:
            continue
        text[length] = ch
        length += 1
    return length


cdef inline bint ends_section(const uint32_t* text, Py_ssize_t length, Py_ssize_t at) noexcept nogil:
    return at + 2 < length and text[at] == text[at + 1] == c"]" and text[at + 2] == c">"


cdef inline bint begins_section(const uint32_t* text, Py_ssize_t length, Py_ssize_t at) noexcept nogil:
    return at + 2 < length and text[at + 1] == c"!" and text[at + 2] == c"[" and starts(text, length, at, "<![cdata[")


cdef inline int kind_at(
    const uint32_t* text, Py_ssize_t length, Py_ssize_t at, Py_ssize_t last_end, bint in_section, Pass* done
) noexcept nogil:
    """The class of a sign; those that begin or end nothing are ordinary."""
    cdef int kind = class_of(text[at])
    if kind <= DROPPED:
        return kind
    if kind == BRACKET:
        return BRACKET if in_section and ends_section(text, length, at) else ORDINARY
    if kind == TAG:
        if may_begin(text, length, at, last_end) or begins_section(text, length, at):
            return TAG
    elif may_refer(text, length, at):
        return AMPERSAND
    done.suspicious = True
    return ORDINARY


cdef Pass strip_once(uint32_t* text, Py_ssize_t length) noexcept nogil:
    cdef:
        Pass done
        Reference found, nested
        Py_ssize_t at = 0, out = 0, last_end = length - 1
        Py_ssize_t open_sections = 0
        int spaced = 0                         # 1: by a tag, 2: by white space
        bint[2] unpaired
        uint32_t ch
        int kind
    done.decoded = done.suspicious = unpaired[0] = unpaired[1] = False
    while last_end >= 0 and text[last_end] != c">":
        last_end -= 1
    while at < length:
        ch = text[at]
        kind = kind_at(text, length, at, last_end, open_sections, &done)
        if kind == ORDINARY:
            if out and (spaced & 2 or (spaced and not closes(ch))):
                text[out] = c" "
                out += 1
            spaced = 0
            while kind == ORDINARY:
                text[out] = ch
                out, at = out + 1, at + 1
                if at == length:
                    break
                ch = text[at]
                kind = kind_at(text, length, at, last_end, open_sections, &done)
            continue
        if kind == SPACE:
            spaced = 2
            at += 1
            continue
        if kind == DROPPED:
            done.decoded = True                # its neighbours meet
            at += 1
            continue
        if kind == TAG:
            if begins_section(text, length, at):
                at += 9
                open_sections += 1
                done.decoded = True
                continue
            spaced |= 1
            done.decoded = True                # before a sign that closes its neighbours meet
            at = behind_markup(text, length, at, unpaired)
            continue
        if kind == BRACKET:
            at += 3
            open_sections -= 1
            done.decoded = True
            continue
        found = reference_at(text, length, at, False)
        if found.length:
            done.decoded = True
            at += found.length
            while found.first == c"&":     # what it may be the start of is read at once
                text[at - 1] = c"&"
                if not may_refer(text, length, at - 1):
                    break
                nested = reference_at(text, length, at - 1, False)
                if nested.length == 0:
                    break
                found = nested
                at += nested.length - 1
            if found.count == 0 or class_of(found.first) == DROPPED:
                continue
            if class_of(found.first) == SPACE:
                spaced = 2
                continue
            if out and (spaced & 2 or (spaced and not closes(found.first))):
                text[out] = c" "
                out += 1
            spaced = 0
            text[out] = found.first
            out += 1
            if found.count == 2:
                text[out] = found.second
                out += 1
            if found.first == c"<" or found.first == c"&":
                done.suspicious = True
            continue
        done.suspicious = True
        if out and (spaced & 2 or (spaced and not closes(ch))):
            text[out] = c" "
            out += 1
        spaced = 0
        text[out] = ch
        out += 1
        at += 1
    done.length = out
    return done


cdef Py_ssize_t strip(uint32_t* text, Py_ssize_t length) noexcept nogil:
    """Repeat until nothing can have become markup."""
    cdef:
        Pass done
        Py_ssize_t at
        int turn
    for turn in range(ROUNDS):
        done = strip_once(text, length)
        length = done.length
        if not (done.decoded and done.suspicious):
            return length
    for at in range(length):
        if text[at] == c"<" or text[at] == c"&":
            text[at] = c" "
    return strip_once(text, length).length


cdef Py_ssize_t clean(uint32_t* text, Py_ssize_t length, Py_ssize_t limit) noexcept nogil:
    """Clean what `widen` left visible."""
    length = strip(text, length)
    if length > limit:
        length = limit - 1
        while length and text[length - 1] == c" ":
            length -= 1
        text[length] = ELLIPSIS
        length += 1
    return length


cdef Py_ssize_t clean_bytes(const unsigned char* raw, Py_ssize_t size, Py_ssize_t limit, uint32_t* text) noexcept nogil:
    return clean(text, widen(raw, size, text, limit * START, True), limit)


cdef int work_in(const unsigned char* raw, Py_ssize_t size) noexcept nogil:
    """What is in it that is no printable ASCII: 0 nothing, 1 only bytes beyond ASCII, 2 markup, controls or double spaces."""
    cdef:
        Py_ssize_t at = 0, end
        unsigned char ch, high = raw[size - 1] >> 7, found = 0
    while at < size - 1:
        end = min(at + BLOCK, size - 1)
        while at < end:                        # no early exit within a block: many bytes at once
            ch = raw[at]
            high |= ch >> 7
            found |= (ch < 32) | (ch == 127) | (ch == c"&") | (ch == c"<") | ((ch == 32) & (raw[at + 1] == 32))
            at += 1
        if found:
            return 2
    ch = raw[size - 1]
    return 2 if ch < 32 or ch == 127 or ch == c"&" or ch == c"<" else high


cdef bint all_ordinary(const uint32_t* text, Py_ssize_t length) noexcept nogil:
    """Whether nothing beyond ASCII is a space or invisible."""
    cdef Py_ssize_t at
    for at in range(length):
        if text[at] >= 0x80 and class_of(text[at]) != ORDINARY:
            return False
    return True


cdef Py_ssize_t clean_short(
    const unsigned char* raw, Py_ssize_t size, Py_ssize_t limit, int work, uint32_t* text
) noexcept nogil:
    """As `clean_bytes`, for what may need no cleaning; `work` as of `work_in`."""
    cdef Py_ssize_t length
    if work == 1:
        length = widen(raw, size, text, size, False)
        if length <= limit and all_ordinary(text, length):
            return length
    return clean_bytes(raw, size, limit, text)


cdef bint is_section(const unsigned char* raw, Py_ssize_t size) noexcept nogil:
    """Whether it is one CDATA section that holds something."""
    return (
        size > 12 and memcmp(raw, b"<![CDATA[", 9) == 0 and memcmp(raw + size - 3, b"]]>", 3) == 0
        and memmem(raw + 9, size - 9, b"]]>", 3) == raw + size - 3
    )


cdef str plain(const unsigned char* raw, Py_ssize_t size, Py_ssize_t limit):
    """Clean text of some bytes of markup, at most `limit` characters."""
    cdef:
        Py_ssize_t length
        int work
        uint32_t[SHORT] few
        uint32_t* text
    # most headlines are plain already
    while size and raw[size - 1] < 128 and CLASSES[raw[size - 1]] == SPACE:
        size -= 1
    while size and raw[0] < 128 and CLASSES[raw[0]] == SPACE:
        raw += 1
        size -= 1
    if is_section(raw, size) and work_in(raw + 9, size - 12) < 2:
        return plain(raw + 9, size - 12, limit)
    if size == 0:
        return ""
    work = work_in(raw, size) if size <= limit or size <= SHORT else 2
    if work == 0 and size <= limit:
        return ascii_text(raw, size)
    if size <= SHORT:
        length = clean_short(raw, size, limit, work, few)
        return text_of(few, length, greatest_of(few, length))
    length = min(size, limit * START)
    text = <uint32_t*>PyMem_RawMalloc(length * sizeof(uint32_t))
    if text == NULL:
        raise MemoryError()
    try:
        if length >= LONG:
            with nogil:
                length = clean_bytes(raw, size, limit, text)
        else:
            length = clean_bytes(raw, size, limit, text)
        return text_of(text, length, greatest_of(text, length))
    finally:
        PyMem_RawFree(text)


def plain_text(str markup not None, Py_ssize_t limit):
    cdef bytes raw = markup[: limit * START].encode("utf-8", "surrogatepass")
    return plain(raw, len(raw), limit)
