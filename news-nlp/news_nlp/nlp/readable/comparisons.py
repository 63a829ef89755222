"""Two figures set against each other: `Rs 40 crore vs Rs 30 crore`, `from 12% to 10%`."""

from __future__ import annotations

from typing import NamedTuple

from news_nlp.kernels._scan import BREAK, NUMBER, PERCENT
from news_nlp.nlp.readable.reading import Reading
from news_nlp.nlp.word_groups import Group

_REACH = 4  # tokens from the word to a figure
_NEXT = 2  # right behind it, but for a currency: `from Rs 30`, not `from May 29`
_UNITS = (
    (Group.THOUSAND, 1e3),
    (Group.LAKH, 1e5),
    (Group.MILLION, 1e6),
    (Group.CRORE, 1e7),
    (Group.BILLION, 1e9),
    (Group.TRILLION, 1e12),
)


class _Figure(NamedTuple):
    """`unit` is 0 where none is written."""

    kind: int
    value: float
    unit: float
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
    # a unit written once holds for both: "from Rs 30 to Rs 40 crore"
    return later.value * (later.unit or behind.unit or 1.0) - behind.value * (behind.unit or later.unit or 1.0)


def _behind(reading: Reading, at: int, reach: int) -> _Figure | None:
    for place in range(at, min(at + reach, len(reading.tokens))):
        kind = reading.tokens[place][3]
        if kind == BREAK:
            break
        if kind in (NUMBER, PERCENT):
            return _figure(reading, place)
        if reach == _NEXT and not reading.has(place, Group.RUPEE):
            break
    return None


def _before(reading: Reading, at: int) -> _Figure | None:
    for place in range(at - 1, max(at - 1 - _REACH, -1), -1):
        kind = reading.tokens[place][3]
        if kind == BREAK:
            break
        if kind in (NUMBER, PERCENT):
            return _figure(reading, place)
    return None


def _figure(reading: Reading, at: int) -> _Figure:
    unit = next((size for group, size in _UNITS if reading.has(at + 1, group)), 0.0)
    return _Figure(reading.tokens[at][3], reading.tokens[at][5], unit, at + 2 if unit else at + 1)
