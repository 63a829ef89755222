"""Documents in the encodings of East Asia, to UTF-8.

What fits no character becomes U+FFFD, byte by byte as the standard library does it; what the end cuts off becomes one.
"""
from cpython.object cimport PyObject
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

from news_nlp.kernels.markup._utf8 cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, UNREAD, put, take

cdef enum:
    ROOM = 8                # bytes that may be written beyond the end
    PAIRS = 65536
    QUADS = 39420           # of four bytes in GB18030 that stand for the basic plane
    BEYOND = 189000         # the first of those that stand for the planes above
    ESCAPE = 27
    LONGEST_ESCAPE = 16
    FILLED = 0xA4D4         # begins eight bytes that make one syllable in EUC-KR

cdef enum Script:           # of ISO-2022-JP
    ASCII
    ROMAN                   # ASCII but for the yen and the overline
    KANJI

cdef struct Codes:          # by their bytes, 0 for none; see `from_codes`
    const uint32_t* pairs
    const uint32_t* triples # or NULL
    const uint16_t* quads   # or NULL
    bint syllables          # whether `FILLED` is left to the caller


cdef inline Py_ssize_t put_code(uint32_t code, uint8_t* out) noexcept nogil:
    """One character, or two of the basic plane when the highest bit is set."""
    cdef Py_ssize_t size
    if code & <uint32_t>0x80000000:
        size = put(code & 0xFFFF, out)
        return size + put((code >> 16) & 0x7FFF, out + size)
    return put(code, out)


cdef inline bint are_plain(const uint8_t* raw, uint64_t* eight) noexcept nogil:
    memcpy(eight, raw, 8)
    return not eight[0] & <uint64_t>0x8080808080808080


cdef Py_ssize_t quad_at(const uint8_t* raw, const uint16_t* quads, uint32_t* code) noexcept nogil:
    """4 and the character of four bytes of GB18030, or 1 and `UNREAD`."""
    cdef int index
    code[0] = UNREAD
    if not 0x81 <= raw[0] <= 0xFE or not 0x81 <= raw[2] <= 0xFE or not c"0" <= raw[3] <= c"9":
        return 1
    index = (((raw[0] - 0x81) * 10 + raw[1] - c"0") * 126 + raw[2] - 0x81) * 10 + raw[3] - c"0"
    if index < QUADS and quads[index]:
        code[0] = quads[index]
    elif BEYOND <= index < BEYOND + 0x100000:
        code[0] = <uint32_t>(index - BEYOND + 0x10000)
    else:
        return 1
    return 4


cdef Py_ssize_t rare_code(const uint8_t* raw, Py_ssize_t left, const Codes* codes, uint32_t* code) noexcept nogil:
    """What no byte alone and no pair is: bytes read and its character; 0: for the caller to tell."""
    code[0] = UNREAD
    if left < 2:
        return left
    if codes.quads != NULL and c"0" <= raw[1] <= c"9":
        return quad_at(raw, codes.quads, code) if left >= 4 else left
    if codes.triples != NULL and raw[0] == 0x8F:
        if left < 3:
            return left
        code[0] = codes.triples[raw[1] << 8 | raw[2]]
        if code[0]:
            return 3
        code[0] = UNREAD
    return 0 if codes.syllables and (raw[0] << 8 | raw[1]) == FILLED else 1


cdef Py_ssize_t write_codes(const uint8_t* raw, Py_ssize_t size, const Codes* codes, uint8_t* out) noexcept nogil:
    """Bytes written; -1 when the document holds what the tables leave to the caller."""
    cdef:
        Py_ssize_t at = 0, length = 0, step
        uint64_t eight
        uint32_t code
    while at < size:
        if at + 8 <= size and are_plain(raw + at, &eight):
            memcpy(out + length, &eight, 8)
            at += 8
            length += 8
            continue
        if raw[at] < 0x80:
            out[length] = raw[at]
            at += 1
            length += 1
            continue
        code = codes.pairs[raw[at]]
        step = 1
        if code == 0 and at + 1 < size:
            code = codes.pairs[raw[at] << 8 | raw[at + 1]]
            step = 2
        if code == 0:
            step = rare_code(raw + at, size - at, codes, &code)
            if step == 0:
                return -1
        at += step
        length += put_code(code, out + length)
    return length


