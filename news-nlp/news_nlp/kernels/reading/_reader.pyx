"""The compiled reader: one pass over flat arrays without the interpreter, then the records.

The rules live in the kernels it calls, each over the `Reading` of the call: scan, names,
weights, verdicts, events. A Reader is written once and holds no state of a text, so that
any number of threads may share it.
"""
from libc.stdint cimport int32_t, uint8_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

from news_nlp.kernels.reading._events cimport judge_events
from news_nlp.kernels._letters cimport empty_digest, fold
from news_nlp.kernels.reading._names cimport find_names
from news_nlp.kernels.reading._reading cimport (
    ALIAS_CAPITAL,
    ALIAS_EXACT,
    ALIAS_POSSESSIVE,
    ALIAS_PROPER,
    ALIAS_SURE,
    ALIAS_UPPER,
    EVENT_TYPES,
    AliasRow,
    EventRow,
    Near,
    Reading,
    TermRow,
)
from news_nlp.kernels.reading._records cimport Records
from news_nlp.kernels.reading._scan cimport Scanner, close_reading, open_reading
from news_nlp.kernels.reading._verdicts cimport judge
from news_nlp.kernels.reading._weigh cimport weigh_phrases


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
        As `Records` has them.

    Raises
    ------
    ValueError
        An exact alias that is not ASCII.
    TypeError
        A record of another make.
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
        self.letters = []
        self.write_symbols(aliases)
        self.write_aliases(aliases)
        self.write_terms(terms)
        self.write_events(events, of_kinds)
        self.tables.aliases, self.tables.terms = self.aliases, self.terms
        self.tables.events, self.tables.keys = self.events, self.keys
        self.records = Records(records, words, self.symbols)
        self.scanner = scanner

    cdef int write_symbols(self, aliases) except -1:
        self.symbols = tuple(dict.fromkeys(symbol for _, _, symbol, *_ in aliases if symbol is not None))
        self.keys = <uint64_t*>rows_of(len(self.symbols), sizeof(uint64_t))
        for index, symbol in enumerate(self.symbols):
            self.keys[<size_t>index] = key_of(symbol)
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
        cdef Near near
        cdef Reading reading
        cdef bint done
        open_reading(&reading, text, &near)
        try:
            with nogil:
                done = self.all_of_it(&reading)
            if not done:
                raise MemoryError
            return self.records.meaning(&reading, text)
        finally:
            close_reading(&reading)

    def phrases_about(self, str text not None, str name not None):
        """The phrases that speak of a name, each with what it adds to that name's sum; none of one that is not there."""
        cdef Near near
        cdef Reading reading
        cdef bint done
        open_reading(&reading, text, &near)
        reading.asks, reading.asked = True, key_of(name)
        try:
            with nogil:
                done = self.up_to_verdicts(&reading)
            if not done:
                raise MemoryError
            return self.records.phrases_about(&reading, text)
        finally:
            close_reading(&reading)

    def entities(self, str text not None):
        """The names and figures in a text, in order of place."""
        cdef Near near
        cdef Reading reading
        cdef bint done
        open_reading(&reading, text, &near)
        try:
            with nogil:
                done = self.names_only(&reading)
            if not done:
                raise MemoryError
            return self.records.entities(&reading, text)
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
        if not self.up_to_verdicts(reading):
            return False
        judge_events(reading)
        return True

    cdef bint up_to_verdicts(self, Reading* reading) noexcept nogil:
        """Scan and apply every rule but those of events; false without the memory for it."""
        if not self.names_only(reading):
            return False
        weigh_phrases(reading)
        judge(reading)
        return True


cdef uint64_t key_of(str name) except? 0:
    """What the rules know a name by."""
    cdef uint64_t key = empty_digest()
    for ch in name:
        key = fold(key, ord(ch))
    return key


cdef void* rows_of(size_t count, size_t size) except NULL:
    cdef void* rows = calloc(count + 1, size)
    if rows is NULL:
        raise MemoryError
    return rows
