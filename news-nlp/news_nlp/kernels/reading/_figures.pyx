"""Amounts, percentages and periods among the tokens of a text: `readable.figures` compiled."""
from libc.stdint cimport int32_t, uint32_t, uint64_t

from news_nlp.kernels._letters cimport digest_of, is_currency
from news_nlp.kernels.reading._groups cimport (
    ENDED, FISCAL, MONTH, OF, ORDINAL, PART, PART_OF_YEAR, QUARTER, RUPEE, RUPEES, SPAN, UNIT, YEAR
)
from news_nlp.kernels.reading._reading cimport (
    AMOUNT,
    IS_BREAK,
    IS_MONEY,
    IS_NUMBER,
    IS_PERCENT,
    PERCENTAGE,
    PERIOD,
    Reading,
    Token,
    letter,
)

cdef enum:
    BEGINS = RUPEE | PART | YEAR | PART_OF_YEAR | FISCAL | MONTH | ORDINAL | QUARTER | SPAN

cdef enum:
    FIRST_YEAR = 1990
    LAST_YEAR = 2049


cdef void find_figures(Reading* reading, int32_t start, int32_t end) noexcept nogil:
    """The periods and figures among the tokens `start` to `end - 1`."""
    cdef:
        int32_t at = start, last
        const Token* token
    while at < end:
        token = &reading.tokens[at]
        if token.kind == IS_PERCENT:
            add_name(reading, PERCENTAGE, at, at + 1)
        elif token.kind == IS_NUMBER or token.groups & BEGINS:
            last = period(reading, at, end)
            if last:
                add_name(reading, PERIOD, at, last)
                at = last
                continue
            last = amount(reading, at, end)
            if last:
                add_name(reading, AMOUNT, at, last)
                if sign_before(reading, at):
                    reading.names[reading.named - 1].start -= 2
                at = last
                continue
            last = points(reading, at, end)
            if last:
                add_name(reading, PERCENTAGE, at, last)
                at = last
                continue
        at += 1


cdef inline bint among(const Reading* reading, int32_t at, int32_t end, uint32_t groups) noexcept nogil:
    return at < end and (reading.tokens[at].groups & groups) != 0


cdef int32_t amount(const Reading* reading, int32_t at, int32_t end) noexcept nogil:
    """The token behind `[Rs|sign] number [unit [unit]] [rupees]` with a currency or a unit in it; 0 without one."""
    cdef:
        bint money = among(reading, at, end, RUPEE)
        int32_t number = at + 1 if money else at, last = number + 1
    if number >= end or reading.tokens[number].kind != IS_NUMBER:
        return 0
    if reading.tokens[number].flags & IS_MONEY or sign_before(reading, number):
        money = True
    if is_unit(reading, last, end, money):
        money = True
        last += 2 if is_unit(reading, last + 1, end, False) else 1
    if among(reading, last, end, RUPEES):
        return last + 1
    return last if money else 0


cdef inline bint sign_before(const Reading* reading, int32_t at) noexcept nogil:
    """Whether a currency sign and a space stand before a token."""
    cdef int32_t start = reading.tokens[at].start
    return start >= 2 and letter(reading, start - 1) == c" " and is_currency(letter(reading, start - 2))


cdef inline bint is_unit(const Reading* reading, int32_t at, int32_t end, bint one_letter) noexcept nogil:
    """Whether a unit stands at a token; a letter is one only behind money: `$5 m`."""
    return among(reading, at, end, UNIT) and (one_letter or reading.tokens[at].end - reading.tokens[at].start > 1)


cdef int32_t points(const Reading* reading, int32_t at, int32_t end) noexcept nogil:
    """The token behind hundredths or whole points of a percentage: `50 bps`, `25 basis points`; 0 without them."""
    cdef uint64_t name
    if at + 1 >= end or reading.tokens[at].kind != IS_NUMBER or reading.tokens[at].flags & IS_MONEY:
        return 0
    name = reading.tokens[at + 1].name
    if name == digest_of(b"bps") or name == digest_of(b"bp"):
        return at + 2
    if at + 2 < end and (name == digest_of(b"basis") or name == digest_of(b"percentage")):
        name = reading.tokens[at + 2].name
        return at + 3 if name == digest_of(b"points") or name == digest_of(b"point") else 0
    return 0


