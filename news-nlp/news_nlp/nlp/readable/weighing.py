"""What each phrase of a text weighs: movement and its subject, negation, contrast, reasons.

A phrase has the lexicon's weight, changed by these rules:

1. A movement (`rises`, `narrow`) whose subject or object is a burden (`losses`, `NPAs`) turns round, and the
   like movement right behind (`loss widens to 3-year high`, `pushes inflation to 3-year high`) with it;
   an asset (`growth`, `demand`) beside a movement or a quality (`growth slows`, `weak demand`) is what
   that says. What moves a trouble and whom it meets (`probe into TCS widens`) says nothing of its own;
   a fall turns the trouble round (`concerns over TCS ease`); both where nothing stands behind to be moved.
2. A negator within four words turns what follows round, at 0.6 of its weight.
3. `sharply`, `record` strengthen a neighbour, `slightly` weakens it; a figure strengthens a movement.
4. What stands behind `despite` counts 0.3, what stands before `but` counts 0.4,
   a reason behind `as`, `on`, `after` counts half as much as the statement before it,
   and what is only considered (`to consider`, `mulls`) 0.3.
5. In a sentence that says that nothing moved (`flat`, `unchanged`) all else counts 0.4; in a question,
   from the last `;` or `:` before its mark, 0.25.
6. `vs` and `from` between two figures are a rise or a fall by what the figures say, unless words say it,
   turned round by a burden on either side (`loss of 30 vs loss of 40`);
   a profit against a loss is good and a loss against a profit bad, whatever the figures.
7. Beside a name `follows suit`, `joined by`, `so does` say 0.8 of what was said last in the sentence, whatever
   all the rules before made of that.
"""

from __future__ import annotations

from itertools import pairwise

from news_nlp.kernels.reading._scan import BREAK, NUMBER, PERCENT, WORD
from news_nlp.nlp.lexicon import Role, Side
from news_nlp.nlp.meaning import Entity, Phrase, is_name
from news_nlp.nlp.readable.comparisons import change, turned
from news_nlp.nlp.readable.reading import Reading
from news_nlp.nlp.word_groups import Group

_NEGATION_REACH = 4  # words
_SUBJECT_REACH = 5
_OBJECT_REACH = 3
_NEIGHBOUR_REACH = 2
_FIGURES_REACH = 8
_NEARBY_HITS = 32  # how far back a `but` reaches in a long text
_NEGATION_FACTOR = -0.6
_FIGURE_FACTOR = 1.25
_ASKED_FACTOR = 0.25
_QUESTION = float(ord("?"))
_SENTENCE_ENDS = frozenset(float(ord(ch)) for ch in ".?!\n")
_PART_ENDS = frozenset(float(ord(ch)) for ch in ";:")

_MOVES = frozenset({Role.RISE, Role.FALL})
_POLAR = frozenset({Role.POSITIVE, Role.NEGATIVE, Role.RISE, Role.FALL, Role.BURDEN, Role.ASSET})
_SPEAKERS = frozenset({Role.POSITIVE, Role.NEGATIVE, Role.RISE, Role.FALL})
_FORWARD = frozenset({Role.DESPITE, Role.BECAUSE, Role.HEDGE})
_LINKS = frozenset({Role.DESPITE, Role.BUT, Role.BECAUSE, Role.HEDGE})


class _Hit:
    """One lexicon match on its way to a weight."""

    __slots__ = ("figures", "first", "last", "role", "size", "turned", "weight")

    def __init__(self, role: Role, size: float, first: int, last: int) -> None:
        self.role = role
        self.size = size
        self.first = first
        self.last = last
        self.figures = False  # it sets two figures against each other
        self.turned = False  # it moves a burden
        falls = role in (Role.NEGATIVE, Role.FALL, Role.BURDEN)
        self.weight = 0.0 if role not in _POLAR else (-size if falls else size)


def weigh(reading: Reading, entities: list[Entity]) -> list[Phrase]:
    """The phrases that count in a text and what each adds, by the rules of this module."""
    hits = _hits(reading, entities)
    _turn_troubles(reading, hits)
    _turn_burdens(reading, hits)
    _yield_assets(reading, hits)
    _apply_neighbours(reading, hits)
    _apply_negation(reading, hits)
    _apply_links(reading, hits)
    _apply_frames(reading, hits)
    found = []
    for hit in hits:
        if hit.weight != 0.0:
            start, end = reading.tokens[hit.first][0], reading.tokens[hit.last - 1][1]
            found.append(Phrase(reading.text[start:end], start, end, hit.weight, hit.first, hit.role in _MOVES))
    return found


