"""Links as a browser reads them, sign by sign."""

cdef Py_ssize_t without_ends(const unsigned char* text, Py_ssize_t size, Py_ssize_t* start) noexcept nogil:
    """Length without white space at either end, and where that begins."""
    cdef Py_ssize_t at = 0, last
    while at < size and space_at(text + at, size - at):
        at += space_at(text + at, size - at)
    start[0] = at
    while size > at:
        last = size - 1
        while last > at and text[last] & 0xC0 == 0x80:
            last -= 1
        if space_at(text + last, size - last) == 0:
            break
        size = last
    return size - at


# Signs that stay as they are wherever they stand, and begin no white space
cdef unsigned char[256] STAYS
for _at in range(256):
    STAYS[_at] = 32 < _at < 127 and not is_unfit(_at) and _at not in b"?#" or _at >= 0x80 and _at not in (0xC2, 0xE1, 0xE2, 0xE3)


cdef Py_ssize_t write_clean(const unsigned char* link, Py_ssize_t size, unsigned char* out) noexcept nogil:
    """As a browser reads it: without breaks, `/` for a backslash of the path, `%20` for a space, and so on.

    0: no address, since it has a control or is too long.
    """
    cdef:
        Py_ssize_t at = 0, length = 0, signs = 0, odd
        unsigned char ch
        bint in_path = True
    while at < size:
        ch = link[at]
        if STAYS[ch]:
            out[length] = ch
            length += 1
            at += 1
            signs += ch & 0xC0 != 0x80
            if signs > LONGEST_LINK:
                return 0
            continue
        odd = space_at(link + at, size - at) if ch >= 0x80 else is_unfit(ch)
        if ch == c"\t" or ch == c"\n" or ch == c"\r":
            at += 1
            continue
        if ch < 32 or ch == 127:
            return 0
        in_path = in_path and ch != c"?" and ch != c"#"
        if ch == c"\\" and in_path:
            ch, odd = c"/", 0
        signs += 3 * odd if odd else (1 if ch & 0xC0 != 0x80 else 0)
        if signs > LONGEST_LINK:
            return 0
        if odd:
            length += write_numbers(link + at, odd, out + length)
            at += odd
        else:
            out[length] = ch
            length += 1
            at += 1
    return length


cdef Py_ssize_t write_numbers(const unsigned char* signs, Py_ssize_t size, unsigned char* out) noexcept nogil:
    """Bytes as `%20` is one."""
    cdef Py_ssize_t at
    for at in range(size):
        out[3 * at] = c"%"
        out[3 * at + 1] = b"0123456789ABCDEF"[signs[at] >> 4]
        out[3 * at + 2] = b"0123456789ABCDEF"[signs[at] & 15]
    return 3 * size
