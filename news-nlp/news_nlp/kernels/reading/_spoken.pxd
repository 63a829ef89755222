"""Of whom the phrases of one clause speak: the part of `nlp.readable.attribution` that looks at one clause.

The caller (`_attribute`) guarantees that the clause's groups are the last ones made and in order of place.
"""
from libc.stdint cimport int32_t, uint32_t

from news_nlp.kernels.reading._groups cimport (
    CUT, NOT_OF_OBJECT, NOT_PREFERRED, OF, ON, PREPOSITION, THE, TO
)
from news_nlp.kernels.reading._owners cimport Attribution, Group, Keys, are_agents, credit, keys_of, make_agents, size_of
from news_nlp.kernels.reading._reading cimport AGAINST, BOTH, LAST, NEXT, OBJECT, Reading, Said, in_group

cdef enum:
    REASONS = CUT | NOT_OF_OBJECT | ON
    LEADS = CUT | PREPOSITION | THE   # before a noun: `as the fall in TCS`

cdef struct Places:       # of a phrase in its clause; all but `acted_on` only move on
    int32_t first         # group of the clause
    int32_t passed        # first group that begins behind the phrase's first word
    int32_t behind        # first group that begins behind the phrase
    int32_t before        # last group before it that no preposition leads, else the last; -1 for none
    int32_t cut           # first cut behind it, or the clause's end
    int32_t reason        # first reason behind it, or the clause's end
    bint acted_on         # the next phrase takes that group as its object

cdef struct Story:        # what the phrases of a clause spoke of so far
    Keys topic            # of the clauses before
    Keys first            # whom the clause spoke of first
    Keys last             # whom it spoke of last
    Keys acted_on         # whom somebody acts on; none: -1
    bint begun            # it spoke of somebody, known or not


cdef inline double contrary() noexcept nogil:
    return -0.5


cdef inline bint walk_phrases(Attribution* all, int32_t group, int32_t said, int32_t said_end, int32_t end) noexcept nogil:
    """Credit the phrases of a clause to whom they speak of; whether it has any. Leaves the clause's topic."""
    cdef:
        int32_t at
        Places places
        Story story
        const Said* phrases = all.reading.said
    places.first = places.passed = places.behind = group
    places.before = places.cut = places.reason = -1
    story.topic, story.first = all.topic, all.topic
    story.last = story.acted_on = keys_of(-1)
    story.begun = False
    for at in range(said, said_end):
        move_on(all, &places, &phrases[at], end)
        places.acted_on = at + 1 < said_end and acts_on(all, &places, &phrases[at + 1])
        say(all, &places, &phrases[at], &phrases[at - 1] if at > said else NULL, &story)
    all.topic = story.first if story.begun else likely_topic(all, group)
    return story.begun


cdef inline Keys likely_topic(const Attribution* all, int32_t first_group) noexcept nogil:
    """Whom a clause without phrases could have spoken of."""
    cdef int32_t at
    for at in range(first_group, all.group_count):
        if not is_led(all, at):
            return with_object(all, at)
    return with_object(all, first_group)


cdef inline Keys with_object(const Attribution* all, int32_t group) noexcept nogil:
    """A group and the one that it acts on."""
    cdef Keys keys = keys_of(group)
    if group + 1 < all.group_count and all.groups[group + 1].acted_on:
        keys.other = group + 1
    return keys


cdef inline void move_on(const Attribution* all, Places* places, const Said* said, int32_t end) noexcept nogil:
    while places.passed < all.group_count and all.groups[places.passed].first < said.first:
        if places.before < 0 or is_led(all, places.before) or not is_led(all, places.passed):
            places.before = places.passed
        places.passed += 1
    places.behind = max(places.behind, places.passed)
    while places.behind < all.group_count and all.groups[places.behind].first < said.last:
        places.behind += 1    # a name within the phrase is not spoken of: "gets Sebi nod"
    if places.cut < said.last:
        places.cut = said.last
        while places.cut < end and not in_group(all.reading, places.cut, CUT):
            places.cut += 1
    if places.reason < said.last:
        places.reason = said.last
        while places.reason < end and not is_reason(all, places.reason):
            places.reason += 1


cdef inline bint is_reason(const Attribution* all, int32_t at) noexcept nogil:
    """Whether a word leads a reason or another party; `to` before a name or a phrase only."""
    cdef int32_t named = at + 2 if in_group(all.reading, at + 1, THE) else at + 1, count = all.reading.count
    if not in_group(all.reading, at, REASONS):
        return False
    if not in_group(all.reading, at, TO):
        return True
    if named < count and all.names_before[named + 1] > all.names_before[named]:
        return True
    return all.said_before[min(at + 2, count)] > all.said_before[at]


