"""The lexicon file as a table of phrases, each with its role and weight."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files

from news_nlp.nlp.inflections import forms_of


class Role(IntEnum):
    """What a phrase does to the score; the names are the sections of `lexicon.txt`."""

    POSITIVE = 0
    NEGATIVE = 1
    RISE = 2
    FALL = 3
    BURDEN = 4
    ASSET = 5
    HEDGE = 6
    NEGATE = 7
    BOOST = 8
    SOFTEN = 9
    DESPITE = 10
    BUT = 11
    BECAUSE = 12
    NEUTRAL = 13
    VERSUS = 14
    STILL = 15
    ECHO = 16


class Side(IntEnum):
    """Whom a phrase speaks of.

    Who stands before it, behind it, both, right behind it if somebody does, the last of two before it; or who
    stands before it, with the contrary for who stands right behind it.
    """

    SUBJECT = 0
    OBJECT = 1
    BOTH = 2
    NEXT = 3
    LAST = 4
    AGAINST = 5


@dataclass(frozen=True, slots=True)
class Term:
    """One phrase. `weight` is a size for polar roles and a factor for the others."""

    phrase: str
    role: Role
    weight: float
    side: Side = Side.SUBJECT


_SIDES = {"": Side.SUBJECT, ">": Side.OBJECT, "<>": Side.BOTH, ">>": Side.NEXT, "<<": Side.LAST, "><": Side.AGAINST}
_ENTRY = re.compile(r"(\d+(?:\.\d+)?)(<>|><|<<|>>?)?\s+(\S.*)")
_CHOICE = re.compile(r"\{([^{}]*)\}")


def parse_lexicon(text: str) -> list[Term]:
    """The terms of a lexicon file.

    A line is `WEIGHT FORM|FORM`, the weight followed by `>` where the phrase speaks of what stands
    behind it, by `<>` where it speaks of both sides, by `>>` where it speaks of a name right
    behind it and else of its subject, by `<<` where of two names before it it speaks of the last, by `><` where
    it speaks of its subject and says the contrary of a name right behind it. In a form `{a,b}` stands for each of its
    choices (an empty one leaves the word out) and `rise~` for every inflection of a verb.

    Raises
    ------
    ValueError
        A line that is no entry, an unknown section, or a phrase given twice; the message has the line number.
    """
    terms: list[Term] = []
    seen: dict[str, int] = {}
    role: Role | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        if line.startswith("["):
            role = _section(line, number)
            continue
        entry = _ENTRY.fullmatch(line)
        if role is None or entry is None:
            raise ValueError(f"lexicon line {number}: expected a weight and phrases in a section, found {line!r}")
        side = _SIDES[entry[2] or ""]
        for phrase in expand(entry[3]):
            if phrase in seen:
                raise ValueError(f"lexicon line {number}: {phrase!r} is already on line {seen[phrase]}")
            seen[phrase] = number
            terms.append(Term(phrase, role, float(entry[1]), side))
    return terms


def _section(line: str, number: int) -> Role:
    name = line.strip("[]").upper()
    if name not in Role.__members__:
        known = ", ".join(role.name.lower() for role in Role)
        raise ValueError(f"lexicon line {number}: expected a section of {known}, found {line!r}")
    return Role[name]


def expand(forms: str) -> list[str]:
    """Every phrase that the forms of an entry stand for, each once, in order."""
    found: dict[str, None] = {}
    for form in forms.split("|"):
        pieces = _CHOICE.split(form.replace("-", " ").lower())
        # text and choices take turns in what the split returns
        choices = [piece.split(",") if at % 2 else [piece] for at, piece in enumerate(pieces)]
        for chosen in itertools.product(*choices):
            phrase = "".join(chosen)
            words = [forms_of(word[:-1]) if word[-1] == "~" else (word,) for word in phrase.split()]
            found.update((" ".join(inflected), None) for inflected in itertools.product(*words))
    return list(found)


_OWN: list[Term] = []  # a user's, beside the shipped ones


def use_own_terms(text: str) -> None:
    """Put the phrases of a lexicon file in place of the shipped ones that they repeat; the rest stays.

    Raises
    ------
    ValueError
        As `parse_lexicon`.
    """
    _OWN[:] = parse_lexicon(text)
    terms.cache_clear()


@cache
def terms() -> tuple[Term, ...]:
    """A user's own phrases and the lexicon that the package ships."""
    shipped = parse_lexicon(files(__package__).joinpath("lexicon.txt").read_text(encoding="utf-8"))
    own = {term.phrase for term in _OWN}
    return (*_OWN, *(term for term in shipped if term.phrase not in own))
