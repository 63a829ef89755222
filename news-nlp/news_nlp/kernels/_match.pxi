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


cdef inline const WordRow* first_of(const Lexis* lexis, int32_t table, const Token* token) noexcept nogil:
    """The row that begins a table's phrases with a token; NULL when none begins so."""
    cdef const WordRow* row
    if token.word >= 0:
        row = &lexis.rows[token.word]
        if row.roots[table] >= 0:
            return row
    if token.kind == IS_NUMBER or token.kind == IS_PERCENT:
        row = &lexis.rows[special(lexis, NUM_WORD if token.kind == IS_NUMBER else PCT_WORD)]
        if row.roots[table] >= 0:
            return row
    return NULL


cdef inline bint may_go_on(const Lexis* lexis, uint32_t bits, const Reading* reading, int32_t at) noexcept nogil:
    """Whether a token's word could follow one with these bits."""
    cdef const Token* token = &reading.tokens[at]
    if bits == 0 or at >= reading.count:
        return False
    if token.word >= 0 and bits & bit_of(token.word):
        return True
    return (token.kind == IS_NUMBER and (bits & bit_of(special(lexis, NUM_WORD))) != 0) or (
        token.kind == IS_PERCENT and (bits & bit_of(special(lexis, PCT_WORD))) != 0
    )


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


cdef void match(const Lexis* lexis, int32_t table, Reading* reading) noexcept nogil:
    """The phrases of a table. A start costs at most the longest phrase, so the text's length counts once."""
    cdef:
        int32_t at = 0, last, anchored, node, phrase = -1, other = -1, found = 0
        Match* matches = reading.matches[table]
        const WordRow* row
    while at < reading.count:
        last = -1
        row = first_of(lexis, table, &reading.tokens[at])
        if row is not NULL:
            if row.phrases[table] >= 0:
                last, phrase = at + 1, row.phrases[table]
            if may_go_on(lexis, row.next[table], reading, at + 1):
                last = max(last, longest(lexis, row.roots[table], reading, at + 1, &phrase))
        if lexis.anchors[table] >= 0 and (at == 0 or reading.tokens[at - 1].kind == IS_BREAK):
            node = advance(lexis, lexis.anchors[table], &reading.tokens[at])
            anchored = longest(lexis, node, reading, at + 1, &other)
            if anchored > at and anchored >= last:
                last, phrase = anchored, other
        if last < 0:
            at += 1
            continue
        matches[found].phrase, matches[found].first, matches[found].last = phrase, at, last
        found += 1
        at = last
    reading.matched[table] = found
