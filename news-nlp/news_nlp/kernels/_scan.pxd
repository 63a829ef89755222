"""The scanner's compiled tables, for the readers that run it without the interpreter."""
from libc.stdint cimport int32_t, uint32_t, uint64_t

from news_nlp.kernels._reading cimport Reading

cdef struct WordRow:
    uint64_t name         # hash of the folded word
    uint32_t groups
    uint32_t traits       # what the tokeniser must know of it
    int32_t roots[3]      # by table: the node behind this word at the start of a phrase, -1 for none

cdef struct Lexis:
    uint32_t* slots       # open-addressed: part of the hash and the word's number plus 1; 0 for an empty one
    uint64_t mask         # slots - 1
    WordRow* rows
    int32_t* nodes        # of the tries, each as: phrase or -1, number of edges, then word and node of each edge
    int32_t anchors[3]    # by table: the node behind <s>, -1 for none
    int32_t tables


cdef class Scanner:
    cdef Lexis lexis
    cdef int write_words(self, dict words, dict marks, dict members) except -1
    cdef int write_tries(self, tries) except -1
    cdef bint read(self, Reading* reading) noexcept nogil


cdef void open_reading(Reading* reading, str text) except *
cdef void close_reading(Reading* reading) noexcept nogil
