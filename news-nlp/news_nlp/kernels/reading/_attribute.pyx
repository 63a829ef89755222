"""Of whom each phrase of a text speaks: `nlp.readable.attribution` over flat arrays.

The caller (`_verdicts`) guarantees that names are in order of place and phrases are weighed.
All arrays lie in the reading's spare room. Each place is looked at a bounded number of times,
save that a phrase's weight is added to every name of the group that it speaks of.
"""
from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memset

from news_nlp.kernels._letters cimport empty_digest, fold
from news_nlp.kernels.reading._groups cimport AND, COMPANY_WORD, CUT, NOT_PREFERRED, PREPOSITION, SAYS, THE
from news_nlp.kernels.reading._owners cimport Attribution, Group, Keys, Mention, Owner, credit, keys_of, owner_of
from news_nlp.kernels.reading._reading cimport (
    AMOUNT, COMPANY, IS_BREAK, IS_WORD, LAST, OBJECT, PHRASES, STILL, Match, Name, Reading, Said, cut_count, in_group,
    letter,
)
from news_nlp.kernels.reading._spoken cimport walk_phrases

cdef enum:
    LIST_WORDS = 4        # a clause of so few words that says nothing only lists names
    LIST_GOES_ON_WORDS = 8  # behind a clause that ends with a name
    STATEMENT_WORDS = 5   # so long a part before a colon states something rather than names a list
    GROUP_NAMES = 16      # so that a phrase speaks of few, however long a text

cdef double COLON = 58.0
cdef double COMMA = 44.0


cdef void attribute(Attribution* all, Reading* reading) noexcept nogil:
    """Fill the owners' sums."""
    lay_out(all, reading)
    find_mentions(all)
    all.alone = last_colon(all.reading) if all.owner_count == 1 else -1
    leave_out_speakers(all)
    count_places(all)
    walk_clauses(all)


cdef inline char* take(char** place, size_t size) noexcept nogil:
    place[0] += size
    return place[0] - size


cdef void lay_out(Attribution* all, Reading* reading) noexcept nogil:
    cdef:
        size_t count = <size_t>reading.count + 1
        char* place = <char*>reading.spare
    memset(all, 0, sizeof(Attribution))
    all.reading = reading
    all.owners = <Owner*>take(&place, count * sizeof(Owner))
    if reading.asks:
        reading.about = <double*>take(&place, 2 * count * sizeof(double))
        memset(reading.about, 0, 2 * count * sizeof(double))
    all.mentions = <Mention*>take(&place, count * sizeof(Mention))
    all.listed = <Mention*>take(&place, count * sizeof(Mention))
    all.groups = <Group*>take(&place, count * sizeof(Group))
    all.members = <int32_t*>take(&place, count * sizeof(int32_t))
    all.names_before = <int32_t*>take(&place, count * sizeof(int32_t))
    all.said_before = <int32_t*>take(&place, count * sizeof(int32_t))
    all.told_before = <int32_t*>take(&place, count * sizeof(int32_t))
    all.slots = <int32_t*>place
    all.mask = 1
    while all.mask < 2 * <uint32_t>reading.named:
        all.mask = 2 * all.mask + 1
    memset(all.slots, 0xFF, (<size_t>all.mask + 1) * sizeof(int32_t))
    all.topic = keys_of(-1)


cdef void find_mentions(Attribution* all) noexcept nogil:
    """Everything named but figures, with its owner."""
    cdef:
        int32_t at
        const Name* name
        Mention* mention
    for at in range(all.reading.named):
        name = &all.reading.names[at]
        if name.kind >= AMOUNT:
            continue
        mention = &all.mentions[all.mentioned]
        mention.first, mention.last, mention.name = name.first, name.last, at
        mention.owner = owner_of(all, key_of(all.reading, name))
        all.mentioned += 1


