# distutils: language = c++
"""One strict pass over a JSON object.

It validates the whole text (RFC 8259, UTF-8, finite numbers, depth), takes out the
reserved top-level members, and parses arrays under chosen keys straight into float64. It
holds no Python object, so a large body is scanned in a thread while the loop runs on.
"""
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.math cimport NAN, isinf
from libc.stdint cimport uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcmp, memcpy
from libcpp.string cimport string
from libcpp.vector cimport vector

from chitti_shared.json._block cimport Block
from chitti_shared.json._numbers cimport parse_double

import secrets
from itertools import count

import numpy as np

from chitti_shared.errors import InvalidInput, PayloadTooLarge

ctypedef const unsigned char* Text

cdef extern from *:
    """
    static const double CHITTI_POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                           1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    """
    const double POWERS "CHITTI_POWERS"[23]

cdef enum:
    MAX_DEPTH = 64
    MAX_ELEMENTS = 1_000_000
    MAX_KEY = 128  # bytes; a longer key is nobody's, so it need not be unescaped

cdef enum Fault:
    OK
    SYNTAX          # not JSON
    ENCODING        # not UTF-8, or half a surrogate pair
    CONTROL         # raw control character in a string
    TOO_DEEP
    TOO_LARGE_NUMBER
    ELEMENT         # not a number or null, in a number array
    RAGGED          # rows of different lengths
    TOO_MANY        # elements
    DUPLICATE       # a reserved key given twice
    NOT_OBJECT
    MEMORY

cdef struct Step:
    # one step of the path to a fault: a member's key, or (key NULL) an element's index
    Text key
    Py_ssize_t size
    Py_ssize_t index

cdef struct Found:
    # a number array taken out of the text; rows < 0: one-dimensional
    double* data
    Py_ssize_t size
    Py_ssize_t rows

cdef struct Member:
    # a reserved member: which name, and where its value stands
    Py_ssize_t name
    Text start
    Text stop


cdef cppclass Scan:
    Text base
    Text at
    Text end
    Text copied                # everything before this is in `rest` already
    Fault fault
    Text where
    bint extract               # false inside reserved values
    string rest
    string token
    vector[string]* arrays_of
    vector[string]* reserved_of
    vector[Found] found
    vector[Member] members
    vector[Step] path

    __init__():
        this.fault = OK
        this.extract = True

    __dealloc__():
        for i in range(<Py_ssize_t>this.found.size()):
            free(this.found[i].data)


cdef inline int fail(Scan* s, Fault fault) noexcept nogil:
    s.fault = fault
    s.where = s.at
    return -1


cdef inline void skip_space(Scan* s) noexcept nogil:
    while s.at < s.end and (s.at[0] == 32 or s.at[0] == 10 or s.at[0] == 13 or s.at[0] == 9):
        s.at += 1


cdef inline int hex_digit(unsigned char c) noexcept nogil:
    if 48 <= c <= 57:
        return c - 48
    if 97 <= c <= 102:
        return c - 87
    if 65 <= c <= 70:
        return c - 55
    return -1


cdef int hex_quad(Scan* s) noexcept nogil:
    """Value of the four hex digits at the cursor, which moves behind them; -1 if they are not."""
    cdef int value = 0, digit, i
    if s.end - s.at < 4:
        return -1
    for i in range(4):
        digit = hex_digit(s.at[i])
        if digit < 0:
            return -1
        value = value * 16 + digit
    s.at += 4
    return value


cdef int scan_escape(Scan* s) noexcept nogil:
    """The cursor stands behind a backslash."""
    cdef unsigned char c
    cdef int unit
    if s.at >= s.end:
        return fail(s, SYNTAX)
    c = s.at[0]
    if c in (34, 92, 47, 98, 102, 110, 114, 116):  # " \ / b f n r t
        s.at += 1
        return 0
    if c != 117:  # u
        return fail(s, SYNTAX)
    s.at += 1
    unit = hex_quad(s)
    if unit < 0:
        return fail(s, SYNTAX)
    if 0xDC00 <= unit <= 0xDFFF:
        return fail(s, ENCODING)
    if 0xD800 <= unit <= 0xDBFF:
        if s.end - s.at < 6 or s.at[0] != 92 or s.at[1] != 117:
            return fail(s, ENCODING)
        s.at += 2
        unit = hex_quad(s)
        if not 0xDC00 <= unit <= 0xDFFF:
            return fail(s, ENCODING)
    return 0


