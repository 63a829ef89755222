"""What each phrase of a text weighs: `nlp.readable.weighing` over flat arrays, rule by rule in its order.

The caller guarantees that the scan and the names are done. Nothing is allocated or raised;
every rule looks a bounded number of hits or words away, so the cost is linear.
"""
from libc.stdint cimport int32_t, uint8_t, uint32_t

from news_nlp.kernels.reading._compare cimport change, turned
from news_nlp.kernels.reading._groups cimport FROM, PREPOSITION
from news_nlp.kernels.reading._hits cimport Hit, Hits, echo, has_object, is_beside, neighbour, within
from news_nlp.kernels.reading._reading cimport (
    ASSET,
    BECAUSE,
    BOOST,
    BURDEN,
    BUT,
    COMPANY,
    DESPITE,
    ECHO,
    FALL,
    HEDGE,
    INDEX,
    IS_NUMBER,
    IS_PERCENT,
    NEGATE,
    NEGATIVE,
    PHRASES,
    POSITIVE,
    REGULATOR,
    RISE,
    SOFTEN,
    STILL,
    VERSUS,
    Match,
    Reading,
    Said,
    TermRow,
    Token,
    broken,
    cut_count,
    in_group,
)

cdef enum:
    NEGATION_REACH = 4    # words
    SUBJECT_REACH = 5
    OBJECT_REACH = 3
    NEIGHBOUR_REACH = 2
    FIGURES_REACH = 8
    NEARBY_HITS = 32      # how far back a `but` reaches in a long text

cdef enum:                # sets of roles, as masks
    MOVES = 1 << RISE | 1 << FALL
    POLAR = 1 << POSITIVE | 1 << NEGATIVE | 1 << RISE | 1 << FALL | 1 << BURDEN | 1 << ASSET
    DOWNWARD = 1 << NEGATIVE | 1 << FALL | 1 << BURDEN
    SPEAKERS = 1 << POSITIVE | 1 << NEGATIVE | 1 << RISE | 1 << FALL
    FORWARD = 1 << DESPITE | 1 << BECAUSE | 1 << HEDGE
    LINKS = 1 << DESPITE | 1 << BUT | 1 << BECAUSE | 1 << HEDGE

cdef double NEGATION_FACTOR = -0.6
cdef double FIGURE_FACTOR = 1.25
cdef double ASKED_FACTOR = 0.25
cdef double QUESTION = 63.0

cdef void weigh_phrases(Reading* reading) noexcept nogil:
    """Fill `said` and `spoken`."""
    cdef Hits hits
    hits.at, hits.count = <Hit*>reading.spare, 0
    collect(reading, &hits)
    turn_troubles(reading, &hits)
    turn_burdens(reading, &hits)
    yield_assets(reading, &hits)
    apply_neighbours(reading, &hits)
    apply_negation(reading, &hits)
    apply_links(reading, &hits)
    apply_frames(reading, &hits)
    keep_polar(reading, &hits)


cdef void collect(const Reading* reading, Hits* hits) noexcept nogil:
    """The matches that are no part of the names of companies, indices and regulators; burdens even there."""
    cdef:
        int32_t index, name = 0
        const Match* match
        const TermRow* term
        Hit* hit
        uint32_t role
    for index in range(reading.matched[PHRASES]):
        match = &reading.matches[PHRASES][index]
        while name < reading.named and reading.names[name].last <= match.first:
            name += 1
        term = &reading.tables.terms[match.phrase]
        if term.role != BURDEN and is_named(reading, name, match):
            continue
        role = <uint32_t>1 << term.role
        if term.role == VERSUS:
            role = by_figures(reading, hits, match)
            if role == 0:
                continue
        elif term.role == ECHO and not is_beside(reading, name, match, term.side):
            continue
        hit = &hits.at[hits.count]
        hit.size, hit.first, hit.last = term.size, match.first, match.last
        hit.role, hit.side, hit.used, hit.turned = role, term.side, 0, 0
        hit.figures = term.role == VERSUS
        hit.weight = 0.0
        if hit.role & POLAR:
            hit.weight = -term.size if hit.role & DOWNWARD else term.size
        hits.count += 1


cdef uint32_t by_figures(const Reading* reading, const Hits* hits, const Match* match) noexcept nogil:
    """The movement that two figures make; 0 where they make none, or where one is told in words."""
    cdef int32_t at, sign
    cdef double difference
    cdef uint32_t told = SPEAKERS if in_group(reading, match.first, FROM) else MOVES
    for at in range(max(0, hits.count - 2), hits.count):
        if hits.at[at].role & told and match.first - hits.at[at].last <= FIGURES_REACH and not broken(
            reading, hits.at[at].last, match.first
        ):
            return 0
    sign = turned(reading, match.first, match.last)
    if sign != 0:
        return 1 << POSITIVE if sign > 0 else 1 << NEGATIVE
    difference = change(reading, match.first, match.last)
    if difference == 0.0:
        return 0
    return 1 << RISE if difference > 0.0 else 1 << FALL


