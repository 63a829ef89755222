# distutils: language = c++
"""What a headline tells, packed small: its words by stem, its names, its figures by kind.

A gist is 8 counts of one byte (words, names, proper words, rupees, dollars, percents, numbers,
periods), then as many 4-byte values each, in this order, sorted and without repeats: hashes
(uint32) of words, float32 of figures. Names and proper words count among the words too; proper
are those with a capital, in a headline that does not give one to most of its words.
"""
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.math cimport fmin
from libc.stdint cimport uint32_t, uint64_t
from libcpp.unordered_map cimport unordered_map
from libcpp.vector cimport vector

from news_nlp.kernels._letters cimport empty_digest, fold, is_alnum, is_digit, lower
from news_nlp.kernels.stories._similar_packing cimport DOLLARS, NUMBERS, PERCENTS, PERIODS, RUPEES, Told, packed
from news_nlp.kernels.stories._similar_words cimport (
    BARE_YEAR, FIRST_OF_CALENDAR, Text, Word, digest_of, letter, narrowed, period_of, read_word, stem
)

cdef double LARGEST = 1e30 # beyond it figures are one: as float32 they stay finite

cdef enum:
    OF_A_DAY = 3100       # periods: a mark of the news of one day
    FIRST_OF_MONTHS = 3000
    FIRST_YEAR = 2000     # a year is a period of its own number
    LAST_YEAR = 2099
    WEEKS_OF_A_YEAR = 52  # of `52-week high`: no figure

cdef enum:
    NO_CURRENCY = 0
    IN_RUPEES = 1
    IN_DOLLARS = 2

cdef struct Name:
    Py_ssize_t start      # -1 when it is not in the headline itself
    Py_ssize_t end
    uint32_t key

cdef dict _UNITS = {
    "cr": 1e7, "crore": 1e7, "crores": 1e7, "lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "l": 1e5, "k": 1e3, "thousand": 1e3,
    "mn": 1e6, "million": 1e6, "m": 1e6, "bn": 1e9, "billion": 1e9, "b": 1e9, "tn": 1e12, "trillion": 1e12,
}
cdef dict _CURRENCIES = {
    "rs": IN_RUPEES, "re": IN_RUPEES, "inr": IN_RUPEES, "rupees": IN_RUPEES, "rupee": IN_RUPEES, "usd": IN_DOLLARS
}
_INDIAN_UNITS = ("cr", "crore", "crores", "lakh", "lakhs", "lac", "l")
_PERCENT_WORDS = ("percent", "pc", "pct")


