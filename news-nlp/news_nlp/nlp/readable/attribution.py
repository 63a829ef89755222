"""Which names each phrase of a text speaks of.

1. Breaks part clauses. A part that only lists names (and does not say that they stand still) joins the
   clause behind it, or the one before when that already says something and ends with a name or is a label
   (`top losers:`); a list behind `as` or `while` that a comma ends joins what is said behind it. In a
   clause, names between which neither a phrase nor a preposition stands form a group; a company that a verb,
   and neither comma nor `and`, parts from the name before (`CRISIL puts TCS`) begins a new one, and so does
   what a comma parts from a leading `unlike TCS`.
2. A phrase speaks of the last group before it that no preposition leads (`on BSE`, `with TPG`); where
   all before it are led, of the last, unless as nobody's object (`pact with TPG`); without a group before
   it, of the first behind it, unless a reason stands between (`as`, `on`, `with`) or the next phrase acts
   on it (`weak rupee lifts TCS`): then of somebody unknown (`to` leads a reason before a name or a phrase
   only: `not easy to own TCS`). A noun speaks of the name behind its `in` or `of` (`the fall in TCS`);
   behind `to` a phrase goes on about whom the one before spoke of.
3. A phrase that takes an object (`upgrades`, `fines`) speaks of the group behind it and not of who acts;
   one that takes both (`drags`, `lifts`) of both; one that may take one (`cuts`) of a name right behind
   it, else as in 2; a verdict behind judge and judged (`with buy`) of the judged. A group behind `over` or
   `than`, who loses a contest (`pips`), and a leading `unlike TCS` get the contrary.
   What is said of an actor is said of whom somebody acts on in the clause, else of whom the clause spoke of first.
4. A clause that names nobody speaks of whom the clause before it spoke of (of the only name as if it named it,
   up to a closing colon; of a judge and a judged what takes an object of the judged), else of the first behind it;
   so does what is said of an actor (`Trent falls; broker downgrades the stock`).
5. Who only says it is spoken of by nothing: the name before `says` or `sees` when there are others,
   and the names behind a closing colon or `says`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from news_nlp.kernels.reading._scan import BREAK, WORD
from news_nlp.nlp.lexicon import Role, Side
from news_nlp.nlp.meaning import Entity, Phrase, is_name
from news_nlp.nlp.readable.clauses import COLON, Clause, Name, Names, clauses_of, is_break
from news_nlp.nlp.readable.reading import Reading
from news_nlp.nlp.word_groups import Group

_CONTRARY = -0.5
_STATEMENT_WORDS = 5  # so long a part before a colon states something rather than names a list
_OF_OTHERS = frozenset({Side.OBJECT, Side.LAST})  # never of who says it
_WITH_OBJECT = frozenset({Side.OBJECT, Side.BOTH, Side.NEXT})


class Said(NamedTuple):
    """What a phrase says: `weight`, of whom, and whether its own clause names them."""

    phrase: Phrase
    keys: frozenset[str]
    weight: float
    named: bool


class _Place(NamedTuple):
    """Groups about a phrase: whom it speaks of (None: somebody unknown), and those behind it up to the next cut."""

    phrase: Phrase
    subject: Names | None
    behind: list[Names]  # at most two
    noun: bool  # the first of those is its own: `a fall in TCS`
    follows: bool  # it goes on about whom the phrase before spoke of
    given: Names | None  # whom a verdict behind them is given to: `CLSA rates TCS a buy`


def names_of(entities: list[Entity]) -> list[Name]:
    """The entities that something can be said of."""
    return [
        Name(key_of(entity), entity.first, entity.last, entity.kind == "company")
        for entity in entities
        if is_name(entity.kind)
    ]


def key_of(entity: Entity) -> str:
    """What a name is known by: its symbol or code, its text where it has none."""
    return entity.symbol or entity.text


def attribute(reading: Reading, names: list[Name], phrases: list[Phrase]) -> list[Said]:
    """Each phrase with whom it speaks of, by the rules of this module."""
    terms = reading.words.phrases
    sides = {first: (terms[index].side, last) for index, first, last in reading.phrases}
    listed = _without_speakers(reading, names, phrases)
    # a clause that names nobody speaks of the only name as if it named it, unless it says who said so
    alone = _last_colon(reading, phrases) if len({name.key for name in names}) == 1 else -1
    found: list[Said] = []
    topic: frozenset[str] | None = None  # empty: somebody unknown
    judged = frozenset[str]()  # those of the topic that an object can be
    unnamed: list[Phrase] = []  # before anybody was named
    stills = [first for index, first, _ in reading.phrases if terms[index].role is Role.STILL]
    for clause in clauses_of(reading, listed, phrases, stills):
        if clause.groups:
            said = list(_within(clause, sides, topic or frozenset()))
            topic, judged = _topic(clause, said)
            found.extend(said)
            found.extend(Said(phrase, topic, phrase.weight, False) for phrase in unnamed)
            unnamed = []
        elif topic is None:
            unnamed.extend(clause.phrases)
        else:
            for phrase in clause.phrases:
                keys = judged if sides[phrase.first][0] in _OF_OTHERS else topic
                found.append(Said(phrase, keys, phrase.weight, phrase.first < alone))
    return found


def _topic(clause: Clause, said: list[Said]) -> tuple[frozenset[str], frozenset[str]]:
    """Whom a clause spoke of, of whom it could have when it said nothing; and those of them that are acted on."""
    if said:
        return said[0].keys, said[0].keys
    at = next((at for at, group in enumerate(clause.groups) if not group.led), 0)
    keys = frozenset(clause.groups[at].keys)
    if at + 1 < len(clause.groups) and clause.groups[at + 1].acted_on:
        judged = frozenset(clause.groups[at + 1].keys)
        return keys | judged, judged
    return keys, keys


def _within(clause: Clause, sides: dict[int, tuple[Side, int]], topic: frozenset[str]) -> Iterator[Said]:
    agents: set[str] = set()
    acted_on = before = frozenset[str]()
    first: frozenset[str] | None = None  # whom the clause spoke of first
    for place in _places(clause, sides):
        phrase, subject, behind = place.phrase, place.subject, place.behind
        side, last = sides[phrase.first]
        keys, named = frozenset(subject.keys if subject else ()), True
        worse: Names | None = None
        if place.noun:
            keys = frozenset(behind[0].keys)
        elif place.follows:
            keys = before
        elif behind and _takes_object(side, last, behind[0]):
            if side is Side.BOTH:
                keys |= behind[0].keys
            else:
                if subject is not behind[0]:
                    agents |= keys
                keys = acted_on = frozenset(behind[0].keys)
            if len(behind) > 1 and behind[1].not_preferred:
                worse = behind[1]
        elif side is Side.LAST and place.given:
            keys = frozenset(place.given.keys)
        elif side in _OF_OTHERS or keys <= agents:
            if keys and (acted_on or first is not None):
                keys = acted_on or first or frozenset()
            elif topic:
                keys, named = topic, False
        elif side is Side.AGAINST and behind and behind[0].first <= last + 1:
            worse = behind[0]
            if subject is worse:
                keys, named = topic, not topic
        elif clause.groups[0].not_preferred and clause.groups[0].first < phrase.first and first is None:
            worse = clause.groups[0]  # `unlike TCS, Infosys gains`
        first, before = keys if first is None else first, keys
        yield Said(phrase, keys, phrase.weight, named)
        if worse:
            yield Said(phrase, frozenset(worse.keys), _CONTRARY * phrase.weight, True)


def _takes_object(side: Side, last: int, behind: Names) -> bool:
    if side not in _WITH_OBJECT:
        return False
    # a preposition that ends the phrase itself (`notice to`) parts nothing
    return behind.first == last or (side is not Side.NEXT and not behind.no_object)


def _places(clause: Clause, sides: dict[int, tuple[Side, int]]) -> Iterator[_Place]:
    groups, reading = clause.groups, clause.reading
    passed = cut = reason = 0
    before: Names | None = None
    for at, phrase in enumerate(clause.phrases):
        while passed < len(groups) and groups[passed].first < phrase.first:
            if before is None or before.led or not groups[passed].led:
                before = groups[passed]
            passed += 1
        last = sides[phrase.first][1]
        inside = passed
        while inside < len(groups) and groups[inside].first < last:
            inside += 1  # a name within the phrase is not spoken of: `gets Sebi nod`
        cut = _next(clause.cuts, cut, last)
        reason = _next(clause.reasons, reason, last)
        behind = [group for group in groups[inside : inside + 2] if _reaches(clause.cuts, cut, group)]
        subject = None if before is None or before.no_object else before
        if before is None and behind and _reaches(clause.reasons, reason, behind[0]):
            actor = at + 1 < len(clause.phrases) and _acts_on(clause.phrases[at + 1], sides, behind[0])
            subject = None if actor else behind[0]
        nearest = groups[passed - 1] if passed else None
        noun = bool(behind) and _is_noun(reading, phrase.first, last, nearest, behind[0])
        follows = at > 0 and _follows(reading, sides[clause.phrases[at - 1].first], phrase.first, subject)
        given = nearest if nearest and (nearest.led or (passed > 1 and not nearest.cut)) else None
        yield _Place(phrase, subject, behind, noun, follows, given)


def _is_noun(reading: Reading, first: int, last: int, nearest: Names | None, behind: Names) -> bool:
    """Whether a phrase is a noun whose owner stands behind it: `as the fall in TCS`, `on strong gains in TCS`."""
    at = last + 1 if not reading.has(last + 1, Group.THE) else last + 2
    if not reading.has(last, Group.OF) or behind.first != at:
        return False
    leads = (lead for lead in (first - 1, first - 2) if nearest is None or nearest.first < lead)
    return any(reading.has(lead, Group.CUT | Group.PREPOSITION | Group.THE) for lead in leads)


def _follows(reading: Reading, before: tuple[Side, int], first: int, subject: Names | None) -> bool:
    """Whether a phrase goes on about whom the one before it spoke of: `TCS beats Infosys to win`."""
    side, last = before
    if subject is None or subject.first < last or side in (Side.OBJECT, Side.BOTH):
        return False
    if not reading.has(first - 1, Group.TO):
        return False
    return not any(reading.has(at, Group.CUT) for at in range(last, first))


def _acts_on(phrase: Phrase, sides: dict[int, tuple[Side, int]], group: Names) -> bool:
    """Whether a phrase before a group takes it as its object, so that what is said before speaks of another."""
    return phrase.first < group.first and sides[phrase.first][0] in (Side.OBJECT, Side.BOTH)


def _next(places: list[int], at: int, token: int) -> int:
    """Index of the first place not before a token, sought from `at` on."""
    while at < len(places) and places[at] < token:
        at += 1
    return at


def _reaches(places: list[int], at: int, group: Names) -> bool:
    """Whether a group begins before the place of an index."""
    return at == len(places) or group.first < places[at]


def _without_speakers(reading: Reading, names: list[Name], phrases: list[Phrase]) -> list[Name]:
    """Rule 5."""
    last_said = phrases[-1].first if phrases else -1
    closing = _closing_colon(reading, names, phrases)
    kept = [
        name
        for name in names
        if not (closing <= name.first or (name.first > last_said >= 0 and reading.has(name.first - 1, Group.SAYS)))
    ]
    quiet = [name for name in kept if not reading.has(name.last, Group.SAYS)]
    return quiet or kept


def _last_colon(reading: Reading, phrases: list[Phrase]) -> int:
    """The last colon when something was said before it, else the text's end."""
    end = len(reading.tokens)
    colons = (at for at in reversed(range(end)) if is_break(reading, at, COLON))
    colon = next(colons, end)
    return colon if phrases and phrases[0].first < colon else end


