"""Of whom each phrase of a text speaks, for the verdicts."""
from libc.stdint cimport int32_t, uint32_t, uint64_t

from news_nlp.kernels._reading cimport Reading

cdef struct Sum:          # of weights: with their sign, and without
    double total
    double said

cdef struct Owner:        # a name that phrases can belong to, however often it is mentioned
    uint64_t key          # hash of its text
    Sum own               # from clauses that name it
    Sum unnamed           # from clauses that name nobody
    int32_t stamp         # of the set that it was last put into
    int32_t agent         # the clause it acts in
    bint judged

cdef struct Mention:
    int32_t first         # tokens
    int32_t last
    int32_t owner
    int32_t name          # row of the reading's names

cdef struct Group:        # names that stand together
    int32_t first         # token
    uint32_t lead         # word groups of the preposition before them, 0 for none
    int32_t start         # of its owners
    int32_t end

cdef struct Keys:         # a set of owners: those of two groups, -1 for none
    int32_t one
    int32_t other

cdef struct Attribution:
    Reading* reading
    Owner* owners
    int32_t owner_count
    Mention* mentions     # of everything but figures
    int32_t mentioned
    Mention* listed       # the ones that phrases can belong to
    int32_t listed_count
    Group* groups
    int32_t group_count
    int32_t* members      # owners of the groups, one behind the other
    int32_t member_count
    int32_t* names_before   # [count + 1] listed names that begin before each token
    int32_t* said_before    # [count + 1] phrases that do
    int32_t* slots        # of the map from keys to owners
    uint32_t mask
    int32_t stamp         # of the newest set
    int32_t clause        # number of the clause at hand
    int32_t waiting       # first phrase that nobody was named for yet
    Keys topic            # whom the clauses before spoke of

cdef void attribute(Attribution* all, Reading* reading) noexcept nogil