cdef bint is_named(const Reading* reading, int32_t name, const Match* match) noexcept nogil:
    """Whether every token of a match belongs to a name, sought from a name on."""
    cdef int32_t at = match.first
    while at < match.last:
        while name < reading.named and reading.names[name].last <= at:
            name += 1
        if name >= reading.named or reading.names[name].first > at or not hides_phrases(reading.names[name].kind):
            return False
        at = reading.names[name].last
    return True


cdef inline bint hides_phrases(uint8_t kind) noexcept nogil:
    return kind == COMPANY or kind == INDEX or kind == REGULATOR


cdef bint silence(const Reading* reading, Hits* hits, int32_t at, int32_t side) noexcept nogil:
    """Take the burden on a side of two figures, where all is said; whether there is one."""
    cdef Hit* hit = &hits.at[at]
    cdef Hit* other = neighbour(hits, at, side)
    if other is NULL or other.role != 1 << BURDEN or other.used:
        return False
    if not (within(reading, hit, other, FIGURES_REACH) if side > 0 else within(reading, other, hit, FIGURES_REACH)):
        return False
    other.used = True
    other.weight = 0.0
    return True


cdef void turn_troubles(const Reading* reading, Hits* hits) noexcept nogil:
    """What moves a trouble that names its own (`probe into TCS widens`) says of the trouble alone."""
    cdef int32_t at
    cdef Hit* trouble
    cdef Hit* hit
    for at in range(1, hits.count):
        trouble, hit = &hits.at[at - 1], &hits.at[at]
        if trouble.role != 1 << NEGATIVE or not hit.role & MOVES or hit.figures:
            continue
        if has_object(reading, hit.last):
            continue
        if in_group(reading, trouble.last - 1, PREPOSITION) and within(reading, trouble, hit, SUBJECT_REACH):
            hit.weight = 0.0
            if hit.role == 1 << FALL:
                trouble.weight = -trouble.weight


cdef void turn_burdens(const Reading* reading, Hits* hits) noexcept nogil:
    cdef int32_t at, turn, side, mover
    cdef bint behind, before
    cdef Hit* hit
    cdef Hit* other
    for at in range(hits.count):
        hit = &hits.at[at]
        if hit.figures:
            behind, before = silence(reading, hits, at, 1), silence(reading, hits, at, -1)
            if hit.role & MOVES and (behind or before):
                hit.weight = -hit.weight
            continue
        if not hit.role & MOVES:
            continue
        for turn in range(2):
            side = 1 - 2 * turn
            other = neighbour(hits, at, side)
            if other is NULL or other.role != 1 << BURDEN or other.used:
                continue
            if within(reading, hit, other, OBJECT_REACH) if side > 0 else within(reading, other, hit, SUBJECT_REACH):
                other.used = True
                other.weight = 0.0
                hit.turned = True
                break
        mover = at - 2 if at > 0 and hits.at[at - 1].used else at - 1
        if not hit.turned and mover >= 0 and hits.at[mover].turned and hits.at[mover].role == hit.role:
            hit.turned = within(reading, &hits.at[at - 1], hit, OBJECT_REACH)
        if hit.turned:
            hit.weight = -hit.weight


cdef void yield_assets(const Reading* reading, Hits* hits) noexcept nogil:
    """An asset says nothing of its own where a quality or a movement beside it speaks of it."""
    cdef int32_t at, turn, side
    cdef Hit* hit
    cdef Hit* other
    for at in range(hits.count):
        hit = &hits.at[at]
        if hit.role != 1 << ASSET:
            continue
        for turn in range(2):
            side = 1 - 2 * turn
            other = neighbour(hits, at, side)
            if other is NULL or not other.role & SPEAKERS:
                continue
            if within(reading, hit, other, OBJECT_REACH) if side > 0 else within(reading, other, hit, OBJECT_REACH):
                hit.weight = 0.0
                break