def _closing_colon(reading: Reading, names: list[Name], phrases: list[Phrase]) -> int:
    """The last colon when something was said before it, nothing behind it, and what follows is no bare list."""
    end, colon = len(reading.tokens), _last_colon(reading, phrases)
    if colon == end or phrases[-1].first > colon:
        return end
    if _ends_with_label(reading, names, phrases, colon):
        return end
    if names and names[0].first < colon:
        return colon
    if len(names) == 1 and colon >= _STATEMENT_WORDS:
        return colon
    covered = {at for name in names for at in range(name.first, name.last)}
    behind = [at for at in range(colon + 1, end) if reading.tokens[at][3] == WORD and at not in covered]
    return end if all(reading.has(at, Group.AND) for at in behind) else colon


def _ends_with_label(reading: Reading, names: list[Name], phrases: list[Phrase], colon: int) -> bool:
    """Whether the part before a colon says what the names behind it have in common: `top losers: A, B`."""
    start = colon
    while start > 0 and colon - start < _STATEMENT_WORDS and reading.tokens[start - 1][3] != BREAK:
        start -= 1
    if colon - start >= _STATEMENT_WORDS or phrases[-1].first < start:
        return False
    if any(start <= name.first < colon for name in names):
        return False
    behind = sum(name.first > colon for name in names)
    return behind > 1 or any(is_break(reading, at, COLON) for at in range(start))