cdef inline bint follows(Text at) noexcept nogil:
    return (at[0] & 0xC0) == 0x80


cdef int scan_multibyte(Scan* s) noexcept nogil:
    """One UTF-8 sequence beyond ASCII: shortest form, no surrogates, at most U+10FFFF."""
    cdef unsigned char c = s.at[0]
    cdef Py_ssize_t left = s.end - s.at
    if 0xC2 <= c <= 0xDF and left >= 2 and follows(s.at + 1):
        s.at += 2
        return 0
    if 0xE0 <= c <= 0xEF and left >= 3 and follows(s.at + 1) and follows(s.at + 2):
        if not ((c == 0xE0 and s.at[1] < 0xA0) or (c == 0xED and s.at[1] >= 0xA0)):
            s.at += 3
            return 0
    if 0xF0 <= c <= 0xF4 and left >= 4 and follows(s.at + 1) and follows(s.at + 2) and follows(s.at + 3):
        if not ((c == 0xF0 and s.at[1] < 0x90) or (c == 0xF4 and s.at[1] >= 0x90)):
            s.at += 4
            return 0
    return fail(s, ENCODING)


cdef inline bint plain_eight(Text at) noexcept nogil:
    """Whether eight bytes are printable ASCII without quote or backslash."""
    cdef uint64_t word, odd
    memcpy(&word, at, 8)
    odd = word                                                                   # high bit: not ASCII
    odd |= word - <uint64_t>0x2020202020202020                                   # below a space
    odd |= (word ^ <uint64_t>0x2222222222222222) - <uint64_t>0x0101010101010101  # a quote
    odd |= (word ^ <uint64_t>0x5C5C5C5C5C5C5C5C) - <uint64_t>0x0101010101010101  # a backslash
    return (odd & <uint64_t>0x8080808080808080) == 0


cdef int scan_string(Scan* s, bint* escaped) noexcept nogil:
    """From the opening quote to behind the closing one."""
    cdef unsigned char c
    escaped[0] = False
    s.at += 1
    while True:
        while s.end - s.at >= 8 and plain_eight(s.at):
            s.at += 8
        if s.at >= s.end:
            return fail(s, SYNTAX)
        c = s.at[0]
        if c == 34:
            s.at += 1
            return 0
        if c == 92:
            escaped[0] = True
            s.at += 1
            if scan_escape(s) < 0:
                return -1
        elif c < 32:
            return fail(s, CONTROL)
        elif c < 128:
            s.at += 1
        elif scan_multibyte(s) < 0:
            return -1


cdef inline bint is_digit(Scan* s) noexcept nogil:
    return s.at < s.end and 48 <= s.at[0] <= 57


cdef int scan_number(Scan* s, double* value) noexcept nogil:
    """One JSON number, correctly rounded."""
    cdef:
        Text start = s.at
        bint negative = False, negative_exponent = False
        uint64_t mantissa = 0
        int digits = 0         # significant ones
        long exponent = 0      # of ten
        long written = 0
        double result
    if s.at[0] == 45:
        negative = True
        s.at += 1
    if not is_digit(s):
        return fail(s, SYNTAX)
    if s.at[0] == 48:
        s.at += 1
        if is_digit(s):
            return fail(s, SYNTAX)
    else:
        while is_digit(s):
            mantissa = mantissa * 10 + (s.at[0] - 48)
            digits += 1
            s.at += 1
    if s.at < s.end and s.at[0] == 46:
        s.at += 1
        if not is_digit(s):
            return fail(s, SYNTAX)
        while is_digit(s):
            mantissa = mantissa * 10 + (s.at[0] - 48)
            if mantissa != 0 or digits:
                digits += 1
            exponent -= 1
            s.at += 1
    if s.at < s.end and (s.at[0] | 32) == 101:
        s.at += 1
        if s.at < s.end and (s.at[0] == 43 or s.at[0] == 45):
            negative_exponent = s.at[0] == 45
            s.at += 1
        if not is_digit(s):
            return fail(s, SYNTAX)
        while is_digit(s):
            if written < 100_000_000:
                written = written * 10 + (s.at[0] - 48)
            s.at += 1
        exponent += -written if negative_exponent else written
    # both operands are exact, so the one operation rounds correctly (Clinger 1990)
    if digits <= 19 and mantissa < (<uint64_t>1 << 53) and -22 <= exponent <= 22:
        result = <double>mantissa
        result = result / POWERS[-exponent] if exponent < 0 else result * POWERS[exponent]
        value[0] = -result if negative else result
        return 0
    value[0] = parse_double(<const char*>start, <const char*>s.at)
    if isinf(value[0]):
        s.at = start
        return fail(s, TOO_LARGE_NUMBER)
    return 0


