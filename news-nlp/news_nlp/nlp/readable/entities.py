"""Names in a text: companies of the universe, indices, regulators, amounts, percentages, periods."""

from __future__ import annotations

import re
from bisect import bisect_left

from news_nlp.kernels._scan import MONEY, NUMBER, PERCENT
from news_nlp.nlp.aliases import words_of
from news_nlp.nlp.meaning import Entity
from news_nlp.nlp.readable.naming import Naming
from news_nlp.nlp.readable.reading import Reading, vocabulary

_UNITS = words_of("crore crores cr lakh lakhs mn million bn billion trillion tn thousand k m b")
_RUPEE_WORDS = words_of("rs inr re rupees usd")
_PERIOD = re.compile(r"(?i)\b(?:[qh][1-4](?:\s?fy\s?'?\d{2,4})?|fy\s?'?\d{2,4}|[1-4]q\s?fy\s?\d{2,4})\b")


def find(reading: Reading) -> list[Entity]:
    """Everything named in a text that was read, in order of place."""
    naming = Naming(reading)
    named = _named(reading, naming)
    taken = [False] * len(reading.tokens)
    for entity in named:
        taken[entity.first : entity.last] = [True] * (entity.last - entity.first)
    return sorted(named + _figures(reading, naming, taken) + _periods(reading), key=lambda entity: entity.start)


def _named(reading: Reading, naming: Naming) -> list[Entity]:
    names = vocabulary().names
    found = []
    for index, first, last in reading.names:
        alias = names[index]
        confidence = naming.confidence(alias, first, last)
        if confidence <= 0.0:
            continue
        start, (_, bare_end, full_end, *_) = reading.tokens[first][0], reading.tokens[last - 1]
        end = full_end if "'" in alias.text else bare_end
        found.append(Entity(reading.text[start:end], start, end, alias.kind, alias.symbol, confidence, first, last))
    return found


def _figures(reading: Reading, naming: Naming, taken: list[bool]) -> list[Entity]:
    found = []
    for at, (start, end, _, kind, flags, _) in enumerate(reading.tokens):
        if taken[at]:
            continue
        if kind == PERCENT:
            found.append(Entity(reading.text[start:end], start, end, "percent", None, 1.0, at, at + 1))
        elif kind == NUMBER:
            first, last = at, at + 1
            money = bool(flags & MONEY)
            if naming.word(at - 1).lower() in _RUPEE_WORDS:
                first, money = at - 1, True
            if naming.word(last).lower() in _UNITS and (money or len(naming.word(last)) > 1):
                last, money = last + 1, True
            if money:
                start, end = reading.tokens[first][0], reading.tokens[last - 1][1]
                found.append(Entity(reading.text[start:end], start, end, "amount", None, 1.0, first, last))
    return found


def _periods(reading: Reading) -> list[Entity]:
    starts = [token[0] for token in reading.tokens]
    found = []
    for match in _PERIOD.finditer(reading.text):
        first, last = bisect_left(starts, match.start()), bisect_left(starts, match.end())
        if first < last:
            found.append(Entity(match.group(), match.start(), match.end(), "period", None, 1.0, first, last))
    return found