cdef int32_t period(const Reading* reading, int32_t at, int32_t end) noexcept nogil:
    """The token behind the period that starts at a token; 0 when none does."""
    cdef:
        uint32_t groups = reading.tokens[at].groups
        int32_t last
    if groups & PART_OF_YEAR:
        return at + 1
    if groups & PART:
        last = year_behind(reading, at + 1, end)
        return last if last else at + 1
    if groups & (YEAR | FISCAL):
        return fiscal_year(reading, at, end)
    if groups & (MONTH | ORDINAL):
        return named_quarter(reading, at, end)
    if groups & (QUARTER | SPAN) and among(reading, at + 1, end, ENDED):
        return last_day(reading, at + 2, end)
    if is_number(reading, at, end, 1) and reading.tokens[at].value == 9.0 and among(reading, at + 1, end, SPAN):
        return fiscal_year(reading, at + 2, end)
    return 0


cdef int32_t named_quarter(const Reading* reading, int32_t at, int32_t end) noexcept nogil:
    """Behind `September quarter`, `Jul-Sep quarter`, `March 2026 quarter`, `first quarter` and its year."""
    cdef int32_t last = at + 1, behind
    if among(reading, at, end, MONTH) and (among(reading, last, end, MONTH) or is_number(reading, last, end, 4)):
        last += 1
    if not among(reading, last, end, QUARTER):
        return 0
    behind = year_behind(reading, last + 1, end)
    return behind if behind else last + 1


cdef int32_t last_day(const Reading* reading, int32_t at, int32_t end) noexcept nogil:
    """Behind the end of a period: `June`, `June 2025`, `June 30, 2025`, `30 June 2025`; 0 without one."""
    cdef:
        bint day_first = is_day(reading, at, end)
        int32_t year = at + day_first + 1
    at += day_first
    if not among(reading, at, end, MONTH):
        return 0
    if not day_first and is_day(reading, year, end):
        year += 2 if is_comma(reading, year + 1, end) else 1
    return year + 1 if is_number(reading, year, end, 4) else at + 1


cdef inline bint is_comma(const Reading* reading, int32_t at, int32_t end) noexcept nogil:
    return at < end and reading.tokens[at].kind == IS_BREAK and letter(reading, reading.tokens[at].start) == c","


cdef inline bint is_day(const Reading* reading, int32_t at, int32_t end) noexcept nogil:
    return is_number(reading, at, end, 1) or is_number(reading, at, end, 2)


cdef int32_t year_behind(const Reading* reading, int32_t at, int32_t end) noexcept nogil:
    if among(reading, at, end, OF):
        at += 1
    return end_of_range(reading, at, end) if is_number(reading, at, end, 4) else fiscal_year(reading, at, end)


cdef int32_t fiscal_year(const Reading* reading, int32_t at, int32_t end) noexcept nogil:
    if among(reading, at, end, YEAR):
        return end_of_range(reading, at, end)
    if not among(reading, at, end, FISCAL):
        return 0
    at += 2 if among(reading, at + 1, end, SPAN) else 1  # "fiscal year 2026"
    return end_of_range(reading, at, end) if is_number(reading, at, end, 2) or is_number(reading, at, end, 4) else 0


cdef int32_t end_of_range(const Reading* reading, int32_t at, int32_t end) noexcept nogil:
    """Behind a year at a token; `2025-26` is one year, too."""
    cdef:
        int32_t behind = reading.tokens[at].end
        uint32_t ch
    if is_number(reading, at + 1, end, 2) and reading.tokens[at + 1].start == behind + 1:
        ch = letter(reading, behind)
        return at + 2 if ch == c"-" or ch == c"/" else at + 1
    return at + 1


cdef bint is_number(const Reading* reading, int32_t at, int32_t end, int32_t digits) noexcept nogil:
    """Whether a token is a number of so many digits and nothing else, a year if it has four."""
    cdef const Token* token
    if at >= end:
        return False
    token = &reading.tokens[at]
    if token.kind != IS_NUMBER or token.flags & IS_MONEY or token.end - token.start != digits:
        return False
    if digits == 4:
        return FIRST_YEAR <= token.value <= LAST_YEAR
    return 0.0 <= token.value < (10.0 if digits == 1 else 100.0)