cdef int scan_word(Scan* s, const char* word, Py_ssize_t size) noexcept nogil:
    if s.end - s.at < size or memcmp(s.at, word, size) != 0:
        return fail(s, SYNTAX)
    s.at += size
    return 0


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
    """`[[...],[...]]`: a panel, rows of one length."""
    cdef Py_ssize_t before, width = -1
    found.rows = 0
    s.at += 1
    while True:
        skip_space(s)
        if s.at >= s.end or s.at[0] != 91:
            s.path.push_back(Step(NULL, 0, found.rows))
            return fail(s, ELEMENT if s.at < s.end and s.at[0] not in (93, 44) else SYNTAX)
        before = found.size
        if scan_row(s, found, room) < 0:
            s.path.push_back(Step(NULL, 0, found.rows))
            return -1
        if width >= 0 and found.size - before != width:
            s.path.push_back(Step(NULL, 0, found.rows))
            return fail(s, RAGGED)
        width = found.size - before
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
    cdef Py_ssize_t room = 64
    cdef Found found
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


cdef int scan_array(Scan* s, int depth) noexcept nogil:
    cdef Py_ssize_t index = 0
    if depth > MAX_DEPTH:
        return fail(s, TOO_DEEP)
    s.at += 1
    skip_space(s)
    if s.at < s.end and s.at[0] == 93:
        s.at += 1
        return 0
    while True:
        skip_space(s)
        if scan_value(s, depth) < 0:
            s.path.push_back(Step(NULL, 0, index))
            return -1
        index += 1
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


cdef Py_ssize_t unescape(Text start, Py_ssize_t size, unsigned char* out) noexcept nogil:
    """Text of a key that has escapes, if it is short and below U+0080 there; else -1 (it is nobody's key)."""
    cdef Py_ssize_t i = 0, n = 0
    cdef unsigned char c
    cdef int unit
    if size > 6 * MAX_KEY:
        return -1
    while i < size:
        c = start[i]
        if c == 92:
            c = start[i + 1]
            if c == 117:
                unit = ((hex_digit(start[i + 2]) * 16 + hex_digit(start[i + 3])) * 16 + hex_digit(start[i + 4])) * 16
                unit += hex_digit(start[i + 5])
                if unit >= 128:
                    return -1
                c = <unsigned char>unit
                i += 6
            else:
                if c == 98:
                    c = 8
                elif c == 102:
                    c = 12
                elif c == 110:
                    c = 10
                elif c == 114:
                    c = 13
                elif c == 116:
                    c = 9
                i += 2
        else:
            i += 1
        out[n] = c
        n += 1
    return n


cdef Py_ssize_t find(vector[string]* names, Text key, Py_ssize_t size) noexcept nogil:
    cdef size_t i
    for i in range(names.size()):
        if <Py_ssize_t>names[0][i].size() == size and memcmp(names[0][i].data(), key, size) == 0:
            return <Py_ssize_t>i
    return -1


cdef int scan_member(Scan* s, int depth, Text* key, Py_ssize_t* size) noexcept nogil:
    """`"key": value` at the cursor; top-level members also decide what goes to `rest`."""
    cdef:
        bint escaped = False
        Text start
        Py_ssize_t known = -1, wanted = -1
        unsigned char clear[6 * MAX_KEY]
        Text name
        Py_ssize_t length
        size_t i
    if s.at >= s.end or s.at[0] != 34:
        return fail(s, SYNTAX)
    start = s.at
    if scan_string(s, &escaped) < 0:
        return -1
    name = key[0] = start + 1
    length = size[0] = s.at - start - 2
    if escaped:
        length = unescape(name, length, clear)
        name = clear
    if length >= 0:
        wanted = find(s.arrays_of, name, length) if s.extract else -1
        known = find(s.reserved_of, name, length) if depth == 1 else -1
    skip_space(s)
    if s.at >= s.end or s.at[0] != 58:
        return fail(s, SYNTAX)
    s.at += 1
    skip_space(s)
    if depth != 1:
        if wanted >= 0 and s.at < s.end and s.at[0] == 91:
            return take_numbers(s, depth + 1)
        return scan_value(s, depth)
    if known >= 0:
        for i in range(s.members.size()):
            if s.members[i].name == known:
                return fail(s, DUPLICATE)
        s.extract = False
        s.members.push_back(Member(known, s.at, s.at))
        if scan_value(s, depth) < 0:
            return -1
        s.members.back().stop = s.at
        s.extract = True
        return 0
    if s.rest.size() > 1:
        s.rest.push_back(44)
    s.copied = start
    if wanted >= 0 and s.at < s.end and s.at[0] == 91:
        if take_numbers(s, depth + 1) < 0:
            return -1
    elif scan_value(s, depth) < 0:
        return -1
    s.rest.append(<const char*>s.copied, <size_t>(s.at - s.copied))
    return 0