cdef class GistReader:
    """Reads headlines into gists; holds no state between them.

    Parameters
    ----------
    stop_words : iterable of str
        Words that tell nothing.
    synonyms : iterable of str
        Groups of words, each a text, that tell the same.
    calendar : iterable of str
        Cycles of words (the days, the ordinals), each a text: they count among the periods.
    contraries : iterable of str
        Cycles of words that tell different news, each a text, words of one meaning in a row and
        meanings parted by `/`: they count among the periods, and as words too.
    months : iterable of str
        The forms of January's name, of February's, ..., each a text: they count among the periods. `June quarter` and
        `April-June` are the first quarter of the Indian fiscal year.
    unnaming : iterable of str
        Words that are no proper ones although they have a capital: `CEO`, `GDP`.
    daily : iterable of str
        Words of headlines that a day has of its own: `today`, `bell`.
    """

    cdef unordered_map[uint32_t, uint32_t] classes     # hash of a stem -> hash of what it counts as, 0: nothing
    cdef unordered_map[uint32_t, double] units
    cdef unordered_map[uint32_t, int] currencies
    cdef unordered_map[uint32_t, int] percents
    cdef unordered_map[uint32_t, int] indian
    cdef unordered_map[uint32_t, int] calendar
    cdef unordered_map[uint32_t, int] contraries
    cdef unordered_map[uint32_t, int] months
    cdef unordered_map[uint32_t, int] ordinals
    cdef unordered_map[uint32_t, int] spelled
    cdef unordered_map[uint32_t, int] unnaming
    cdef unordered_map[uint32_t, int] daily
    cdef uint32_t per
    cdef uint32_t cent
    cdef uint32_t quarter
    cdef uint32_t half
    cdef uint32_t week

    def __init__(self, stop_words, synonyms, calendar, contraries=(), *, months=(), unnaming=(), daily=()):
        for group in synonyms:
            words = group.split()
            for word in words:
                self.classes[self._stemmed(word)] = self._stemmed(words[0])
        for word in stop_words:
            self.classes[self._stemmed(word)] = 0
        for word, scale in _UNITS.items():
            self.units[self._plain(word)] = scale
        for word, currency in _CURRENCIES.items():
            self.currencies[self._plain(word)] = currency
        for word in _PERCENT_WORDS:
            self.percents[self._plain(word)] = 1
        for word in _INDIAN_UNITS:
            self.indian[self._plain(word)] = 1
        for cycle, group in enumerate(calendar):
            for place, word in enumerate(group.split()):
                self.calendar[self._plain(word)] = FIRST_OF_CALENDAR + 100 * cycle + place
        for cycle, group in enumerate(contraries, start=len(calendar)):
            for place, meaning in enumerate(group.split("/")):
                for word in meaning.split():
                    self.contraries[self._stemmed(word)] = FIRST_OF_CALENDAR + 100 * cycle + place
        for month, forms in enumerate(months):
            for word in forms.split():
                self.months[self._plain(word)] = month
        for place, word in enumerate(("first", "second", "third", "fourth"), start=1):
            self.ordinals[self._plain(word)] = place
        for value, word in enumerate(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=2):
            self.spelled[self._plain(word)] = value
        for word in unnaming:
            self.unnaming[self._stemmed(word)] = 1
        for word in daily:
            self.daily[self._plain(word)] = 1
        self.per, self.cent = self._plain("per"), self._plain("cent")
        self.quarter, self.half = self._plain("quarter"), self._plain("half")
        self.week = self._plain("week")

    cdef uint32_t _plain(self, str word) except? 0:
        cdef Word found
        cdef Text text = text_of(word)
        read_word(text, 0, found)
        return digest_of(found)

    cdef uint32_t _stemmed(self, str word) except? 0:
        cdef Word found
        cdef Text text = text_of(word)
        read_word(text, 0, found)
        stem(found)
        return digest_of(found)

    def read(self, str title not None, names, bint of_a_day=False):
        """The gist of a headline.

        Parameters
        ----------
        title : str
        names : list of (start, end, key)
            Names in the title, in order of place, not overlapping, with what each stands for; start -1
            for one that stands elsewhere.
        of_a_day : bool
            Whether its news is one day's, such as a movement of prices, whatever its words.
        """
        cdef:
            Text text = text_of(title)
            vector[Name] named
            Name name
            Told told
        for start, end, key in names:
            name.start, name.end, name.key = start, end, key_of(key)
            named.push_back(name)
        with nogil:
            if of_a_day:
                told.figures[PERIODS].push_back(OF_A_DAY)
            self.read_into(text, named, told)
        return packed(told)

    cdef void read_into(self, Text& text, vector[Name]& names, Told& told) noexcept nogil:
        cdef:
            Py_ssize_t at = 0, upcoming = 0, count = <Py_ssize_t>names.size()
            int currency = NO_CURRENCY
            uint32_t ch
            Word word
        for upcoming in range(count):
            told.names.push_back(names[upcoming].key)
            told.words.push_back(names[upcoming].key)
        upcoming = 0
        told.small = 0
        while at < text.length:
            while upcoming < count and names[upcoming].start < at:
                upcoming += 1
            if upcoming < count and names[upcoming].start == at and names[upcoming].end > at:
                at = names[upcoming].end
                currency = NO_CURRENCY
                continue
            ch = letter(text, at)
            if is_digit(ch) and not self.is_quarter(text, at):
                at = self.read_figure(text, at, currency, told)
                currency = NO_CURRENCY
            elif is_alnum(ch):
                at = read_word(text, at, word)
                at = self.read_quarter(text, at, word, told)
                if word.length:
                    currency = self.take_word(word, told)
            else:
                if ch == c'$':
                    currency = IN_DOLLARS
                elif ch == 0x20B9:
                    currency = IN_RUPEES
                at += 1

    cdef bint is_quarter(self, Text& text, Py_ssize_t at) noexcept nogil:
        """Whether `2Q` of `2QFY26` stands here, not a figure."""
        cdef uint32_t third = lower(letter(text, at + 2))
        return lower(letter(text, at + 1)) == c'q' and (third == c'f' or not is_alnum(third))

    cdef Py_ssize_t read_quarter(self, Text& text, Py_ssize_t at, Word& word, Told& told) noexcept nogil:
        """Take `second quarter`, `first-half`, `June quarter`, `April-June`, if the word begins one; it is then empty."""
        cdef uint32_t digest = digest_of(word), following
        cdef bint ordinal = self.ordinals.count(digest) > 0, month = word.capital and self.months.count(digest) > 0
        cdef Py_ssize_t behind
        cdef int period = 0
        cdef Word then
        if not (ordinal or month) or not is_alnum(letter(text, at + 1)):
            return at
        behind = read_word(text, at + 1, then)
        following = digest_of(then)
        if ordinal and following == self.quarter:
            period = self.ordinals[digest]
        elif ordinal and following == self.half and self.ordinals[digest] <= 2:
            period = 4 + self.ordinals[digest]
        elif month and following == self.quarter:
            period = quarter_of(self.months[digest])
        elif month and self.months.count(following) and self.months[following] == self.months[digest] + 2:
            period = quarter_of(self.months[following])
        if not period:
            return at
        told.figures[PERIODS].push_back(period)
        word.length = 0
        return behind

    cdef int take_word(self, Word& word, Told& told) noexcept nogil:
        """Count a word; answers the currency that it names for a figure behind it."""
        cdef uint32_t digest = digest_of(word)
        cdef int period = period_of(word)
        cdef bint unnaming
        if self.daily.count(digest):
            told.figures[PERIODS].push_back(OF_A_DAY)
        if self.calendar.count(digest):
            period = self.calendar[digest]
        elif word.capital and self.months.count(digest):  # "may" is a word, too
            period = FIRST_OF_MONTHS + self.months[digest]
        if period:
            if period != BARE_YEAR:
                told.figures[PERIODS].push_back(period)
            return NO_CURRENCY
        if self.spelled.count(digest):
            told.figures[NUMBERS].push_back(self.spelled[digest])
            return NO_CURRENCY
        if self.currencies.count(digest):
            return self.currencies[digest]
        stem(word)
        digest = digest_of(word)
        if self.contraries.count(digest):
            told.figures[PERIODS].push_back(self.contraries[digest])
        unnaming = self.unnaming.count(digest) > 0
        if self.classes.count(digest):
            digest = self.classes[digest]
        if not word.capital:
            told.small += 1
        if digest:
            told.words.push_back(digest)
            if word.capital and not unnaming:
                told.proper.push_back(digest)
        return NO_CURRENCY

    cdef Py_ssize_t read_figure(self, Text& text, Py_ssize_t at, int currency, Told& told) noexcept nogil:
        cdef:
            double value = 0.0, place = 1.0
            bint fraction = False, scaled = False, indian = False
            bint bare                          # four digits and nothing else: it may be a year
            Py_ssize_t start = at
            uint32_t ch, digest = 0
            Py_ssize_t behind
            Word word
        while at < text.length:
            ch = letter(text, at)
            if is_digit(ch):
                if fraction:
                    place /= 10.0
                    value += place * (ch - 48)
                else:
                    value = value * 10.0 + (ch - 48)
            elif ch == c'.' and not fraction and is_digit(letter(text, at + 1)):
                fraction = True
            elif not (ch == c',' and is_digit(letter(text, at + 1))):
                break
            at += 1
        value = fmin(value, LARGEST)
        bare = at - start == 4 and not fraction
        if letter(text, at) == 32 and letter(text, at + 1) == c'%':
            at += 1                            # 12 %
        if letter(text, at) == c'%':
            told.figures[PERCENTS].push_back(<float>value)
            return at + 1
        while True:
            behind = at
            if letter(text, behind) == 32 or letter(text, behind) == c'-':
                behind += 1
            if not is_alnum(letter(text, behind)) or is_digit(letter(text, behind)):
                break
            behind = read_word(text, behind, word)
            digest = digest_of(word)
            if not scaled and (self.percents.count(digest) or digest == self.per):
                if digest == self.per:
                    if letter(text, behind) != 32:
                        break
                    behind = read_word(text, behind + 1, word)
                    if digest_of(word) != self.cent:
                        break
                told.figures[PERCENTS].push_back(<float>value)
                return behind
            if not self.units.count(digest):
                break
            value *= self.units[digest]
            indian = indian or self.indian.count(digest) > 0
            scaled = True
            at = behind
        value = fmin(value, LARGEST)
        if currency == IN_DOLLARS:
            told.figures[DOLLARS].push_back(<float>value)
        elif currency == IN_RUPEES or indian:
            told.figures[RUPEES].push_back(<float>value)
        elif bare and FIRST_YEAR <= value <= LAST_YEAR:
            told.figures[PERIODS].push_back(<float>value)
        elif not (value == WEEKS_OF_A_YEAR and digest == self.week):
            told.figures[NUMBERS].push_back(<float>value)
        # letters grown together with the figure (8th, 3D) are no word of their own
        while is_alnum(letter(text, at)):
            at += 1
        return at


cdef Text text_of(str text):
    cdef Text found
    found.kind = PyUnicode_KIND(text)
    found.data = PyUnicode_DATA(text)
    found.length = PyUnicode_GET_LENGTH(text)
    return found


cdef inline int quarter_of(int month) noexcept nogil:
    """The quarter of the Indian fiscal year, which begins in April, that a month (0 to 11) lies in."""
    return (month + 9) % 12 // 3 + 1


cdef uint32_t key_of(str key) except? 0:
    """What a symbol counts as; apart from every word, which is in lower case."""
    cdef uint64_t digest = fold(empty_digest(), c'=')
    for ch in key:
        digest = fold(digest, <uint32_t>ord(ch))
    return narrowed(digest)
