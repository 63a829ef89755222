# The words of JSON: strings, numbers, white space; and the state of a scan.

ctypedef const unsigned char* Text

cdef enum:
    MAX_DEPTH = 64
    MAX_ELEMENTS = 1_000_000
    MAX_ROWS = 1_000
    MAX_KEY = 128  # bytes; a longer key is nobody's, so it need not be unescaped

cdef enum Fault:
    OK
    SYNTAX          # not JSON
    ENCODING        # not UTF-8, or half a surrogate pair
    CONTROL         # raw control character in a string
    TOO_DEEP
    TOO_LARGE_NUMBER
    ELEMENT         # not a number or null, in a number array
    TOO_MANY        # elements
    TOO_MANY_ROWS
    DUPLICATE       # a reserved key given twice
    NOT_OBJECT
    MEMORY

cdef struct Step:
    # one step of the path to a fault: a member's key, or (key NULL) an element's index
    Text key
    Py_ssize_t size
    Py_ssize_t index

cdef struct Found:
    # a number array taken out of the text; rows < 0: one-dimensional, else where each row ends
    double* data
    Py_ssize_t size
    Py_ssize_t rows
    vector[Py_ssize_t] ends

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
    int table  # depth of the members of the table that is scanned: each array there is a series; 0: none is
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
