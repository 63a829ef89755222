"""The rules as they are judged now: the book, and the program of its conditions."""

from __future__ import annotations

from dataclasses import dataclass

from chitti_shared.contracts.columns import MAX_COLUMNS
from chitti_shared.errors import Conflict

from signal_service.evaluation import Plan
from signal_service.rules import RuleDocument
from signal_service.rules.book import RuleBook
from signal_service.storage.rules import RuleTable


@dataclass(frozen=True, slots=True)
class Ready:
    """A book with the program that computes its conditions, row i for side i."""

    book: RuleBook
    plan: Plan


class Books:
    """The newest book; made again when its version in the database is another."""

    def __init__(self, table: RuleTable) -> None:
        self._table = table
        self._ready: Ready | None = None

    async def begin(self) -> None:
        """Note which conditions this version of the service judges. Raises ServiceUnavailable."""
        self._ready = ready_of(await self._table.begin())

    async def now(self) -> Ready:
        """The book of this moment. Raises ServiceUnavailable."""
        if self._ready is None or self._ready.book.version != await self._table.version():
            self._ready = ready_of(await self._table.read())
        return self._ready


def ready_of(book: RuleBook) -> Ready:
    return Ready(book, Plan([side.when for side in book.sides]))


def check_room(book: RuleBook, document: RuleDocument) -> None:
    """Refuse a rule with which the rules together would read more than mojo-compute answers at a time.

    Raises
    ------
    Conflict
        All of them would go unjudged.
    """
    others = [side for side in book.sides if side.name != document.name]
    columns = len(Plan([side.when for side in (*others, *document.sides)]).columns)
    if columns > MAX_COLUMNS:
        raise Conflict(
            f"with {document.name} the rules read {columns} different indicators, at most {MAX_COLUMNS}: "
            "remove or disable one first",
            field="rule",
        )
