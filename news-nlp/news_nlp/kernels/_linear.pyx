# distutils: language = c++
"""A linear model over a text's hashed n-grams and over signs that the lexicon's reading gives.

A text is cut into pieces: words in lower case without a possessive, `%` and `?`, numbers as one
piece `#`, and each name or figure that was found in it as one piece that tells its kind only, so
that nothing is learnt of a company by its name. The n-grams are each piece and each pair of
neighbours, the two ends of the text being pieces too. Each falls into one of 2**BITS buckets.

    decision[class] = intercept + LOUDNESS / sqrt(n-grams) * sum of their weights + signs . weights

The caller guarantees, and nothing here re-checks: entities are in order of place and within the
text; the weights have the shapes (2**BITS, 3), (SIGNS, 3), (3,).
"""
from libc.math cimport fabs, fmax, fmin, sqrt
from libc.stdint cimport uint32_t, uint64_t
from libcpp.vector cimport vector

from news_nlp.kernels._letters cimport empty_digest, fold, is_alnum, is_apostrophe, is_digit, lower

cdef extern from "Python.h":
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    uint32_t PyUnicode_READ(int kind, void* data, Py_ssize_t index) nogil

cdef enum:
    BUCKET_BITS = 18
    CLASS_COUNT = 3
    SIGN_COUNT = 33
    EVENT_COUNT = 8
    BEARISH = 0
    BULLISH = 2

BITS = BUCKET_BITS
SIGNS = SIGN_COUNT
cdef double _LOUDNESS = 4.0  # of all n-grams beside the signs
LOUDNESS = _LOUDNESS

# seeds that keep the n-grams' families, and pieces that are no words, apart
cdef double LEAST_PULL = 0.1, MOST_SAID = 4.0
cdef uint64_t PAIR_SEED = <uint64_t>0x9E3779B97F4A7C15
cdef uint64_t EDGE = 1, NUMBER = 2, KIND_BASE = 16
_MASKED = {"company": 0, "index": 1, "amount": 2, "percent": 3, "period": 4}
_EVENTS = {
    "results": 0, "order_win": 1, "rating": 2, "management": 3, "regulatory": 4, "deal": 5, "dividend": 6, "macro": 7,
}


cdef struct Piece:
    uint64_t name
    Py_ssize_t start
    Py_ssize_t end
    bint masked


cdef struct Span:
    Py_ssize_t start
    Py_ssize_t end
    uint64_t name


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
    return bucket_of(mixed(left ^ PAIR_SEED) + right)


