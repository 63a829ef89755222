"""One pass over a text: words, numbers and breaks, and the longest phrase of each table at every word.

A table is a trie over word numbers, so that only whole words match and spacing, case,
hyphens, possessives and abbreviation dots never matter. Everything lies in flat arrays that
are written once; the scan itself holds no state, so that one Scanner serves any number of threads.
"""
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memset

from news_nlp.kernels._letters cimport (
    ALNUM, APOSTROPHE, BREAK_SIGN, CURRENCY, DIGIT, SPACE, classes, empty_digest, fold, lower
)
from news_nlp.kernels._reading cimport (
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
    Reading,
    Said,
    Token,
    Verdict,
)

from news_nlp.kernels.tries import Tries

include "_split.pxi"

WORD, NUMBER, PERCENT, BREAK = IS_WORD, IS_NUMBER, IS_PERCENT, IS_BREAK
CAPITAL, UPPER, MONEY, ABBREVIATION = IS_CAPITAL, IS_UPPER, IS_MONEY, IS_ABBREVIATION
GROUP_SHIFT = 8   # in the flags that `scan` gives out, group 0 is this bit
MOST_GROUPS = 32

cdef enum:
    NUM_WORD = 0          # <num> in a phrase: any number
    PCT_WORD = 1          # <pct>: any percentage
    START_WORD = 2        # <s>: the start of the text or of a clause
    FIRST_FREE_WORD = 3

