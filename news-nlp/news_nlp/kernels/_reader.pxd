"""The reader, for kernels that go on from what it found."""
from libc.stdint cimport int32_t, uint64_t

from news_nlp.kernels._reading cimport AliasRow, EventRow, Reading, Tables, TermRow, Verdict
from news_nlp.kernels._scan cimport Scanner


cdef class Reader:
    cdef Tables tables
    cdef AliasRow* aliases
    cdef TermRow* terms
    cdef EventRow* events
    cdef uint64_t* keys
    cdef Scanner scanner
    cdef tuple symbols     # text of each symbol
    cdef list letters      # keeps what AliasRow.letters points to
    cdef tuple kinds
    cdef tuple types       # of events
    cdef type entity
    cdef type phrase
    cdef type verdict
    cdef type tone
    cdef type understanding
    cdef str model

    cdef int write_symbols(self, aliases) except -1
    cdef int write_aliases(self, aliases) except -1
    cdef int write_terms(self, terms) except -1
    cdef int write_events(self, events, of_kinds) except -1
    cdef bint names_only(self, Reading* reading) noexcept nogil
    cdef bint all_of_it(self, Reading* reading) noexcept nogil
    cdef object meaning(self, const Reading* reading, str text)
    cdef list entities_of(self, const Reading* reading, str text)
    cdef list phrases_of(self, const Reading* reading, str text)
    cdef object symbol_of(self, int32_t symbol)
    cdef object verdict_of(self, const Verdict* verdict)
    cdef dict others_of(self, const Reading* reading, str text)
