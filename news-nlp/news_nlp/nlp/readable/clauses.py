"""The clauses of a text, and the names that stand together in each: rule 1 of `attribution`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from news_nlp.kernels.reading._scan import BREAK
from news_nlp.nlp.meaning import Phrase
from news_nlp.nlp.readable.reading import Reading
from news_nlp.nlp.word_groups import Group

COLON, COMMA = float(ord(":")), float(ord(","))
_LIST_WORDS = 4  # a clause of so few words that says nothing only lists names
_LIST_GOES_ON_WORDS = 8  # behind a clause that ends with a name
_GROUP_NAMES = 16  # so that a phrase speaks of few, however long a text
_REASONS = Group.CUT | Group.NOT_OF_OBJECT | Group.ON


class Name(NamedTuple):
    """A mention: the tokens `first` to `last - 1` name `key`; a company, or something else."""

    key: str
    first: int
    last: int
    company: bool


class Names:
    """Names that stand together from token `first` on; `led` by a preposition, perhaps one that leads no object."""

    __slots__ = ("acted_on", "cut", "first", "keys", "led", "no_object", "not_preferred")

    def __init__(self, reading: Reading, first: int) -> None:
        self.first = first
        self.keys: set[str] = set()
        self.acted_on = False  # by the group before, with a verb that is no phrase
        before = first - 2 if reading.has(first - 1, Group.THE) else first - 1
        self.cut = reading.has(before, Group.CUT)
        self.led = reading.has(before, Group.PREPOSITION)
        self.no_object = reading.has(before, Group.NOT_OF_OBJECT)
        self.not_preferred = reading.has(before, Group.NOT_PREFERRED)


class Clause(NamedTuple):
    """Tokens that speak of one thing: who is named there, and what is said."""

    reading: Reading
    groups: list[Names]
    phrases: list[Phrase]
    cuts: list[int]  # tokens of `as`, `after`, ...
    reasons: list[int]  # those, and tokens of `on`, `with`, `to`, ...


def clauses_of(reading: Reading, names: list[Name], phrases: list[Phrase], stills: list[int]) -> Iterator[Clause]:
    """The clauses of a text in order; a word that nothing moved (`stills`) says something, too."""
    name_places = [name.first for name in names]
    phrase_places = [phrase.first for phrase in phrases]
    for start, end in _parts(reading, names, name_places, sorted(phrase_places + stills)):
        own = names[bisect_left(name_places, start) : bisect_left(name_places, end)]
        said = phrases[bisect_left(phrase_places, start) : bisect_left(phrase_places, end)]
        cuts = [at for at in range(start, end) if reading.has(at, Group.CUT)]
        reasons = [at for at in range(start, end) if _is_reason(reading, at, name_places, phrase_places)]
        yield Clause(reading, _groups(reading, own, phrase_places), said, cuts, reasons)


def _is_reason(reading: Reading, at: int, name_places: list[int], phrase_places: list[int]) -> bool:
    """Whether a word leads a reason or another party; `to` before a name or a phrase only: `not easy to own TCS`."""
    if not reading.has(at, _REASONS):
        return False
    named = at + 2 if reading.has(at + 1, Group.THE) else at + 1
    return not reading.has(at, Group.TO) or _any(name_places, named, named + 1) or _any(phrase_places, at, at + 2)


def _parts(
    reading: Reading, names: list[Name], name_places: list[int], said_places: list[int]
) -> list[tuple[int, int]]:
    """Token ranges of the clauses: rule 1."""
    parts: list[tuple[int, int]] = []
    begin = start = 0
    end = len(reading.tokens)
    last_tokens = {name.last for name in names}
    behind_cuts = _lists_behind_cuts(reading, names)
    for cut in [at for at, token in enumerate(reading.tokens) if token[3] == BREAK] + [end]:
        names_only = _any(name_places, start, cut) and not _any(said_places, start, cut)
        goes_on = (
            begin == start
            and parts
            and _any(said_places, *parts[-1])
            and (parts[-1][1] in last_tokens or _is_label(reading, name_places, said_places, parts[-1]))
        )
        if names_only and goes_on and cut - start <= _LIST_GOES_ON_WORDS:
            parts[-1] = (parts[-1][0], cut)
            begin = cut + 1
        elif not (names_only and cut - start <= _LIST_WORDS):
            # a list that goes on behind a comma belongs to what is said there: `slips as TCS, Infosys fall`
            last = behind_cuts.get(cut, cut) if is_break(reading, cut, COMMA) else cut
            last = last if last > begin else cut
            parts.append((begin, last))
            begin = last if last < cut else cut + 1
        start = cut + 1
    if begin < end:
        if parts:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((begin, end))
    return parts


def _is_label(reading: Reading, name_places: list[int], said_places: list[int], part: tuple[int, int]) -> bool:
    """Whether a part says what the names behind its colon have in common: `top gainers: A, B; top losers: C`."""
    if not is_break(reading, part[1], COLON) or _any(name_places, *part):
        return False
    end = part[1] + 1
    while end < len(reading.tokens) and (reading.tokens[end][3] != BREAK or reading.tokens[end][5] == COMMA):
        end += 1
    return not _any(said_places, part[1], end)


def is_break(reading: Reading, at: int, sign: float) -> bool:
    """Whether a break of this sign stands at a token."""
    return at < len(reading.tokens) and reading.tokens[at][3] == BREAK and reading.tokens[at][5] == sign


def _lists_behind_cuts(reading: Reading, names: list[Name]) -> dict[int, int]:
    """The place of the cut before each list of names, by the list's end: `as TCS and Infosys`."""
    found: dict[int, int] = {}
    cut = end = -1
    for name in names:
        if reading.has(name.first - 1, Group.CUT):
            cut = name.first - 1
        elif cut >= 0 and not all(reading.has(at, Group.AND) for at in range(end, name.first)):
            cut = -1
        end = name.last
        if cut >= 0:
            found[end] = cut
    return found


def _any(places: list[int], start: int, end: int) -> bool:
    return bisect_left(places, start) < bisect_left(places, end)


def _groups(reading: Reading, names: list[Name], phrase_places: list[int]) -> list[Names]:
    groups: list[Names] = []
    before = behind = 0  # the name before
    for name in names:
        if (
            not groups
            or len(groups[-1].keys) == _GROUP_NAMES
            or _any(phrase_places, before, name.first)
            or any(reading.has(at, Group.PREPOSITION | Group.CUT) for at in range(behind, name.first))
        ):
            groups.append(Names(reading, name.first))
        elif len(groups) == 1 and groups[0].not_preferred and _any_break(reading, behind, name.first):
            groups.append(Names(reading, name.first))  # `unlike TCS, Infosys`
        elif name.company and _is_acted_on(reading, behind, name.first):
            groups.append(Names(reading, name.first))
            groups[-1].acted_on = True
        groups[-1].keys.add(name.key)
        before, behind = name.first, name.last
    return groups


def _any_break(reading: Reading, start: int, end: int) -> bool:
    return any(reading.tokens[at][3] == BREAK for at in range(start, end))


def _is_acted_on(reading: Reading, start: int, end: int) -> bool:
    """Whether a verb that is no phrase stands between two names, and neither comma nor `and`: `CRISIL puts TCS`."""
    verb = False
    for at in range(start, end):
        if reading.tokens[at][3] == BREAK or reading.has(at, Group.AND):
            return False
        verb = verb or not reading.has(at, Group.THE | Group.COMPANY)
    return verb
