"""The scanner's compiled tables, for the readers that run it without the interpreter."""
from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t

from news_nlp.kernels._reading cimport Reading

cdef struct Slot:         # of the open-addressed vocabulary
    uint64_t name         # hash of a folded word
    int32_t word          # its number; -1: an empty slot

cdef struct WordRow:
    uint32_t groups
    uint32_t traits       # what the tokeniser must know of it
    int32_t roots[3]      # by table: the state behind this word at the start of a phrase, -1 for none

cdef struct State:        # of the tries
    int32_t edges         # its first edge
    int32_t fan           # how many it has
    int32_t phrase        # that ends here, -1 for none

cdef struct Edge:
    int32_t word
    int32_t state

cdef struct Lexis:
    Slot* slots
    uint64_t mask         # slots - 1
    WordRow* rows
    State* states
    Edge* edges
    int32_t anchors[3]    # by table: the state behind <s>, -1 for none
    int32_t tables


cdef class Scanner:
    cdef Lexis lexis
    cdef int write_words(self, dict words, dict marks, dict members) except -1
    cdef int write_tries(self, tries) except -1
    cdef bint read(self, Reading* reading) noexcept nogil


cdef void open_reading(Reading* reading, str text) except *
cdef void close_reading(Reading* reading) noexcept nogil
