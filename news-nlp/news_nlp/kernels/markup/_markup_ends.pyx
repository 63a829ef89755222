"""Where a piece of HTML ends that no reader sees, in an array of code points."""
from libc.stdint cimport uint32_t


cdef bint starts(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, const char* what) noexcept nogil:
    """Whether `what`, in lower case, stands at `at`."""
    cdef:
        Py_ssize_t i = 0
        uint32_t ch
    while what[i]:
        if at + i >= length:
            return False
        ch = text[at + i]
        if c"A" <= ch <= c"Z":
            ch += 32
        if ch != <uint32_t>what[i]:
            return False
        i += 1
    return True


cdef Py_ssize_t find(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, const char* what) noexcept nogil:
    while at < length:
        if text[at] == <uint32_t>what[0] and starts(text, length, at, what):
            return at
        at += 1
    return -1


cdef Py_ssize_t behind_tag(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, bint* unpaired) noexcept nogil:
    """Where a tag ends: at the first `>` outside of the quoted values of its attributes.

    `unpaired` remembers for both quotes that the text holds no further one: each is sought to
    the end once.
    """
    cdef:
        uint32_t ch, quote
        Py_ssize_t close
    at += 1
    while at < length:
        ch = text[at]
        at += 1
        if ch == c">":
            while at < length and text[at] == c">":  # the rest of a tag that hid in this one
                at += 1
            return at
        if ch == c"=":
            while at < length and text[at] <= 32:
                at += 1
            if at == length:
                break
            quote = text[at]
            if (quote != c'"' and quote != c"'") or unpaired[quote == c'"']:
                continue
            close = at + 1
            while close < length and text[close] != quote:
                close += 1
            if close < length:
                at = close + 1
            else:
                unpaired[quote == c'"'] = True
    return length


cdef Py_ssize_t behind_hidden(const uint32_t* text, Py_ssize_t length, Py_ssize_t at) noexcept nogil:
    """Where a comment, a script or a style that begins at `at` ends; -1 when none begins there."""
    cdef:
        const char* closing
        Py_ssize_t end
    cdef uint32_t after = text[at + 1] if at + 1 < length else 32
    if after == c"!" and at + 3 < length and text[at + 2] == text[at + 3] == c"-":
        end = find(text, length, at + 4, "-->")
        return length if end < 0 else end + 3
    if after | 32 != c"s":
        return -1
    if starts(text, length, at, "<script"):
        closing, end = "</script", at + 7
    elif starts(text, length, at, "<style"):
        closing, end = "</style", at + 6
    else:
        return -1
    if end < length and (is_letter(text[end]) or text[end] == c"-"):
        return -1                              # <styled-box>
    end = find(text, length, end, closing)
    if end < 0:
        return length
    while end < length and text[end] != c">":
        end += 1
    return min(end + 1, length)


cdef Py_ssize_t behind_markup(const uint32_t* text, Py_ssize_t length, Py_ssize_t at, bint* unpaired) noexcept nogil:
    """Where the markup that begins with the `<` at `at` ends."""
    cdef Py_ssize_t end = behind_hidden(text, length, at)
    return end if end >= 0 else behind_tag(text, length, at, unpaired)