cdef int scan_object(Scan* s, int depth) noexcept nogil:
    cdef Text key = NULL
    cdef Py_ssize_t size = 0
    if depth > MAX_DEPTH:
        return fail(s, TOO_DEEP)
    s.at += 1
    skip_space(s)
    if s.at < s.end and s.at[0] == 125:
        s.at += 1
        return 0
    while True:
        skip_space(s)
        key = NULL
        if scan_member(s, depth, &key, &size) < 0:
            if key != NULL:
                s.path.push_back(Step(key, size, 0))
            return -1
        skip_space(s)
        if s.at >= s.end:
            return fail(s, SYNTAX)
        if s.at[0] == 44:
            s.at += 1
        elif s.at[0] == 125:
            s.at += 1
            return 0
        else:
            return fail(s, SYNTAX)


cdef int scan_value(Scan* s, int depth) noexcept nogil:
    """Any value; `depth` counts the containers around it."""
    cdef unsigned char c
    cdef bint escaped
    cdef double ignored
    if s.at >= s.end:
        return fail(s, SYNTAX)
    c = s.at[0]
    if c == 34:
        return scan_string(s, &escaped)
    if c == 123:
        return scan_object(s, depth + 1)
    if c == 91:
        return scan_array(s, depth + 1)
    if c == 45 or 48 <= c <= 57:
        return scan_number(s, &ignored)
    if c == 116:
        return scan_word(s, b"true", 4)
    if c == 102:
        return scan_word(s, b"false", 5)
    return scan_word(s, b"null", 4)


cdef int scan_text(Scan* s) noexcept nogil:
    skip_space(s)
    if s.at >= s.end or s.at[0] != 123:
        return fail(s, NOT_OBJECT)
    s.rest.reserve(256 if s.end - s.at > 4096 else <size_t>(s.end - s.at))
    s.rest.push_back(123)
    if scan_object(s, 1) < 0:
        return -1
    s.rest.push_back(125)
    skip_space(s)
    if s.at != s.end:
        return fail(s, SYNTAX)
    return 0


cdef object path_of(Scan* s):
    """`requests[0].prices`, as msgspec writes it without the leading `$.`."""
    cdef Py_ssize_t i
    parts = []
    for i in range(<Py_ssize_t>s.path.size() - 1, -1, -1):
        if s.path[i].key == NULL:
            parts.append(f"[{s.path[i].index}]")
        else:
            key = PyBytes_FromStringAndSize(<const char*>s.path[i].key, min(s.path[i].size, MAX_KEY))
            parts.append(("." if parts else "") + key.decode("utf-8", "replace"))
    return "".join(parts)


cdef object failure(Scan* s):
    """The exception that a fault stands for."""
    if s.fault == MEMORY:
        return MemoryError()
    cdef Py_ssize_t at = s.where - s.base
    field = path_of(s)
    facts = {"field": field} if field else {}
    if s.fault == TOO_DEEP:
        return PayloadTooLarge(f"JSON nested deeper than {MAX_DEPTH} levels", constraint=f"depth <= {MAX_DEPTH}")
    if s.fault == TOO_MANY:
        return PayloadTooLarge(
            f"{field} has more than {MAX_ELEMENTS} elements", constraint=f"length <= {MAX_ELEMENTS}", **facts
        )
    if s.fault == ELEMENT:
        return InvalidInput(f"{field} is neither a number nor null", constraint="array of finite numbers or null", **facts)
    if s.fault == RAGGED:
        return InvalidInput(f"{field} differs in length from the rows before it", constraint="rows of one length", **facts)
    if s.fault == TOO_LARGE_NUMBER:
        return InvalidInput(f"number out of range at byte {at}", constraint="finite", **facts)
    if s.fault == DUPLICATE:
        return InvalidInput(f"{field} is given twice", constraint="given once", **facts)
    if s.fault == NOT_OBJECT:
        return InvalidInput("expected a JSON object", constraint="JSON object")
    if s.fault == ENCODING:
        return InvalidInput(f"not valid UTF-8 at byte {at}", constraint="UTF-8", **facts)
    if s.fault == CONTROL:
        return InvalidInput(f"raw control character in a string at byte {at}", constraint="strict JSON", **facts)
    return InvalidInput(f"malformed JSON at byte {at}", constraint="strict JSON", **facts)


