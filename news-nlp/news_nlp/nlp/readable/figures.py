"""Figures in a text: amounts, percentages, and the periods of accounts they belong to.

An amount is `[Rs|₹] number [unit [unit]] [rupees]` with a currency or a unit in it. A period is a
quarter, half or nine months with or without its year, or a financial year: `Q2 FY26`, `1QFY26`,
`H1 FY'27`, `FY2025-26`, `September quarter`, `quarter ended June`.
"""

from __future__ import annotations

from news_nlp.kernels._scan import MONEY, NUMBER, PERCENT
from news_nlp.nlp.meaning import Kind
from news_nlp.nlp.readable.reading import Reading
from news_nlp.nlp.word_groups import Group

_CURRENCY_SIGNS = "$\u20b9\u20ac\xa3"
_FIRST_YEAR, _LAST_YEAR = 1990, 2049


class Figures:
    """Finds the figures of one text; each search ends before a token `end`."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._tokens = reading.tokens

    def figure(self, at: int, end: int) -> tuple[Kind, int] | None:
        """The kind of the amount or percentage that starts at token `at`, and the token behind it."""
        if self._tokens[at][3] == PERCENT:
            return "percent", at + 1
        named = self._is(at, end, Group.RUPEE)
        number = at + 1 if named else at
        if number >= end or self._tokens[number][3] != NUMBER:
            return None
        money = named or bool(self._tokens[number][4] & MONEY) or self.sign_before(number)
        last = number + 1
        if self._is_unit(last, end, one_letter=money):
            money = True
            last += 2 if self._is_unit(last + 1, end, one_letter=False) else 1  # "5 lakh crore"
        if self._is(last, end, Group.RUPEES):
            return "amount", last + 1
        return ("amount", last) if money else None

    def sign_before(self, at: int) -> bool:
        """Whether a currency sign and a space stand before a token."""
        start = self._tokens[at][0]
        return start >= 2 and self._reading.text[start - 1] == " " and self._reading.text[start - 2] in _CURRENCY_SIGNS

    def period(self, at: int, end: int) -> int:
        """The token behind the period that starts at token `at`; 0 when none does."""
        if self._is(at, end, Group.PART_OF_YEAR):
            return at + 1
        if self._is(at, end, Group.PART):
            return self._year_behind(at + 1, end) or at + 1
        if self._is(at, end, Group.YEAR | Group.FISCAL):
            return self._fiscal_year(at, end)
        if self._is(at, end, Group.MONTH | Group.ORDINAL) and self._is(at + 1, end, Group.QUARTER):
            return self._year_behind(at + 2, end) or at + 2
        ended = self._is(at, end, Group.QUARTER) and self._is(at + 1, end, Group.ENDED)
        if ended and self._is(at + 2, end, Group.MONTH):
            return at + 3
        if self._is_number(at, end, 1) and self._tokens[at][5] == 9 and self._is(at + 1, end, Group.MONTHS):
            return self._fiscal_year(at + 2, end)  # "9M FY26"
        return 0

    def _is(self, at: int, end: int, groups: Group) -> bool:
        return at < end and self._reading.has(at, groups)

    def _is_unit(self, at: int, end: int, *, one_letter: bool) -> bool:
        """Whether a unit stands at a token; a letter is one only behind money: `$5 m`."""
        return self._is(at, end, Group.UNIT) and (one_letter or self._tokens[at][1] - self._tokens[at][0] > 1)

    def _year_behind(self, at: int, end: int) -> int:
        """Behind the year of a part of it; 0 without one."""
        if self._is(at, end, Group.OF):
            at += 1
        return self._range(at, end) if self._is_number(at, end, 4) else self._fiscal_year(at, end)

    def _fiscal_year(self, at: int, end: int) -> int:
        if self._is(at, end, Group.YEAR):
            return self._range(at, end)
        if self._is(at, end, Group.FISCAL) and (self._is_number(at + 1, end, 2) or self._is_number(at + 1, end, 4)):
            return self._range(at + 1, end)
        return 0

    def _range(self, at: int, end: int) -> int:
        """Behind a year at a token; `2025-26` is one year, too."""
        if self._is_number(at + 1, end, 2) and self._tokens[at + 1][0] == self._tokens[at][1] + 1:
            return at + 2 if self._reading.text[self._tokens[at][1]] in "-/" else at + 1
        return at + 1

    def _is_number(self, at: int, end: int, digits: int) -> bool:
        """Whether a token is a number of so many digits and nothing else, a year if it has four."""
        if at >= end:
            return False
        start, last, _, kind, flags, value = self._tokens[at]
        if kind != NUMBER or flags & MONEY or last - start != digits:
            return False
        return _FIRST_YEAR <= value <= _LAST_YEAR if digits == 4 else 0 <= value < 10**digits