cdef uint64_t key_of(const Reading* reading, const Name* name) noexcept nogil:
    """Hash of a name's symbol or code, of its text where it has none."""
    cdef uint64_t key = empty_digest()
    cdef int32_t at
    if name.symbol >= 0:
        return reading.tables.keys[name.symbol]
    for at in range(name.start, name.end):
        key = fold(key, letter(reading, at))
    return key


# ---- who only says it ----


cdef void leave_out_speakers(Attribution* all) noexcept nogil:
    cdef:
        int32_t at, last_said = -1, closing = closing_colon(all), kept = 0
        const Mention* mention
    if all.reading.spoken > 0:
        last_said = all.reading.said[all.reading.spoken - 1].first
    for at in range(all.mentioned):
        mention = &all.mentions[at]
        if closing <= mention.first or (mention.first > last_said >= 0 and in_group(all.reading, mention.first - 1, SAYS)):
            continue
        all.listed[kept] = mention[0]
        kept += 1
    all.listed_count = kept
    leave_out_quoted(all)


cdef void leave_out_quoted(Attribution* all) noexcept nogil:
    """Of the listed names those before `says`, unless that would leave none."""
    cdef int32_t at, quiet = 0
    for at in range(all.listed_count):
        quiet += not in_group(all.reading, all.listed[at].last, SAYS)
    if quiet == 0:
        return
    quiet = 0
    for at in range(all.listed_count):
        if not in_group(all.reading, all.listed[at].last, SAYS):
            all.listed[quiet] = all.listed[at]
            quiet += 1
    all.listed_count = quiet


cdef int32_t last_colon(const Reading* reading) noexcept nogil:
    """The last colon when something was said before it, else the text's end."""
    cdef int32_t cut = cut_count(reading) - 1
    while cut >= 0 and reading.tokens[reading.cuts[cut]].value != COLON:
        cut -= 1
    if cut < 0 or reading.spoken == 0 or reading.said[0].first > reading.cuts[cut]:
        return reading.count
    return reading.cuts[cut]


cdef int32_t closing_colon(const Attribution* all) noexcept nogil:
    """The last colon when something was said before it, nothing behind it, and what follows is no bare list."""
    cdef:
        const Reading* reading = all.reading
        int32_t colon = last_colon(reading), at, name = 0
    if colon == reading.count or reading.said[reading.spoken - 1].first > colon:
        return reading.count
    if ends_with_label(all, colon):
        return reading.count
    if all.mentioned > 0 and all.mentions[0].first < colon:
        return colon
    if all.mentioned == 1 and colon >= STATEMENT_WORDS:
        return colon
    for at in range(colon + 1, reading.count):
        while name < all.mentioned and all.mentions[name].last <= at:
            name += 1
        if name < all.mentioned and all.mentions[name].first <= at:
            continue
        if reading.tokens[at].kind == IS_WORD and not reading.tokens[at].groups & AND:
            return colon
    return reading.count


cdef bint ends_with_label(const Attribution* all, int32_t colon) noexcept nogil:
    """Whether the part before a colon says what the names behind it have in common: `top losers: A, B`."""
    cdef:
        const Reading* reading = all.reading
        int32_t start = colon, at, behind = 0
    while start > 0 and colon - start < STATEMENT_WORDS and reading.tokens[start - 1].kind != IS_BREAK:
        start -= 1
    if colon - start >= STATEMENT_WORDS or reading.said[reading.spoken - 1].first < start:
        return False
    for at in range(all.mentioned):
        if start <= all.mentions[at].first < colon:
            return False
        behind += all.mentions[at].first > colon
    if behind > 1:
        return True
    for at in range(start):
        if is_sign(reading, at, COLON):
            return True
    return False


cdef inline bint is_sign(const Reading* reading, int32_t at, double sign) noexcept nogil:
    """Whether a break of this sign stands at a token."""
    return at < reading.count and reading.tokens[at].kind == IS_BREAK and reading.tokens[at].value == sign


# ---- clauses ----


