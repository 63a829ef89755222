"""The names that phrases can belong to, and sets of them."""
from libc.stdint cimport int32_t, uint32_t, uint64_t
from libc.string cimport memset

from news_nlp.kernels.reading._reading cimport Reading, Said

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
    uint32_t lead         # word groups of what stands before them
    int32_t start         # of its owners
    int32_t end
    bint acted_on         # by the group before, with a verb that is no phrase

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
    int32_t* told_before    # [count + 1] those, and words that nothing moved
    int32_t* slots        # of the map from keys to owners
    uint32_t mask
    int32_t stamp         # of the newest set
    int32_t clause        # number of the clause at hand
    int32_t alone         # up to this token what names nobody speaks of the only name as if it named it
    int32_t waiting       # first phrase that nobody was named for yet
    Keys topic            # whom the clauses before spoke of; empty: somebody unknown
    bint has_topic        # somebody was spoken of


cdef inline int32_t owner_of(Attribution* all, uint64_t key) noexcept nogil:
    """The row of the owner with a key; a new one gets the next."""
    cdef uint32_t slot = <uint32_t>(key ^ (key >> 32)) & all.mask
    cdef Owner* owner
    while all.slots[slot] >= 0:
        if all.owners[all.slots[slot]].key == key:
            return all.slots[slot]
        slot = (slot + 1) & all.mask
    all.slots[slot] = all.owner_count
    owner = &all.owners[all.owner_count]
    memset(owner, 0, sizeof(Owner))
    owner.key = key
    all.owner_count += 1
    return all.owner_count - 1


cdef inline Keys keys_of(int32_t group) noexcept nogil:
    cdef Keys keys
    keys.one, keys.other = group, -1
    return keys


cdef inline int32_t width_of(const Attribution* all, int32_t group) noexcept nogil:
    return all.groups[group].end - all.groups[group].start if group >= 0 else 0


cdef inline int32_t size_of(const Attribution* all, Keys keys) noexcept nogil:
    return width_of(all, keys.one) + width_of(all, keys.other)


cdef inline int32_t member(const Attribution* all, Keys keys, int32_t at) noexcept nogil:
    cdef int32_t width = width_of(all, keys.one)
    if at < width:
        return all.members[all.groups[keys.one].start + at]
    return all.members[all.groups[keys.other].start + at - width]


cdef inline void credit(Attribution* all, Keys keys, const Said* said, double factor, bint named) noexcept nogil:
    """Add so much of a phrase's weight to every owner of a set, once."""
    cdef:
        int32_t at
        double weight = factor * said.weight
        Owner* owner
        Sum* added
    all.stamp += 1
    for at in range(size_of(all, keys)):
        owner = &all.owners[member(all, keys, at)]
        if owner.stamp == all.stamp:
            continue
        owner.stamp = all.stamp
        added = &owner.own if named else &owner.unnamed
        added.total += weight
        added.said += weight if weight > 0.0 else -weight
        if all.reading.asks and owner.key == all.reading.asked:
            all.reading.about[2 * (said - all.reading.said) + (not named)] += weight


cdef inline void make_agents(Attribution* all, Keys keys) noexcept nogil:
    cdef int32_t at
    for at in range(size_of(all, keys)):
        all.owners[member(all, keys, at)].agent = all.clause


cdef inline bint are_agents(const Attribution* all, Keys keys) noexcept nogil:
    """Whether all of a set act in the clause at hand; true of an empty one."""
    cdef int32_t at
    for at in range(size_of(all, keys)):
        if all.owners[member(all, keys, at)].agent != all.clause:
            return False
    return True
