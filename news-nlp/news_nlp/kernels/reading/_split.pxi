# The tokeniser: a text's letters, of one, two or four bytes each, to words, numbers and breaks.

ctypedef fused Letter:
    uint8_t
    uint16_t
    uint32_t

cdef enum:                # WordRow.traits
    ABBREVIATES = 1       # a dot does not end it: Rs. Dr. Ltd.
    IS_UNIT = 2           # may be glued to a number: 40cr
    IS_PERCENT_UNIT = 4   # 16pc is a percentage
    IS_PERCENT_WORD = 8   # 16 percent
    IS_PER = 16
    IS_CENT = 32
    IS_CURRENCY_WORD = 64  # a number may be glued to it: Rs40
    IS_KNOWN = 128        # of every word of the vocabulary

cdef enum:
    DIGITS_OF_FRACTION = 17  # further ones change nothing

cdef uint8_t CLASSES[256]    # written once, below
cdef uint8_t LOWER[256]      # Latin-1 keeps to itself in lower case
cdef uint8_t LETTERS[256]    # in lower case; 0 for what is no letter

cdef struct Cursor:
    const Lexis* lexis
    Token* tokens
    int32_t count
    uint32_t traits       # of the word that ends where the reading stands


cdef void write_letter_tables() noexcept nogil:
    cdef int ch
    for ch in range(256):
        CLASSES[ch] = <uint8_t>classes(ch)
        LOWER[ch] = <uint8_t>lower(ch)
        LETTERS[ch] = LOWER[ch] if CLASSES[ch] & ALNUM and not CLASSES[ch] & DIGIT else 0

write_letter_tables()


cdef inline uint32_t classes_of(uint32_t ch) noexcept nogil:
    return CLASSES[ch] if ch < 256 else classes(ch)


cdef inline uint32_t lower_of(uint32_t ch) noexcept nogil:
    return LOWER[ch] if ch < 256 else lower(ch)


cdef inline uint32_t letter_of(uint32_t ch) noexcept nogil:
    """The letter in lower case; 0 for a digit, a sign or a space."""
    cdef uint32_t kind
    if ch < 256:
        return LETTERS[ch]
    kind = classes(ch)
    return lower(ch) if kind & ALNUM and not kind & DIGIT else 0


cdef inline uint64_t first_row(uint64_t name) noexcept nogil:
    return name ^ (name >> 32)


cdef inline int32_t look_up(const Lexis* lexis, uint64_t name) noexcept nogil:
    """The number of a word in the vocabulary; -1 when it is not there."""
    cdef uint64_t at = first_row(name) & lexis.mask
    # one condition of both: whether a word is known is hard to foretell, that its first row tells it is not
    while (lexis.rows[at].traits != 0) & (lexis.rows[at].name != name):
        at = (at + 1) & lexis.mask
    return <int32_t>at if lexis.rows[at].traits != 0 else -1


cdef inline void name_token(Cursor* out, Token* token, uint64_t name) noexcept nogil:
    """Number, groups and traits of a token's word."""
    cdef int32_t word = look_up(out.lexis, name)
    cdef const WordRow* row = &out.lexis.rows[word if word >= 0 else special(out.lexis, NO_WORD)]
    token.name, token.word, token.groups = name, word, row.groups
    out.traits = row.traits


cdef inline uint32_t traits_of(const Lexis* lexis, uint64_t name) noexcept nogil:
    cdef int32_t word = look_up(lexis, name)
    return lexis.rows[word].traits if word >= 0 else 0


cdef void split(const Lexis* lexis, Letter* text, int32_t length, Cursor* out) noexcept nogil:
    cdef:
        int32_t at = 0
        uint32_t kind, after
        bint spaced = True     # what stands before is a space or nothing
    out.lexis, out.count, out.traits = lexis, 0, 0
    while at < length:
        kind = classes_of(text[at])
        if kind & ALNUM and not kind & DIGIT:
            at = read_word(text, at, length, out)
            spaced = False
            continue
        if kind == SPACE:
            at += 1
            spaced = True
            continue
        after = classes_of(text[at + 1]) if at + 1 < length else SPACE
        if kind & DIGIT or (after & DIGIT and (kind & CURRENCY or (spaced and (is_minus(text[at]) or text[at] == c'+')))):
            at = read_number(text, at, length, out)
            spaced = False
            continue
        if text[at] == c'&':
            push_sign(at, IS_WORD, text[at], out)
            name_token(out, &out.tokens[out.count - 1], AND)
        elif (
            kind & BREAK_SIGN
            or (text[at] == c'-' and spaced and after & SPACE)
            or (text[at] == c'.' and after & SPACE and not out.traits & ABBREVIATES)
        ):
            push_sign(at, IS_BREAK, text[at], out)
            out.traits = 0
        spaced = kind & SPACE
        at += 1


cdef inline bint is_minus(uint32_t ch) noexcept nogil:
    return ch == c'-' or ch == 0x2212      # as typographers write it


cdef inline void push_sign(int32_t at, uint8_t kind, uint32_t ch, Cursor* out) noexcept nogil:
    cdef Token* token = &out.tokens[out.count]
    token.start, token.end, token.full_end = at, at + 1, at + 1
    token.kind, token.flags, token.groups, token.word = kind, 0, 0, -1
    token.name, token.value = 0, <double>ch
    out.count += 1