cdef void count_places(Attribution* all) noexcept nogil:
    """Mark the token behind each beginning, then add up."""
    cdef:
        const Reading* reading = all.reading
        const Match* match
        int32_t at, names = 0, said = 0, still = 0
        size_t size = (<size_t>reading.count + 1) * sizeof(int32_t)
    memset(all.names_before, 0, size)
    memset(all.said_before, 0, size)
    memset(all.told_before, 0, size)
    for at in range(all.listed_count):
        all.names_before[all.listed[at].first + 1] += 1
    for at in range(reading.spoken):
        all.said_before[reading.said[at].first + 1] += 1
    for at in range(reading.matched[PHRASES]):
        match = &reading.matches[PHRASES][at]
        all.told_before[match.first + 1] += reading.tables.terms[match.phrase].role == STILL
    for at in range(reading.count + 1):
        names += all.names_before[at]
        said += all.said_before[at]
        still += all.told_before[at]
        all.names_before[at], all.said_before[at], all.told_before[at] = names, said, said + still


cdef inline bint names_in(const Attribution* all, int32_t start, int32_t end) noexcept nogil:
    return all.names_before[end] > all.names_before[start]


cdef inline bint says_in(const Attribution* all, int32_t start, int32_t end) noexcept nogil:
    return all.said_before[end] > all.said_before[start]


cdef inline bint tells_in(const Attribution* all, int32_t start, int32_t end) noexcept nogil:
    return all.told_before[end] > all.told_before[start]


cdef void walk_clauses(Attribution* all) noexcept nogil:
    """The parts between breaks; one that only lists names joins a neighbour."""
    cdef:
        int32_t count = all.reading.count, at, cut
        int32_t begin = 0, start = 0          # of the part at hand, with and without lists before it
        int32_t held = -1, held_end = -1      # a clause that may still grow
        int32_t last                          # where the part at hand ends
        bint only_names, goes_on
    for at in range(cut_count(all.reading) + 1):
        cut = all.reading.cuts[at]
        only_names = names_in(all, start, cut) and not tells_in(all, start, cut)
        goes_on = begin == start and held >= 0 and tells_in(all, held, held_end) and (
            ends_with_name(all, held_end) or is_label(all, held, held_end)
        )
        if only_names and goes_on and cut - start <= LIST_GOES_ON_WORDS:
            held_end = cut
            begin = cut + 1
        elif not (only_names and cut - start <= LIST_WORDS):
            if held >= 0:
                walk_clause(all, held, held_end)
            # a list that goes on behind a comma belongs to what is said there: "slips as TCS, Infosys fall"
            last = list_behind_cut(all, cut) if is_sign(all.reading, cut, COMMA) else cut
            last = last if last > begin else cut
            held, held_end = begin, last
            begin = last if last < cut else cut + 1
        start = cut + 1
    if begin < count:
        held_end = count
        held = begin if held < 0 else held
    if held >= 0:
        walk_clause(all, held, held_end)


cdef bint ends_with_name(const Attribution* all, int32_t end) noexcept nogil:
    cdef int32_t name = all.names_before[end] - 1
    return name >= 0 and all.listed[name].last == end


cdef bint is_label(const Attribution* all, int32_t start, int32_t colon) noexcept nogil:
    """Whether a part says what the names behind its colon have in common: `top gainers: A, B; top losers: C`."""
    cdef int32_t end = colon + 1
    if not is_sign(all.reading, colon, COLON) or names_in(all, start, colon):
        return False
    while end < all.reading.count and (all.reading.tokens[end].kind != IS_BREAK or is_sign(all.reading, end, COMMA)):
        end += 1
    return not tells_in(all, colon, end)


cdef int32_t list_behind_cut(const Attribution* all, int32_t end) noexcept nogil:
    """The cut before a list of names that ends at a token, `as TCS and Infosys`; the token without one."""
    cdef int32_t name = all.names_before[end] - 1, at
    if not ends_with_name(all, end):
        return end
    while not in_group(all.reading, all.listed[name].first - 1, CUT):
        if name == 0:
            return end
        for at in range(all.listed[name - 1].last, all.listed[name].first):
            if not in_group(all.reading, at, AND):
                return end
        name -= 1
    return all.listed[name].first - 1


