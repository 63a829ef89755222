"""One pass over a text: words, numbers and breaks, and the longest phrase of each table at every word.

A table is a trie over word numbers, so that only whole words match and spacing, case,
hyphens, possessives and abbreviation dots never matter. Everything lies in flat arrays that
are written once; the scan itself holds no state, so that one Scanner serves any number of threads.
"""
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset

from news_nlp.kernels._letters cimport (
    ALNUM, APOSTROPHE, BREAK_SIGN, CURRENCY, DIGIT, SPACE, classes, empty_digest, fold, lower
)
from news_nlp.kernels.reading._reading cimport (
    IS_ABBREVIATION,
    IS_BREAK,
    IS_CAPITAL,
    IS_MONEY,
    IS_NUMBER,
    IS_PERCENT,
    IS_UPPER,
    IS_WORD,
    SPARE,
    TABLES,
    Match,
    Name,
    Near,
    Reading,
    Said,
    Token,
    Verdict,
)

from news_nlp.kernels.reading.tries import Tries

include "_split.pxi"
include "_match.pxi"

WORD, NUMBER, PERCENT, BREAK = IS_WORD, IS_NUMBER, IS_PERCENT, IS_BREAK
CAPITAL, UPPER, MONEY, ABBREVIATION = IS_CAPITAL, IS_UPPER, IS_MONEY, IS_ABBREVIATION
GROUP_SHIFT = 8   # in the flags that `scan` gives out, group 0 is this bit
MOST_GROUPS = 32

cdef enum:
    NUM_WORD = 0          # <num> in a phrase: any number
    PCT_WORD = 1          # <pct>: any percentage
    START_WORD = 2        # <s>: the start of the text or of a clause
    FIRST_FREE_WORD = 3
    NO_WORD = 3           # the row of what is in no table
    SPECIAL_ROWS = 4

_SPECIAL = {"<num>": NUM_WORD, "<pct>": PCT_WORD, "<s>": START_WORD}
_TRAITS = (
    (ABBREVIATES, "rs dr mr mrs ms ltd co inc corp no vs cr pc st mt pvt"),
    (IS_UNIT, "cr crore crores lakh l mn bn k x bps bp m b tn"),
    (IS_PERCENT_UNIT, "pc pct percent percentage"),
    (IS_PERCENT_WORD, "pc pct percent"),
    (IS_PER, "per"),
    (IS_CENT, "cent"),
    (IS_CURRENCY_WORD, "rs inr re usd eur gbp jpy"),
)


cdef uint64_t digest_of(str word):
    cdef uint64_t found = empty_digest()
    for ch in word:
        found = fold(found, lower(<uint32_t>ord(ch)))
    return found

cdef uint64_t AND = digest_of("and")


