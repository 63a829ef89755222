"""How large the arrays of a JSON document are, before anything is made of them."""


cdef bint holds_more(const unsigned char* text, Py_ssize_t size, Py_ssize_t limit) noexcept nogil:
    cdef:
        Py_ssize_t at = 0, commas = 0, depth = 0
        bint in_array = False                  # of the container at depth 2
        unsigned char ch
    while at < size and commas < limit:
        ch = text[at]
        at += 1
        if ch == c'"':
            while at < size and text[at] != c'"':
                at += 2 if text[at] == c"\\" else 1
            at += 1
        elif ch == c"{" or ch == c"[":
            depth += 1
            if depth == 2:
                commas, in_array = 0, ch == c"["
        elif ch == c"}" or ch == c"]":
            depth -= 1
        elif ch == c"," and depth == 2 and in_array:
            commas += 1
    return commas >= limit


def has_array_beyond(bytes data not None, Py_ssize_t limit):
    """Whether an array that is a member of the document's object has more than `limit` elements, one or more."""
    cdef:
        const unsigned char* text = data
        Py_ssize_t size = len(data)
        bint found
    with nogil:
        found = holds_more(text, size, limit)
    return found
