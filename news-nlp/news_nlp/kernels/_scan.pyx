# distutils: language = c++
"""One pass over a text: words, numbers and breaks, and the longest phrase of each table at every word.

A table is a trie over word numbers, so that only whole words match and spacing, case,
hyphens, possessives and abbreviation dots never matter. The scan holds no state: one
Scanner serves any number of threads.
"""
from cython.operator cimport dereference
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.stdint cimport int32_t, uint32_t, uint64_t
from libcpp.unordered_map cimport unordered_map
from libcpp.vector cimport vector

from news_nlp.kernels._letters cimport (
    empty_digest, fold, is_alnum, is_apostrophe, is_break, is_currency, is_digit, is_space, lower
)

cdef extern from "Python.h":
    uint32_t PyUnicode_READ(int kind, void* data, Py_ssize_t index) nogil

cdef struct Token:
    Py_ssize_t start      # first character
    Py_ssize_t end        # behind the last one, without a possessive 's
    Py_ssize_t full_end   # behind the possessive 's
    int32_t kind
    int32_t flags
    uint64_t name         # hash of the folded word
    int32_t word          # its number in the vocabulary, -1 when no phrase holds it
    double value          # of a number; of a break its character

cdef struct Match:
    int32_t phrase
    int32_t first         # index of the first token
    int32_t last          # behind the last one

cdef enum:
    IS_WORD = 0
    IS_NUMBER = 1
    IS_PERCENT = 2
    IS_BREAK = 3

cdef enum:
    IS_CAPITAL = 1        # first letter is a capital
    IS_UPPER = 2          # all letters are
    IS_MONEY = 4          # a currency sign stands before it

WORD, NUMBER, PERCENT, BREAK = IS_WORD, IS_NUMBER, IS_PERCENT, IS_BREAK
CAPITAL, UPPER, MONEY = IS_CAPITAL, IS_UPPER, IS_MONEY

cdef enum:
    NUM_WORD = 0          # <num> in a phrase: any number
    PCT_WORD = 1          # <pct>: any percentage
    START_WORD = 2        # <s>: the start of the text or of a clause
    PER_WORD = 3
    CENT_WORD = 4
    FIRST_FREE_WORD = 5

cdef enum:
    PERCENT_UNITS = 4     # how many of _UNITS mean a percentage

cdef dict _SPECIAL = {"<num>": NUM_WORD, "<pct>": PCT_WORD, "<s>": START_WORD}
cdef tuple _UNITS = ("pc", "pct", "percent", "percentage", "cr", "crore", "crores", "lakh", "mn", "bn", "k", "x", "bps", "m", "b", "tn")

_ABBREVIATIONS = ("rs", "dr", "mr", "mrs", "ms", "ltd", "co", "inc", "corp", "no", "vs", "cr", "pc", "st", "mt", "pvt")