def _hits(reading: Reading, entities: list[Entity]) -> list[_Hit]:
    phrases = reading.words.phrases
    named = [False] * (len(reading.tokens) + 1)
    for entity in entities:
        if entity.kind in ("company", "index", "regulator"):
            named[entity.first : entity.last] = [True] * (entity.last - entity.first)
    names = [entity for entity in entities if is_name(entity.kind)]
    begins, ends = {name.first for name in names}, {name.last for name in names}
    found: list[_Hit] = []
    for index, first, last in reading.phrases:
        term = phrases[index]
        if term.role is Role.BURDEN or not all(named[first:last]):
            role = _by_figures(reading, found, first, last) if term.role is Role.VERSUS else term.role
            if role is Role.ECHO:  # beside a name only: `TCS follows`, but not `TCS follows rules`
                behind = last + 1 if reading.has(last, Group.THE) else last
                follows = first in ends and not _has_object(reading, last)
                role = role if (behind in begins if term.side is Side.OBJECT else follows) else None
            if role is None:
                continue
            found.append(_Hit(role, term.weight, first, last))
            found[-1].figures = term.role is Role.VERSUS
    return found


def _by_figures(reading: Reading, before: list[_Hit], first: int, last: int) -> Role | None:
    """The movement that two figures make; None where they make none, or where one is told in words."""
    for hit in before[-2:]:
        told = hit.role in _MOVES or (hit.role in _SPEAKERS and reading.has(first, Group.FROM))
        if told and first - hit.last <= _FIGURES_REACH and not reading.broken(hit.last, first):
            return None
    sign = turned(reading, first, last)
    if sign:
        return Role.POSITIVE if sign > 0 else Role.NEGATIVE
    difference = change(reading, first, last)
    if difference == 0.0:
        return None
    return Role.RISE if difference > 0.0 else Role.FALL


def _turn_troubles(reading: Reading, hits: list[_Hit]) -> None:
    """What moves a trouble that names its own (`probe into TCS widens`) says of the trouble alone."""
    for trouble, hit in pairwise(hits):
        if trouble.role is not Role.NEGATIVE or hit.role not in _MOVES or hit.figures:
            continue
        if not reading.has(trouble.last - 1, Group.PREPOSITION) or _has_object(reading, hit.last):
            continue
        if hit.first - trouble.last <= _SUBJECT_REACH and not reading.broken(trouble.last, hit.first):
            hit.weight = 0.0
            if hit.role is Role.FALL:
                trouble.weight = -trouble.weight


def _has_object(reading: Reading, at: int) -> bool:
    """Whether a movement before a token may act on what stands there: `notice to TCS sinks the stock`."""
    if at >= len(reading.tokens) or reading.tokens[at][3] != WORD:
        return False
    return not reading.has(at, Group.CUT | Group.PREPOSITION)


def _turn_burdens(reading: Reading, hits: list[_Hit]) -> None:
    used: set[int] = set()
    for at, hit in enumerate(hits):
        if hit.figures and hit.role not in _MOVES:
            _silence_burdens(reading, hits, at, used)
        if hit.role not in _MOVES:
            continue
        if hit.figures:
            if _silence_burdens(reading, hits, at, used):
                hit.weight = -hit.weight
            continue
        for other in (at + 1, at - 1):
            if not 0 <= other < len(hits) or hits[other].role is not Role.BURDEN or other in used:
                continue
            left, right = (hit, hits[other]) if other > at else (hits[other], hit)
            reach = _OBJECT_REACH if other > at else _SUBJECT_REACH
            if right.first - left.last <= reach and not reading.broken(left.last, right.first):
                used.add(other)
                hits[other].weight = 0.0
                hit.turned = True
                break
        mover = at - 2 if at - 1 in used else at - 1
        if not hit.turned and mover >= 0 and hits[mover].turned and hits[mover].role is hit.role:
            before = hits[at - 1].last
            hit.turned = hit.first - before <= _OBJECT_REACH and not reading.broken(before, hit.first)
        if hit.turned:
            hit.weight = -hit.weight


def _silence_burdens(reading: Reading, hits: list[_Hit], at: int, used: set[int]) -> bool:
    """Take the burdens on both sides of two figures: all is said; whether there was one."""
    found = False
    for other in (at + 1, at - 1):
        if 0 <= other < len(hits) and hits[other].role is Role.BURDEN and other not in used:
            left, right = (hits[at], hits[other]) if other > at else (hits[other], hits[at])
            if right.first - left.last <= _FIGURES_REACH and not reading.broken(left.last, right.first):
                used.add(other)
                hits[other].weight = 0.0
                found = True
    return found


