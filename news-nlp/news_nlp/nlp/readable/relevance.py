"""How much a text is about each listed company in it.

    relevance = 0.4 place + 0.3 share + 0.1 often + 0.2 said

- place: of the first mention; in the title 1 at its first word, falling to 0.5 at its end; else
  0.4 at the first word of the body, falling to 0.2 at its end.
- share: its mentions among all mentions of companies, listed or not.
- often: 1 - 2^-n for n mentions.
- said: the phrases that speak of it among all, by size of weight; a phrase speaks of the names that
  stand together (at most two words or commas apart) last before it, or, before the first name, of
  those that come first. As `share` where no phrase was found.
"""

from __future__ import annotations

from news_nlp.kernels.reading._scan import BREAK
from news_nlp.nlp.meaning import Entity, Phrase
from news_nlp.nlp.readable.reading import Reading

PLACE, SHARE, OFTEN, SAID = 0.4, 0.3, 0.1, 0.2
_BODY_PLACE = 0.4  # of the body's first word
_NEWLINE = 10.0
_TOGETHER = 2  # tokens between the names of a list


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
    begin = at = 0
    for end in _group_ends(mentions, phrases):
        size = 0.0
        while at < len(phrases) and (end == len(mentions) or phrases[at].first < mentions[end].first):
            size += abs(phrases[at].weight)
            at += 1
        for symbol in dict.fromkeys(mention.symbol for mention in mentions[begin:end]):
            if symbol is not None:
                found[symbol] = found.get(symbol, 0.0) + size
        begin = end
    return found


def _group_ends(mentions: list[Entity], phrases: list[Phrase]) -> list[int]:
    """Behind which mention each group of names ends: where a phrase or several words part two."""
    ends = []
    at = 0
    for end in range(1, len(mentions)):
        before, after = mentions[end - 1], mentions[end]
        while at < len(phrases) and phrases[at].first < before.first:
            at += 1
        parted = at < len(phrases) and phrases[at].first < after.first
        if parted or after.first - before.last > _TOGETHER:
            ends.append(end)
    return [*ends, len(mentions)]