cdef Py_ssize_t read_escape(const uint8_t* raw, Py_ssize_t left, Script* script) noexcept nogil:
    """Bytes of an escape sequence, which sets the script; negative when they are none that is known."""
    cdef Py_ssize_t size = 1
    while size < LONGEST_ESCAPE and size < left and not c"@" <= raw[size] <= c"Z":
        size += 3 if raw[size] == c"&" and size + 1 < left and raw[size + 1] == c"@" else 1
    if size >= LONGEST_ESCAPE:
        return -1
    if size >= left:
        return -left
    size += 1
    if size == 3 and raw[1] != c"$" and raw[1] != c"&" and (raw[2] == c"B" or raw[2] == c"J"):
        if raw[1] == c"(":                     # others set what only shifts would use
            script[0] = ASCII if raw[2] == c"B" else ROMAN
        return size
    if (size == 3 or size == 4) and raw[1] == c"$" and (raw[size - 1] == c"B" or raw[size - 1] == c"@"):
        if size == 3 or raw[2] == c"(":
            script[0] = KANJI
        elif raw[2] != c")" and raw[2] != c".":
            return -size
        return size
    if size == 6 and raw[3] == ESCAPE and raw[4] == c"$" and raw[5] == c"B":
        script[0] = KANJI                      # behind the name of a later edition
        return size
    return -size


cdef inline bint begins_script(uint8_t ch) noexcept nogil:
    return ch == c"(" or ch == c")" or ch == c"$" or ch == c"." or ch == c"&"


cdef inline bint may_escape(uint64_t eight) noexcept nogil:
    """Whether one of eight bytes below 128 is `ESCAPE`; of what has none it is seldom said, too."""
    cdef uint64_t zeros = eight ^ <uint64_t>0x1B1B1B1B1B1B1B1B
    return (zeros - <uint64_t>0x0101010101010101) & ~zeros & <uint64_t>0x8080808080808080 != 0


cdef Py_ssize_t write_escapes(const uint8_t* raw, Py_ssize_t size, const uint32_t* pairs, uint8_t* out) noexcept nogil:
    """ISO-2022-JP; an escape sequence of another standard stays as it is."""
    cdef:
        Py_ssize_t at = 0, length = 0, step
        Script script = ASCII
        bint foreign = False
        uint64_t eight
        uint32_t code
    while at < size:
        if script == ASCII and not foreign and at + 8 <= size and are_plain(raw + at, &eight) and not may_escape(eight):
            memcpy(out + length, &eight, 8)
            at += 8
            length += 8
            continue
        code = raw[at]
        step = 1
        if foreign:
            foreign = not c"@" <= code <= c"Z"
        elif code == ESCAPE:
            if at + 1 == size:
                code = UNREAD
            elif begins_script(raw[at + 1]):
                step = read_escape(raw + at, size - at, &script)
                at += step if step > 0 else -step
                if step < 0:
                    length += put(UNREAD, out + length)
                continue
            else:
                foreign = True
        elif code >= 0x80:
            code = UNREAD
        elif code >= 32 and script == KANJI:
            step = min(2, size - at)
            code = pairs[(code | 0x80) << 8 | raw[at + 1] | 0x80] if step == 2 and raw[at + 1] < 0x80 else 0
            code = code if code else UNREAD
        elif script == ROMAN and (code == c"\\" or code == c"~"):
            code = 0xA5 if code == c"\\" else 0x203E
        at += step
        length += put_code(code, out + length)
    return length


