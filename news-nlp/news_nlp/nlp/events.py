"""The events file as a table: each phrase, or kind of name, with what it adds to each event type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import get_args

from news_nlp.nlp.lexicon import expand
from news_nlp.nlp.meaning import EventType, Kind

TYPES: tuple[EventType, ...] = get_args(EventType)
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class EventTable:
    """What speaks for an event.

    Attributes
    ----------
    phrases : tuple of str
        As the scan takes them, each once.
    weights : tuple of tuple of float
        Of each phrase, for each of `TYPES`.
    kinds : tuple of tuple of float
        For each of `KINDS`, for each of `TYPES`: what it adds that such a name is there.
    """

    phrases: tuple[str, ...]
    weights: tuple[tuple[float, ...], ...]
    kinds: tuple[tuple[float, ...], ...]


def parse_events(text: str) -> EventTable:
    """The table of an events file.

    Raises
    ------
    ValueError
        A line that is no entry, an unknown event type or kind, or a phrase given twice for one
        type; the message has the line number.
    """
    phrases: dict[str, list[float]] = {}
    kinds: list[list[float]] = [[0.0] * len(TYPES) for _ in KINDS]
    given: dict[tuple[str, int], int] = {}
    for number, kind, weight, form in _entries(text):
        if (form, kind) in given:
            raise ValueError(f"events line {number}: {form!r} is already on line {given[form, kind]} for {TYPES[kind]}")
        given[form, kind] = number
        if not form.startswith("@"):
            phrases.setdefault(form, [0.0] * len(TYPES))[kind] = weight
        elif form[1:] in KINDS:
            kinds[[*KINDS].index(form[1:])][kind] = weight  # type: ignore[arg-type]
        else:
            raise ValueError(f"events line {number}: expected @ and one of {', '.join(KINDS)}, found {form!r}")
    return EventTable(tuple(phrases), tuple(map(tuple, phrases.values())), tuple(map(tuple, kinds)))


def _entries(text: str) -> Iterator[tuple[int, int, float, str]]:
    """Line number, number of the event type, weight and form of every form in the file."""
    kind: int | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        if line.startswith("["):
            name = line.strip("[]")
            if name not in TYPES:
                raise ValueError(f"events line {number}: expected one of {', '.join(TYPES)}, found {name!r}")
            kind = TYPES.index(name)
            continue
        weight, _, forms = line.partition(" ")
        if kind is None or not forms.strip():
            raise ValueError(f"events line {number}: expected a weight and phrases, found {line!r}")
        for form in expand(forms):
            yield number, kind, _weight(weight, number), form


def _weight(text: str, line: int) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"events line {line}: expected a weight, found {text!r}") from None


@cache
def event_table() -> EventTable:
    """The table that the package ships."""
    return parse_events(files(__package__).joinpath("events.txt").read_text(encoding="utf-8"))