def _yield_assets(reading: Reading, hits: list[_Hit]) -> None:
    """An asset says nothing of its own where a quality or a movement beside it speaks of it."""
    for at, hit in enumerate(hits):
        if hit.role is not Role.ASSET:
            continue
        for other in (at + 1, at - 1):
            if not 0 <= other < len(hits) or hits[other].role not in _SPEAKERS:
                continue
            left, right = (hit, hits[other]) if other > at else (hits[other], hit)
            if right.first - left.last <= _OBJECT_REACH and not reading.broken(left.last, right.first):
                hit.weight = 0.0
                break


def _apply_neighbours(reading: Reading, hits: list[_Hit]) -> None:
    for at, hit in enumerate(hits):
        if hit.role in _MOVES:
            after = reading.tokens[hit.last : hit.last + 3]
            if any(token[3] in (NUMBER, PERCENT) for token in after):
                hit.weight *= _FIGURE_FACTOR
        if hit.role not in (Role.BOOST, Role.SOFTEN):
            continue
        for other in (at + 1, at - 1):
            if 0 <= other < len(hits) and hits[other].role in _POLAR:
                left, right = (hit, hits[other]) if other > at else (hits[other], hit)
                if right.first - left.last <= _NEIGHBOUR_REACH and not reading.broken(left.last, right.first):
                    hits[other].weight *= hit.size
                    break


def _apply_negation(reading: Reading, hits: list[_Hit]) -> None:
    for at, hit in enumerate(hits):
        if hit.role is not Role.NEGATE:
            continue
        for other in hits[at + 1 : at + 1 + _NEGATION_REACH]:
            if other.first - hit.last > _NEGATION_REACH or reading.broken(hit.last, other.first):
                break
            if other.role in _POLAR:
                other.weight *= _NEGATION_FACTOR
                break


def _apply_links(reading: Reading, hits: list[_Hit]) -> None:
    stated = False
    for at, hit in enumerate(hits):
        if hit.role is Role.BUT:
            _discount_statement(hits, at)
        elif hit.role in _FORWARD and (stated or hit.role is not Role.BECAUSE):
            # a reason before which nothing was stated is no reason but the statement itself
            _discount_what_follows(reading, hits, at)
        stated = stated or hit.weight != 0.0


def _discount_statement(hits: list[_Hit], at: int) -> None:
    """What stands between the `but` before and this one."""
    for other in reversed(hits[max(0, at - _NEARBY_HITS) : at]):
        if other.role is Role.BUT:
            break
        other.weight *= hits[at].size


def _discount_what_follows(reading: Reading, hits: list[_Hit], at: int) -> None:
    """What stands behind a link, up to the next one; a reason and a leading contrast end with their clause."""
    hit = hits[at]
    for index in range(at + 1, len(hits)):
        other = hits[index]
        if other.role in _LINKS:
            break
        if (hit.first == 0 or hit.role is Role.BECAUSE) and reading.broken(hit.last, other.first):
            break
        other.weight *= hit.size


def _apply_frames(reading: Reading, hits: list[_Hit]) -> None:
    upcoming = iter(hits)
    hit = next(upcoming, None)
    ends = [at for at, token in enumerate(reading.tokens) if token[3] == BREAK and token[5] in _SENTENCE_ENDS]
    begin = 0
    for end in [*ends, len(reading.tokens)]:
        inside: list[_Hit] = []
        while hit is not None and hit.first < end:
            inside.append(hit)
            hit = next(upcoming, None)
        factor = min((other.size for other in inside if other.role is Role.STILL), default=1.0)
        for other in inside:
            other.weight *= factor
        if end < len(reading.tokens) and reading.tokens[end][5] == _QUESTION:
            asked = _begin_of_last_part(reading, begin, end)
            for other in inside:
                other.weight *= _ASKED_FACTOR if other.first >= asked else 1.0
        _echo(inside)
        begin = end


def _echo(inside: list[_Hit]) -> None:
    """What was said last in a sentence, said again of another."""
    said = 0.0
    for hit in inside:
        if hit.role is Role.ECHO:
            hit.weight = hit.size * said
        said = hit.weight or said


def _begin_of_last_part(reading: Reading, begin: int, end: int) -> int:
    for at in range(end - 1, begin, -1):
        if reading.tokens[at][3] == BREAK and reading.tokens[at][5] in _PART_ENDS:
            return at
    return begin
