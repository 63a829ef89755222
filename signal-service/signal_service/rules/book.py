"""The book of rules: which there are, which are judged, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from chitti_shared.errors import NotFound
from chitti_shared.names import nearest

from signal_service.rules.documents import RuleDocument
from signal_service.rules.shipped import SHIPPED, SHIPPED_BY_NAME
from signal_service.rules.sides import RuleKey, RuleSide


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of the book; the times are None of a shipped one that nobody touched."""

    document: RuleDocument
    enabled: bool = True
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def is_shipped(self) -> bool:
        return self.document.name in SHIPPED_BY_NAME


@dataclass(frozen=True)
class RuleBook:
    """All rules at one version.

    Parameters
    ----------
    version : int
        Rises with every change.
    entries : tuple of Entry
        The shipped ones first, then a user's own by name.
    since : mapping of (rule, direction) to int
        The version from which on each condition is judged as it is.
    """

    version: int
    entries: tuple[Entry, ...]
    since: Mapping[RuleKey, int]

    @cached_property
    def sides(self) -> tuple[RuleSide, ...]:
        """What is judged: the conditions of every rule that is enabled."""
        return tuple(side for entry in self.entries if entry.enabled for side in entry.document.sides)

    @cached_property
    def by_key(self) -> dict[RuleKey, RuleSide]:
        return {side.key: side for side in self.sides}

    @cached_property
    def by_name(self) -> dict[str, Entry]:
        return {entry.document.name: entry for entry in self.entries}

    def entry(self, name: str) -> Entry:
        """The rule of that name. Errors: NotFound, with the nearest names."""
        found = self.by_name.get(name)
        if found is None:
            raise NotFound(f"no rule is called {name!r}{nearest(name, self.by_name)}", kind="rule")
        return found

    def is_new(self, key: RuleKey, judged_with: int) -> bool:
        """Whether a condition was not yet judged by who was last judged with that version of the book."""
        return judged_with < self.since.get(key, self.version)


def book_of(version: int, changed: Iterable[Entry], disabled: Iterable[str], since: Mapping[RuleKey, int]) -> RuleBook:
    """The book of the shipped rules, less those disabled, and a user's own.

    Parameters
    ----------
    version : int
    changed : iterable of Entry
        The user's own rules.
    disabled : iterable of str
        Names of shipped rules that are switched off.
    since : mapping of (rule, direction) to int
    """
    off = frozenset(disabled)
    shipped = tuple(Entry(document, document.name not in off) for document in SHIPPED)
    own = tuple(sorted(changed, key=lambda entry: entry.document.name))
    return RuleBook(version, (*shipped, *own), since)
