"""The lexicon file as a table of phrases, each with its role and weight."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files


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


@dataclass(frozen=True, slots=True)
class Term:
    """One phrase. `weight` is a size for polar roles and a factor for the others."""

    phrase: str
    role: Role
    weight: float


def parse_lexicon(text: str) -> list[Term]:
    """The terms of a lexicon file.

    Raises
    ------
    ValueError
        A line that is no entry, or a phrase given twice; the message has the line number.
    """
    terms: list[Term] = []
    seen: dict[str, int] = {}
    role: Role | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        if line.startswith("["):
            role = Role[line.strip("[]").upper()]
            continue
        weight, _, forms = line.partition(" ")
        if role is None or not forms:
            raise ValueError(f"lexicon line {number}: expected a weight and phrases, found {line!r}")
        for form in forms.split("|"):
            phrase = " ".join(form.replace("-", " ").lower().split())
            if phrase in seen:
                raise ValueError(f"lexicon line {number}: {phrase!r} is already on line {seen[phrase]}")
            seen[phrase] = number
            terms.append(Term(phrase, role, float(weight)))
    return terms


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