cdef class Names:
    """A set of keys in the form that the scan compares with; the empty name is not one."""

    cdef vector[string] names
    cdef list words

    def __cinit__(self, names):
        self.words = sorted(names)
        for name in self.words:
            self.names.push_back(<string>name.encode())


cdef dict _NAMES = {}


cdef Names names_of(names):
    known = _NAMES.get(names)
    if known is None:
        known = Names(names)
        if len(_NAMES) < 4096:
            _NAMES[names] = known
    return <Names>known


_SECRET = secrets.token_hex(16)
_SCANS = count()


class Scanned:
    """What `scan` found.

    Attributes
    ----------
    reserved : dict of str to bytes
        Raw JSON values of the reserved members that were there.
    rest : bytes
        The object without them, each number array replaced by a string token.
    arrays : dict of str to ndarray
        float64, 1-D or (list of lists) 2-D, NaN where null stood, by token.
    """

    __slots__ = ("arrays", "reserved", "rest")

    def __init__(self, reserved, rest, arrays):
        self.reserved = reserved
        self.rest = rest
        self.arrays = arrays


cdef object array_of(Found* found):
    cdef Py_ssize_t size = found.size
    cdef double* data = <double*>realloc(found.data, <size_t>max(size, 1) * sizeof(double))
    if data == NULL:
        raise MemoryError()
    found.data = NULL  # the block owns it from here
    array = np.frombuffer(Block.adopt(data, size * <Py_ssize_t>sizeof(double)), dtype=np.float64) if size else np.empty(0)
    return array if found.rows < 0 else array.reshape(found.rows, -1 if size else 0)


def scan(data, *, frozenset array_keys, frozenset reserved=frozenset()):
    """Validate a JSON object, take out its reserved members and number arrays.

    Parameters
    ----------
    data : bytes-like
        UTF-8 text of one JSON object.
    array_keys : frozenset of str
        Keys, at any depth, whose array values are series (or lists of series) of finite
        numbers and nulls. Values of other kinds under these keys stay in place.
    reserved : frozenset of str
        Top-level keys to take out.

    Returns
    -------
    Scanned

    Raises
    ------
    InvalidInput
        Not strict JSON, not UTF-8, not finite, a reserved key given twice, or an array
        that holds something else; `details.field` is the path.
    PayloadTooLarge
        Deeper than 64 levels, or a series of more than 1,000,000 elements.
    """
    cdef Names arrays = names_of(array_keys)
    cdef Names kept = names_of(reserved)
    cdef Py_buffer view
    cdef Scan s
    cdef size_t i
    s.arrays_of = &arrays.names
    s.reserved_of = &kept.names
    token = f"{_SECRET}{next(_SCANS):x}-" if arrays.words else ""
    s.token = <string>token.encode()
    PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
    try:
        s.base = s.at = s.copied = <Text>view.buf
        s.end = s.base + view.len
        if view.len > 2048:
            with nogil:
                scan_text(&s)
        else:
            scan_text(&s)
        if s.fault != OK:
            raise failure(&s)
        values = {}
        for i in range(s.members.size()):
            values[kept.words[s.members[i].name]] = PyBytes_FromStringAndSize(
                <const char*>s.members[i].start, s.members[i].stop - s.members[i].start
            )
    finally:
        PyBuffer_Release(&view)
    found = {}
    cdef string suffix
    for i in range(s.found.size()):
        suffix.clear()
        append_index(&suffix, <Py_ssize_t>i)
        found[token + suffix.decode()] = array_of(&s.found[i])
    return Scanned(values, PyBytes_FromStringAndSize(s.rest.data(), <Py_ssize_t>s.rest.size()), found)


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


def has_infinity(const double[::1] values not None):
    """Whether a series holds an infinity (NaN is a missing value and passes)."""
    cdef Py_ssize_t i
    cdef bint seen = False
    with nogil:
        for i in range(values.shape[0]):
            seen |= isinf(values[i]) != 0
    return seen
