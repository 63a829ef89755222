"""Two figures set against each other, `Rs 40 crore vs Rs 30 crore`: `nlp.readable.comparisons` over flat arrays."""
from libc.stdint cimport int32_t, uint32_t, uint64_t

from news_nlp.kernels._letters cimport digest_of, is_currency
from news_nlp.kernels.reading._groups cimport (
    BILLION, CRORE, CUT, FISCAL, FROM, LAKH, MILLION, MONTH, PREPOSITION, RUPEE, RUPEES, THOUSAND, TO, TRILLION
)
from news_nlp.kernels.reading._reading cimport IS_BREAK, IS_MONEY, IS_NUMBER, IS_PERCENT, Reading, Token, in_group, letter

cdef enum:
    FIRST_YEAR = 1990
    LAST_YEAR = 2049
    RUPEE_SIGN = 0x20B9
    EURO_SIGN = 0x20AC
    POUND_SIGN = 0xA3
    YEN_SIGN = 0xA5
    FIGURES_NEAR = 4      # tokens from the word to a figure
    SIDE_REACH = 8        # tokens from the word to what its figure is
    FIGURES_NEXT = 2      # right behind it, but for a currency: `from Rs 30`, not `from May 29`

cdef struct Figure:
    int32_t last          # behind it and its unit; 0: there is none
    int32_t kind
    double value
    double unit           # 0 where none is written
    uint32_t currency     # its sign; 0 where none is written


cdef inline double unit_of(uint32_t groups) noexcept nogil:
    if groups & CRORE:
        return 1e7
    if groups & LAKH:
        return 1e5
    if groups & MILLION:
        return 1e6
    if groups & BILLION:
        return 1e9
    if groups & TRILLION:
        return 1e12
    return 1e3 if groups & THOUSAND else 0.0


cdef inline double unit_at(const Reading* reading, int32_t at) noexcept nogil:
    return unit_of(reading.tokens[at].groups) if at < reading.count else 0.0


cdef inline bint is_year(const Token* token) noexcept nogil:
    return token.kind == IS_NUMBER and token.end - token.start == 4 and FIRST_YEAR <= token.value <= LAST_YEAR


cdef inline bint is_date(const Reading* reading, int32_t at) noexcept nogil:
    """Whether a number is a year or a day and no figure: `Sep 2025`, `2025-26`, `FY 26`, `5 May`."""
    cdef const Token* token = &reading.tokens[at]
    if token.kind != IS_NUMBER or token.flags & IS_MONEY or in_group(reading, at - 1, RUPEE) or unit_at(reading, at + 1):
        return False
    if token.end - token.start > 2:
        return is_year(token)
    if in_group(reading, at - 1, MONTH | FISCAL) or in_group(reading, at + 1, MONTH):
        return True
    return at > 0 and is_year(token - 1) and token.start == (token - 1).end + 1


cdef inline Figure figure_at(const Reading* reading, int32_t at) noexcept nogil:
    """The figure at a token, with its units: `1.2 lakh crore` has two."""
    cdef Figure found
    cdef double more
    found.kind, found.value = reading.tokens[at].kind, reading.tokens[at].value
    found.unit, found.last = unit_at(reading, at + 1), at + 1
    if found.unit != 0.0:
        found.last += 1
        more = unit_at(reading, found.last)
        if more != 0.0 and reading.tokens[found.last].end - reading.tokens[found.last].start > 1:
            found.unit *= more
            found.last += 1
    found.currency = currency_of(reading, at, found.last)
    return found


cdef inline uint32_t currency_of(const Reading* reading, int32_t at, int32_t last) noexcept nogil:
    """The sign of what a figure is counted in: written before it, or as a word beside it."""
    cdef int32_t start = reading.tokens[at].start, place
    if is_currency(letter(reading, start)):
        return letter(reading, start)
    if start > 1 and letter(reading, start - 1) == c" " and is_currency(letter(reading, start - 2)):
        return letter(reading, start - 2)
    place = at - 1 if in_group(reading, at - 1, RUPEE | RUPEES) else last
    return currency_word(letter(reading, reading.tokens[place].start)) if in_group(reading, place, RUPEE | RUPEES) else 0


