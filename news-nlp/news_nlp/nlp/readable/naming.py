"""Whether words that match a name are meant as that name."""

from __future__ import annotations

from functools import cached_property

from news_nlp.kernels.reading._scan import BREAK, CAPITAL, MONEY, NUMBER, WORD
from news_nlp.nlp.aliases import Alias
from news_nlp.nlp.lexicon import Role
from news_nlp.nlp.readable.reading import Reading
from news_nlp.nlp.word_groups import Group

LONG_WORD = 3  # letters; shorter words say nothing about a headline's case
NEWLINE = float(ord("\n"))
COMMA = float(ord(","))
WITHIN_SENTENCE = frozenset(float(ord(sign)) for sign in ",:()")
_POLAR = frozenset({Role.POSITIVE, Role.NEGATIVE, Role.RISE, Role.FALL})


class Naming:
    """Judges the names found in one text."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._names = reading.words.names
        self._accepted = -1  # the last match that is a company's name
        self._line = range(0)  # that was looked at last, with the answer
        self._line_has_capitals = False

    def confidence(self, match: int) -> float:
        """How surely the tokens of a match of `reading.names` are its name; 0 when they are not.

        Asked for each match in turn: what stands before it in a list speaks for it.
        """
        found = self._confidence(match)
        if found > 0.0 and self._names[self._reading.names[match][0]].kind == "company":
            self._accepted = match
        return found

    def _confidence(self, match: int) -> float:
        tokens = self._reading.tokens
        index, first, last = self._reading.names[match]
        alias = self._names[index]
        if tokens[first][4] & MONEY or (tokens[first][3] == NUMBER and self._reading.has(first - 1, Group.RUPEE)):
            return 0.0  # "$360 one-time cost"
        if alias.exact:
            if self._reading.text[tokens[first][0] : tokens[last - 1][1]] != alias.text:
                return 0.0
            return 0.8 if alias.sure or self._speaks_of_company(match) else 0.0
        single = last - first == 1
        if self._has_capitals:
            if alias.text[0].isupper() and not tokens[first][4] & CAPITAL:
                return 0.0
            if alias.proper and not tokens[first + 1][4] & CAPITAL:
                return 0.0
        elif single and not alias.sure:
            return 0.0
        if alias.kind != "company":
            return 0.0 if alias.kind == "sector" and self._ends_another_name(alias, first) else 0.95
        if single and self._other_company_follows(last):
            return 0.0
        if not alias.sure:
            return 0.75 if alias.symbol and self._speaks_of_company(match) else 0.0
        if not single:
            return 0.97
        return 0.9 if alias.text.isupper() or self._has_capitals else 0.7

    @cached_property
    def _has_capitals(self) -> bool:
        return any(token[4] & CAPITAL for token in self._reading.tokens)

    def _in_title_case(self, at: int) -> bool:
        """Whether nearly all words of the line around a token begin with a capital, so that one says nothing."""
        if not self._line.start <= at < self._line.stop:
            self._line = self._line_of(at)
            tokens = [self._reading.tokens[place] for place in self._line]
            words = [token for token in tokens if token[3] == WORD and token[1] - token[0] > LONG_WORD]
            capitals = sum(bool(token[4] & CAPITAL) for token in words)
            self._line_has_capitals = 10 * capitals > 8 * len(words)
        return self._line_has_capitals

    def _line_of(self, at: int) -> range:
        """The tokens between the newlines around a token."""
        first, last = at, at
        while first > 0 and not self._is_newline(first - 1):
            first -= 1
        while last < len(self._reading.tokens) and not self._is_newline(last):
            last += 1
        return range(first, last)

    def _is_newline(self, at: int) -> bool:
        token = self._reading.tokens[at]
        return token[3] == BREAK and token[5] == NEWLINE

    @cached_property
    def _movements(self) -> frozenset[int]:
        phrases = self._reading.words.phrases
        return frozenset(first for index, first, _ in self._reading.phrases if phrases[index].role in _POLAR)

    def _ends_another_name(self, alias: Alias, first: int) -> bool:
        """Whether the capitals say that a sector's words belong to a company: "Elder Pharma shares"."""
        reading = self._reading
        if alias.text[0].isupper() or not reading.has(first, CAPITAL) or not reading.has(first - 1, CAPITAL):
            return False
        return not self._in_title_case(first)

    def _other_company_follows(self, at: int) -> bool:
        if self._reading.tokens[at - 1][2] != self._reading.tokens[at - 1][1]:
            return False  # a possessive ends the name: "Reliance's retail arm"
        return self._reading.has(at, CAPITAL) and self._reading.has(at, Group.TAIL)

    def _speaks_of_company(self, match: int) -> bool:
        """Whether an everyday word is meant as a name: one of a list, or a company word or a movement stands close."""
        reading = self._reading
        _, first, last = reading.names[match]
        if reading.has(first - 1, Group.ARTICLE):
            return False
        if reading.has(last, CAPITAL) and not reading.has(last, Group.COMPANY) and not self._in_title_case(first):
            return False  # "Trent Boult", "Titan Airways"
        if self._is_listed(match):
            return True
        if self._company_word_in(range(first - 1, first - 4, -1)) or self._company_word_in(range(last, last + 6)):
            return True
        return last in self._movements or last + 1 in self._movements

    def _company_word_in(self, places: range) -> bool:
        """Whether a company word stands at one of the tokens, before a sentence ends."""
        tokens = self._reading.tokens
        for at in places:
            if not 0 <= at < len(tokens) or (tokens[at][3] == BREAK and tokens[at][5] not in WITHIN_SENTENCE):
                return False
            if tokens[at][4] & Group.COMPANY:
                return True
        return False

    def _is_listed(self, match: int) -> bool:
        """Whether the name stands behind another in a list, or before one that needs no context: "Maruti, Titan"."""
        names = self._reading.names
        _, first, last = names[match]
        if match > 0 and names[match - 1][2] == first - 1 and self._joins(first - 1) and self._accepted == match - 1:
            return True
        if match + 1 < len(names) and names[match + 1][1] == last + 1 and self._joins(last):
            return self._is_sure_company(match + 1)
        return False

    def _is_sure_company(self, match: int) -> bool:
        alias = self._names[self._reading.names[match][0]]
        return alias.kind == "company" and alias.sure and not alias.exact

    def _joins(self, at: int) -> bool:
        """Whether a comma or an `and` stands at a token."""
        token = self._reading.tokens[at]
        return token[5] == COMMA if token[3] == BREAK else bool(token[4] & Group.AND)
