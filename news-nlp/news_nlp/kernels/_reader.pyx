"""The compiled reader: one pass over flat arrays without the interpreter, then the records.

The rules live in the kernels it calls, each over the `Reading` of the call: scan, names,
weights, verdicts, events. A Reader is written once and holds no state of a text, so that
any number of threads may share it.
"""
from cpython.object cimport PyObject_GenericSetAttr
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_SET_ITEM
from libc.stdint cimport int32_t, uint8_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

from news_nlp.kernels._events cimport judge_events
from news_nlp.kernels._letters cimport empty_digest, fold
from news_nlp.kernels._names cimport find_names
from news_nlp.kernels._reading cimport (
    ALIAS_CAPITAL,
    ALIAS_EXACT,
    ALIAS_POSSESSIVE,
    ALIAS_PROPER,
    ALIAS_SURE,
    ALIAS_UPPER,
    BEARISH,
    BULLISH,
    EVENT_TYPES,
    AliasRow,
    EventRow,
    Name,
    Reading,
    Said,
    TermRow,
    Verdict,
)
from news_nlp.kernels._scan cimport Scanner, close_reading, open_reading
from news_nlp.kernels._verdicts cimport judge
from news_nlp.kernels._weigh cimport weigh_phrases

cdef extern from "Python.h":
    str PyUnicode_Substring(object text, Py_ssize_t start, Py_ssize_t end)
    object PyType_GenericAlloc(type kind, Py_ssize_t items)

cdef str BULLISH_TEXT = "bullish", BEARISH_TEXT = "bearish", NEUTRAL_TEXT = "neutral"
cdef str SENTIMENT = "sentiment", SCORE = "score", CONFIDENCE = "confidence", RELEVANCE = "relevance"
cdef str PHRASES_FIELD = "phrases", ENTITIES = "entities", SYMBOLS = "symbols", OTHERS = "others"
cdef str EVENT = "event", MODEL = "model"


