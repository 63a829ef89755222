"""Which matched names are meant, with the figures between them: `readable.naming` and `.entities` compiled.

The caller (`_reader`) guarantees a reading whose scan is done, with room for as many names as
tokens. Nothing here allocates, raises or looks at a token more than a fixed number of times.
"""
from libc.stdint cimport int32_t, uint32_t

from news_nlp.kernels.reading._figures cimport add_name, find_figures
from news_nlp.kernels.reading._groups cimport AND, ARTICLE, COMPANY_WORD, RUPEE, TAIL
from news_nlp.kernels.reading._reading cimport (
    ALIAS_CAPITAL,
    ALIAS_EXACT,
    ALIAS_POSSESSIVE,
    ALIAS_PROPER,
    ALIAS_SURE,
    ALIAS_UPPER,
    COMPANY,
    FALL,
    IS_BREAK,
    IS_CAPITAL,
    IS_MONEY,
    IS_NUMBER,
    IS_WORD,
    NAMES,
    PHRASES,
    POSITIVE,
    SECTOR,
    AliasRow,
    Match,
    Name,
    Reading,
    Token,
    in_group,
    letter,
)

cdef enum:
    LONG_WORD = 3         # letters; shorter words say nothing about a headline's case

cdef struct Judge:        # of the names of one text, in order
    const Reading* reading
    bint has_capitals
    int32_t line_first    # the line that was looked at last, with the answer
    int32_t line_last
    bint title_case
    int32_t accepted      # the last match that is a company's name
    int32_t phrase        # first match of the lexicon that may stand behind the name


cdef void find_names(Reading* reading) noexcept nogil:
    """Fill `names` and `named`, in order of place."""
    cdef:
        Judge judge
        const Match* match
        int32_t at, start = 0
        double confidence
    reading.named = 0
    judge.reading = reading
    judge.has_capitals = has_capitals(reading)
    judge.line_first = judge.line_last = 0
    judge.title_case = False
    judge.phrase = 0
    judge.accepted = -1
    for at in range(reading.matched[NAMES]):
        match = &reading.matches[NAMES][at]
        confidence = confidence_of(&judge, at)
        if confidence > 0.0:
            find_figures(reading, start, match.first)
            put_name(reading, match, confidence)
            if reading.tables.aliases[match.phrase].kind == COMPANY:
                judge.accepted = at
            start = match.last
    find_figures(reading, start, reading.count)


cdef void put_name(Reading* reading, const Match* match, double confidence) noexcept nogil:
    cdef:
        const AliasRow* alias = &reading.tables.aliases[match.phrase]
        Name* name = &reading.names[reading.named]
    add_name(reading, alias.kind, match.first, match.last)
    name.symbol, name.alias, name.confidence = alias.symbol, match.phrase, confidence
    if alias.flags & ALIAS_POSSESSIVE:
        name.end = reading.tokens[match.last - 1].full_end


cdef bint has_capitals(const Reading* reading) noexcept nogil:
    cdef int32_t at
    for at in range(reading.count):
        if reading.tokens[at].flags & IS_CAPITAL:
            return True
    return False


cdef bint in_title_case(Judge* judge, int32_t at) noexcept nogil:
    """Whether nearly all words of the line around a token begin with a capital, so that one says nothing."""
    cdef:
        int32_t words = 0, capitals = 0
        const Token* token
    if judge.line_first <= at < judge.line_last:
        return judge.title_case
    judge.line_first = at
    while judge.line_first > 0 and not is_newline(&judge.reading.tokens[judge.line_first - 1]):
        judge.line_first -= 1
    judge.line_last = judge.line_first
    while judge.line_last < judge.reading.count:
        token = &judge.reading.tokens[judge.line_last]
        if is_newline(token):
            break
        if token.kind == IS_WORD and token.end - token.start > LONG_WORD:
            words += 1
            capitals += (token.flags & IS_CAPITAL) != 0
        judge.line_last += 1
    judge.title_case = 10 * capitals > 8 * words
    return judge.title_case


cdef inline bint is_newline(const Token* token) noexcept nogil:
    return token.kind == IS_BREAK and token.value == <double>c"\n"


cdef double confidence_of(Judge* judge, int32_t at) noexcept nogil:
    """How surely the tokens of a match are its name; 0 when they are not."""
    cdef:
        const Match* match = &judge.reading.matches[NAMES][at]
        const AliasRow* alias = &judge.reading.tables.aliases[match.phrase]
        bint single = match.last - match.first == 1
        bint sure = (alias.flags & ALIAS_SURE) != 0
    if is_money(judge.reading, match.first):
        return 0.0
    if alias.flags & ALIAS_EXACT:
        if not is_as_written(judge.reading, alias, match):
            return 0.0
        return 0.8 if sure or speaks_of_company(judge, at) else 0.0
    if judge.has_capitals:
        if alias.flags & ALIAS_CAPITAL and not judge.reading.tokens[match.first].flags & IS_CAPITAL:
            return 0.0
        if alias.flags & ALIAS_PROPER and not judge.reading.tokens[match.first + 1].flags & IS_CAPITAL:
            return 0.0
    elif single and not sure:
        return 0.0
    if alias.kind != COMPANY:
        return 0.0 if alias.kind == SECTOR and ends_another_name(judge, alias, match.first) else 0.95
    if single and other_company_follows(judge.reading, match.last):
        return 0.0
    if not sure:
        return 0.75 if alias.symbol >= 0 and speaks_of_company(judge, at) else 0.0
    if not single:
        return 0.97
    return 0.9 if alias.flags & ALIAS_UPPER or judge.has_capitals else 0.7


