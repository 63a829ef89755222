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
from cpython.object cimport PyObject_GenericSetAttr
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_SET_ITEM
from libc.math cimport exp, fabs, fmax, fmin, rint, sqrt
from libc.stdint cimport uint32_t
from libcpp.vector cimport vector

from news_nlp.kernels.reading._pieces cimport BUCKET_BITS, KIND_BASE, Piece, Span, bucket_of, cut, pair_bucket

cdef extern from "Python.h":
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    str PyUnicode_Substring(object text, Py_ssize_t start, Py_ssize_t end)
    object PyType_GenericAlloc(type kind, Py_ssize_t items)

cdef enum:
    CLASS_COUNT = 3
    SIGN_COUNT = 33
    EVENT_COUNT = 8
    BEARISH = 0
    NEUTRAL = 1
    BULLISH = 2
    MOST_PARTS = 8       # told of a text

BITS = BUCKET_BITS
SIGNS = SIGN_COUNT
cdef double _LOUDNESS = 4.0  # of all n-grams beside the signs
LOUDNESS = _LOUDNESS

cdef double LEAST_PULL = 0.2     # of a piece that is told
cdef double MOST_SAID = 4.0      # the sums of a long text are no larger evidence
cdef double SPLIT = 0.2          # a blended score within it is neutral, as the lexicon's
_CLASSES = ("bearish", "neutral", "bullish")
_MASKED = {"company": 0, "index": 1, "amount": 2, "percent": 3, "period": 4}
_EVENTS = {
    "results": 0, "order_win": 1, "rating": 2, "management": 3, "regulatory": 4, "deal": 5, "dividend": 6, "macro": 7,
}


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
    records : (Phrase, Verdict, Understanding)
        A named tuple and two slotted dataclasses, with the fields that this module writes.
    """

    cdef const float[:, ::1] buckets
    cdef const double[:, ::1] signs
    cdef const double[::1] intercepts
    cdef type phrase, verdict, understanding

    def __init__(
        self,
        const float[:, ::1] buckets not None,
        const double[:, ::1] signs not None,
        const double[::1] intercepts not None,
        records,
    ):
        self.buckets = buckets
        self.signs = signs
        self.intercepts = intercepts
        self.phrase, self.verdict, self.understanding = records

    def decisions(self, str text not None, read not None):
        """Of bearish, neutral and bullish: the larger, the likelier."""
        cdef double[CLASS_COUNT] found
        cdef vector[Part] parts
        self.decide(text, read, found, parts)
        return found[BEARISH], found[NEUTRAL], found[BULLISH]

    def judge(self, str text not None, read not None, double own, str name not None):
        """The lexicon's reading of a text, judged anew.

        Parameters
        ----------
        text : str
        read : Understanding
            Its reading by the lexicon.
        own : float
            How much of the score is the model's: 1, or less for a blend with the lexicon's.
        name : str
            Of the model.
        """
        cdef:
            double[CLASS_COUNT] likely
            vector[Part] parts
            double score, confidence
            int best
            object found
        self.decide(text, read, likely, parts)
        best = probabilities(likely)
        score, confidence = likely[BULLISH] - likely[BEARISH], likely[best]
        phrases = self.phrases_of(text, parts)
        if own < 1.0:
            score = own * score + (1.0 - own) * <double>read.score
            confidence = own * confidence + (1.0 - own) * <double>read.confidence
            best = NEUTRAL if fabs(score) < SPLIT else BULLISH if score > 0.0 else BEARISH
            phrases = merged(read.phrases, phrases)
        found = PyType_GenericAlloc(self.understanding, 0)
        found_score, found_confidence = rint(score * 1e4) / 1e4, rint(confidence * 1e4) / 1e4
        PyObject_GenericSetAttr(found, "sentiment", _CLASSES[best])
        PyObject_GenericSetAttr(found, "score", found_score)
        PyObject_GenericSetAttr(found, "confidence", found_confidence)
        PyObject_GenericSetAttr(found, "phrases", phrases)
        PyObject_GenericSetAttr(found, "entities", read.entities)
        PyObject_GenericSetAttr(found, "symbols", self.symbols_of(read, _CLASSES[best], found_score, found_confidence))
        PyObject_GenericSetAttr(found, "others", read.others)
        PyObject_GenericSetAttr(found, "event", read.event)
        PyObject_GenericSetAttr(found, "model", name)
        return found

    cdef int decide(self, str text, read, double* decisions, vector[Part]& parts) except -1:
        cdef:
            vector[Span] spans
            vector[Piece] pieces
            double[SIGN_COUNT] found
            int kind = PyUnicode_KIND(text)
            void* data = PyUnicode_DATA(text)
            Py_ssize_t length = PyUnicode_GET_LENGTH(text)
        read_spans(read.entities, spans)
        fill_signs(found, text, read)
        pieces.reserve(<size_t>(length // 4 + 4))
        with nogil:
            cut(kind, data, length, spans, pieces)
            self.add_up(pieces, found, decisions, parts)
            keep_strongest(parts, <size_t>MOST_PARTS)
        return 0

    cdef list phrases_of(self, str text, vector[Part]& parts):
        cdef list found = []
        cdef size_t at
        for at in range(parts.size()):
            record = PyType_GenericAlloc(self.phrase, 6)
            put(record, 0, PyUnicode_Substring(text, parts[at].start, parts[at].end))
            put(record, 1, parts[at].start)
            put(record, 2, parts[at].end)
            put(record, 3, parts[at].weight)
            put(record, 4, -1)                     # its pieces are no tokens of the reading
            put(record, 5, False)
            found.append(record)
        return found

    cdef dict symbols_of(self, read, str direction, score, confidence):
        """A company has the text's new verdict, unless the lexicon told its direction apart from the text's."""
        cdef dict found = {}
        whole = read.sentiment
        for symbol, said in (<dict?>read.symbols).items():
            if said.sentiment == whole:
                record = PyType_GenericAlloc(self.verdict, 0)
                PyObject_GenericSetAttr(record, "sentiment", direction)
                PyObject_GenericSetAttr(record, "score", score)
                PyObject_GenericSetAttr(record, "confidence", confidence)
                PyObject_GenericSetAttr(record, "relevance", said.relevance)
                found[symbol] = record
            else:
                found[symbol] = said
        return found

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


cdef inline int put(object record, Py_ssize_t at, object item) except -1:
    """Fill a place of a new tuple."""
    Py_INCREF(item)                                # which the tuple takes over
    PyTuple_SET_ITEM(record, at, item)
    return 0


cdef list merged(list left, list right):
    """Two lists of phrases in order of place as one."""
    cdef list found = []
    cdef Py_ssize_t at = 0, other = 0, start
    while at < len(left):
        start = (<tuple>left[at])[1]
        while other < len(right) and <Py_ssize_t>(<tuple>right[other])[1] < start:
            found.append(right[other])
            other += 1
        found.append(left[at])
        at += 1
    found.extend(right[other:])
    return found


cdef int probabilities(double* decisions) noexcept nogil:
    """Put the softmax in the decisions' place; the likeliest class, the neutral one of equals."""
    cdef double top = fmax(decisions[BEARISH], fmax(decisions[NEUTRAL], decisions[BULLISH])), total = 0.0
    cdef int one, best = NEUTRAL
    for one in range(CLASS_COUNT):
        decisions[one] = exp(decisions[one] - top)
        total += decisions[one]
    for one in range(CLASS_COUNT):
        decisions[one] /= total
    for one in range(CLASS_COUNT):
        if decisions[one] > decisions[best]:
            best = one
    return best


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
    cdef dict masked = _MASKED
    for entity in entities:
        kind = masked.get((<tuple>entity)[3])
        if kind is not None:
            span.start, span.end = (<tuple>entity)[1], (<tuple>entity)[2]
            span.name = KIND_BASE + <uint32_t>kind
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
        weight = (<tuple>phrase)[3]
        if count == 0:
            first = weight
        last = weight
        count += 1
        if weight > 0.0:
            up += weight
            moves_up += weight if (<tuple>phrase)[5] else 0.0
        else:
            down += weight
            moves_down += weight if (<tuple>phrase)[5] else 0.0
    for entity in <list?>read.entities:
        kind = <str>(<tuple>entity)[3]
        if kind == "company":
            companies += 1
        elif kind == "percent":
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