cdef inline uint32_t currency_word(uint32_t ch) noexcept nogil:
    """By its first letter: USD, dollars, EUR, GBP, pounds, JPY, yen; else rupees."""
    ch |= 0x20
    if ch == c"u" or ch == c"d":
        return c"$"
    if ch == c"e":
        return EURO_SIGN
    if ch == c"g" or ch == c"p":
        return POUND_SIGN
    return YEN_SIGN if ch == c"j" or ch == c"y" else RUPEE_SIGN


cdef inline Figure figure_near(const Reading* reading, int32_t at, int32_t turn, int32_t reach) noexcept nogil:
    """The first figure from a token on, forward (turn 1) or backward (-1), within reach and clause."""
    cdef Figure found
    cdef int32_t steps
    found.last = 0
    for steps in range(reach):
        if not 0 <= at < reading.count or reading.tokens[at].kind == IS_BREAK:
            break
        if (reading.tokens[at].kind == IS_NUMBER or reading.tokens[at].kind == IS_PERCENT) and not is_date(reading, at):
            return figure_at(reading, at)
        if reach == FIGURES_NEXT and not in_group(reading, at, RUPEE):
            break
        at += turn
    return found


cdef inline double change(const Reading* reading, int32_t first, int32_t last) noexcept nogil:
    """Later figure less earlier one, about the word at a range of tokens; 0 where two do not compare."""
    cdef bint since = in_group(reading, first, FROM)
    cdef Figure behind = figure_near(reading, last, 1, FIGURES_NEXT if since else FIGURES_NEAR), later
    if behind.last == 0:
        return 0.0
    if since and in_group(reading, behind.last, TO):
        later = figure_near(reading, behind.last + 1, 1, FIGURES_NEXT)
    else:
        later = figure_near(reading, first - 1, -1, FIGURES_NEAR)
    if later.last == 0 or later.kind != behind.kind:
        return 0.0
    if later.currency != 0 and behind.currency != 0 and later.currency != behind.currency:
        return 0.0
    # a unit written once holds for both: "from Rs 30 to Rs 40 crore"
    return later.value * either(later.unit, behind.unit) - behind.value * either(behind.unit, later.unit)


cdef inline int32_t turned(const Reading* reading, int32_t first, int32_t last) noexcept nogil:
    """1 for a profit set against a loss, -1 for a loss against a profit, 0 for anything else."""
    cdef int32_t later, earlier
    if figure_near(reading, first - 1, -1, FIGURES_NEAR).last == 0 and figure_near(reading, last, 1, FIGURES_NEAR).last == 0:
        return 0
    later, earlier = side(reading, first - 1, -1), side(reading, last, 1)
    return 0 if later == earlier or later == 0 or earlier == 0 else later


cdef inline int32_t side(const Reading* reading, int32_t at, int32_t turn) noexcept nogil:
    """Whether the first such word of a clause is a profit (1) or a loss (-1); 0 without one.

    What a preposition or a cut parts from the figure before it is a reason: `vs Rs 30 crore on forex loss`.
    """
    cdef int32_t steps
    cdef uint64_t name
    cdef bint counted = False
    for steps in range(SIDE_REACH):
        if not 0 <= at < reading.count or reading.tokens[at].kind == IS_BREAK:
            break
        if counted and turn > 0 and in_group(reading, at, PREPOSITION | CUT):
            break
        counted = counted or reading.tokens[at].kind == IS_NUMBER or reading.tokens[at].kind == IS_PERCENT
        name = reading.tokens[at].name
        if name == digest_of(b"loss") or name == digest_of(b"losses"):
            return -1
        if (
            name == digest_of(b"profit") or name == digest_of(b"profits") or name == digest_of(b"pat")
            or name == digest_of(b"ebitda") or name == digest_of(b"earnings")
        ):
            return 1
        at += turn
    return 0


cdef inline double either(double unit, double other) noexcept nogil:
    if unit != 0.0:
        return unit
    return other if other != 0.0 else 1.0
