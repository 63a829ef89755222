"""What kind of news a text is, and how much it is about each listed company: `nlp.readable.events`
and `nlp.readable.relevance` over flat arrays in the reading's spare room.

The caller guarantees that everything else is done: names, phrases, verdicts. Each place is
looked at a bounded number of times.
"""
from libc.math cimport exp2, fabs
from libc.stdint cimport int32_t, uint8_t, uint32_t
from libc.string cimport memset

from news_nlp.kernels.reading._reading cimport COMPANY, EVENT_TYPES, EVENTS, INDEX, Match, Name, Reading, Verdict, cut_count

cdef double LEAST = 1.0            # evidence that makes an event
cdef double IN_BODY = 0.5
cdef double CLOSE = 1e-9           # sums that differ by less are equal, whatever order they were added in

cdef double PLACE = 0.4, SHARE = 0.3, OFTEN = 0.1, SAID = 0.2
cdef double BODY_PLACE = 0.4       # of the body's first word
cdef double NEWLINE = 10.0

cdef enum:
    TOGETHER = 2          # tokens between the names of a list

cdef struct Slot:
    int32_t key           # -1: an empty slot
    int32_t row

cdef struct Rows:         # a map from small numbers to rows
    Slot* slots
    uint32_t mask
    int32_t count

cdef struct Part:         # of a text, that one company has
    int32_t mentions
    int32_t first         # token of the first mention
    int32_t stamp         # of the group that it was last counted in
    double said           # sizes of the phrases that speak of it

cdef struct Mention:
    int32_t first         # tokens
    int32_t last
    int32_t row           # of the parts; -1: the company is not listed

cdef struct Sharing:
    const Reading* reading
    Part* parts           # one for each verdict on a company
    Mention* mentions     # of companies
    int32_t mentioned
    int32_t stamp


cdef void judge_events(Reading* reading) noexcept nogil:
    """Fill `event` and the relevance of the companies' verdicts."""
    cdef int32_t title = title_length(reading)
    find_event(reading, title)
    if reading.judged > 0:
        find_relevance(reading, title)


cdef int32_t title_length(const Reading* reading) noexcept nogil:
    """How many tokens stand before the first line's end."""
    cdef int32_t at
    for at in range(cut_count(reading)):
        if reading.tokens[reading.cuts[at]].value == NEWLINE:
            return reading.cuts[at]
    return reading.count


cdef Rows empty_map(void* room, int32_t most) noexcept nogil:
    """A map of at most so many keys, in less than 4 * most + 2 slots."""
    cdef Rows found
    found.slots, found.mask, found.count = <Slot*>room, 1, 0
    while found.mask < 2 * <uint32_t>most:
        found.mask = 2 * found.mask + 1
    memset(found.slots, 0xFF, (<size_t>found.mask + 1) * sizeof(Slot))
    return found


cdef int32_t row_of(Rows* rows, int32_t key) noexcept nogil:
    """The row of a key; a new key gets the next one."""
    cdef uint32_t at = (<uint32_t>key * <uint32_t>2654435769) >> 7 & rows.mask   # neighbours lie apart
    while rows.slots[at].key >= 0:
        if rows.slots[at].key == key:
            return rows.slots[at].row
        at = (at + 1) & rows.mask
    rows.slots[at].key, rows.slots[at].row = key, rows.count
    rows.count += 1
    return rows.slots[at].row


# ---- the event ----


cdef void find_event(Reading* reading, int32_t title) noexcept nogil:
    cdef:
        double sums[8]
        double best
        int32_t event
    memset(sums, 0, sizeof(sums))
    add_phrases(reading, title, sums)
    add_kinds(reading, title, sums)
    best = sums[0]
    for event in range(1, EVENT_TYPES):
        best = sums[event] if sums[event] > best else best
    if best < LEAST - CLOSE:
        return
    for event in range(EVENT_TYPES):
        if sums[event] > best - CLOSE:
            reading.event = event
            return


cdef void add_phrases(const Reading* reading, int32_t title, double* sums) noexcept nogil:
    """Each phrase once, by its first place outside the names of companies and indices."""
    cdef:
        int32_t at, name = 0, known
        const Match* match
        Rows phrases = empty_map(reading.spare, reading.matched[EVENTS])
    for at in range(reading.matched[EVENTS]):
        match = &reading.matches[EVENTS][at]
        while name < reading.named and (
            reading.names[name].last <= match.first or not hides_events(reading.names[name].kind)
        ):
            name += 1
        if name < reading.named and reading.names[name].first < match.last:
            continue
        known = phrases.count
        if row_of(&phrases, match.phrase) == known:
            add(sums, reading.tables.events[match.phrase].weights, 1.0 if match.first < title else IN_BODY)


cdef inline bint hides_events(uint8_t kind) noexcept nogil:
    return kind == COMPANY or kind == INDEX