cdef inline bint acts_on(const Attribution* all, const Places* places, const Said* next_one) noexcept nogil:
    if places.behind >= all.group_count or next_one.first >= all.groups[places.behind].first:
        return False
    return next_one.side == OBJECT or next_one.side == BOTH


cdef inline bint is_led(const Attribution* all, int32_t group) noexcept nogil:
    return (all.groups[group].lead & PREPOSITION) != 0


cdef inline void say(
    Attribution* all, const Places* places, const Said* said, const Said* before, Story* story
) noexcept nogil:
    cdef:
        int32_t target = places.behind if is_near(all, places, places.behind) else -1
        int32_t subject = -1, worse = -1
        bint named = True
        Keys keys
    if places.before >= 0 and not all.groups[places.before].lead & NOT_OF_OBJECT:
        subject = places.before
    elif places.before < 0 and target >= 0 and all.groups[target].first < places.reason and not places.acted_on:
        subject = target
    keys = keys_of(subject)
    if target >= 0 and is_noun(all, places, said, target):
        keys = keys_of(target)
    elif before is not NULL and follows(all, before, said, subject):
        keys = story.last
    elif target >= 0 and takes_object(said, &all.groups[target]):
        if said.side == BOTH:
            keys.one, keys.other = target, subject
        else:
            if subject != target:
                make_agents(all, keys)
            keys = story.acted_on = keys_of(target)
        if is_near(all, places, target + 1) and all.groups[target + 1].lead & NOT_PREFERRED:
            worse = target + 1
    elif said.side == LAST and is_given(all, places):
        keys = keys_of(places.passed - 1)
    elif said.side == OBJECT or said.side == LAST or are_agents(all, keys):
        if size_of(all, keys) > 0 and (story.acted_on.one >= 0 or story.begun):
            keys = story.acted_on if story.acted_on.one >= 0 else story.first
        elif story.topic.one >= 0:
            keys, named = story.topic, False
    elif said.side == AGAINST and target >= 0 and all.groups[target].first <= said.last + 1:
        worse = target
        if subject == target:
            keys, named = story.topic, story.topic.one < 0
    elif not story.begun and all.groups[places.first].lead & NOT_PREFERRED and all.groups[places.first].first < said.first:
        worse = places.first    # "unlike TCS, Infosys gains"
    if not story.begun:
        story.first, story.begun = keys, True
    story.last = keys
    credit(all, keys, said, 1.0, named)
    if worse >= 0:
        credit(all, keys_of(worse), said, contrary(), True)


cdef inline bint is_near(const Attribution* all, const Places* places, int32_t group) noexcept nogil:
    """Whether a group begins before the next cut."""
    return group < all.group_count and all.groups[group].first < places.cut


cdef inline bint takes_object(const Said* said, const Group* group) noexcept nogil:
    if said.side != OBJECT and said.side != BOTH and said.side != NEXT:
        return False
    # a preposition that ends the phrase itself parts nothing: "notice to TCS"
    return group.first == said.last or (said.side != NEXT and not group.lead & NOT_OF_OBJECT)


cdef inline bint is_noun(const Attribution* all, const Places* places, const Said* said, int32_t target) noexcept nogil:
    """Whether a phrase is a noun whose owner stands behind it: `as the fall in TCS`, `on strong gains in TCS`."""
    cdef:
        const Reading* reading = all.reading
        int32_t near = all.groups[places.passed - 1].first if places.passed > places.first else -1
    if not in_group(reading, said.last, OF):
        return False
    if all.groups[target].first != said.last + (2 if in_group(reading, said.last + 1, THE) else 1):
        return False
    return (near < said.first - 1 and in_group(reading, said.first - 1, LEADS)) or (
        near < said.first - 2 and in_group(reading, said.first - 2, LEADS)
    )


cdef inline bint follows(const Attribution* all, const Said* before, const Said* said, int32_t subject) noexcept nogil:
    """Whether a phrase goes on about whom the one before it spoke of: `TCS beats Infosys to win`."""
    cdef int32_t at
    if subject < 0 or all.groups[subject].first < before.last or before.side == OBJECT or before.side == BOTH:
        return False
    if not in_group(all.reading, said.first - 1, TO):
        return False
    for at in range(before.last, said.first):
        if in_group(all.reading, at, CUT):
            return False
    return True


cdef inline bint is_given(const Attribution* all, const Places* places) noexcept nogil:
    """Whether the name before a verdict is the one judged and not the judge: `CLSA rates TCS a buy`."""
    cdef int32_t near = places.passed - 1
    if near < places.first:
        return False
    return is_led(all, near) or (near > places.first and not all.groups[near].lead & CUT)
