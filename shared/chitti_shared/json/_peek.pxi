# One member looked up ahead of the strict pass.

cdef bint skip_value(Scan* s) noexcept nogil:
    """Move behind the value at the cursor without judging it; False at the end of the text."""
    cdef int depth = 0
    cdef bint escaped
    while s.at < s.end:
        if s.at[0] == 34:
            if scan_string(s, &escaped) < 0:
                return False
            if depth == 0:
                return True
            continue
        if s.at[0] in (123, 91):
            depth += 1
        elif s.at[0] in (125, 93):
            if depth == 0:
                return True
            depth -= 1
            if depth == 0:
                s.at += 1
                return True
        elif s.at[0] == 44 and depth == 0:
            return True
        s.at += 1
    return False


cdef bint find_member(Scan* s, Text name, Py_ssize_t size, Text* start, Text* stop) noexcept nogil:
    cdef Text key
    cdef bint escaped
    cdef Py_ssize_t length
    cdef unsigned char clear[6 * MAX_KEY]
    skip_space(s)
    if s.at >= s.end or s.at[0] != 123:
        return False
    while True:
        s.at += 1
        skip_space(s)
        if s.at >= s.end or s.at[0] != 34:
            return False
        key = s.at + 1
        if scan_string(s, &escaped) < 0:
            return False
        length = s.at - key - 1
        if escaped:
            length = unescape(key, length, clear)
            key = clear
        skip_space(s)
        if s.at >= s.end or s.at[0] != 58:
            return False
        s.at += 1
        skip_space(s)
        start[0] = s.at
        if not skip_value(s):
            return False
        if length == size and memcmp(key, name, size) == 0:
            stop[0] = s.at
            return True
        skip_space(s)
        if s.at >= s.end or s.at[0] != 44:
            return False


def peek(data, bytes name not None):
    """Raw value of a top-level member, found without validating the text; None if it is not seen.

    It stops at the first member of that name; `scan` judges the text.
    """
    cdef Py_buffer view
    cdef Scan s
    cdef Text start = NULL
    cdef Text stop = NULL
    cdef Text wanted = <Text><const char*>name
    cdef Py_ssize_t size = len(name)
    cdef bint seen
    PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
    try:
        s.base = s.at = <Text>view.buf
        s.end = s.base + view.len
        with nogil:
            seen = find_member(&s, wanted, size, &start, &stop)
        if not seen:
            return None
        return PyBytes_FromStringAndSize(<const char*>start, stop - start).rstrip()
    finally:
        PyBuffer_Release(&view)
