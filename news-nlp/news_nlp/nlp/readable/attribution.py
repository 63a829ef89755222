"""Which names each phrase of a text speaks of.

1. Breaks part clauses. A part that only lists names joins the clause behind it, or the one before
   when that already says something and ends with a name. In a clause, names between which neither
   a phrase nor a preposition stands form a group.
2. A phrase speaks of the last group before it that no preposition leads (`on BSE`, `with TPG`), first
   of those since the last `as`, `after`, `while`; without a group before it, of the first behind it.
3. A phrase that takes an object (`upgrades`, `fines`) speaks of the group behind it and not of who acts;
   one that takes both (`drags`, `lifts`) of both. A group behind `over` or `than` gets the contrary.
4. A clause that names nobody speaks of whom the clause before it spoke of, else of the first behind it.
5. Who only says it is spoken of by nothing: the name before `says` or `sees` when there are others,
   and the names behind a closing colon or `says`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from news_nlp.kernels._scan import BREAK, WORD
from news_nlp.nlp.aliases import words_of
from news_nlp.nlp.lexicon import Side
from news_nlp.nlp.meaning import Entity, Phrase
from news_nlp.nlp.readable.reading import Reading, vocabulary

_CONTRARY = -0.5
_LIST_WORDS = 4  # a clause of so few words that says nothing only lists names
_COLON = float(ord(":"))
_CUTS = words_of("as after while whereas but though although when since because before until till if amid despite")
_PREPOSITIONS = words_of("on with by from to of in at vs versus against over than for into under via towards among")
_NOT_OF_OBJECTS = words_of("with by from to at vs versus against over than via")
_NOT_PREFERRED = words_of("over than")
_SAYS = words_of("says say said sees see expects feels believes thinks reckons predicts tells")
_ARTICLES = words_of("the a an its")
_FIGURES = frozenset({"amount", "percent", "period"})


class Name(NamedTuple):
    """A mention: the tokens `first` to `last - 1` name `key`."""

    key: str
    first: int
    last: int


class Said(NamedTuple):
    """What a phrase says: `weight`, of whom, and whether its own clause names them."""

    keys: frozenset[str]
    weight: float
    named: bool


class _Group:
    """Names that stand together; `lead` is the preposition before them, else empty."""

    __slots__ = ("first", "keys", "lead")

    def __init__(self, first: int, lead: str) -> None:
        self.first = first
        self.lead = lead
        self.keys: set[str] = set()


class _Clause(NamedTuple):
    groups: list[_Group]
    phrases: list[Phrase]
    cuts: list[int]  # tokens of `as`, `after`, ...

    def subject(self, at: int) -> _Group | None:
        """Rule 2."""
        before = [group for group in self.groups if group.first < at]
        if not before:
            return next((group for group in self.groups if group.first > at), None)
        plain = [group for group in before if not group.lead]
        cut = max((place for place in self.cuts if place < at), default=-1)
        since = [group for group in plain if group.first > cut]
        return (since or plain or before)[-1]

    def objects(self, at: int) -> list[_Group]:
        """Rule 3: the groups behind a token up to the next cut, none when the first is no object."""
        cut = min((place for place in self.cuts if place > at), default=-1)
        behind = [group for group in self.groups if group.first > at and (cut < 0 or group.first < cut)]
        return behind if behind and behind[0].lead not in _NOT_OF_OBJECTS else []


def names_of(entities: list[Entity]) -> list[Name]:
    """The entities that something can be said of."""
    return [
        Name(entity.symbol or entity.text, entity.first, entity.last)
        for entity in entities
        if entity.kind not in _FIGURES
    ]


def attribute(reading: Reading, names: list[Name], phrases: list[Phrase]) -> list[Said]:
    """Each phrase with whom it speaks of, by the rules of this module."""
    terms = vocabulary().phrases
    sides = {first: terms[index].side for index, first, _ in reading.phrases}
    listed = _without_speakers(reading, names, phrases)
    found: list[Said] = []
    topic: frozenset[str] = frozenset()
    unnamed: list[Phrase] = []  # before anybody was named
    for clause in _clauses(reading, listed, phrases):
        if clause.groups:
            said = list(_within(clause, sides, topic))
            topic = _topic(clause, said)
            found.extend(said)
            found.extend(Said(topic, phrase.weight, False) for phrase in unnamed)
            unnamed = []
        elif topic:
            found.extend(Said(topic, phrase.weight, False) for phrase in clause.phrases)
        else:
            unnamed.extend(clause.phrases)
    return found


def _topic(clause: _Clause, said: list[Said]) -> frozenset[str]:
    """Whom a clause spoke of; of whom it could have, when it said nothing."""
    if said:
        return said[0].keys
    plain = [group for group in clause.groups if not group.lead]
    return frozenset((plain or clause.groups)[0].keys)


def _within(clause: _Clause, sides: dict[int, Side], topic: frozenset[str]) -> Iterator[Said]:
    agents: set[str] = set()
    for phrase in clause.phrases:
        side = sides.get(phrase.first, Side.SUBJECT)
        subject = clause.subject(phrase.first)
        keys = frozenset(subject.keys) if subject else frozenset[str]()
        if side is not Side.SUBJECT:
            objects = clause.objects(phrase.first)
            if objects:
                agents |= keys if side is Side.OBJECT and subject is not objects[0] else set()
                both = keys if side is Side.BOTH else frozenset[str]()
                keys = both | objects[0].keys
                if len(objects) > 1 and objects[1].lead in _NOT_PREFERRED:
                    yield Said(frozenset(objects[1].keys), _CONTRARY * phrase.weight, True)
            elif side is Side.OBJECT and topic - keys:
                keys = topic  # "Trent falls; broker downgrades stock"
        elif keys <= agents and topic - keys:
            keys = topic
        yield Said(keys, phrase.weight, True)


def _clauses(reading: Reading, names: list[Name], phrases: list[Phrase]) -> Iterator[_Clause]:
    name_places = [name.first for name in names]
    phrase_places = [phrase.first for phrase in phrases]
    for start, end in _parts(reading, names, name_places, phrase_places):
        own = names[bisect_left(name_places, start) : bisect_left(name_places, end)]
        said = phrases[bisect_left(phrase_places, start) : bisect_left(phrase_places, end)]
        cuts = [at for at in range(start, end) if _word(reading, at) in _CUTS]
        yield _Clause(_groups(reading, own, phrase_places), said, cuts)


def _parts(
    reading: Reading, names: list[Name], name_places: list[int], phrase_places: list[int]
) -> list[tuple[int, int]]:
    """Token ranges of the clauses: rule 1."""
    parts: list[tuple[int, int]] = []
    begin = start = 0
    end = len(reading.tokens)
    last_tokens = {name.last for name in names}
    for cut in [at for at, token in enumerate(reading.tokens) if token[3] == BREAK] + [end]:
        if _lists_names(start, cut, name_places, phrase_places):
            if begin == start and parts and parts[-1][1] in last_tokens and _any(phrase_places, *parts[-1]):
                parts[-1] = (parts[-1][0], cut)
                begin = cut + 1
        else:
            parts.append((begin, cut))
            begin = cut + 1
        start = cut + 1
    if begin < end:
        if parts:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((begin, end))
    return parts


def _lists_names(start: int, end: int, name_places: list[int], phrase_places: list[int]) -> bool:
    return end - start <= _LIST_WORDS and _any(name_places, start, end) and not _any(phrase_places, start, end)


def _any(places: list[int], start: int, end: int) -> bool:
    return bisect_left(places, start) < bisect_left(places, end)


def _groups(reading: Reading, names: list[Name], phrase_places: list[int]) -> list[_Group]:
    groups: list[_Group] = []
    before: Name | None = None
    for name in names:
        parted = before is None or _any(phrase_places, before.last, name.first)
        if before is not None and not parted:
            gap = {_word(reading, at) for at in range(before.last, name.first)}
            parted = not gap.isdisjoint(_PREPOSITIONS | _CUTS)
        if parted:
            groups.append(_Group(name.first, _lead(reading, name.first)))
        groups[-1].keys.add(name.key)
        before = name
    return groups


def _lead(reading: Reading, first: int) -> str:
    word = _word(reading, first - 1)
    if word in _ARTICLES:
        word = _word(reading, first - 2)
    return word if word in _PREPOSITIONS else ""


def _word(reading: Reading, at: int) -> str:
    if 0 <= at < len(reading.tokens) and reading.tokens[at][3] == WORD:
        return reading.text[reading.tokens[at][0] : reading.tokens[at][1]].lower()
    return ""


def _without_speakers(reading: Reading, names: list[Name], phrases: list[Phrase]) -> list[Name]:
    """Rule 5."""
    last_said = phrases[-1].first if phrases else -1
    closing = _closing_colon(reading, names, phrases)
    kept = [
        name
        for name in names
        if not (closing <= name.first or (name.first > last_said >= 0 and _word(reading, name.first - 1) in _SAYS))
    ]
    quiet = [name for name in kept if _word(reading, name.last) not in _SAYS]
    return quiet or kept


def _closing_colon(reading: Reading, names: list[Name], phrases: list[Phrase]) -> int:
    """The last colon when something was said before it, nothing behind it, and what follows is no bare list."""
    end = len(reading.tokens)
    colon = next((at for at in reversed(range(end)) if reading.tokens[at][5] == _COLON), end)
    if colon == end or not phrases or phrases[-1].first > colon:
        return end
    if names and names[0].first < colon:
        return colon
    covered = {at for name in names for at in range(name.first, name.last)}
    behind = [at for at in range(colon + 1, end) if reading.tokens[at][3] == WORD and at not in covered]
    return colon if any(_word(reading, at) != "and" for at in behind) else end