cdef class Scanner:
    """Phrase tables compiled once; `scan(text)` reads a text against all of them.

    Parameters
    ----------
    tables : sequence of sequence of str
        Phrases by table, three tables at most. `<num>`, `<pct>` and `<s>` stand for any
        number, any percentage and the start of a clause.
    groups : sequence of collections of str
        Words that rules ask for: the flags of a token of group i have bit `GROUP_SHIFT + i`.

    Raises
    ------
    ValueError
        Too many tables or groups; a phrase that is empty or in its table already; a member
        of a group that is not one word.
    """

    def __cinit__(self):
        memset(&self.lexis, 0, sizeof(Lexis))

    def __dealloc__(self):
        free(self.lexis.room)
        free(self.lexis.nodes)

    def __init__(self, tables, groups=()):
        if self.lexis.room is not NULL:
            raise ValueError("a scanner's tables are written once")
        if len(tables) > TABLES or len(groups) > MOST_GROUPS:
            raise ValueError(f"expected at most {TABLES} tables and {MOST_GROUPS} groups of words")
        tries = Tries(len(tables), FIRST_FREE_WORD)
        self.lexis.tables = <int32_t>len(tables)
        marks = {digest_of(word): 0 for _, words in _TRAITS for word in words.split()}
        for trait, words in _TRAITS:
            for word in words.split():
                marks[digest_of(word)] |= trait
        for digest in marks:
            tries.number(digest)
        self.write_words(tries.words, marks, {})       # by which phrases are split as texts are
        members = self.group_masks(tries, groups)
        for table, phrases in enumerate(tables):
            for index, phrase in enumerate(phrases):
                if not tries.add(table, self.numbers_of(tries, phrase), index):
                    raise ValueError(f"phrase {phrase!r} is empty or given twice")
        self.write_tries(tries, self.write_words(tries.words, marks, members))

    def group_masks(self, tries, groups):
        masks = {}
        for index, words in enumerate(groups):
            for word in words:
                names = self.names_of(word)
                if len(names) != 1:
                    raise ValueError(f"group {index}: expected one word, found {word!r}")
                tries.number(names[0])
                masks[names[0]] = masks.get(names[0], 0) | 1 << index
        return masks

    def numbers_of(self, tries, phrase):
        numbers = []
        for piece in phrase.split():
            if piece in _SPECIAL:
                numbers.append(_SPECIAL[piece])
            else:
                numbers.extend(tries.number(name) for name in self.names_of(piece))
        return numbers

    def names_of(self, str text):
        """Hashes of the words of a piece without spaces."""
        cdef Reading reading
        open_reading(&reading, text, NULL)
        try:
            if not self.read(&reading):
                raise MemoryError
            return [reading.tokens[at].name for at in range(reading.count) if reading.tokens[at].kind != IS_BREAK]
        finally:
            close_reading(&reading)

    cdef list write_words(self, dict words, dict marks, dict members):
        """Fill the vocabulary, with room enough that a probe is short; the row of each number of a word."""
        cdef uint64_t size = 64, at, name
        cdef WordRow* row
        while size < 2 * (len(words) + FIRST_FREE_WORD):
            size *= 2
        free(self.lexis.room)
        self.lexis.room = malloc((size + SPECIAL_ROWS + 1) * sizeof(WordRow))
        if self.lexis.room is NULL:
            raise MemoryError
        self.lexis.rows = <WordRow*>((<uintptr_t>self.lexis.room + sizeof(WordRow) - 1) & ~(<uintptr_t>sizeof(WordRow) - 1))
        self.lexis.mask = size - 1
        memset(self.lexis.rows, 0, (size + SPECIAL_ROWS) * sizeof(WordRow))
        for at in range(size + SPECIAL_ROWS):
            row = &self.lexis.rows[at]
            memset(row.roots, 0xFF, sizeof(row.roots))
            memset(row.phrases, 0xFF, sizeof(row.phrases))
            memset(row.anchored, 0xFF, sizeof(row.anchored))
        rows = [size + special for special in range(FIRST_FREE_WORD)]
        for digest in words:                       # in order of their numbers
            name = digest
            at = first_row(name) & self.lexis.mask
            while self.lexis.rows[at].traits != 0:
                at = (at + 1) & self.lexis.mask
            row = &self.lexis.rows[at]
            row.name, row.groups, row.traits = name, members.get(digest, 0), IS_KNOWN | <uint32_t>marks.get(digest, 0)
            rows.append(at)
        return rows

    cdef int write_tries(self, tries, list rows) except -1:
        cdef int32_t table, place, root, edge
        cdef WordRow* row
        nodes = tries.laid_out(rows)
        self.lexis.nodes = <int32_t*>malloc((len(nodes) + 1) * sizeof(int32_t))
        if self.lexis.nodes is NULL:
            raise MemoryError
        for place, number in enumerate(nodes):
            self.lexis.nodes[place] = number
        for table in range(self.lexis.tables):
            for word, node in tries.roots(table).items():
                row = &self.lexis.rows[<int32_t>rows[word]]
                root = node
                row.roots[table], row.phrases[table] = root, self.lexis.nodes[root]
                for edge in range(self.lexis.nodes[root + 1]):
                    row.next[table] |= bit_of(self.lexis.nodes[root + 2 + 2 * edge])
            root = tries.roots(table).get(START_WORD, -1)
            for edge in range(self.lexis.nodes[root + 1] if root >= 0 else 0):
                row = &self.lexis.rows[self.lexis.nodes[root + 2 + 2 * edge]]
                row.anchored[table] = self.lexis.nodes[root + 3 + 2 * edge]
        return 0

    def scan(self, str text not None):
        """Read a text.

        Returns
        -------
        tokens : list of (start, end, full_end, kind, flags, value)
        matches : tuple, by table, of list of (phrase, first, last)
            Leftmost longest, not overlapping; tokens `first` to `last - 1` matched.
        """
        cdef Reading reading
        cdef bint done
        open_reading(&reading, text, NULL)
        try:
            with nogil:
                done = self.read(&reading)
            if not done:
                raise MemoryError
            tokens = [
                (t.start, t.end, t.full_end, t.kind, <uint64_t>t.flags | <uint64_t>t.groups << 8, t.value)
                for t in reading.tokens[:reading.count]
            ]
            matches = tuple([
                [(m.phrase, m.first, m.last) for m in reading.matches[table][:reading.matched[table]]]
                for table in range(self.lexis.tables)
            ])
        finally:
            close_reading(&reading)
        return tokens, matches

    cdef bint read(self, Reading* reading) noexcept nogil:
        """Fill tokens, breaks and matches, and give the rules their room; false without the memory for it."""
        cdef Cursor cursor
        if not make_token_room(reading):
            return False
        cursor.tokens = reading.tokens
        if reading.width == 1:
            split(&self.lexis, <uint8_t*>reading.data, reading.length, &cursor)
        elif reading.width == 2:
            split(&self.lexis, <uint16_t*>reading.data, reading.length, &cursor)
        else:
            split(&self.lexis, <uint32_t*>reading.data, reading.length, &cursor)
        reading.count = cursor.count
        if not make_room(reading):
            return False
        match(&self.lexis, reading)
        return True


