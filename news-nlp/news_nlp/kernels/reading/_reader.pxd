"""The reader, for kernels that go on from what it found."""
from libc.stdint cimport uint64_t

from news_nlp.kernels.reading._reading cimport AliasRow, EventRow, Reading, Tables, TermRow
from news_nlp.kernels.reading._records cimport Records
from news_nlp.kernels.reading._scan cimport Scanner


cdef class Reader:
    cdef Tables tables
    cdef AliasRow* aliases
    cdef TermRow* terms
    cdef EventRow* events
    cdef uint64_t* keys
    cdef Scanner scanner
    cdef tuple symbols     # text of each symbol
    cdef list letters      # keeps what AliasRow.letters points to
    cdef Records records

    cdef int write_symbols(self, aliases) except -1
    cdef int write_aliases(self, aliases) except -1
    cdef int write_terms(self, terms) except -1
    cdef int write_events(self, events, of_kinds) except -1
    cdef bint names_only(self, Reading* reading) noexcept nogil
    cdef bint up_to_verdicts(self, Reading* reading) noexcept nogil
    cdef bint all_of_it(self, Reading* reading) noexcept nogil
