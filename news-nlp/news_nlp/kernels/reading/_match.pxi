# Matching: at every token the longest phrase of a table that begins there.

cdef inline int32_t step(const int32_t* node, int32_t word) noexcept nogil:
    """The node behind a word; -1 when no phrase goes on with it."""
    cdef const int32_t* edge = node + 2
    cdef int32_t low = 0, high = node[1], middle
    while high - low > 4:                              # words of a node ascend
        middle = (low + high) >> 1
        if edge[2 * middle] <= word:
            low = middle
        else:
            high = middle
    while low < high:
        if edge[2 * low] == word:
            return edge[2 * low + 1]
        low += 1
    return -1


cdef inline uint32_t bit_of(int32_t word) noexcept nogil:
    """One of 32 bits, by which a row tells that a word cannot go on without a look at the trie."""
    return <uint32_t>1 << ((<uint32_t>word * <uint32_t>2654435769) >> 27)


cdef inline int32_t special(const Lexis* lexis, int32_t word) noexcept nogil:
    return <int32_t>lexis.mask + 1 + word


cdef inline int32_t advance(const Lexis* lexis, int32_t node, const Token* token) noexcept nogil:
    cdef int32_t after = -1
    if token.word >= 0:
        after = step(lexis.nodes + node, token.word)
    if after < 0 and token.kind == IS_NUMBER:
        after = step(lexis.nodes + node, special(lexis, NUM_WORD))
    elif after < 0 and token.kind == IS_PERCENT:
        after = step(lexis.nodes + node, special(lexis, PCT_WORD))
    return after


cdef inline int32_t longest(
    const Lexis* lexis, int32_t node, const Reading* reading, int32_t at, int32_t* phrase
) noexcept nogil:
    """Behind the longest phrase that goes on from `node` at token `at - 1`; -1 when there is none."""
    cdef int32_t last = -1
    while node >= 0:
        if lexis.nodes[node] >= 0:
            last = at
            phrase[0] = lexis.nodes[node]
        if lexis.nodes[node + 1] == 0 or at >= reading.count or reading.tokens[at].kind == IS_BREAK:
            break
        node = advance(lexis, node, &reading.tokens[at])
        at += 1
    return last


cdef struct Start:        # a token at which phrases may begin
    int32_t at
    const WordRow* row    # of its word
    const WordRow* figure  # of <num> or <pct>, if it is a number; else an empty one
    uint32_t next         # bits of the words behind it


cdef inline const WordRow* row_of(const Lexis* lexis, const Token* token) noexcept nogil:
    """The row of a token's word, an empty one without a word."""
    return &lexis.rows[token.word if token.word >= 0 else special(lexis, NO_WORD)]


cdef inline const WordRow* figure_of(const Lexis* lexis, const Token* token) noexcept nogil:
    """The row of <num> or <pct> for a number, an empty one for anything else."""
    cdef int32_t word = NO_WORD
    if token.kind == IS_NUMBER:
        word = NUM_WORD
    elif token.kind == IS_PERCENT:
        word = PCT_WORD
    return &lexis.rows[special(lexis, word)]


cdef inline uint32_t bits_of(const Lexis* lexis, const Token* token) noexcept nogil:
    """What a row tells by that phrases go on with this token."""
    cdef uint32_t bits = bit_of(token.word) if token.word >= 0 else 0
    if token.kind == IS_NUMBER:
        bits |= bit_of(special(lexis, NUM_WORD))
    elif token.kind == IS_PERCENT:
        bits |= bit_of(special(lexis, PCT_WORD))
    return bits


cdef inline uint32_t tables_of(const WordRow* row, uint32_t next) noexcept nogil:
    """The tables, as a mask, in which a phrase is this word alone or may go on with the next one."""
    return (
        <uint32_t>((row.phrases[0] >= 0) | ((row.next[0] & next) != 0))
        | <uint32_t>((row.phrases[1] >= 0) | ((row.next[1] & next) != 0)) << 1
        | <uint32_t>((row.phrases[2] >= 0) | ((row.next[2] & next) != 0)) << 2
    )


cdef inline uint32_t anchored_tables(const WordRow* row) noexcept nogil:
    """The tables, as a mask, in which a phrase may begin with <s> and this word."""
    return (
        <uint32_t>(row.anchored[0] >= 0) | <uint32_t>(row.anchored[1] >= 0) << 1 | <uint32_t>(row.anchored[2] >= 0) << 2
    )


cdef inline Match longest_from(
    const Lexis* lexis, int32_t table, const Reading* reading, const Start* start, bint opens
) noexcept nogil:
    """The longest phrase of a table at a token; its `last` is -1 when there is none."""
    cdef:
        Match found
        int32_t node, other = -1, anchored
        const WordRow* row = start.row if start.row.roots[table] >= 0 else start.figure
    found.phrase, found.first, found.last = -1, start.at, -1
    if row.phrases[table] >= 0:
        found.phrase, found.last = row.phrases[table], start.at + 1
    if row.next[table] & start.next:
        found.last = max(found.last, longest(lexis, row.roots[table], reading, start.at + 1, &found.phrase))
    if opens:
        node = start.row.anchored[table]
        if node < 0:
            node = start.figure.anchored[table]
        anchored = longest(lexis, node, reading, start.at + 1, &other)
        if anchored > start.at and anchored >= found.last:
            found.phrase, found.last = other, anchored
    return found


cdef void match(const Lexis* lexis, Reading* reading) noexcept nogil:
    """The breaks, and the phrases of each table.

    A start costs at most the longest phrase of each, so the text's length counts once.
    """
    cdef:
        int32_t at, table, breaks = 0
        int32_t free_from[3]           # by table: behind its last phrase
        uint32_t tables
        bint opens = True              # at the start of a clause
        const Token* token
        Start start
        Match found
        const WordRow* row = row_of(lexis, &reading.tokens[0]) if reading.count else NULL
        const WordRow* figure = figure_of(lexis, &reading.tokens[0]) if reading.count else NULL
    for table in range(TABLES):
        free_from[table] = reading.matched[table] = 0
    for at in range(reading.count):
        token = &reading.tokens[at]
        reading.breaks[at] = breaks
        start.at, start.row, start.figure, start.next = at, row, figure, 0
        if at + 1 < reading.count:
            row, figure = row_of(lexis, token + 1), figure_of(lexis, token + 1)
            start.next = bits_of(lexis, token + 1)
        tables = tables_of(start.row, start.next)
        if token.kind != IS_WORD:
            tables |= tables_of(start.figure, start.next)
        if opens:
            tables |= anchored_tables(start.row) | anchored_tables(start.figure)
        for table in range(TABLES):
            if not tables >> table & 1 or at < free_from[table]:
                continue
            found = longest_from(lexis, table, reading, &start, opens)
            if found.last >= 0:
                reading.matches[table][reading.matched[table]] = found
                reading.matched[table] += 1
                free_from[table] = found.last
        reading.cuts[breaks] = at      # kept if it is a break
        opens = token.kind == IS_BREAK
        breaks += opens
    reading.breaks[reading.count] = breaks
    reading.cuts[breaks] = reading.count
