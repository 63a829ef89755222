"""Figures in a text: amounts, percentages, and the periods of accounts they belong to.

An amount is `[Rs|₹] number [unit [unit]] [rupees]` with a currency or a unit in it. A percentage may be
counted in its points or their hundredths: `2 percentage points`, `50 bps`, `25 basis points`. A period is a
quarter, half or nine months with or without its year, or a financial year: `Q2 FY26`, `1QFY26`,
`H1 FY'27`, `FY2025-26`, `FY27E`, `fiscal year 2026`, `September quarter`, `Jul-Sep quarter`,
`March 2026 quarter`, `quarter ended June`, `year ended March 31, 2026`.
"""

from __future__ import annotations

from news_nlp.kernels.reading._scan import BREAK, MONEY, NUMBER, PERCENT
from news_nlp.nlp.meaning import Kind
from news_nlp.nlp.readable.reading import Reading
from news_nlp.nlp.word_groups import Group

_CURRENCY_SIGNS = "$\u20b9\u20ac\xa3\xa5"
_BASIS_POINTS = frozenset({"bps", "bp"})
_POINTS = frozenset({"points", "point"})
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
        if money:
            return "amount", last
        last = self._points(at, end)
        return ("percent", last) if last else None

    def _points(self, at: int, end: int) -> int:
        """The token behind points of a percentage, or hundredths of one, that the number at a token counts; else 0."""
        unit = self._reading.word(at + 1) if at + 1 < end else ""
        if unit in _BASIS_POINTS:
            return at + 2
        if unit in ("basis", "percentage") and at + 2 < end and self._reading.word(at + 2) in _POINTS:
            return at + 3
        return 0

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
        if self._is(at, end, Group.MONTH | Group.ORDINAL):
            return self._named_quarter(at, end)
        if self._is(at, end, Group.QUARTER | Group.SPAN) and self._is(at + 1, end, Group.ENDED):
            return self._last_day(at + 2, end)
        if self._is_number(at, end, 1) and self._tokens[at][5] == 9 and self._is(at + 1, end, Group.SPAN):
            return self._fiscal_year(at + 2, end)  # "9M FY26"
        return 0

    def _named_quarter(self, at: int, end: int) -> int:
        """Behind `September quarter`, `Jul-Sep quarter`, `March 2026 quarter`, `first quarter` and its year."""
        last = at + 1
        if self._is(at, end, Group.MONTH) and (self._is(last, end, Group.MONTH) or self._is_number(last, end, 4)):
            last += 1
        if not self._is(last, end, Group.QUARTER):
            return 0
        return self._year_behind(last + 1, end) or last + 1

    def _last_day(self, at: int, end: int) -> int:
        """Behind the end of a period: `June`, `June 2025`, `June 30, 2025`, `30 June 2025`; 0 without one."""
        day_first = self._is_day(at, end)
        at += day_first
        if not self._is(at, end, Group.MONTH):
            return 0
        year = at + 1
        if not day_first and self._is_day(year, end):
            year += 2 if self._is_comma(year + 1, end) else 1
        return year + 1 if self._is_number(year, end, 4) else at + 1

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
        if not self._is(at, end, Group.FISCAL):
            return 0
        number = at + 2 if self._is(at + 1, end, Group.SPAN) else at + 1  # "fiscal year 2026"
        return self._range(number, end) if any(self._is_number(number, end, digits) for digits in (2, 4)) else 0

    def _is_comma(self, at: int, end: int) -> bool:
        return at < end and self._tokens[at][3] == BREAK and self._reading.text[self._tokens[at][0]] == ","

    def _is_day(self, at: int, end: int) -> bool:
        return self._is_number(at, end, 1) or self._is_number(at, end, 2)

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