cdef inline bint is_money(const Reading* reading, int32_t at) noexcept nogil:
    """Whether a number with a currency stands at a token: "$360 one-time cost"."""
    cdef const Token* token = &reading.tokens[at]
    return (token.flags & IS_MONEY) != 0 or (token.kind == IS_NUMBER and in_group(reading, at - 1, RUPEE))


cdef bint is_as_written(const Reading* reading, const AliasRow* alias, const Match* match) noexcept nogil:
    cdef:
        int32_t start = reading.tokens[match.first].start, at
    if reading.tokens[match.last - 1].end - start != alias.length:
        return False
    for at in range(alias.length):
        if letter(reading, start + at) != alias.letters[at]:
            return False
    return True


cdef bint ends_another_name(Judge* judge, const AliasRow* alias, int32_t first) noexcept nogil:
    """Whether the capitals say that a sector's words belong to a company: "Elder Pharma shares"."""
    cdef const Token* token = &judge.reading.tokens[first]
    if alias.flags & ALIAS_CAPITAL or first == 0 or not token.flags & (token - 1).flags & IS_CAPITAL:
        return False
    return not in_title_case(judge, first)


cdef bint other_company_follows(const Reading* reading, int32_t at) noexcept nogil:
    """Whether the word at a token makes another company of the name before it; a possessive ends a name."""
    if reading.tokens[at - 1].full_end != reading.tokens[at - 1].end or at >= reading.count:
        return False
    return (reading.tokens[at].flags & IS_CAPITAL) != 0 and in_group(reading, at, TAIL)


cdef bint speaks_of_company(Judge* judge, int32_t name) noexcept nogil:
    """Whether an everyday word is meant as a name: one of a list, or a company word or a movement stands close."""
    cdef:
        const Reading* reading = judge.reading
        const Match* match = &reading.matches[NAMES][name]
    if in_group(reading, match.first - 1, ARTICLE):
        return False
    if (
        match.last < reading.count
        and reading.tokens[match.last].flags & IS_CAPITAL
        and not in_group(reading, match.last, COMPANY_WORD)
        and not in_title_case(judge, match.first)
    ):
        return False
    if is_listed(judge, name):
        return True
    if company_word_from(reading, match.first - 1, -1, 3) or company_word_from(reading, match.last, 1, 6):
        return True
    return moves(judge, match.last)


cdef bint company_word_from(const Reading* reading, int32_t at, int32_t way, int32_t reach) noexcept nogil:
    """Whether a company word stands within so many tokens, before a sentence ends."""
    while reach and 0 <= at < reading.count:
        if ends_sentence(&reading.tokens[at]):
            return False
        if reading.tokens[at].groups & COMPANY_WORD:
            return True
        at += way
        reach -= 1
    return False


cdef inline bint ends_sentence(const Token* token) noexcept nogil:
    cdef double sign = token.value
    return token.kind == IS_BREAK and sign != c"," and sign != c":" and sign != c"(" and sign != c")"


cdef bint is_listed(const Judge* judge, int32_t at) noexcept nogil:
    """Whether a name stands behind another in a list, or before one that needs no context."""
    cdef:
        const Reading* reading = judge.reading
        const Match* match = &reading.matches[NAMES][at]
    if judge.accepted == at - 1 >= 0 and (match - 1).last == match.first - 1 and joins(reading, match.first - 1):
        return True
    if at + 1 < reading.matched[NAMES] and (match + 1).first == match.last + 1 and joins(reading, match.last):
        return is_sure_company(reading, match + 1)
    return False


cdef inline bint is_sure_company(const Reading* reading, const Match* match) noexcept nogil:
    cdef const AliasRow* alias = &reading.tables.aliases[match.phrase]
    return alias.kind == COMPANY and (alias.flags & (ALIAS_SURE | ALIAS_EXACT)) == ALIAS_SURE


cdef inline bint joins(const Reading* reading, int32_t at) noexcept nogil:
    """Whether a comma or an `and` stands at a token."""
    if reading.tokens[at].kind == IS_BREAK:
        return reading.tokens[at].value == <double>c","
    return (reading.tokens[at].groups & AND) != 0


cdef bint moves(Judge* judge, int32_t behind) noexcept nogil:
    """Whether good, bad, a rise or a fall begins at a token or at the next one."""
    cdef:
        const Match* phrases = judge.reading.matches[PHRASES]
        int32_t at, count = judge.reading.matched[PHRASES]
    while judge.phrase < count and phrases[judge.phrase].first < behind:
        judge.phrase += 1
    at = judge.phrase
    while at < count and phrases[at].first <= behind + 1:
        if POSITIVE <= judge.reading.tables.terms[phrases[at].phrase].role <= FALL:
            return True
        at += 1
    return False
