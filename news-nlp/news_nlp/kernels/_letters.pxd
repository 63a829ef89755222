"""Letters as the scan sees them: classes, lower case, and the hash of a folded word."""
from libc.stdint cimport uint32_t, uint64_t

cdef extern from "Python.h":
    uint32_t Py_UNICODE_TOLOWER(uint32_t ch) nogil
    bint Py_UNICODE_ISALNUM(uint32_t ch) nogil

cdef enum:                # classes of a letter
    ALNUM = 1
    DIGIT = 2
    SPACE = 4
    BREAK_SIGN = 8
    CURRENCY = 16
    APOSTROPHE = 32


cdef inline uint64_t empty_digest() noexcept nogil:
    return <uint64_t>14695981039346656037


cdef inline uint64_t fold(uint64_t digest, uint32_t ch) noexcept nogil:
    return (digest ^ ch) * <uint64_t>1099511628211  # FNV-1a


cdef inline uint64_t digest_of(const char* word) noexcept nogil:
    """Hash of a word in ASCII and lower case; the compiler works it out where the word is written in place."""
    cdef uint64_t digest = empty_digest()
    while word[0]:
        digest = fold(digest, <uint32_t>word[0])
        word += 1
    return digest


cdef inline uint32_t lower(uint32_t ch) noexcept nogil:
    if ch < 128:
        return ch + 32 if c'A' <= ch <= c'Z' else ch
    return Py_UNICODE_TOLOWER(ch)


cdef inline bint is_alnum(uint32_t ch) noexcept nogil:
    if ch < 128:
        return c'a' <= ch <= c'z' or c'A' <= ch <= c'Z' or c'0' <= ch <= c'9'
    # vowel signs and the like belong to the words of Indian scripts; the danda ends a sentence
    if 0x0900 <= ch <= 0x0DFF or 0x0300 <= ch <= 0x036F or ch == 0x200C or ch == 0x200D:
        return ch != 0x0964 and ch != 0x0965
    return Py_UNICODE_ISALNUM(ch)


cdef inline bint is_space(uint32_t ch) noexcept nogil:
    return ch <= 32 or ch == 0xA0 or 0x2000 <= ch <= 0x200B or ch == 0x202F or ch == 0x3000


cdef inline bint is_digit(uint32_t ch) noexcept nogil:
    return c'0' <= ch <= c'9'


cdef inline bint is_apostrophe(uint32_t ch) noexcept nogil:
    return ch == c"'" or ch == 0x2019 or ch == 0x2018


cdef inline bint is_break(uint32_t ch) noexcept nogil:
    if ch < 128:
        return (ch == c'\n' or ch == c',' or ch == c';' or ch == c':' or ch == c'|' or ch == c'(' or ch == c')'
                or ch == c'?' or ch == c'!')
    return ch == 0x0964 or ch == 0x2014 or ch == 0x2013 or ch == 0x2026


cdef inline bint is_currency(uint32_t ch) noexcept nogil:
    return ch == c'$' or ch == 0x20B9 or ch == 0x20AC or ch == 0xA3 or ch == 0xA5   # rupee, euro, pound, yen


cdef inline uint32_t classes(uint32_t ch) noexcept nogil:
    """The classes of a letter, as a mask."""
    cdef uint32_t found = 0
    if is_alnum(ch):
        found |= ALNUM
        if is_digit(ch):
            found |= DIGIT
    if is_space(ch):
        found |= SPACE
    if is_break(ch):
        found |= BREAK_SIGN
    if is_currency(ch):
        found |= CURRENCY
    if is_apostrophe(ch):
        found |= APOSTROPHE
    return found
