"""The scanner's compiled tables, for the readers that run it without the interpreter."""
from libc.stdint cimport int32_t, uint32_t, uint64_t

from news_nlp.kernels.reading._reading cimport Near, Reading

cdef struct WordRow:      # one cache line: all that most words of a text need
    uint64_t name         # hash of the folded word
    uint32_t groups
    uint32_t traits       # what the tokeniser must know of it; 0 for an empty row
    int32_t roots[3]      # by table: the node behind this word at the start of a phrase, -1 for none
    int32_t phrases[3]    # by table: the phrase that is this word alone, -1 for none
    uint32_t next[3]      # by table: which words may go on, as a mask of their bits
    int32_t anchored[3]   # by table: the node behind <s> and this word, -1 for none

cdef struct Lexis:
    WordRow* rows         # open-addressed by name: a word's number is its row; then those of <num>, <pct>, <s>, no word
    void* room            # what the rows lie in
    uint64_t mask         # open rows - 1
    int32_t* nodes        # of the tries, each as: phrase or -1, number of edges, then word and node of each edge
    int32_t tables


cdef class Scanner:
    cdef Lexis lexis
    cdef list write_words(self, dict words, dict marks, dict members)
    cdef int write_tries(self, tries, list rows) except -1
    cdef bint read(self, Reading* reading) noexcept nogil


cdef void open_reading(Reading* reading, str text, Near* near) except *
cdef void close_reading(Reading* reading) noexcept nogil