_SPECIAL = {"<num>": NUM_WORD, "<pct>": PCT_WORD, "<s>": START_WORD}
_TRAITS = (
    (ABBREVIATES, "rs dr mr mrs ms ltd co inc corp no vs cr pc st mt pvt"),
    (IS_UNIT, "cr crore crores lakh mn bn k x bps m b tn"),
    (IS_PERCENT_UNIT, "pc pct percent percentage"),
    (IS_PERCENT_WORD, "pc pct percent"),
    (IS_PER, "per"),
    (IS_CENT, "cent"),
    (IS_CURRENCY_WORD, "rs inr re usd"),
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
        free(self.lexis.slots)
        free(self.lexis.rows)
        free(self.lexis.nodes)

    def __init__(self, tables, groups=()):
        if self.lexis.slots is not NULL:
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
        self.write_words(tries.words, marks, members)
        self.write_tries(tries)

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
        open_reading(&reading, text)
        try:
            if not self.read(&reading):
                raise MemoryError
            return [reading.tokens[at].name for at in range(reading.count) if reading.tokens[at].kind != IS_BREAK]
        finally:
            close_reading(&reading)

    cdef int write_words(self, dict words, dict marks, dict members) except -1:
        """The vocabulary: hashes to numbers, with room enough that a probe is short."""
        cdef uint64_t size = 64, at, name
        cdef size_t rows = FIRST_FREE_WORD + len(words)
        cdef WordRow* row
        if rows > NUMBER_MASK:
            raise ValueError(f"expected at most {NUMBER_MASK} different words, found {rows}")
        while size < 3 * rows:
            size *= 2
        free(self.lexis.slots)
        free(self.lexis.rows)
        self.lexis.slots = <uint32_t*>calloc(size, sizeof(uint32_t))
        self.lexis.rows = <WordRow*>malloc(rows * sizeof(WordRow))
        if self.lexis.slots is NULL or self.lexis.rows is NULL:
            raise MemoryError
        self.lexis.mask = size - 1
        memset(self.lexis.rows, 0xFF, rows * sizeof(WordRow))      # no roots
        for digest, number in words.items():
            name = digest
            at = first_slot(name) & self.lexis.mask
            while self.lexis.slots[at] != 0:
                at = (at + 1) & self.lexis.mask
            self.lexis.slots[at] = <uint32_t>(name >> 32) & <uint32_t>TAG | <uint32_t>(<int32_t>number + 1)
            row = &self.lexis.rows[<int32_t>number]
            row.name, row.groups, row.traits = name, members.get(digest, 0), marks.get(digest, 0)
        return 0

    cdef int write_tries(self, tries) except -1:
        cdef int32_t table, place
        nodes = tries.laid_out()
        self.lexis.nodes = <int32_t*>malloc((len(nodes) + 1) * sizeof(int32_t))
        if self.lexis.nodes is NULL:
            raise MemoryError
        for place, number in enumerate(nodes):
            self.lexis.nodes[place] = number
        for table in range(TABLES):
            self.lexis.anchors[table] = -1
        for table in range(self.lexis.tables):
            self.lexis.anchors[table] = tries.roots(table).get(START_WORD, -1)
            for word, node in tries.roots(table).items():
                self.lexis.rows[<int32_t>word].roots[table] = node
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
        open_reading(&reading, text)
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
        cdef int32_t table
        reading.tokens = <Token*>malloc((<size_t>reading.length + 1) * sizeof(Token))
        if reading.tokens is NULL:
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
        count_breaks(reading)
        if self.lexis.nodes is not NULL:
            for table in range(self.lexis.tables):
                match(&self.lexis, table, reading)
        return True


cdef void open_reading(Reading* reading, str text) except *:
    """Begin to read a text, which the caller keeps alive until `close_reading`."""
    cdef Py_ssize_t length = PyUnicode_GET_LENGTH(text)
    if length > 0x7FFFFFFE:
        raise ValueError(f"expected a text of less than 2 GiB, found {length} characters")
    memset(reading, 0, sizeof(Reading))
    reading.data = PyUnicode_DATA(text)
    reading.width = PyUnicode_KIND(text)
    reading.length = <int32_t>length
    reading.event = -1


cdef void close_reading(Reading* reading) noexcept nogil:
    """Give back all that a reading holds."""
    free(reading.tokens)
    free(reading.room)
    reading.tokens = NULL
    reading.room = NULL


cdef bint make_room(Reading* reading) noexcept nogil:
    """One block for all arrays that the number of tokens bounds."""
    cdef:
        size_t count = <size_t>reading.count + 1
        size_t each = 2 * sizeof(Name) + sizeof(Said) + sizeof(Verdict) + SPARE + TABLES * sizeof(Match) + sizeof(int32_t)
        char* place = <char*>malloc(count * each)
        int32_t table
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
    return True


cdef void count_breaks(Reading* reading) noexcept nogil:
    cdef int32_t at, breaks = 0
    for at in range(reading.count):
        reading.breaks[at] = breaks
        breaks += reading.tokens[at].kind == IS_BREAK
    reading.breaks[reading.count] = breaks


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


cdef inline int32_t advance(const Lexis* lexis, int32_t node, const Token* token) noexcept nogil:
    cdef int32_t after = -1
    if token.word >= 0:
        after = step(lexis.nodes + node, token.word)
    if after < 0 and token.kind == IS_NUMBER:
        after = step(lexis.nodes + node, NUM_WORD)
    elif after < 0 and token.kind == IS_PERCENT:
        after = step(lexis.nodes + node, PCT_WORD)
    return after


cdef inline int32_t begin(const Lexis* lexis, int32_t table, const Token* token) noexcept nogil:
    """`advance` from the root of a table, which has too many edges to look through."""
    cdef int32_t after = -1
    if token.word >= 0:
        after = lexis.rows[token.word].roots[table]
    if after < 0 and token.kind == IS_NUMBER:
        after = lexis.rows[NUM_WORD].roots[table]
    elif after < 0 and token.kind == IS_PERCENT:
        after = lexis.rows[PCT_WORD].roots[table]
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


cdef void match(const Lexis* lexis, int32_t table, Reading* reading) noexcept nogil:
    """The phrases of a table. A start costs at most the longest phrase, so the text's length counts once."""
    cdef:
        int32_t at = 0, last, anchored, node, phrase = -1, other = -1, found = 0
        Match* matches = reading.matches[table]
        const Token* token
    while at < reading.count:
        token = &reading.tokens[at]
        last = -1
        node = begin(lexis, table, token)
        if node >= 0:
            last = longest(lexis, node, reading, at + 1, &phrase)
        if lexis.anchors[table] >= 0 and (at == 0 or reading.tokens[at - 1].kind == IS_BREAK):
            node = advance(lexis, lexis.anchors[table], token)
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