cdef Py_ssize_t write_tildes(const uint8_t* raw, Py_ssize_t size, const uint32_t* pairs, uint8_t* out) noexcept nogil:
    """HZ: pairs between `~{` and `~}`, `~~` for a tilde, and nothing for one before a line's end."""
    cdef:
        Py_ssize_t at = 0, length = 0, step
        bint paired = False
        uint8_t after
        uint32_t code
    while at < size:
        code = raw[at]
        after = raw[at + 1] if at + 1 < size else 0
        step = 1
        if code == c"~" and at + 1 < size and (
            after == c"}" if paired else after == c"{" or after == c"\n"
        ):
            paired = after == c"{"
            at += 2
            continue
        if code == c"~":
            step = 2 if after == c"~" and not paired else 1
            code = code if step == 2 else UNREAD
        elif code >= 0x80:
            code = UNREAD
        elif paired:
            code = pairs[(code | 0x80) << 8 | after | 0x80] if after and after < 0x80 else 0
            step = 2 if code else 1
            code = code if code else UNREAD
        at += step
        length += put_code(code, out + length)
    return length


cdef inline PyObject* room_for(Py_ssize_t size) except NULL:
    """Of three bytes for each that is read: no character and no U+FFFD takes more."""
    return PyBytes_FromStringAndSize(NULL, 3 * size + ROOM)


cdef inline int check(str what, Py_ssize_t found, Py_ssize_t expected, bint absent) except -1:
    if found != expected and not (absent and found == 0):
        raise ValueError(f"expected a table of {expected} {what}, got {found}")
    return 0


def from_codes(
    bytes data not None, const uint32_t[::1] pairs not None, const uint32_t[::1] triples not None,
    const uint16_t[::1] quads not None, *, bint syllables,
):
    """Write as UTF-8 what has one to four bytes for each character; None when it holds what the tables leave out.

    `pairs[first << 8 | second]` is a character, `pairs[byte]` one of a single byte, 0 none; with the highest bit it is
    two characters of 16 bits. `triples[second << 8 | third]` stands behind 0x8F, `quads[number]` for four bytes of
    GB18030; either may be empty. With `syllables`, EUC-KR's syllables of eight bytes are left out. ASCII stands for itself.
    """
    cdef:
        const uint8_t* raw = data
        Py_ssize_t size = len(data), length
        PyObject* made
        uint8_t* out
        Codes codes
    check("pairs", pairs.shape[0], PAIRS, False)
    check("triples", triples.shape[0], PAIRS, True)
    check("quads", quads.shape[0], QUADS, True)
    codes.pairs, codes.syllables = &pairs[0], syllables
    codes.triples = &triples[0] if triples.shape[0] else NULL
    codes.quads = &quads[0] if quads.shape[0] else NULL
    made = room_for(size)
    out = <uint8_t*>PyBytes_AS_STRING(made)
    with nogil:
        length = write_codes(raw, size, &codes, out)
    data = take(made, max(length, 0))
    return data if length >= 0 else None


ctypedef Py_ssize_t (*Writer)(const uint8_t* raw, Py_ssize_t size, const uint32_t* pairs, uint8_t* out) noexcept nogil


cdef object by_pairs(Writer write, bytes data, const uint32_t[::1] pairs):
    cdef:
        const uint8_t* raw = data
        Py_ssize_t size = len(data), length
        PyObject* made
        uint8_t* out
    check("pairs", pairs.shape[0], PAIRS, False)
    made = room_for(size)
    out = <uint8_t*>PyBytes_AS_STRING(made)
    with nogil:
        length = write(raw, size, &pairs[0], out)
    return take(made, length)


def from_escapes(bytes data not None, const uint32_t[::1] pairs not None):
    """Write ISO-2022-JP as UTF-8, by the pairs of EUC-JP."""
    return by_pairs(write_escapes, data, pairs)


def from_tildes(bytes data not None, const uint32_t[::1] pairs not None):
    """Write HZ as UTF-8, by the pairs of GB2312."""
    return by_pairs(write_tildes, data, pairs)