cdef void apply_neighbours(const Reading* reading, Hits* hits) noexcept nogil:
    cdef int32_t at, turn, side, token
    cdef bint near
    cdef Hit* hit
    cdef Hit* other
    for at in range(hits.count):
        hit = &hits.at[at]
        if hit.role & MOVES:
            for token in range(hit.last, min(hit.last + 3, reading.count)):
                if reading.tokens[token].kind == IS_NUMBER or reading.tokens[token].kind == IS_PERCENT:
                    hit.weight *= FIGURE_FACTOR
                    break
        if not hit.role & (1 << BOOST | 1 << SOFTEN):
            continue
        for turn in range(2):
            side = 1 - 2 * turn
            other = neighbour(hits, at, side)
            if other is NULL or not other.role & POLAR:
                continue
            near = within(reading, hit, other, NEIGHBOUR_REACH) if side > 0 else within(reading, other, hit, NEIGHBOUR_REACH)
            if near:
                other.weight *= hit.size
                break


cdef void apply_negation(const Reading* reading, Hits* hits) noexcept nogil:
    cdef int32_t at, index
    cdef Hit* other
    for at in range(hits.count):
        if hits.at[at].role != 1 << NEGATE:
            continue
        for index in range(at + 1, min(at + 1 + NEGATION_REACH, hits.count)):
            other = &hits.at[index]
            if not within(reading, &hits.at[at], other, NEGATION_REACH):
                break
            if other.role & POLAR:
                other.weight *= NEGATION_FACTOR
                break


cdef void apply_links(const Reading* reading, Hits* hits) noexcept nogil:
    cdef int32_t at
    cdef Hit* hit
    cdef bint stated = False
    for at in range(hits.count):
        hit = &hits.at[at]
        if hit.role == 1 << BUT:
            discount_statement(hits, at)
        elif hit.role & FORWARD and (stated or hit.role != 1 << BECAUSE):
            # a reason before which nothing was stated is no reason but the statement itself
            discount_what_follows(reading, hits, at)
        stated = stated or hit.weight != 0.0


cdef void discount_statement(Hits* hits, int32_t at) noexcept nogil:
    """What stands between the `but` before and this one."""
    cdef int32_t index = at - 1
    while index >= 0 and index >= at - NEARBY_HITS and hits.at[index].role != 1 << BUT:
        hits.at[index].weight *= hits.at[at].size
        index -= 1


cdef void discount_what_follows(const Reading* reading, Hits* hits, int32_t at) noexcept nogil:
    """What stands behind a link, up to the next one; a reason and a leading contrast end with their clause."""
    cdef int32_t index
    cdef const Hit* hit = &hits.at[at]
    cdef bint to_clause_end = hit.first == 0 or hit.role == 1 << BECAUSE
    for index in range(at + 1, hits.count):
        if hits.at[index].role & LINKS or (to_clause_end and broken(reading, hit.last, hits.at[index].first)):
            break
        hits.at[index].weight *= hit.size


cdef void apply_frames(const Reading* reading, Hits* hits) noexcept nogil:
    """In a sentence that says that nothing moved, and in a question, all counts less."""
    cdef:
        int32_t cut, end, at, asked
        int32_t part = 0, start = 0, behind = 0     # where its last part begins; hits of the sentence
        double factor
    for cut in range(cut_count(reading) + 1):
        end = reading.cuts[cut]
        if end < reading.count and not ends_sentence(&reading.tokens[end]):
            if ends_part(&reading.tokens[end]):
                part = end
            continue
        factor = 1.0
        while behind < hits.count and hits.at[behind].first < end:
            if hits.at[behind].role == 1 << STILL and hits.at[behind].size < factor:
                factor = hits.at[behind].size
            behind += 1
        asked = end < reading.count and reading.tokens[end].value == QUESTION
        for at in range(start, behind):
            hits.at[at].weight *= factor
            if asked and hits.at[at].first >= part:
                hits.at[at].weight *= ASKED_FACTOR
        echo(hits, start, behind)
        start = behind


cdef inline bint ends_sentence(const Token* token) noexcept nogil:
    """Whether a break ends a sentence."""
    return token.value == c'.' or token.value == QUESTION or token.value == c'!' or token.value == c'\n'


cdef inline bint ends_part(const Token* token) noexcept nogil:
    """Whether a break ends a part of a sentence."""
    return token.value == c';' or token.value == c':'


cdef void keep_polar(Reading* reading, Hits* hits) noexcept nogil:
    cdef int32_t at
    cdef const Hit* hit
    cdef Said* said
    reading.spoken = 0
    for at in range(hits.count):
        hit = &hits.at[at]
        if hit.weight == 0.0:
            continue
        said = &reading.said[reading.spoken]
        said.start, said.end = reading.tokens[hit.first].start, reading.tokens[hit.last - 1].end
        said.first, said.last = hit.first, hit.last
        said.moves = hit.role & MOVES != 0
        said.side, said.weight = hit.side, hit.weight
        reading.spoken += 1