cdef void add_kinds(const Reading* reading, int32_t title, double* sums) noexcept nogil:
    """Each kind of name once, by its first place."""
    cdef:
        int32_t at
        uint32_t kinds = 0
        const Name* name
    for at in range(reading.named):
        name = &reading.names[at]
        if not kinds >> name.kind & 1:
            kinds |= <uint32_t>1 << name.kind
            add(sums, reading.tables.of_kinds[name.kind], 1.0 if name.first < title else IN_BODY)


cdef inline void add(double* sums, const double* weights, double factor) noexcept nogil:
    cdef int32_t event
    for event in range(EVENT_TYPES):
        sums[event] += factor * weights[event]


# ---- relevance ----


cdef void find_relevance(Reading* reading, int32_t title) noexcept nogil:
    cdef:
        Sharing sharing
        int32_t at
        double total = 0.0, share, often, said, place
        const Part* part
    find_mentions(&sharing, reading)
    share_out(&sharing)
    for at in range(reading.spoken):
        total += fabs(reading.said[at].weight)
    for at in range(reading.judged):
        part = &sharing.parts[at]
        share = <double>part.mentions / <double>sharing.mentioned
        said = part.said / total if total > 0.0 else share
        often = 1.0 - exp2(-<double>part.mentions)
        place = place_of(reading, part.first, title)
        reading.verdicts[at].relevance = PLACE * place + SHARE * share + OFTEN * often + SAID * said


cdef double place_of(const Reading* reading, int32_t first, int32_t title) noexcept nogil:
    if first < title:
        return 1.0 - 0.5 * <double>first / <double>title
    return BODY_PLACE * (1.0 - 0.5 * <double>(first - title) / <double>(reading.count - title))


cdef void find_mentions(Sharing* sharing, const Reading* reading) noexcept nogil:
    """The companies in order of place, and the part of each that has a verdict."""
    cdef:
        char* room = <char*>reading.spare
        int32_t at
        const Name* name
        Part* part
        Mention* mention
        Rows symbols
    memset(sharing, 0, sizeof(Sharing))
    sharing.reading = reading
    sharing.parts = <Part*>room
    room += <size_t>reading.judged * sizeof(Part)
    sharing.mentions = <Mention*>room
    room += <size_t>reading.named * sizeof(Mention)
    symbols = empty_map(room, reading.judged)
    memset(sharing.parts, 0, <size_t>reading.judged * sizeof(Part))
    for at in range(reading.judged):       # rows in the order of the verdicts
        row_of(&symbols, reading.names[reading.verdicts[at].name].symbol)
    for at in range(reading.named):
        name = &reading.names[at]
        if name.kind != COMPANY:
            continue
        mention = &sharing.mentions[sharing.mentioned]
        sharing.mentioned += 1
        mention.first, mention.last, mention.row = name.first, name.last, -1
        if name.symbol >= 0:
            mention.row = row_of(&symbols, name.symbol)
            part = &sharing.parts[mention.row]
            part.first = name.first if part.mentions == 0 else part.first
            part.mentions += 1


cdef void share_out(Sharing* sharing) noexcept nogil:
    """Credit what is said to the companies that stand together last before it, else to the first ones."""
    cdef:
        const Reading* reading = sharing.reading
        int32_t end, begin = 0, at = 0, parting = 0     # `at`, `parting`: phrases
        double size
    for end in range(1, sharing.mentioned + 1):
        if end < sharing.mentioned and not are_parted(sharing, end, &parting):
            continue
        size = 0.0
        while at < reading.spoken and (
            end == sharing.mentioned or reading.said[at].first < sharing.mentions[end].first
        ):
            size += fabs(reading.said[at].weight)
            at += 1
        credit(sharing, begin, end, size)
        begin = end


cdef bint are_parted(const Sharing* sharing, int32_t at, int32_t* phrase) noexcept nogil:
    """Whether a phrase or several words stand between a mention and the one before it."""
    cdef:
        const Reading* reading = sharing.reading
        const Mention* before = &sharing.mentions[at - 1]
        const Mention* after = &sharing.mentions[at]
    while phrase[0] < reading.spoken and reading.said[phrase[0]].first < before.first:
        phrase[0] += 1
    if phrase[0] < reading.spoken and reading.said[phrase[0]].first < after.first:
        return True
    return after.first - before.last > TOGETHER


cdef void credit(Sharing* sharing, int32_t start, int32_t end, double size) noexcept nogil:
    """Add to each company of a group, once."""
    cdef:
        int32_t at
        Part* part
    sharing.stamp += 1
    for at in range(start, end):
        if sharing.mentions[at].row < 0:
            continue
        part = &sharing.parts[sharing.mentions[at].row]
        if part.stamp != sharing.stamp:
            part.stamp = sharing.stamp
            part.said += size
