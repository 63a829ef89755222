"""Words of a headline for its gist: where they end, their stems, the periods they name."""
from libc.stdint cimport uint32_t, uint64_t

from news_nlp.kernels._letters cimport empty_digest, fold, is_alnum, is_apostrophe, is_digit, lower

cdef extern from "Python.h":
    uint32_t PyUnicode_READ(int kind, void* data, Py_ssize_t index) nogil

cdef enum:
    LONGEST_WORD = 48     # letters; what is longer is cut

cdef enum:
    LONGEST_STEM = 7      # letters: digital, digitally

cdef enum:
    BARE_YEAR = 7         # fy26: neither a word nor a period
    FIRST_OF_CALENDAR = 100

cdef struct Text:
    int kind
    void* data
    Py_ssize_t length

cdef struct Word:
    uint32_t letters[LONGEST_WORD]
    Py_ssize_t length
    bint capital


cdef inline uint32_t narrowed(uint64_t digest) noexcept nogil:
    return <uint32_t>(digest ^ (digest >> 32))


cdef inline uint32_t letter(Text& text, Py_ssize_t at) noexcept nogil:
    return PyUnicode_READ(text.kind, text.data, at) if 0 <= at < text.length else 32


cdef inline uint32_t digest_of(Word& word) noexcept nogil:
    cdef uint64_t digest = empty_digest()
    cdef Py_ssize_t i
    for i in range(word.length):
        digest = fold(digest, word.letters[i])
    return narrowed(digest)


cdef inline void stem(Word& word) noexcept nogil:
    """Drop an inflection: rises, rising, rise -> ris; dropped -> drop; digitally -> digital. Crude, but alike for all."""
    cdef Py_ssize_t n = word.length
    if n >= 6 and word.letters[n - 3] == c'i' and word.letters[n - 2] == c'n' and word.letters[n - 1] == c'g':
        n -= 3
    elif n >= 5 and word.letters[n - 2] == c'e' and word.letters[n - 1] == c'd':
        n -= 2
    elif n >= 4 and word.letters[n - 1] == c's' and word.letters[n - 2] != c's':
        n -= 1
    if n >= 4 and word.letters[n - 1] == c'e':
        n -= 1
    if n >= 4 and word.letters[n - 1] == word.letters[n - 2] and not is_digit(word.letters[n - 1]):
        n -= 1
    word.length = n if n < LONGEST_STEM else LONGEST_STEM


cdef inline bint is_rupees(Word& word) noexcept nogil:
    cdef uint32_t* letters = word.letters
    if word.length == 2:
        return letters[0] == c'r' and letters[1] == c's'
    return word.length == 3 and letters[0] == c'i' and letters[1] == c'n' and letters[2] == c'r'


cdef inline Py_ssize_t read_word(Text& text, Py_ssize_t at, Word& word) noexcept nogil:
    """The word at `at` in lower case, without a possessive 's; answers where it ends."""
    cdef uint32_t ch = letter(text, at)
    word.length = 0
    word.capital = ch != lower(ch)
    while at < text.length:
        ch = letter(text, at)
        if is_apostrophe(ch) and lower(letter(text, at + 1)) == c's' and not is_alnum(letter(text, at + 2)):
            return at + 2
        if not (is_alnum(ch) or (ch == c'&' and is_alnum(letter(text, at + 1)))):
            break
        if is_digit(ch) and is_rupees(word):
            break  # Rs400
        if word.length < LONGEST_WORD:
            word.letters[word.length] = lower(ch)
            word.length += 1
        at += 1
    return at


cdef inline int period_of(Word& word) noexcept nogil:
    """1-4 for a quarter (q2, q2fy26, 2qfy26), 5-6 for a half, BARE_YEAR, 0 for another word."""
    cdef uint32_t first = word.letters[0], second = word.letters[1]
    if word.length < 2 or word.length > 8:
        return 0
    if word.length > 2 and first == c'f' and second == c'y' and is_digit(word.letters[2]):
        return BARE_YEAR
    if word.length > 2 and not (word.length > 3 and word.letters[2] == c'f' and word.letters[3] == c'y'):
        return 0
    if c'1' <= first <= c'4' and second == c'q':
        first, second = second, first
    if first == c'q' and c'1' <= second <= c'4':
        return second - c'0'
    if first == c'h' and c'1' <= second <= c'2':
        return 4 + second - c'0'
    return 0
