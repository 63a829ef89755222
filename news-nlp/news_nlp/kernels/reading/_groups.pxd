"""Groups of words as masks: `nlp.word_groups.Group` numbers them, and a test holds both together."""

cdef enum:
    TAIL = 1 << 0
    COMPANY_WORD = 1 << 1     # Group.COMPANY; a kind of name has that name here
    ARTICLE = 1 << 2
    UNIT = 1 << 3
    RUPEE = 1 << 4
    RUPEES = 1 << 5
    PART = 1 << 6
    YEAR = 1 << 7
    PART_OF_YEAR = 1 << 8
    FISCAL = 1 << 9
    MONTH = 1 << 10
    ORDINAL = 1 << 11
    QUARTER = 1 << 12
    ENDED = 1 << 13
    OF = 1 << 14
    SPAN = 1 << 15
    CUT = 1 << 16
    PREPOSITION = 1 << 17
    NOT_OF_OBJECT = 1 << 18
    NOT_PREFERRED = 1 << 19
    SAYS = 1 << 20
    THE = 1 << 21
    AND = 1 << 22
    FROM = 1 << 23
    TO = 1 << 24
    THOUSAND = 1 << 25
    LAKH = 1 << 26
    MILLION = 1 << 27
    CRORE = 1 << 28
    BILLION = 1 << 29
    TRILLION = 1 << 30
    ON = 0x80000000