cdef void walk_clause(Attribution* all, int32_t start, int32_t end) noexcept nogil:
    cdef int32_t said = all.said_before[start], said_end = all.said_before[end], at, group = all.group_count
    cdef const Said* phrase
    all.clause += 1
    if not names_in(all, start, end):
        if all.has_topic:
            for at in range(said, said_end):
                phrase = &all.reading.said[at]
                credit(all, judged_of(all, phrase.side), phrase, 1.0, phrase.first < all.alone)
            all.waiting = said_end
        return
    make_groups(all, start, end)
    walk_phrases(all, group, said, said_end, end)
    all.has_topic = True
    for at in range(all.waiting, said):
        credit(all, all.topic, &all.reading.said[at], 1.0, False)
    all.waiting = said_end


cdef inline Keys judged_of(const Attribution* all, uint32_t side) noexcept nogil:
    """The topic; of a judge and the judged behind it those, when a phrase takes an object."""
    if all.topic.other == all.topic.one + 1 and (side == OBJECT or side == LAST):
        return keys_of(all.topic.other)
    return all.topic


cdef void make_groups(Attribution* all, int32_t start, int32_t end) noexcept nogil:
    cdef:
        int32_t at, owner, first_group = all.group_count
        bint parted, acted_on
        const Mention* mention
        const Mention* before = NULL
        Group* group = NULL
    for at in range(all.names_before[start], all.names_before[end]):
        mention = &all.listed[at]
        parted = before is NULL or group.end - group.start == GROUP_NAMES or are_parted(all, before, mention.first)
        if not parted and all.group_count - first_group == 1 and group.lead & NOT_PREFERRED:
            parted = has_break(all.reading, before.last, mention.first)   # "unlike TCS, Infosys"
        acted_on = not parted and is_acted_on(all, before, mention)
        if parted or acted_on:
            group = &all.groups[all.group_count]
            group.first, group.lead = mention.first, lead_of(all.reading, mention.first)
            group.start = group.end = all.member_count
            group.acted_on = acted_on
            all.group_count += 1
            all.stamp += 1
        owner = mention.owner
        if all.owners[owner].stamp != all.stamp:
            all.owners[owner].stamp = all.stamp
            all.members[all.member_count] = owner
            all.member_count += 1
            group.end = all.member_count
        before = mention


cdef bint are_parted(const Attribution* all, const Mention* before, int32_t end) noexcept nogil:
    cdef int32_t at
    if says_in(all, before.first, end):
        return True
    for at in range(before.last, end):
        if in_group(all.reading, at, PREPOSITION | CUT):
            return True
    return False


cdef bint has_break(const Reading* reading, int32_t start, int32_t end) noexcept nogil:
    cdef int32_t at
    for at in range(start, end):
        if reading.tokens[at].kind == IS_BREAK:
            return True
    return False


cdef bint is_acted_on(const Attribution* all, const Mention* before, const Mention* mention) noexcept nogil:
    """Whether a verb that is no phrase stands before a company, and neither comma nor `and`: `CRISIL puts TCS`."""
    cdef int32_t at
    cdef bint verb = False
    if all.reading.names[mention.name].kind != COMPANY:
        return False
    for at in range(before.last, mention.first):
        if all.reading.tokens[at].kind == IS_BREAK or in_group(all.reading, at, AND):
            return False
        verb = verb or not in_group(all.reading, at, THE | COMPANY_WORD)
    return verb


cdef uint32_t lead_of(const Reading* reading, int32_t first) noexcept nogil:
    """Word groups of what stands before a name, an article aside."""
    cdef int32_t at = first - 2 if in_group(reading, first - 1, THE) else first - 1
    return reading.tokens[at].groups if at >= 0 else 0
