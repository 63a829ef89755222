"""One text as the rules see it: flat C structs over buffers that belong to one call.

The scan (`_scan`) fills `tokens`, `breaks`, `cuts` and `matches`; then, in this order, `_names` fills
`names`, `_weigh` fills `said`, `_verdicts` fills `whole` and `verdicts`, `_events` fills
`event` and the relevance of the companies' verdicts. Tables are shared by all calls and never written after
they are built. Characters are counted as in `str`; a range ends behind its last member.
"""
from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from "Python.h":
    uint32_t PyUnicode_READ(int kind, const void* data, Py_ssize_t index) nogil

cdef enum:                # Token.kind
    IS_WORD = 0
    IS_NUMBER = 1
    IS_PERCENT = 2
    IS_BREAK = 3

cdef enum:                # Token.flags
    IS_CAPITAL = 1        # first letter is a capital; a word that begins with a digit (5paisa) counts
    IS_UPPER = 2          # all letters are
    IS_MONEY = 4          # a currency sign stands before it
    IS_ABBREVIATION = 8   # a dot behind it ends no sentence

cdef struct Token:
    int32_t start         # first character
    int32_t end           # behind the last one, without a possessive 's
    int32_t full_end      # behind the possessive 's
    int32_t word          # its number in the vocabulary, -1 when no table holds it
    uint32_t groups       # bit i: the word is in group i of nlp.word_groups
    uint8_t kind
    uint8_t flags
    uint64_t name         # hash of the folded word
    double value          # of a number; of a break its character

cdef struct Match:
    int32_t phrase        # row of the table
    int32_t first         # tokens
    int32_t last

cdef enum:                # tables of the scan
    NAMES = 0
    PHRASES = 1
    EVENTS = 2
    TABLES = 3

cdef enum:                # kinds of names, as `meaning.Kind` lists them
    COMPANY = 0
    INDEX = 1
    SECTOR = 2
    PERSON = 3
    REGULATOR = 4
    AMOUNT = 5
    PERCENTAGE = 6
    PERIOD = 7

cdef enum:                # AliasRow.flags
    ALIAS_SURE = 1
    ALIAS_EXACT = 2       # counts in the case as written only: `letters` holds it
    ALIAS_CAPITAL = 4     # text[0].isupper()
    ALIAS_UPPER = 8       # text.isupper()
    ALIAS_POSSESSIVE = 16  # has an apostrophe: its possessive 's belongs to the name
    ALIAS_PROPER = 32     # its second word needs a capital, too

cdef struct AliasRow:
    int32_t symbol        # row of the symbols, -1 for none
    uint8_t kind
    uint8_t flags
    uint16_t length       # of `letters`
    const uint8_t* letters  # ASCII, of exact ones; else NULL

cdef enum:                # TermRow.role, as `lexicon.Role` numbers them
    POSITIVE = 0
    NEGATIVE = 1
    RISE = 2
    FALL = 3
    BURDEN = 4
    ASSET = 5
    HEDGE = 6
    NEGATE = 7
    BOOST = 8
    SOFTEN = 9
    DESPITE = 10
    BUT = 11
    BECAUSE = 12
    NEUTRAL = 13
    VERSUS = 14
    STILL = 15
    ECHO = 16

cdef enum:                # TermRow.side, as `lexicon.Side` numbers them
    SUBJECT = 0
    OBJECT = 1
    BOTH = 2
    NEXT = 3
    LAST = 4
    AGAINST = 5

cdef struct TermRow:
    double size
    uint8_t role
    uint8_t side          # whom it speaks of

cdef enum:
    EVENT_TYPES = 8       # as `meaning.EventType` lists them
    KINDS = 8

cdef struct EventRow:     # of `events.EventTable`
    double weights[8]     # by type of event

cdef struct Tables:
    const AliasRow* aliases
    const TermRow* terms
    const EventRow* events
    const uint64_t* keys  # by symbol: the hash of its text
    double of_kinds[8][8]  # what a name of a kind adds to each type of event

cdef struct Name:         # an entity
    int32_t start         # characters
    int32_t end
    int32_t first         # tokens
    int32_t last
    int32_t symbol        # row of the symbols, -1 for none
    int32_t alias         # row of the aliases, -1 for a figure or a period
    uint8_t kind
    double confidence

cdef struct Said:         # a phrase that counts
    int32_t start         # characters
    int32_t end
    int32_t first         # tokens
    int32_t last
    uint8_t moves
    uint8_t side
    double weight

cdef enum:                # Verdict.direction
    BEARISH = -1
    NOTHING = 0
    BULLISH = 1

cdef struct Verdict:
    int32_t name          # row of `names` it is about, the first of them; -1: the whole text
    int32_t direction
    double score          # rounded as Python rounds, 4 digits
    double confidence
    double relevance

cdef struct Reading:
    const Tables* tables
    # the text
    const void* data      # with a 0 behind the last letter, as every str has it
    int width             # bytes per character: 1, 2 or 4
    int32_t length
    # by the scan
    Token* tokens
    int32_t count         # of tokens
    int32_t* breaks       # [count + 1] how many stand before each token, and in all
    int32_t* cuts         # the tokens that are breaks, then `count`
    Match* matches[3]     # by table: leftmost longest, not overlapping
    int32_t matched[3]
    # by the rules; every array has the room its writer can need
    Name* names           # room for 2 * count, in order of start
    int32_t named
    Said* said            # room for count, in order of place
    int32_t spoken
    Verdict whole
    Verdict* verdicts     # room for count: on listed companies, then on other names; each in order of place
    int32_t judged        # of listed companies
    int32_t toned         # of all
    int32_t event         # -1: none
    # what is said of one name, where that is asked
    bint asks
    uint64_t asked        # hash of the name
    double* about         # [2 * spoken] in `spare`: what each phrase adds to its sums, own and unnamed; NULL: it is not there
    void* spare           # room for count + 1 times SPARE bytes, for one rule at a time
    # where all of it lies
    char* near            # room that the caller lends, and its size
    size_t near_size
    void* token_room      # what was allocated, as it did not fit in there
    void* room

cdef enum:
    SPARE = 160

cdef struct Near:         # on the stack of a call; most articles fit in it
    uint64_t words[6 * 1024]


cdef inline uint32_t letter(const Reading* reading, Py_ssize_t at) noexcept nogil:
    """The character at a place of the text; the caller keeps within it."""
    return PyUnicode_READ(reading.width, reading.data, at)


cdef inline bint broken(const Reading* reading, int32_t first, int32_t last) noexcept nogil:
    """Whether a break stands among the tokens `first` to `last - 1`."""
    return reading.breaks[last] > reading.breaks[first]


cdef inline int32_t cut_count(const Reading* reading) noexcept nogil:
    """How many breaks there are."""
    return reading.breaks[reading.count]


cdef inline bint in_group(const Reading* reading, int32_t at, uint32_t groups) noexcept nogil:
    """Whether a word of one of these groups (a mask) stands at a token; false beyond the text."""
    return 0 <= at < reading.count and (reading.tokens[at].groups & groups) != 0


cdef inline bint is_company(const Name* name) noexcept nogil:
    """Whether it is a listed company."""
    return name.kind == COMPANY and name.symbol >= 0