cdef class Scanner:
    """Phrase tables compiled once; `scan(text)` reads a text against all of them.

    Parameters
    ----------
    tables : sequence of sequence of str
        Phrases by table. `<num>`, `<pct>` and `<s>` stand for any number, any percentage
        and the start of a clause. A later phrase equal to an earlier one is refused.
    """

    cdef unordered_map[uint64_t, int32_t] vocabulary   # hash of a folded word -> its number
    cdef unordered_map[uint64_t, int32_t] edges        # state << 32 | word -> state
    cdef unordered_map[int32_t, int32_t] ends          # state -> phrase
    cdef unordered_map[uint64_t, int32_t] units        # suffixes of numbers: 40cr, 16pc
    cdef unordered_map[uint64_t, int32_t] abbreviations  # words that a dot does not end: Rs. Dr. Ltd.
    cdef int32_t words
    cdef int32_t states
    cdef Py_ssize_t tables

    def __init__(self, tables):
        self.words = FIRST_FREE_WORD
        self.tables = len(tables)
        self.states = <int32_t>self.tables
        self.vocabulary[self.digest("per")] = PER_WORD
        self.vocabulary[self.digest("cent")] = CENT_WORD
        for index, unit in enumerate(_UNITS):
            self.units[self.digest(unit)] = index
        for index, word in enumerate(_ABBREVIATIONS):
            self.abbreviations[self.digest(word)] = index
        for table, phrases in enumerate(tables):
            for index, phrase in enumerate(phrases):
                self.add(table, phrase, index)

    cdef uint64_t digest(self, str word):
        cdef uint64_t found = empty_digest()
        for ch in word:
            found = fold(found, lower(<uint32_t>ord(ch)))
        return found

    cdef void add(self, int32_t table, str phrase, int32_t index) except *:
        cdef int32_t state = table
        cdef vector[Token] tokens
        for piece in phrase.split():
            if piece in _SPECIAL:
                state = self.grow(state, _SPECIAL[piece])
                continue
            tokens.clear()
            self.split(PyUnicode_KIND(piece), PyUnicode_DATA(piece), len(piece), tokens)
            for token in tokens:
                if token.kind == IS_BREAK:
                    continue
                if self.vocabulary.count(token.name) == 0:
                    self.vocabulary[token.name] = self.words
                    self.words += 1
                state = self.grow(state, self.vocabulary[token.name])
        if state < self.tables or self.ends.count(state):
            raise ValueError(f"phrase {phrase!r} is empty or given twice")
        self.ends[state] = index

    cdef int32_t grow(self, int32_t state, int32_t word):
        cdef uint64_t key = (<uint64_t>state << 32) | <uint32_t>word
        if self.edges.count(key) == 0:
            self.edges[key] = self.states
            self.states += 1
        return self.edges[key]

    def scan(self, str text not None):
        """Read a text.

        Returns
        -------
        tokens : list of (start, end, full_end, kind, flags, value)
        matches : tuple, by table, of list of (phrase, first, last)
            Leftmost longest, not overlapping; tokens `first` to `last - 1` matched.
        """
        cdef:
            vector[Token] tokens
            vector[Match] found
            Py_ssize_t length = PyUnicode_GET_LENGTH(text), table
            int kind = PyUnicode_KIND(text)
            void* data = PyUnicode_DATA(text)
        with nogil:
            self.split(kind, data, length, tokens)
            self.merge_percents(tokens)
        matches = []
        for table in range(self.tables):
            found.clear()
            with nogil:
                self.match(<int32_t>table, tokens, found)
            matches.append([(m.phrase, m.first, m.last) for m in found])
        listed = [(t.start, t.end, t.full_end, t.kind, t.flags, t.value) for t in tokens]
        return listed, tuple(matches)

    cdef void split(self, int kind, void* data, Py_ssize_t length, vector[Token]& tokens) noexcept nogil:
        cdef:
            Py_ssize_t at = 0
            uint32_t ch, after
            bint spaced
            Token token
        while at < length:
            ch = PyUnicode_READ(kind, data, at)
            after = PyUnicode_READ(kind, data, at + 1) if at + 1 < length else 32
            spaced = at == 0 or is_space(PyUnicode_READ(kind, data, at - 1))
            if is_digit(ch) or ((is_currency(ch) or (spaced and (ch == c'-' or ch == c'+'))) and is_digit(after)):
                at = self.read_number(kind, data, at, length, tokens)
            elif is_alnum(ch):
                at = self.read_word(kind, data, at, length, tokens)
            else:
                token.start, token.end, token.full_end = at, at + 1, at + 1
                token.flags, token.word, token.value, token.name = 0, -1, <double>ch, 0
                if ch == c'&':
                    token.kind = IS_WORD
                    token.name = and_digest()
                    token.word = self.look_up(token.name)
                    tokens.push_back(token)
                elif is_break(ch) or (ch == c'-' and spaced and is_space(after)) or (
                    ch == c'.' and is_space(after) and not self.abbreviated(tokens)
                ):
                    token.kind = IS_BREAK
                    tokens.push_back(token)
                at += 1

    cdef bint abbreviated(self, vector[Token]& tokens) noexcept nogil:
        """Whether the dot ends `Rs.`, `Dr.`, `Ltd.` rather than a sentence."""
        return tokens.size() > 0 and self.abbreviations.count(tokens.back().name) > 0

    cdef int32_t look_up(self, uint64_t name) noexcept nogil:
        cdef unordered_map[uint64_t, int32_t].iterator found = self.vocabulary.find(name)
        if found == self.vocabulary.end():
            return -1
        return dereference(found).second

    cdef Py_ssize_t read_word(
        self, int kind, void* data, Py_ssize_t at, Py_ssize_t length, vector[Token]& tokens
    ) noexcept nogil:
        cdef:
            Token token
            Py_ssize_t run = 0       # letters since the last dot
            uint64_t name = empty_digest()
            uint32_t ch = PyUnicode_READ(kind, data, at), small, after, later
            bint all_upper = True, dotted = False
        token.start = at
        token.flags = IS_CAPITAL if lower(ch) != ch else 0
        while at < length:
            ch = PyUnicode_READ(kind, data, at)
            after = PyUnicode_READ(kind, data, at + 1) if at + 1 < length else 32
            if is_alnum(ch):
                small = lower(ch)
                if small == ch and not is_digit(ch):
                    all_upper = False
                name = fold(name, small)
                run += 1
            elif ch == c'&' and is_alnum(after):
                name = fold(name, ch)          # M&M, L&T, J&K
            elif ch == c'.' and run == 1 and is_alnum(after) and not is_digit(after):
                run = 0                        # H.E.G., U.S.
                dotted = True
            elif is_apostrophe(ch) and is_alnum(after) and not is_digit(after):
                later = PyUnicode_READ(kind, data, at + 2) if at + 2 < length else 32
                if lower(after) == c's' and not is_alnum(later):
                    break                      # possessive
                name = fold(name, c"'")        # don't
            else:
                break
            at += 1
        token.end = token.full_end = at
        if at + 1 < length and is_apostrophe(PyUnicode_READ(kind, data, at)):
            if lower(PyUnicode_READ(kind, data, at + 1)) == c's':
                token.full_end = at + 2
        if all_upper and token.flags:
            token.flags |= IS_UPPER
        token.kind, token.value, token.name, token.word = IS_WORD, 0.0, name, self.look_up(name)
        tokens.push_back(token)
        if dotted and token.full_end < length and PyUnicode_READ(kind, data, token.full_end) == c'.':
            return token.full_end + 1
        return token.full_end

    cdef Py_ssize_t read_number(
        self, int kind, void* data, Py_ssize_t at, Py_ssize_t length, vector[Token]& tokens
    ) noexcept nogil:
        cdef:
            Token token
            double value = 0.0, scale = 1.0, sign = 1.0
            bint fraction = False
            uint64_t name = empty_digest(), suffix
            uint32_t ch = PyUnicode_READ(kind, data, at), after
            Py_ssize_t tail
            unordered_map[uint64_t, int32_t].iterator unit
        token.start, token.flags, token.kind = at, 0, IS_NUMBER
        if not is_digit(ch):
            if is_currency(ch):
                token.flags = IS_MONEY
            elif ch == c'-':
                sign = -1.0
            at += 1
        while at < length:
            ch = PyUnicode_READ(kind, data, at)
            after = PyUnicode_READ(kind, data, at + 1) if at + 1 < length else 32
            if is_digit(ch):
                name = fold(name, ch)
                if fraction:
                    scale /= 10.0
                    value += scale * (ch - 48)
                else:
                    value = value * 10.0 + (ch - 48)
            elif ch == c'.' and not fraction and is_digit(after):
                fraction = True
            elif not (ch == c',' and is_digit(after)):
                break
            at += 1
        token.end = token.full_end = at
        token.value, token.name, token.word = sign * value, name, self.look_up(name)
        tail = at
        suffix = empty_digest()
        while tail < length and is_alnum(PyUnicode_READ(kind, data, tail)):
            suffix = fold(suffix, lower(PyUnicode_READ(kind, data, tail)))
            name = fold(name, lower(PyUnicode_READ(kind, data, tail)))
            tail += 1
        if tail > at:
            unit = self.units.find(suffix)
            if unit == self.units.end():       # 5paisa, 3i, 1st: a word
                token.kind, token.flags = IS_WORD, IS_CAPITAL
                token.name, token.word = name, self.look_up(name)
                token.end = token.full_end = tail
            elif dereference(unit).second < PERCENT_UNITS:
                token.kind = IS_PERCENT
                token.end = token.full_end = tail
            else:
                tail = at                      # 40cr: the unit is the next word
        elif at < length and PyUnicode_READ(kind, data, at) == c'%':
            token.kind = IS_PERCENT
            tail = token.end = token.full_end = at + 1
        tokens.push_back(token)
        return tail

    cdef void merge_percents(self, vector[Token]& tokens) noexcept nogil:
        """Make one token of `12 per cent`, `12 pc` and `12 percent`."""
        cdef size_t at = 0, kept = 0, more
        while at < tokens.size():
            tokens[kept] = tokens[at]
            more = 0
            if tokens[at].kind == IS_NUMBER and at + 1 < tokens.size() and tokens[at + 1].kind == IS_WORD:
                if tokens[at + 1].word == PER_WORD and at + 2 < tokens.size() and tokens[at + 2].word == CENT_WORD:
                    more = 2
                elif tokens[at + 1].word >= 0 and self.is_percent_word(tokens[at + 1].word):
                    more = 1
            if more:
                tokens[kept].kind = IS_PERCENT
                tokens[kept].end = tokens[kept].full_end = tokens[at + more].end
            at += more + 1
            kept += 1
        tokens.resize(kept)

    cdef bint is_percent_word(self, int32_t word) noexcept nogil:
        return word == self.look_up(PC) or word == self.look_up(PCT) or word == self.look_up(PERCENT_NAME)

    cdef inline int32_t step(self, int32_t state, int32_t word) noexcept nogil:
        cdef unordered_map[uint64_t, int32_t].iterator found
        found = self.edges.find((<uint64_t>state << 32) | <uint32_t>word)
        if found == self.edges.end():
            return -1
        return dereference(found).second

    cdef int32_t advance(self, int32_t state, Token& token) noexcept nogil:
        cdef int32_t after = -1
        if token.word >= 0:
            after = self.step(state, token.word)
        if after < 0 and token.kind == IS_NUMBER:
            after = self.step(state, NUM_WORD)
        elif after < 0 and token.kind == IS_PERCENT:
            after = self.step(state, PCT_WORD)
        return after

    cdef size_t longest(self, int32_t state, vector[Token]& tokens, size_t first, int32_t* phrase) noexcept nogil:
        """Index behind the longest phrase from `first` on; `first` itself when there is none."""
        cdef size_t at = first, last = first
        cdef unordered_map[int32_t, int32_t].iterator found
        while at < tokens.size() and tokens[at].kind != IS_BREAK:
            state = self.advance(state, tokens[at])
            if state < 0:
                break
            at += 1
            found = self.ends.find(state)
            if found != self.ends.end():
                last = at
                phrase[0] = dereference(found).second
        return last

    cdef void match(self, int32_t table, vector[Token]& tokens, vector[Match]& found) noexcept nogil:
        cdef:
            size_t at = 0, last, anchored
            int32_t phrase = -1, other = -1, start
            Match match
        while at < tokens.size():
            last = self.longest(table, tokens, at, &phrase)
            if at == 0 or tokens[at - 1].kind == IS_BREAK:
                start = self.step(table, START_WORD)
                anchored = self.longest(start, tokens, at, &other) if start >= 0 else at
                if anchored > at and anchored >= last:
                    last, phrase = anchored, other
            if last == at:
                at += 1
                continue
            match.phrase, match.first, match.last = phrase, <int32_t>at, <int32_t>last
            found.push_back(match)
            at = last


cdef uint64_t digest_of(str word):
    cdef uint64_t found = empty_digest()
    for ch in word:
        found = fold(found, <uint32_t>ord(ch))
    return found

cdef uint64_t PC = digest_of("pc"), PCT = digest_of("pct"), PERCENT_NAME = digest_of("percent"), AND = digest_of("and")

cdef inline uint64_t and_digest() noexcept nogil:
    return AND