cdef class Reader:
    """Reads texts by the project's tables and rules.

    Parameters
    ----------
    scanner : Scanner
        Over the texts of `aliases`, of the lexicon's terms and of the events' phrases, in this order.
    aliases : sequence of (text, kind, symbol, sure, exact, proper)
        `kind` as a number in `words[0]`.
    terms : sequence of (role, size, side)
    events : sequence of sequence of float
        What each phrase adds to each type of event.
    of_kinds : sequence of sequence of float
        What a name of each kind adds to each type of event.
    words : (kinds, event types, model)
        Their texts.
    records : (Entity, Phrase, Verdict, Tone, Understanding)
        Named tuples, but Verdict and Understanding slotted dataclasses, with the fields that this module writes.

    Raises
    ------
    ValueError
        An exact alias that is not ASCII.
    """

    def __cinit__(self):
        memset(&self.tables, 0, sizeof(self.tables))

    def __dealloc__(self):
        free(self.aliases)
        free(self.terms)
        free(self.events)
        free(self.keys)

    def __init__(self, Scanner scanner not None, aliases, terms, events, of_kinds, words, records):
        if self.scanner is not None:
            raise ValueError("a reader's tables are written once")
        self.kinds, self.types, self.model = words
        self.entity, self.phrase, self.verdict, self.tone, self.understanding = records
        self.letters = []
        self.write_symbols(aliases)
        self.write_aliases(aliases)
        self.write_terms(terms)
        self.write_events(events, of_kinds)
        self.tables.aliases, self.tables.terms = self.aliases, self.terms
        self.tables.events, self.tables.keys = self.events, self.keys
        self.scanner = scanner

    cdef int write_symbols(self, aliases) except -1:
        cdef uint64_t key
        self.symbols = tuple(dict.fromkeys(symbol for _, _, symbol, *_ in aliases if symbol is not None))
        self.keys = <uint64_t*>rows_of(len(self.symbols), sizeof(uint64_t))
        for index, symbol in enumerate(self.symbols):
            key = empty_digest()
            for ch in symbol:
                key = fold(key, ord(ch))
            self.keys[<size_t>index] = key
        return 0

    cdef int write_aliases(self, aliases) except -1:
        cdef AliasRow* row
        numbers = {symbol: index for index, symbol in enumerate(self.symbols)}
        self.aliases = <AliasRow*>rows_of(len(aliases), sizeof(AliasRow))
        for index, (text, kind, symbol, sure, exact, proper) in enumerate(aliases):
            row = &self.aliases[<size_t>index]
            row.symbol, row.kind = numbers.get(symbol, -1), kind
            row.flags = (
                (ALIAS_SURE if sure else 0)
                | (ALIAS_EXACT if exact else 0)
                | (ALIAS_PROPER if proper else 0)
                | (ALIAS_CAPITAL if text[0].isupper() else 0)
                | (ALIAS_UPPER if text.isupper() else 0)
                | (ALIAS_POSSESSIVE if "'" in text else 0)
            )
            if exact:
                if not text.isascii():
                    raise ValueError(f"expected a symbol in ASCII, found {text!r}")
                letters = text.encode()
                self.letters.append(letters)
                row.letters, row.length = <const uint8_t*><const char*>letters, <int32_t>len(letters)
        return 0

    cdef int write_terms(self, terms) except -1:
        self.terms = <TermRow*>rows_of(len(terms), sizeof(TermRow))
        for index, (role, size, side) in enumerate(terms):
            self.terms[<size_t>index].role = role
            self.terms[<size_t>index].size = size
            self.terms[<size_t>index].side = side
        return 0

    cdef int write_events(self, events, of_kinds) except -1:
        cdef int event
        self.events = <EventRow*>rows_of(len(events), sizeof(EventRow))
        for index, weights in enumerate(events):
            for event in range(EVENT_TYPES):
                self.events[<size_t>index].weights[event] = weights[event]
        for index, weights in enumerate(of_kinds):
            for event in range(EVENT_TYPES):
                self.tables.of_kinds[<size_t>index][event] = weights[event]
        return 0

    def understand(self, str text not None):
        """Read a text once: sentiment, phrases, entities, sentiment per name, relevance per company, event."""
        cdef Reading reading
        cdef bint done
        open_reading(&reading, text)
        try:
            with nogil:
                done = self.all_of_it(&reading)
            if not done:
                raise MemoryError
            return self.meaning(&reading, text)
        finally:
            close_reading(&reading)

    def entities(self, str text not None):
        """The names and figures in a text, in order of place."""
        cdef Reading reading
        cdef bint done
        open_reading(&reading, text)
        try:
            with nogil:
                done = self.names_only(&reading)
            if not done:
                raise MemoryError
            return self.entities_of(&reading, text)
        finally:
            close_reading(&reading)

    cdef bint names_only(self, Reading* reading) noexcept nogil:
        """Scan and find the names; false without the memory for it."""
        reading.tables = &self.tables
        if not self.scanner.read(reading):
            return False
        find_names(reading)
        return True

    cdef bint all_of_it(self, Reading* reading) noexcept nogil:
        """Scan and apply every rule; false without the memory for it."""
        if not self.names_only(reading):
            return False
        weigh_phrases(reading)
        judge(reading)
        judge_events(reading)
        return True

    cdef object meaning(self, const Reading* reading, str text):
        """The record of what was read."""
        cdef object found = PyType_GenericAlloc(self.understanding, 0)
        cdef dict symbols = {}
        cdef int32_t at
        for at in range(reading.judged):
            symbols[self.symbol_of(reading.names[reading.verdicts[at].name].symbol)] = self.verdict_of(
                &reading.verdicts[at]
            )
        PyObject_GenericSetAttr(found, SENTIMENT, direction_of(&reading.whole))
        PyObject_GenericSetAttr(found, SCORE, reading.whole.score)
        PyObject_GenericSetAttr(found, CONFIDENCE, reading.whole.confidence)
        PyObject_GenericSetAttr(found, PHRASES_FIELD, self.phrases_of(reading, text))
        PyObject_GenericSetAttr(found, ENTITIES, self.entities_of(reading, text))
        PyObject_GenericSetAttr(found, SYMBOLS, symbols)
        PyObject_GenericSetAttr(found, OTHERS, self.others_of(reading, text))
        PyObject_GenericSetAttr(found, EVENT, None if reading.event < 0 else self.types[reading.event])
        PyObject_GenericSetAttr(found, MODEL, self.model)
        return found

    cdef object symbol_of(self, int32_t symbol):
        return None if symbol < 0 else self.symbols[symbol]

    cdef object verdict_of(self, const Verdict* verdict):
        cdef object found = PyType_GenericAlloc(self.verdict, 0)
        PyObject_GenericSetAttr(found, SENTIMENT, direction_of(verdict))
        PyObject_GenericSetAttr(found, SCORE, verdict.score)
        PyObject_GenericSetAttr(found, CONFIDENCE, verdict.confidence)
        PyObject_GenericSetAttr(found, RELEVANCE, verdict.relevance)
        return found

    cdef dict others_of(self, const Reading* reading, str text):
        """The verdicts on names that are no listed company."""
        cdef dict found = {}
        cdef const Verdict* verdict
        cdef const Name* name
        cdef object record
        cdef int32_t at
        for at in range(reading.judged, reading.toned):
            verdict = &reading.verdicts[at]
            name = &reading.names[verdict.name]
            record = PyType_GenericAlloc(self.tone, 4)
            put(record, 0, self.kinds[name.kind])
            put(record, 1, direction_of(verdict))
            put(record, 2, verdict.score)
            put(record, 3, verdict.confidence)
            if name.symbol >= 0:
                found[self.symbols[name.symbol]] = record
            else:
                found[PyUnicode_Substring(text, name.start, name.end)] = record
        return found

    cdef list phrases_of(self, const Reading* reading, str text):
        cdef list found = []
        cdef const Said* said
        cdef object record
        cdef int32_t at
        for at in range(reading.spoken):
            said = &reading.said[at]
            record = PyType_GenericAlloc(self.phrase, 6)
            put(record, 0, PyUnicode_Substring(text, said.start, said.end))
            put(record, 1, said.start)
            put(record, 2, said.end)
            put(record, 3, said.weight)
            put(record, 4, said.first)
            put(record, 5, True if said.moves else False)
            found.append(record)
        return found

    cdef list entities_of(self, const Reading* reading, str text):
        """The records of the names found."""
        cdef list found = []
        cdef const Name* name
        cdef object record
        cdef int32_t at
        for at in range(reading.named):
            name = &reading.names[at]
            record = PyType_GenericAlloc(self.entity, 8)
            put(record, 0, PyUnicode_Substring(text, name.start, name.end))
            put(record, 1, name.start)
            put(record, 2, name.end)
            put(record, 3, self.kinds[name.kind])
            put(record, 4, self.symbol_of(name.symbol))
            put(record, 5, name.confidence)
            put(record, 6, name.first)
            put(record, 7, name.last)
            found.append(record)
        return found


cdef inline int put(object record, Py_ssize_t at, object item) except -1:
    """Fill a place of a new tuple."""
    Py_INCREF(item)                       # which the tuple takes over
    PyTuple_SET_ITEM(record, at, item)
    return 0


cdef inline str direction_of(const Verdict* verdict):
    if verdict.direction == BULLISH:
        return BULLISH_TEXT
    return BEARISH_TEXT if verdict.direction == BEARISH else NEUTRAL_TEXT


cdef void* rows_of(size_t count, size_t size) except NULL:
    cdef void* rows = calloc(count + 1, size)
    if rows is NULL:
        raise MemoryError
    return rows
