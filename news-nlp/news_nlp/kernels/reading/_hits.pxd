"""The lexicon's matches on their way to weights, and those that say again what was said last."""
from libc.stdint cimport int32_t, uint8_t, uint32_t

from news_nlp.kernels.reading._groups cimport CUT, PREPOSITION, THE
from news_nlp.kernels.reading._reading cimport AMOUNT, ECHO, IS_WORD, OBJECT, Match, Reading, broken, in_group

cdef struct Hit:          # one lexicon match on its way to a weight
    double size
    double weight
    int32_t first         # tokens
    int32_t last
    uint32_t role         # as a mask of one bit
    uint8_t side
    uint8_t used          # a burden that has turned a movement
    uint8_t figures       # it sets two figures against each other
    uint8_t turned        # it moves a burden

cdef struct Hits:
    Hit* at
    int32_t count


cdef inline Hit* neighbour(Hits* hits, int32_t at, int32_t side) noexcept nogil:
    """The hit before (side -1) or behind (1); NULL at the ends."""
    return &hits.at[at + side] if 0 <= at + side < hits.count else NULL


cdef inline bint within(const Reading* reading, const Hit* left, const Hit* right, int32_t reach) noexcept nogil:
    return right.first - left.last <= reach and not broken(reading, left.last, right.first)


cdef inline bint has_object(const Reading* reading, int32_t at) noexcept nogil:
    """Whether a movement before a token may act on what stands there: `notice to TCS sinks the stock`."""
    if at >= reading.count or reading.tokens[at].kind != IS_WORD:
        return False
    return not in_group(reading, at, CUT | PREPOSITION)


cdef inline bint is_beside(const Reading* reading, int32_t name, const Match* match, uint8_t side) noexcept nogil:
    """Whether a phrase that repeats what was said stands by a name; `name` is the first that ends behind its begin."""
    cdef int32_t at
    if side == OBJECT:
        at = match.last + 1 if in_group(reading, match.last, THE) else match.last
        while name < reading.named and reading.names[name].first < at:
            name += 1
        return name < reading.named and reading.names[name].first == at and reading.names[name].kind < AMOUNT
    if name == 0 or reading.names[name - 1].last != match.first or reading.names[name - 1].kind >= AMOUNT:
        return False
    return not has_object(reading, match.last)


cdef inline void echo(Hits* hits, int32_t start, int32_t end) noexcept nogil:
    """What was said last in a sentence, said again of another."""
    cdef double said = 0.0
    cdef int32_t at
    for at in range(start, end):
        if hits.at[at].role == 1 << ECHO:
            hits.at[at].weight = hits.at[at].size * said
        if hits.at[at].weight != 0.0:
            said = hits.at[at].weight