cdef void open_reading(Reading* reading, str text, Near* near) except *:
    """Begin to read a text, which the caller keeps alive until `close_reading`, as the room near by if it lends one."""
    cdef Py_ssize_t length = PyUnicode_GET_LENGTH(text)
    if length > 0x7FFFFFFE:
        raise ValueError(f"expected a text of less than 2 GiB, found {length} characters")
    memset(reading, 0, sizeof(Reading))
    reading.data = PyUnicode_DATA(text)
    reading.width = PyUnicode_KIND(text)
    reading.length = <int32_t>length
    reading.event = -1
    if near is not NULL:
        reading.near, reading.near_size = <char*>near, sizeof(Near)


cdef void close_reading(Reading* reading) noexcept nogil:
    """Give back all that a reading holds."""
    free(reading.token_room)
    free(reading.room)
    reading.token_room = reading.room = NULL


cdef bint make_token_room(Reading* reading) noexcept nogil:
    """A text has at most as many tokens as letters."""
    cdef size_t size = (<size_t>reading.length + 1) * sizeof(Token)
    if size > reading.near_size:
        reading.token_room = malloc(size)
        reading.tokens = <Token*>reading.token_room
    else:
        reading.tokens = <Token*>reading.near
    return reading.tokens is not NULL


cdef bint make_room(Reading* reading) noexcept nogil:
    """One block for all arrays that the number of tokens bounds."""
    cdef:
        size_t count = <size_t>reading.count + 1
        size_t each = 2 * sizeof(Name) + sizeof(Said) + sizeof(Verdict) + SPARE + TABLES * sizeof(Match)
        size_t size = count * (each + 2 * sizeof(int32_t))
        size_t taken = count * sizeof(Token) if reading.token_room is NULL else 0
        char* place = reading.near + taken
        int32_t table
    if taken + size > reading.near_size:
        place = <char*>malloc(size)
        reading.room = place
        if place is NULL:
            return False
    reading.names = <Name*>place                       # the widest first: all stay aligned
    place += 2 * count * sizeof(Name)
    reading.said = <Said*>place
    place += count * sizeof(Said)
    reading.verdicts = <Verdict*>place
    place += count * sizeof(Verdict)
    reading.spare = place
    place += count * SPARE
    for table in range(TABLES):
        reading.matches[table] = <Match*>place
        place += count * sizeof(Match)
    reading.breaks = <int32_t*>place
    reading.cuts = reading.breaks + count
    return True