cdef Py_ssize_t read_word(
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


cdef void cut(int kind, void* data, Py_ssize_t length, vector[Span]& spans, vector[Piece]& pieces) noexcept nogil:
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
            piece.name, piece.start, piece.end, piece.masked = ch + 64, at, at + 1, False
            pieces.push_back(piece)
            piece.masked = True
        at += 1
    piece.name, piece.start, piece.end = EDGE, length, length
    pieces.push_back(piece)


cdef struct Part:
    Py_ssize_t start
    Py_ssize_t end
    double weight        # towards bullish, away from bearish


cdef class Linear:
    """Weights that score texts; it holds no state of a text and may be shared by threads.

    Parameters
    ----------
    buckets : array of float32, shape (2**BITS, 3)
    signs : array of float64, shape (SIGNS, 3)
    intercepts : array of float64, shape (3,)
        Of the classes bearish, neutral, bullish.
    """

    cdef const float[:, ::1] buckets
    cdef const double[:, ::1] signs
    cdef const double[::1] intercepts

    def __init__(
        self,
        const float[:, ::1] buckets not None,
        const double[:, ::1] signs not None,
        const double[::1] intercepts not None,
    ):
        self.buckets = buckets
        self.signs = signs
        self.intercepts = intercepts

    def decide(self, str text not None, read not None, Py_ssize_t most):
        """Judge a text.

        Parameters
        ----------
        text : str
        read : Understanding
            Its reading by the lexicon.
        most : int
            Parts wanted at most.

        Returns
        -------
        decisions : tuple of float
            Of bearish, neutral, bullish.
        parts : list of (start, end, weight)
            What decided: neighbouring pieces that pull in one direction, the strongest ones, in order of place.
        """
        cdef:
            vector[Span] spans
            vector[Piece] pieces
            vector[Part] parts
            double[SIGN_COUNT] found
            double[CLASS_COUNT] decisions
            int kind = PyUnicode_KIND(text)
            void* data = PyUnicode_DATA(text)
            Py_ssize_t length = PyUnicode_GET_LENGTH(text)
        read_spans(read.entities, spans)
        fill_signs(found, text, read)
        with nogil:
            cut(kind, data, length, spans, pieces)
            self.add_up(pieces, found, decisions, parts)
            keep_strongest(parts, <size_t>most)
        listed = [(part.start, part.end, part.weight) for part in parts]
        return (decisions[0], decisions[1], decisions[2]), listed

    cdef void add_up(
        self, vector[Piece]& pieces, double* found, double* decisions, vector[Part]& parts
    ) noexcept nogil:
        cdef:
            size_t at, count = pieces.size()
            size_t grams = 2 * count - 3           # the two ends are pieces only as neighbours
            int one
            uint32_t bucket
            double factor = _LOUDNESS / sqrt(<double>grams), pull
            double[CLASS_COUNT] sums
            vector[double] pulls
        pulls.assign(count, 0.0)
        for one in range(CLASS_COUNT):
            sums[one] = 0.0
        for at in range(count - 1):
            if at > 0:
                bucket = bucket_of(pieces[at].name)
                for one in range(CLASS_COUNT):
                    sums[one] += self.buckets[bucket, one]
                pulls[at] += self.buckets[bucket, BULLISH] - self.buckets[bucket, BEARISH]
            bucket = pair_bucket(pieces[at].name, pieces[at + 1].name)
            for one in range(CLASS_COUNT):
                sums[one] += self.buckets[bucket, one]
            pull = self.buckets[bucket, BULLISH] - self.buckets[bucket, BEARISH]
            if pieces[at].masked:
                pulls[at + 1] += pull
            elif pieces[at + 1].masked:
                pulls[at] += pull
            else:
                pulls[at] += 0.5 * pull
                pulls[at + 1] += 0.5 * pull
        for one in range(CLASS_COUNT):
            decisions[one] = self.intercepts[one] + factor * sums[one]
            for at in range(SIGN_COUNT):
                decisions[one] += found[at] * self.signs[at, one]
        join_parts(pieces, pulls, factor, parts)


cdef void join_parts(
    vector[Piece]& pieces, vector[double]& pulls, double factor, vector[Part]& parts
) noexcept nogil:
    """Neighbours that pull in one direction are one part; what pulls little is none."""
    cdef size_t at
    cdef double pull
    cdef bint joins = False
    cdef Part part
    for at in range(pieces.size()):
        pull = factor * pulls[at]
        if pieces[at].masked or fabs(pull) < LEAST_PULL:
            joins = False
            continue
        if joins and (parts.back().weight > 0.0) == (pull > 0.0):
            parts.back().end = pieces[at].end
            parts.back().weight += pull
        else:
            part.start, part.end, part.weight = pieces[at].start, pieces[at].end, pull
            parts.push_back(part)
        joins = True


cdef void keep_strongest(vector[Part]& parts, size_t most) noexcept nogil:
    """Drop the weakest parts, the later one of equals, until `most` are left."""
    cdef size_t at, weakest
    if parts.size() > 16 * most:
        parts.resize(16 * most)                    # of a long text the beginning tells
    while parts.size() > most:
        weakest = 0
        for at in range(1, parts.size()):
            if fabs(parts[at].weight) <= fabs(parts[weakest].weight):
                weakest = at
        parts.erase(parts.begin() + weakest)


cdef int read_spans(list entities, vector[Span]& spans) except -1:
    """The names and figures that pieces are made of."""
    cdef Span span
    for entity in entities:
        kind = _MASKED.get(entity[3])
        if kind is not None:
            span.start, span.end, span.name = entity[1], entity[2], KIND_BASE + <uint64_t>kind
            spans.push_back(span)
    return 0


cdef int fill_signs(double* out, str text, read) except -1:
    """What the lexicon's reading says, as SIGN_COUNT figures of size 1 or so."""
    cdef:
        double score = read.score, weight, first = 0.0, last = 0.0
        double up = 0.0, down = 0.0, moves_up = 0.0, moves_down = 0.0
        Py_ssize_t at, count = 0, companies = 0
        bint percent = False
    for phrase in <list?>read.phrases:
        weight = phrase[3]
        if count == 0:
            first = weight
        last = weight
        count += 1
        if weight > 0.0:
            up += weight
            moves_up += weight if phrase[5] else 0.0
        else:
            down += weight
            moves_down += weight if phrase[5] else 0.0
    for entity in <list?>read.entities:
        if entity[3] == "company":
            companies += 1
        elif entity[3] == "percent":
            percent = True
    out[0], out[1], out[2] = score, fmin(up, MOST_SAID), fmax(down, -MOST_SAID)
    out[3], out[4] = fmin(moves_up, MOST_SAID), fmax(moves_down, -MOST_SAID)
    out[5], out[6], out[7] = fmin(count / 3.0, MOST_SAID), first, last
    out[8] = <double>read.confidence if score != 0.0 else 0.0
    out[9], out[10], out[11] = fabs(score), score >= 0.2, score <= -0.2
    out[12], out[13], out[14], out[15] = count == 0, "?" in text, companies > 1, percent
    for at in range(16, SIGN_COUNT):
        out[at] = 0.0
    event = _EVENTS.get(read.event, EVENT_COUNT)
    out[16 + <Py_ssize_t>event] = 1.0
    if event < EVENT_COUNT:
        out[25 + <Py_ssize_t>event] = score
    return 0


def grams(str text not None, read not None):
    """The bucket of each n-gram of a text, repeats included: what a model is fitted to."""
    cdef:
        vector[Span] spans
        vector[Piece] pieces
        size_t at
    read_spans(read.entities, spans)
    cut(PyUnicode_KIND(text), PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text), spans, pieces)
    found = [bucket_of(pieces[at].name) for at in range(1, pieces.size() - 1)]
    found.extend([pair_bucket(pieces[at].name, pieces[at + 1].name) for at in range(pieces.size() - 1)])
    return found


def signs(str text not None, read not None):
    """The SIGNS figures that a text's reading by the lexicon gives: what a model is fitted to."""
    cdef double[SIGN_COUNT] found
    fill_signs(found, text, read)
    return [found[at] for at in range(SIGN_COUNT)]
