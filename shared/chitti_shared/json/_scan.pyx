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
from chitti_shared.json._numbers cimport POWERS, parse_double, read_plain

import secrets
from itertools import count

import numpy as np

from chitti_shared.errors import InvalidInput, PayloadTooLarge

include "_grammar.pxi"
include "_rows.pxi"
include "_faults.pxi"


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


cdef bint is_table(vector[string]* names, Text key, Py_ssize_t size) noexcept nogil:
    """Whether `key` names series by name: `key.*` is among the names then."""
    cdef size_t i
    cdef string* name
    for i in range(names.size()):
        name = &names[0][i]
        if <Py_ssize_t>name.size() == size + 2 and memcmp(name.data(), key, size) == 0:
            if name[0][size] == 46 and name[0][size + 1] == 42:
                return True
    return False


cdef int scan_table(Scan* s, int depth) noexcept nogil:
    """An object whose arrays are series; `depth` counts the containers around it."""
    cdef int outer = s.table
    s.table = depth + 1
    cdef int done = scan_object(s, depth + 1)
    s.table = outer
    return done


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
        if (wanted >= 0 or s.table == depth) and s.at < s.end and s.at[0] == 91:
            return take_numbers(s, depth + 1)
        if wanted >= 0 and s.at < s.end and s.at[0] == 123 and is_table(s.arrays_of, name, length):
            return scan_table(s, depth)
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
    elif wanted >= 0 and s.at < s.end and s.at[0] == 123 and is_table(s.arrays_of, name, length):
        if scan_table(s, depth) < 0:
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
        float64, NaN where null stood, by token: 1-D; of a list of lists 2-D, or where these differ in
        length an array of objects, each a 1-D array.
    """

    __slots__ = ("arrays", "reserved", "rest")

    def __init__(self, reserved, rest, arrays):
        self.reserved = reserved
        self.rest = rest
        self.arrays = arrays


cdef object array_of(Found* found):
    cdef Py_ssize_t size = found.size
    cdef double* data = found.data
    found.data = NULL  # the block owns it from here
    cdef Py_ssize_t row, first = 0
    cdef bint ragged = False
    array = np.frombuffer(Block.adopt(data, size * <Py_ssize_t>sizeof(double)), dtype=np.float64) if size else np.empty(0)
    if found.rows < 0:
        return array
    for row in range(found.rows):
        ragged |= found.ends[row] != (row + 1) * found.ends[0]
    if not ragged:
        return array.reshape(found.rows, found.ends[0])
    rows = np.empty(found.rows, dtype=object)
    for row in range(found.rows):
        rows[row] = array[first:found.ends[row]]
        first = found.ends[row]
    return rows


def scan(data, *, frozenset array_keys, frozenset reserved=frozenset()):
    """Validate a JSON object, take out its reserved members and number arrays.

    Parameters
    ----------
    data : bytes-like
        UTF-8 text of one JSON object.
    array_keys : frozenset of str
        Keys, at any depth, whose array values are series (or lists of series) of finite
        numbers and nulls. Values of other kinds under these keys stay in place. With `key.*` beside
        `key`, an object there is a table: so are the arrays among its members.
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
        Deeper than 64 levels, a series of more than 1,000,000 elements, or more than 1,000 series in a list.
    """
    cdef Names arrays = names_of(array_keys)
    cdef Names kept = names_of(reserved)
    cdef Py_buffer view
    cdef Scan s
    cdef size_t i
    s.arrays_of = &arrays.names
    s.table = 0
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


include "_peek.pxi"


def has_infinity(const double[::1] values not None):
    """Whether a series holds an infinity (NaN is a missing value and passes)."""
    cdef Py_ssize_t i
    cdef bint seen = False
    with nogil:
        for i in range(values.shape[0]):
            seen |= isinf(values[i]) != 0
    return seen
