"""The columns of all alerts that a listing is filtered and sorted by, in memory.

No index of a database answers every combination of conditions and orders quickly; a pass over the
columns that are asked about does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from signal_service.kernels._listing import GROUP, choose

Order = Literal["newest", "impact", "confidence"]
ORDERS: tuple[Order, ...] = ("newest", "impact", "confidence")
KINDS = ("technical", "news", "fundamental", "combined")
DIRECTIONS = ("bullish", "bearish")
OUTCOMES = ("pending", "hit", "miss")

# An alert's state is a byte: its kind, and from these bits on its direction, its outcome, whether it was seen.
DIRECTION_BIT, OUTCOME_BIT, ACKNOWLEDGED_BIT = 2, 3, 5
_STATES = 1 << 6

UNKNOWN = -1.0  # the confidence of an alert without one: behind all others
NEVER = np.iinfo(np.int64).max
EVER = np.iinfo(np.int64).min
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # times are microseconds since then, as in PostgreSQL
_MICROSECOND = timedelta(microseconds=1)
_COLUMNS = {
    "number": np.int64,
    "symbol": np.int32,
    "rule": np.int32,
    "state": np.uint8,
    "impact": np.float64,
    "confidence": np.float64,
    "created": np.int64,
    "expires": np.int64,
}
_LEVELS = ("impact", "confidence")  # that a list is sorted by


class Listed(NamedTuple):
    """What is kept of some alerts, by column. `number` rises in the order in which alerts were committed.

    `state` is made of what `state_of` says; `confidence` is `UNKNOWN` where there is none; times are
    `micros_of`, and `NEVER` where there is none.
    """

    number: npt.NDArray[np.int64]
    symbol: Sequence[str]
    rule: Sequence[str]
    state: npt.NDArray[np.uint8]
    impact: npt.NDArray[np.float64]
    confidence: npt.NDArray[np.float64]
    created: npt.NDArray[np.int64]
    expires: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """The end of a page: an alert's number and, unless the order is `newest`, what it is sorted by."""

    number: int
    key: float = 0.0


@dataclass(frozen=True, slots=True)
class Criteria:
    """Conditions that must all hold; None lets everything pass. Times are `created_at`: since <= t < until."""

    symbols: Collection[str] | None = None
    kind: str | None = None
    rule: str | None = None
    direction: str | None = None
    outcome: str | None = None
    min_impact: float | None = None
    min_confidence: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    acknowledged: bool | None = None
    expired: bool | None = None


