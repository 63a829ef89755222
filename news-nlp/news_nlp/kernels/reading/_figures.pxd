"""Figures of a text, for the rules of names."""
from libc.stdint cimport int32_t, uint8_t

from news_nlp.kernels.reading._reading cimport Name, Reading

cdef void find_figures(Reading* reading, int32_t start, int32_t end) noexcept nogil


cdef inline void add_name(Reading* reading, int32_t kind, int32_t first, int32_t last) noexcept nogil:
    """Append a name or figure of these tokens; a name's own facts are filled in by its caller."""
    cdef Name* name = &reading.names[reading.named]
    name.start = reading.tokens[first].start
    name.end = reading.tokens[last - 1].end
    name.first, name.last = first, last
    name.symbol = name.alias = -1
    name.kind = <uint8_t>kind
    name.confidence = 1.0
    reading.named += 1
