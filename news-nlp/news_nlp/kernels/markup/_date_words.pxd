"""The words of dates: months, weekdays, zones."""

cdef enum WordKind:
    MONTH_WORD              # value: 1..12
    WEEKDAY_WORD
    HALF_WORD               # value: -1 am, 1 pm
    ZONE_WORD               # value: minutes east of UTC
    FILLER_WORD             # `at`, `hrs`
    T_WORD
    OTHER_WORD

cdef struct DateWord:
    WordKind kind
    int value

cdef DateWord word_at(const unsigned char* text, int length) noexcept nogil
cdef int half_at(const unsigned char* text, Py_ssize_t size) noexcept nogil


cdef inline bint is_digit(unsigned char ch) noexcept nogil:
    return c"0" <= ch <= c"9"


cdef inline bint is_letter(unsigned char ch) noexcept nogil:
    return c"a" <= (ch | 32) <= c"z"


cdef inline int digits_at(const unsigned char* text, Py_ssize_t size, Py_ssize_t at) noexcept nogil:
    cdef int run = 0
    while at < size and is_digit(text[at]):
        at += 1
        run += 1
    return run


cdef inline int number(const unsigned char* text, Py_ssize_t at, int digits) noexcept nogil:
    cdef int value = 0, i
    for i in range(digits):
        value = value * 10 + text[at + i] - c"0"
    return value


cdef inline bint half_follows(const unsigned char* text, Py_ssize_t size, Py_ssize_t at) noexcept nogil:
    """Whether `pm`, `p.m.` or ` AM` comes next."""
    while at < size and text[at] == c" ":
        at += 1
    if at + 1 >= size or ((text[at] | 32) != c"a" and (text[at] | 32) != c"p"):
        return False
    at += 2 if text[at + 1] == c"." else 1
    return at < size and (text[at] | 32) == c"m" and not (at + 1 < size and is_letter(text[at + 1]))