class AlertColumns:
    """Columns that grow at their end; what was read of them before stays valid."""

    def __init__(self) -> None:
        self._size = 0
        self._arrays: dict[str, Any] = {name: np.empty(1024, kind) for name, kind in _COLUMNS.items()}
        self._highest: dict[str, Any] = {name: np.empty(1024 // GROUP) for name in _LEVELS}
        self._symbols: dict[str, int] = {}
        self._rules: dict[str, int] = {}

    def __len__(self) -> int:
        return self._size

    @property
    def last(self) -> int:
        """The number of the newest alert; 0: there is none."""
        return int(self._arrays["number"][self._size - 1]) if self._size else 0

    @property
    def rules(self) -> frozenset[str]:
        """Names of the rules that raised one of them."""
        return frozenset(self._rules)

    @property
    def symbols(self) -> frozenset[str]:
        """Symbols that one of them is about."""
        return frozenset(self._symbols)

    def extend(self, alerts: Listed) -> None:
        """Append alerts with numbers that rise from above `last`."""
        if not len(alerts.number):
            return
        self._make_room(len(alerts.number))
        start, end = self._size, self._size + len(alerts.number)
        codes = {"symbol": _coded(self._symbols, alerts.symbol), "rule": _coded(self._rules, alerts.rule)}
        for name, values in (alerts._asdict() | codes).items():
            self._arrays[name][start:end] = values
        first = start // GROUP  # the last group before grows on
        for name, highest in self._highest.items():
            levels = self._arrays[name][first * GROUP : end]
            highest[first : first - (-len(levels) // GROUP)] = np.maximum.reduceat(levels, range(0, len(levels), GROUP))
        self._size = end

    def update(self, alerts: Listed) -> None:
        """Replace what may change of alerts that are here: whether they were seen, and what became of them."""
        numbers = self._arrays["number"][: self._size]
        rows = np.searchsorted(numbers, alerts.number)
        is_here = rows < self._size
        is_here[is_here] = numbers[rows[is_here]] == alerts.number[is_here]
        self._arrays["state"][rows[is_here]] = alerts.state[is_here]

    def page(
        self, wanted: Criteria, order: Order, after: Place | None, limit: int, now: datetime
    ) -> tuple[list[int], Place | None]:
        """Numbers of the alerts of a page, in order, and its end; None: it is the last.

        The greatest come first, those without a confidence last, of equal ones the newest first.
        """
        size = self._size
        if size == 0:
            return [], None
        arrays = self._arrays
        rows = np.empty(limit + 1, np.int64)
        after_row = size if after is None else int(np.searchsorted(arrays["number"][:size], after.number))
        found = choose(
            size,
            arrays["symbol"],
            arrays["rule"],
            arrays["state"],
            arrays["impact"],
            arrays["confidence"],
            arrays["created"],
            arrays["expires"],
            self._highest.get(order),
            _table(self._symbols, wanted.symbols),
            _table(self._rules, None if wanted.rule is None else (wanted.rule,)),
            _states_of(wanted),
            -1 if wanted.expired is None else int(wanted.expired),
            micros_of(now),
            EVER if wanted.since is None else micros_of(wanted.since),
            NEVER if wanted.until is None else micros_of(wanted.until),
            0.0 if wanted.min_impact is None else wanted.min_impact,
            UNKNOWN if wanted.min_confidence is None else wanted.min_confidence,
            ORDERS.index(order),
            0.0 if after is None else after.key,
            after_row,
            limit + 1,
            rows,
        )
        page = rows[: min(found, limit)]
        numbers: list[int] = arrays["number"][page].tolist()
        if found <= limit:
            return numbers, None
        key = 0.0 if order == "newest" else float(arrays[order][page[-1]])
        return numbers, Place(numbers[-1], key)

    def _make_room(self, more: int) -> None:
        """Grow by doubling, into new arrays: a page may be read from the old ones in another thread."""
        room = len(self._arrays["number"])
        if self._size + more <= room:
            return
        room = max(2 * room, self._size + more)
        grown = {name: np.empty(room, kind) for name, kind in _COLUMNS.items()}
        for name, array in grown.items():
            array[: self._size] = self._arrays[name][: self._size]
        highest = {name: np.empty(-(-room // GROUP)) for name in _LEVELS}
        for name, levels in highest.items():
            known = self._highest[name]
            levels[: len(known)] = known
        self._arrays, self._highest = grown, highest


def state_of(kind: str, direction: str, outcome: str, acknowledged: bool) -> int:
    """The byte that stands for these."""
    return (
        KINDS.index(kind)
        | DIRECTIONS.index(direction) << DIRECTION_BIT
        | OUTCOMES.index(outcome) << OUTCOME_BIT
        | int(acknowledged) << ACKNOWLEDGED_BIT
    )


def micros_of(moment: datetime) -> int:
    """Microseconds since 2000."""
    return (moment - _EPOCH) // _MICROSECOND


def _coded(codes: dict[str, int], names: Sequence[str]) -> list[int]:
    """The names' codes; a new name gets the next one."""
    for name in set(names).difference(codes):
        codes[name] = len(codes)
    return [codes[name] for name in names]


def _table(codes: dict[str, int], wanted: Collection[str] | None) -> Any:
    """By code 1 where the name is wanted; None: all are."""
    if wanted is None:
        return None
    size = len(codes)  # others may be added meanwhile
    table = np.zeros(size, np.uint8)
    table[[code for name in wanted if (code := codes.get(name, size)) < size]] = 1
    return table


def _states_of(wanted: Criteria) -> Any:
    """By state 1 where it is wanted; None: all are."""
    if (wanted.kind, wanted.direction, wanted.outcome, wanted.acknowledged) == (None, None, None, None):
        return None
    table = np.zeros(_STATES, np.uint8)
    for kind in KINDS if wanted.kind is None else (wanted.kind,):
        for direction in DIRECTIONS if wanted.direction is None else (wanted.direction,):
            for outcome in OUTCOMES if wanted.outcome is None else (wanted.outcome,):
                for acknowledged in (False, True) if wanted.acknowledged is None else (wanted.acknowledged,):
                    table[state_of(kind, direction, outcome, acknowledged)] = 1
    return table
