"""How much a text is about each listed company in it.

    relevance = 0.4 place + 0.3 share + 0.1 often + 0.2 said

- place: of the first mention; in the title 1 at its first word, falling to 0.5 at its end; else
  0.4 at the first word of the body, falling to 0.2 at its end.
- share: its mentions among all mentions of companies, listed or not.
- often: 1 - 2^-n for n mentions.
- said: the phrases that speak of it among all, by size of weight; a phrase speaks of the names that
  stand together before it, or, before the first name, of the names that come first. As `share`
  where no phrase was found.
"""

from __future__ import annotations

from news_nlp.kernels._scan import BREAK
from news_nlp.nlp.meaning import Entity, Phrase
from news_nlp.nlp.readable.reading import Reading

PLACE, SHARE, OFTEN, SAID = 0.4, 0.3, 0.1, 0.2
_BODY_PLACE = 0.4  # of the body's first word
_NEWLINE = 10.0


def title_length(reading: Reading) -> int:
    """How many tokens stand before the first line's end."""
    for at, token in enumerate(reading.tokens):
        if token[3] == BREAK and token[5] == _NEWLINE:
            return at
    return len(reading.tokens)


def relevances(reading: Reading, entities: list[Entity], phrases: list[Phrase]) -> dict[str, float]:
    """The relevance of a text to each listed company in it, 0..1, by the formula of this module."""
    mentions = [entity for entity in entities if entity.kind == "company"]
    listed = dict.fromkeys(entity.symbol for entity in mentions if entity.symbol)
    if not listed:
        return {}
    spoken = _said(mentions, phrases)
    total = sum(abs(phrase.weight) for phrase in phrases)
    title = title_length(reading)
    found = {}
    for symbol in listed:
        places = [entity.first for entity in mentions if entity.symbol == symbol]
        share = len(places) / len(mentions)
        said = spoken.get(symbol, 0.0) / total if total > 0.0 else share
        often = 1.0 - 0.5 ** len(places)
        place = _place(places[0], title, len(reading.tokens))
        found[symbol] = PLACE * place + SHARE * share + OFTEN * often + SAID * said
    return found


def _place(first: int, title: int, tokens: int) -> float:
    if first < title:
        return 1.0 - 0.5 * first / title
    return _BODY_PLACE * (1.0 - 0.5 * (first - title) / (tokens - title))


def _said(mentions: list[Entity], phrases: list[Phrase]) -> dict[str, float]:
    """Sum of the sizes of the phrases that speak of each symbol."""
    found: dict[str, float] = {}
    group: list[str | None] = []
    waiting = 0.0  # said before the first name
    spoken = False  # whether a phrase has closed the group
    at = 0
    for phrase in phrases:
        while at < len(mentions) and mentions[at].first < phrase.first:
            if spoken:
                _credit(found, group, waiting)
                group, spoken, waiting = [], False, 0.0
            group.append(mentions[at].symbol)
            at += 1
        spoken = bool(group)
        waiting += abs(phrase.weight)
    if not group:
        group = [mention.symbol for mention in mentions[at:]]
    _credit(found, group, waiting)
    return found


def _credit(found: dict[str, float], group: list[str | None], size: float) -> None:
    for symbol in dict.fromkeys(group):
        if symbol is not None:
            found[symbol] = found.get(symbol, 0.0) + size
