"""Two figures set against each other: `Rs 40 crore vs Rs 30 crore`, `from 12% to 10%`."""

from __future__ import annotations

from typing import NamedTuple

from news_nlp.kernels.reading._scan import BREAK, MONEY, NUMBER, PERCENT
from news_nlp.nlp.readable.reading import Reading
from news_nlp.nlp.word_groups import Group

_REACH = 4  # tokens from the word to a figure
_SIDE_REACH = 8  # tokens from the word to what its figure is
_NEXT = 2  # right behind it, but for a currency: `from Rs 30`, not `from May 29`
_UNITS = (
    (Group.THOUSAND, 1e3),
    (Group.LAKH, 1e5),
    (Group.MILLION, 1e6),
    (Group.CRORE, 1e7),
    (Group.BILLION, 1e9),
    (Group.TRILLION, 1e12),
)
_LOSS = frozenset({"loss", "losses"})
_PROFIT = frozenset({"profit", "profits", "pat", "ebitda", "earnings"})
_SIGNS = frozenset("$₹€£¥")
# by first letter: USD, dollars, EUR, GBP, pounds, JPY, yen; else rupees
_CURRENCIES = {"u": "$", "d": "$", "e": "€", "g": "£", "p": "£", "j": "¥", "y": "¥"}
_FIRST_YEAR, _LAST_YEAR = 1990, 2049


class _Figure(NamedTuple):
    """`unit` is 0 and `currency` empty where none is written."""

    kind: int
    value: float
    unit: float
    currency: str  # its sign
    last: int  # behind it and its unit


def change(reading: Reading, first: int, last: int) -> float:
    """Later figure less earlier one, about the word at tokens `first` to `last - 1`; 0 where two do not compare.

    `A vs B` and `A from B` set A against the earlier B; `from B to A` names the earlier first.
    """
    since = reading.has(first, Group.FROM)
    behind = _behind(reading, last, _NEXT if since else _REACH)
    if behind is None:
        return 0.0
    if since and reading.has(behind.last, Group.TO):
        later = _behind(reading, behind.last + 1, _NEXT)
    else:
        later = _before(reading, first)
    if later is None or later.kind != behind.kind:
        return 0.0
    if later.currency and behind.currency and later.currency != behind.currency:
        return 0.0
    # a unit written once holds for both: "from Rs 30 to Rs 40 crore"
    return later.value * (later.unit or behind.unit or 1.0) - behind.value * (behind.unit or later.unit or 1.0)


def turned(reading: Reading, first: int, last: int) -> int:
    """1 for a profit set against a loss, -1 for a loss against a profit, 0 for anything else."""
    if _before(reading, first) is None and _behind(reading, last, _REACH) is None:
        return 0
    later = _side(reading, range(first - 1, max(first - 1 - _SIDE_REACH, -1), -1))
    earlier = _side(reading, range(last, min(last + _SIDE_REACH, len(reading.tokens))))
    return 0 if later == earlier or not later or not earlier else later


def _side(reading: Reading, places: range) -> int:
    """Whether the first such word of a clause is a profit (1) or a loss (-1); 0 without one.

    What a preposition or a cut parts from the figure before it is a reason: `vs Rs 30 crore on forex loss`.
    """
    counted = False
    for place in places:
        kind = reading.tokens[place][3]
        if kind == BREAK or (counted and places.step > 0 and reading.has(place, Group.PREPOSITION | Group.CUT)):
            break
        counted = counted or kind in (NUMBER, PERCENT)
        word = reading.word(place)
        if word in _LOSS or word in _PROFIT:
            return 1 if word in _PROFIT else -1
    return 0


def _behind(reading: Reading, at: int, reach: int) -> _Figure | None:
    for place in range(at, min(at + reach, len(reading.tokens))):
        kind = reading.tokens[place][3]
        if kind == BREAK:
            break
        if kind in (NUMBER, PERCENT) and not _is_date(reading, place):
            return _figure(reading, place)
        if reach == _NEXT and not reading.has(place, Group.RUPEE):
            break
    return None


def _before(reading: Reading, at: int) -> _Figure | None:
    for place in range(at - 1, max(at - 1 - _REACH, -1), -1):
        kind = reading.tokens[place][3]
        if kind == BREAK:
            break
        if kind in (NUMBER, PERCENT) and not _is_date(reading, place):
            return _figure(reading, place)
    return None


def _figure(reading: Reading, at: int) -> _Figure:
    unit, last = _unit(reading, at + 1), at + 1
    if unit:
        last += 1
        more = _unit(reading, last)
        if more and reading.tokens[last][1] - reading.tokens[last][0] > 1:  # "1.2 lakh crore"
            unit, last = unit * more, last + 1
    return _Figure(reading.tokens[at][3], reading.tokens[at][5], unit, _currency(reading, at, last), last)


def _currency(reading: Reading, at: int, last: int) -> str:
    """The sign of what a figure is counted in: written before it, or as a word beside it."""
    start = reading.tokens[at][0]
    if reading.text[start] in _SIGNS:
        return reading.text[start]
    if start > 1 and reading.text[start - 1] == " " and reading.text[start - 2] in _SIGNS:
        return reading.text[start - 2]
    for place in (at - 1, last):
        if reading.has(place, Group.RUPEE | Group.RUPEES):
            return _CURRENCIES.get(reading.text[reading.tokens[place][0]].lower(), "₹")
    return ""


def _unit(reading: Reading, at: int) -> float:
    return next((size for group, size in _UNITS if reading.has(at, group)), 0.0)


def _is_date(reading: Reading, at: int) -> bool:
    """Whether a number is a year or a day and no figure: `Sep 2025`, `2025-26`, `FY 26`, `5 May`."""
    start, end, _, kind, flags, _ = reading.tokens[at]
    if kind != NUMBER or flags & MONEY or reading.has(at - 1, Group.RUPEE) or _unit(reading, at + 1):
        return False
    if end - start > 2:
        return _is_year(reading, at)
    if reading.has(at - 1, Group.MONTH | Group.FISCAL) or reading.has(at + 1, Group.MONTH):
        return True
    return at > 0 and _is_year(reading, at - 1) and start == reading.tokens[at - 1][1] + 1


def _is_year(reading: Reading, at: int) -> bool:
    start, end, _, kind, _, value = reading.tokens[at]
    return kind == NUMBER and end - start == 4 and _FIRST_YEAR <= value <= _LAST_YEAR