cdef int32_t read_word(Letter* text, int32_t at, int32_t length, Cursor* out) noexcept nogil:
    """Read the word that begins here; the place behind it."""
    cdef:
        Token* token = &out.tokens[out.count]
        int32_t run = at         # where the letters since the last dot begin
        uint64_t name = empty_digest()
        uint32_t ch, small, kind = SPACE, after, later
        bint dotted = False
    token.start = at
    while True:
        small = letter_of(text[at])    # the 0 behind a text's last letter is none
        while small:
            name = fold(name, small)
            at += 1
            small = letter_of(text[at])
        if at >= length:
            break
        ch = text[at]
        kind = classes_of(ch)
        if kind == SPACE:
            break
        if kind & DIGIT:
            if at - run <= 3 and not dotted and traits_of(out.lexis, name) & IS_CURRENCY_WORD:
                break                  # Rs40
            name = fold(name, ch)
            at += 1
            continue
        after = classes_of(text[at + 1]) if at + 1 < length else SPACE
        if not after & ALNUM:
            break
        if ch == c'&':
            name = fold(name, ch)          # M&M, L&T, J&K
        elif ch == c'.' and at - run == 1 and not after & DIGIT:
            run = at + 1                   # H.E.G., U.S.
            dotted = True
        elif kind & APOSTROPHE and not after & DIGIT:
            later = classes_of(text[at + 2]) if at + 2 < length else SPACE
            if lower_of(text[at + 1]) == c's' and not later & ALNUM:
                break                      # possessive
            name = fold(name, c"'")        # don't
        else:
            break
        at += 1
    token.end = token.full_end = at
    if kind & APOSTROPHE and at + 1 < length and lower_of(text[at + 1]) == c's':
        token.full_end = at + 2
    token.flags = capitals_of(text, token.start, at)
    token.kind, token.value = IS_WORD, 0.0
    name_token(out, token, name)
    at = token.full_end
    if dotted and at < length and text[at] == c'.':
        at += 1
    push_word(out)
    return at


cdef inline uint8_t capitals_of(Letter* text, int32_t start, int32_t end) noexcept nogil:
    """Whether a word begins with a capital, and whether it has no other letters."""
    cdef int32_t at
    if lower_of(text[start]) == text[start]:
        return 0
    for at in range(start + 1, end):
        if letter_of(text[at]) == text[at]:
            return IS_CAPITAL
    return IS_CAPITAL | IS_UPPER


cdef inline void push_word(Cursor* out) noexcept nogil:
    """Keep the word just read, or make one percentage of it and the number before: 12 per cent, 12 pc."""
    cdef:
        Token* word = &out.tokens[out.count]
        int32_t number = -1
    if out.traits & (IS_PERCENT_WORD | IS_CENT) and out.count > 0:
        if out.traits & IS_PERCENT_WORD:
            number = out.count - 1
        elif out.count > 1 and traits_of(out.lexis, out.tokens[out.count - 1].name) & IS_PER:
            number = out.count - 2
    if number >= 0 and out.tokens[number].kind == IS_NUMBER:
        out.tokens[number].kind = IS_PERCENT
        out.tokens[number].end = out.tokens[number].full_end = word.end
        out.count = number
    elif out.traits & ABBREVIATES:
        word.flags |= IS_ABBREVIATION
    out.count += 1


cdef int32_t read_number(Letter* text, int32_t at, int32_t length, Cursor* out) noexcept nogil:
    """Read the number that begins here, with its sign; the place behind it."""
    cdef:
        Token* token = &out.tokens[out.count]
        double value = 0.0, scale = 1.0, sign = 1.0
        int32_t decimals = -1    # -1: no point yet
        uint64_t name = empty_digest()
        uint32_t ch = text[at], after
    token.start, token.flags, token.kind = at, 0, IS_NUMBER
    if not classes_of(ch) & DIGIT:
        if classes_of(ch) & CURRENCY:
            token.flags = IS_MONEY
        elif is_minus(ch):
            sign = -1.0
        at += 1
    while at < length:
        ch = text[at]
        if c'0' <= ch <= c'9':
            name = fold(name, ch)
            if decimals < DIGITS_OF_FRACTION:
                value = value * 10.0 + <double>(ch - 48)
                if decimals >= 0:
                    decimals += 1
                    scale *= 10.0
        else:
            after = classes_of(text[at + 1]) if at + 1 < length else SPACE
            if ch == c'.' and decimals < 0 and after & DIGIT:
                decimals = 0
            elif not (ch == c',' and after & DIGIT):
                break
        at += 1
    token.end = token.full_end = at
    token.value = sign * value / scale
    if at < length:
        at = read_suffix(text, at, length, out, name)
    else:
        name_token(out, token, name)
    out.count += 1
    return at


cdef int32_t read_suffix(Letter* text, int32_t at, int32_t length, Cursor* out, uint64_t name) noexcept nogil:
    """What is glued to the number that ends here: a percent sign, a unit, or the rest of a word."""
    cdef:
        Token* token = &out.tokens[out.count]
        int32_t tail = at
        uint64_t whole = name, suffix = empty_digest()
        uint32_t small, traits
    while tail < length and classes_of(text[tail]) & ALNUM:
        small = lower_of(text[tail])
        suffix = fold(suffix, small)
        whole = fold(whole, small)
        tail += 1
    if tail > at:
        traits = traits_of(out.lexis, suffix)
        if not traits & (IS_UNIT | IS_PERCENT_UNIT):   # 5paisa, 3i, 1st: a word
            token.kind, token.flags, token.value = IS_WORD, IS_CAPITAL, 0.0
            token.end = token.full_end = tail
            name_token(out, token, whole)
            return tail
        name_token(out, token, name)
        if not traits & IS_PERCENT_UNIT:
            return at                                  # 40cr: the unit is the next word
        token.kind = IS_PERCENT
        token.end = token.full_end = tail
        return tail
    name_token(out, token, name)
    if text[at] == c' ' and at + 1 < length and text[at + 1] == c'%':
        at += 1                                        # 12 %
    elif text[at] != c'%':
        return at
    token.kind = IS_PERCENT
    token.end = token.full_end = at + 1
    return at + 1
