"""Two figures set against each other: `Rs 40 crore vs Rs 30 crore`, `from 12% to 10%`."""

from __future__ import annotations

from typing import NamedTuple

from news_nlp.kernels._scan import BREAK, NUMBER, PERCENT, WORD
from news_nlp.nlp.readable.reading import Reading

_REACH = 4  # tokens from the word to a figure
_UNITS = {
    "k": 1e3,
    "thousand": 1e3,
    "lakh": 1e5,
    "lakhs": 1e5,
    "m": 1e6,
    "mn": 1e6,
    "million": 1e6,
    "cr": 1e7,
    "crore": 1e7,
    "crores": 1e7,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
    "tn": 1e12,
    "trillion": 1e12,
}


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
    behind = _behind(reading, last)
    if behind is None:
        return 0.0
    if _word(reading, first) == "from" and _word(reading, behind.last) == "to":
        later = _behind(reading, behind.last + 1)
    else:
        later = _before(reading, first)
    if later is None or later.kind != behind.kind:
        return 0.0
    # a unit written once holds for both: "from Rs 30 to Rs 40 crore"
    return later.value * (later.unit or behind.unit or 1.0) - behind.value * (behind.unit or later.unit or 1.0)


def _behind(reading: Reading, at: int) -> _Figure | None:
    for place in range(at, min(at + _REACH, len(reading.tokens))):
        kind = reading.tokens[place][3]
        if kind == BREAK:
            break
        if kind in (NUMBER, PERCENT):
            return _figure(reading, place)
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
    unit = _UNITS.get(_word(reading, at + 1), 0.0)
    return _Figure(reading.tokens[at][3], reading.tokens[at][5], unit, at + 2 if unit else at + 1)


def _word(reading: Reading, at: int) -> str:
    if at < len(reading.tokens) and reading.tokens[at][3] == WORD:
        return reading.text[reading.tokens[at][0] : reading.tokens[at][1]].lower()
    return ""
