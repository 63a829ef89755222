# Number arrays: parsed into float64, a token left in their place.

cdef enum:
    SHORTEST = 6            # bytes that a number and its comma take, mostly more
    MOST_AT_FIRST = 16_384  # numbers that memory is taken for before they are seen


cdef int push(Scan* s, Found* found, Py_ssize_t* room, double value) noexcept nogil:
    cdef double* grown
    if found.size == room[0]:
        grown = <double*>realloc(found.data, <size_t>(room[0] * 2) * sizeof(double))
        if grown == NULL:
            return fail(s, MEMORY)
        found.data = grown
        room[0] *= 2
    found.data[found.size] = value
    found.size += 1
    return 0


cdef int scan_row(Scan* s, Found* found, Py_ssize_t* room) noexcept nogil:
    """`[1.5,null,...]` from its bracket to behind it; null is NaN."""
    cdef double value
    cdef Py_ssize_t first = found.size
    s.at += 1
    skip_space(s)
    if s.at < s.end and s.at[0] == 93:
        s.at += 1
        return 0
    while True:
        skip_space(s)
        found.size += read_plain(
            &s.at, s.end, found.data + found.size, min(room[0] - found.size, first + MAX_ELEMENTS - found.size)
        )
        skip_space(s)
        if s.at >= s.end:
            return fail(s, SYNTAX)
        if s.at[0] == 45 or 48 <= s.at[0] <= 57:
            if scan_number(s, &value) < 0:
                s.path.push_back(Step(NULL, 0, found.size - first))
                return -1
        elif s.at[0] == 110:
            if scan_word(s, b"null", 4) < 0:
                return -1
            value = NAN
        else:
            s.path.push_back(Step(NULL, 0, found.size - first))
            # a string, object, array or boolean is JSON of the wrong type; anything else is not JSON
            return fail(s, ELEMENT if s.at[0] in (34, 91, 102, 116, 123) else SYNTAX)
        if found.size - first == MAX_ELEMENTS:
            return fail(s, TOO_MANY)
        if push(s, found, room, value) < 0:
            return -1
        skip_space(s)
        if s.at >= s.end:
            return fail(s, SYNTAX)
        if s.at[0] == 44:
            s.at += 1
        elif s.at[0] == 93:
            s.at += 1
            return 0
        else:
            return fail(s, SYNTAX)


cdef int scan_rows(Scan* s, Found* found, Py_ssize_t* room) noexcept nogil:
    """`[[...],[...]]`: a panel, whose rows may differ in length."""
    found.rows = 0
    s.at += 1
    while True:
        skip_space(s)
        if s.at >= s.end or s.at[0] != 91:
            s.path.push_back(Step(NULL, 0, found.rows))
            return fail(s, ELEMENT if s.at < s.end and s.at[0] not in (93, 44) else SYNTAX)
        if found.rows == MAX_ROWS:
            return fail(s, TOO_MANY_ROWS)
        if scan_row(s, found, room) < 0:
            s.path.push_back(Step(NULL, 0, found.rows))
            return -1
        found.ends.push_back(found.size)
        found.rows += 1
        skip_space(s)
        if s.at >= s.end:
            return fail(s, SYNTAX)
        if s.at[0] == 44:
            s.at += 1
        elif s.at[0] == 93:
            s.at += 1
            return 0
        else:
            return fail(s, SYNTAX)


cdef int take_numbers(Scan* s, int depth) noexcept nogil:
    """Parse the array at the cursor and put a token in its place."""
    cdef Text start = s.at
    cdef Text ahead = s.at + 1
    cdef Py_ssize_t room = min(max((s.end - s.at) // SHORTEST, 8), MOST_AT_FIRST)
    cdef Found found
    cdef double* fitted
    cdef int done
    if depth > MAX_DEPTH:
        return fail(s, TOO_DEEP)
    found.size = 0
    found.rows = -1
    found.data = <double*>malloc(<size_t>room * sizeof(double))
    if found.data == NULL:
        return fail(s, MEMORY)
    while ahead < s.end and (ahead[0] == 32 or ahead[0] == 10 or ahead[0] == 13 or ahead[0] == 9):
        ahead += 1
    if ahead < s.end and ahead[0] == 91:
        done = fail(s, TOO_DEEP) if depth == MAX_DEPTH else scan_rows(s, &found, &room)
    else:
        done = scan_row(s, &found, &room)
    if done < 0:
        free(found.data)
        return -1
    fitted = <double*>realloc(found.data, <size_t>max(found.size, 1) * sizeof(double))
    if fitted != NULL:
        found.data = fitted
    s.rest.append(<const char*>s.copied, <size_t>(start - s.copied))
    s.rest.append(b'"')
    s.rest.append(s.token)
    append_index(&s.rest, <Py_ssize_t>s.found.size())
    s.rest.append(b'"')
    s.copied = s.at
    s.found.push_back(found)
    return 0


cdef void append_index(string* out, Py_ssize_t index) noexcept nogil:
    """Four letters a-p per 16 bits: fixed width, so that no token begins another."""
    cdef int i
    for i in range(8):
        out.push_back(<char>(97 + ((index >> (4 * i)) & 15)))
