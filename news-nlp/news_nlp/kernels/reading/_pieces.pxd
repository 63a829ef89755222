"""A text cut into the pieces whose n-grams a linear model weighs."""
from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector

from news_nlp.kernels._letters cimport empty_digest, fold, is_alnum, lower

cdef extern from "Python.h":
    uint32_t PyUnicode_READ(int kind, void* data, Py_ssize_t index) nogil

cdef enum:
    BUCKET_BITS = 18
    # pieces that are no words; a name or figure is KIND_BASE and its kind
    EDGE = 1
    NUMBER = 2
    KIND_BASE = 16
    SIGN_BASE = 64


cdef struct Piece:
    uint64_t name
    Py_ssize_t start
    Py_ssize_t end
    bint masked


cdef struct Span:
    Py_ssize_t start
    Py_ssize_t end
    uint64_t name


cdef inline bint is_digit(uint32_t ch) noexcept nogil:
    return c'0' <= ch <= c'9'


cdef inline bint is_apostrophe(uint32_t ch) noexcept nogil:
    return ch == c"'" or ch == 0x2019 or ch == 0x2018


cdef inline uint64_t mixed(uint64_t key) noexcept nogil:
    """Spread a key over 64 bits (the finisher of MurmurHash3)."""
    key ^= key >> 33
    key *= <uint64_t>0xFF51AFD7ED558CCD
    key ^= key >> 33
    key *= <uint64_t>0xC4CEB9FE1A85EC53
    return key ^ (key >> 33)


cdef inline uint32_t bucket_of(uint64_t key) noexcept nogil:
    return <uint32_t>(mixed(key) >> (64 - BUCKET_BITS))


cdef inline uint32_t pair_bucket(uint64_t left, uint64_t right) noexcept nogil:
    return bucket_of(mixed(left ^ <uint64_t>0x9E3779B97F4A7C15) + right)


cdef inline Py_ssize_t read_word(
    int kind, void* data, Py_ssize_t at, Py_ssize_t length, vector[Piece]& pieces
) noexcept nogil:
    cdef:
        Piece piece
        uint64_t name = empty_digest()
        uint32_t ch, after
        bint digits = True
    piece.start, piece.masked = at, False
    while at < length:
        ch = PyUnicode_READ(kind, data, at)
        after = PyUnicode_READ(kind, data, at + 1) if at + 1 < length else 32
        if is_alnum(ch):
            digits = digits and is_digit(ch)
            name = fold(name, lower(ch))
        elif digits and (ch == c'.' or ch == c',') and is_digit(after):
            pass                                   # 1,200.50
        elif ch == c'&' and is_alnum(after):
            name = fold(name, ch)
        else:
            break
        at += 1
    piece.end = at
    piece.name = NUMBER if digits else name
    pieces.push_back(piece)
    if at + 1 < length and is_apostrophe(PyUnicode_READ(kind, data, at)):
        if lower(PyUnicode_READ(kind, data, at + 1)) == c's':
            return at + 2
    return at


cdef inline void cut(int kind, void* data, Py_ssize_t length, vector[Span]& spans, vector[Piece]& pieces) noexcept nogil:
    """The pieces of a text, with its two ends."""
    cdef:
        Py_ssize_t at = 0, stop
        size_t span = 0
        uint32_t ch
        Piece piece
    piece.name, piece.start, piece.end, piece.masked = EDGE, 0, 0, True
    pieces.push_back(piece)
    while at < length:
        while span < spans.size() and spans[span].start < at:
            span += 1                              # inside the one before
        stop = length
        if span < spans.size():
            stop = spans[span].end
            if spans[span].start == at and stop > at:
                piece.name, piece.start, piece.end = spans[span].name, at, stop
                pieces.push_back(piece)
                at = stop
                continue
            stop = spans[span].start if spans[span].start > at else length
        ch = PyUnicode_READ(kind, data, at)
        if is_alnum(ch):
            at = read_word(kind, data, at, stop, pieces)
            continue
        if ch == c'%' or ch == c'?':
            piece.name, piece.start, piece.end, piece.masked = SIGN_BASE + ch, at, at + 1, False
            pieces.push_back(piece)
            piece.masked = True
        at += 1
    piece.name, piece.start, piece.end = EDGE, length, length
    pieces.push_back(piece)
