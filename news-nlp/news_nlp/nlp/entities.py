"""Names in a text: companies of the universe, indices, regulators, amounts, percentages, periods."""

from __future__ import annotations

import re
from typing import NamedTuple

from news_nlp.kernels._scan import CAPITAL, MONEY, NUMBER, PERCENT, WORD
from news_nlp.nlp.aliases import Alias, Kind, words_of
from news_nlp.nlp.lexicon import Role
from news_nlp.nlp.reading import Reading, vocabulary


class Entity(NamedTuple):
    """`text[start:end]` of the text; `symbol` is None for a company outside the universe and for figures.

    `first` and `last` are the tokens it covers (`last` is behind it).
    """

    text: str
    start: int
    end: int
    kind: Kind
    symbol: str | None
    confidence: float
    first: int
    last: int


# What follows a bare name and makes it another company's: "SBI Funds", "Reliance Digital"
_TAILS = words_of(
    "power infra infrastructure capital communications comm home naval defence retail general nippon mutual fund funds "
    "securities entertainment media life insurance group sons trusts trust foundation holdings amc mf finance realty "
    "housing digital chemicals motors steel airways airlines bank telecom hotels logistics ventures pharma cement "
    "labs technologies projects properties textiles agro foods global america europe usa uk commodities caps"
)
_COMPANY_WORDS = words_of(
    "share shares stock stocks q1 q2 q3 q4 results result profit profits revenue revenues sales net earnings ipo board "
    "promoter promoters ceo cfo md chairman margin margins dividend buyback stake brokerage brokerages analysts target "
    "ltd limited crore cr lakh rs order orders quarter fy25 fy26 fy27 nse bse investors shareholders gst ebitda pat "
    "owner parent firm company jewellery stores listing guidance demand turnover volumes outlook q4fy25"
)
_ARTICLES = words_of("a an the this that his her its our your no any every new big good great bright of tech")
_UNITS = words_of("crore crores cr lakh lakhs mn million bn billion trillion tn thousand k m b")
_RUPEE_WORDS = words_of("rs inr re rupees usd")
_PERIOD = re.compile(r"(?i)\b(?:[qh][1-4]\s?(?:fy\s?'?\d{2,4})?|fy\s?'?\d{2,4}|[1-4]q\s?fy\s?\d{2,4})\b")
_POLAR = frozenset({Role.POSITIVE, Role.NEGATIVE, Role.RISE, Role.FALL})


def find(reading: Reading) -> list[Entity]:
    """Everything named in a text that was read, in order of place."""
    named = _named(reading)
    taken = [False] * len(reading.tokens)
    for entity in named:
        taken[entity.first : entity.last] = [True] * (entity.last - entity.first)
    return sorted(named + _figures(reading, taken) + _periods(reading), key=lambda entity: entity.start)


def _named(reading: Reading) -> list[Entity]:
    names = vocabulary().names
    has_capitals = any(token[4] & CAPITAL for token in reading.tokens)
    found = []
    for index, first, last in reading.names:
        alias = names[index]
        confidence = _confidence(reading, alias, first, last, has_capitals)
        if confidence <= 0.0:
            continue
        start, (_, bare_end, full_end, *_) = reading.tokens[first][0], reading.tokens[last - 1]
        end = full_end if "'" in alias.text else bare_end
        found.append(Entity(reading.text[start:end], start, end, alias.kind, alias.symbol, confidence, first, last))
    return found


def _confidence(reading: Reading, alias: Alias, first: int, last: int, has_capitals: bool) -> float:
    """How surely the tokens are this name; 0 when they are not."""
    tokens = reading.tokens
    start, end = tokens[first][0], tokens[last - 1][1]
    if alias.exact:
        return 0.8 if reading.text[start:end] == alias.text else 0.0
    single = last - first == 1
    if has_capitals and not tokens[first][4] & CAPITAL and not alias.text[0].islower() and not alias.text[0].isdigit():
        return 0.0
    if not has_capitals and single and not alias.sure:
        return 0.0
    if alias.kind != "company":
        return 0.95
    if single and _other_company_follows(reading, last):
        return 0.0
    if not alias.sure:
        return 0.75 if _speaks_of_company(reading, first, last) else 0.0
    if not single:
        return 0.97
    return 0.9 if alias.text.isupper() or has_capitals else 0.7


def _word(reading: Reading, at: int) -> str:
    if 0 <= at < len(reading.tokens) and reading.tokens[at][3] == WORD:
        start, end = reading.tokens[at][:2]
        return reading.text[start:end]
    return ""


def _other_company_follows(reading: Reading, at: int) -> bool:
    if reading.tokens[at - 1][2] != reading.tokens[at - 1][1]:
        return False  # a possessive ends the name: "Reliance's retail arm"
    word = _word(reading, at)
    return word[:1].isupper() and word.lower() in _TAILS


def _speaks_of_company(reading: Reading, first: int, last: int) -> bool:
    """Whether an everyday word is meant as a name: a movement or a company word stands close to it."""
    if _word(reading, first - 1).lower() in _ARTICLES:
        return False
    follower = _word(reading, last)
    if follower[:1].isupper() and follower.lower() not in _COMPANY_WORDS and not _title_case(reading):
        return False  # "Trent Boult", "Titan Airways"
    near = {_word(reading, at).lower() for at in range(max(0, first - 3), min(len(reading.tokens), last + 6))}
    if near & _COMPANY_WORDS:
        return True
    phrases = vocabulary().phrases
    return any(phrases[index].role in _POLAR and 0 <= at - last <= 1 for index, at, _ in reading.phrases)


def _title_case(reading: Reading) -> bool:
    words = [token for token in reading.tokens if token[3] == WORD and token[1] - token[0] > 3]
    return sum(bool(token[4] & CAPITAL) for token in words) > 0.8 * len(words)


def _figures(reading: Reading, taken: list[bool]) -> list[Entity]:
    found = []
    for at, (start, end, _, kind, flags, _) in enumerate(reading.tokens):
        if taken[at]:
            continue
        if kind == PERCENT:
            found.append(Entity(reading.text[start:end], start, end, "percent", None, 1.0, at, at + 1))
        elif kind == NUMBER:
            first, last = at, at + 1
            money = bool(flags & MONEY)
            if _word(reading, at - 1).lower() in _RUPEE_WORDS:
                first, money = at - 1, True
            if _word(reading, last).lower() in _UNITS and (money or len(_word(reading, last)) > 1):
                last, money = last + 1, True
            if money:
                start, end = reading.tokens[first][0], reading.tokens[last - 1][1]
                found.append(Entity(reading.text[start:end], start, end, "amount", None, 1.0, first, last))
    return found


def _periods(reading: Reading) -> list[Entity]:
    found = []
    for match in _PERIOD.finditer(reading.text):
        covered = [at for at, token in enumerate(reading.tokens) if match.start() <= token[0] < match.end()]
        if covered:
            span = (covered[0], covered[-1] + 1)
            found.append(Entity(match.group(), match.start(), match.end(), "period", None, 1.0, *span))
    return found
