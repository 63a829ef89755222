"""The columns of all alerts that a listing is filtered and sorted by, in memory.

No index of a database answers every combination of conditions and orders quickly; one pass over
a few bytes an alert does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

import numpy as np

from signal_service.kernels._listing import choose

Order = Literal["newest", "impact", "confidence"]
ORDERS: tuple[Order, ...] = ("newest", "impact", "confidence")
KINDS = ("technical", "news", "fundamental", "combined")
DIRECTIONS = ("bullish", "bearish")
OUTCOMES = ("pending", "hit", "miss")

NEVER = np.iinfo(np.int64).max
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNKNOWN = -1.0  # the key of an alert without a confidence: behind all others
_COLUMNS = {
    "number": np.int64,
    "symbol": np.int32,
    "rule": np.int32,
    "kind": np.uint8,
    "direction": np.uint8,
    "outcome": np.uint8,
    "acknowledged": np.uint8,
    "impact": np.float64,
    "confidence": np.float64,
    "created": np.int64,
    "expires": np.int64,
}
BYTES_EACH = sum(np.dtype(kind).itemsize for kind in _COLUMNS.values())


class Listed(NamedTuple):
    """What is kept of an alert. `number` rises in the order in which alerts were committed."""

    number: int
    symbol: str
    rule: str
    kind: str
    direction: str
    impact: float
    confidence: float | None
    created_at: datetime
    expires_at: datetime | None
    outcome: str | None
    acknowledged: bool


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

    def extend(self, alerts: Iterable[Listed]) -> None:
        """Append alerts with numbers that rise from above `last`."""
        rows = [self._row_of(alert) for alert in alerts]
        if not rows:
            return
        self._make_room(len(rows))
        start, self_end = self._size, self._size + len(rows)
        for name, values in zip(_COLUMNS, zip(*rows, strict=True), strict=True):
            self._arrays[name][start:self_end] = values
        self._size = self_end

    def update(self, alerts: Iterable[Listed]) -> None:
        """Replace what may change of alerts that are here: whether they were seen, and what became of them."""
        numbers = self._arrays["number"][: self._size]
        for alert in alerts:
            row = int(np.searchsorted(numbers, alert.number))
            if row < self._size and numbers[row] == alert.number:
                self._arrays["acknowledged"][row] = alert.acknowledged
                self._arrays["outcome"][row] = _outcome_of(alert)

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
            arrays["kind"],
            arrays["direction"],
            arrays["outcome"],
            arrays["acknowledged"],
            arrays["impact"],
            arrays["confidence"],
            arrays["created"],
            arrays["expires"],
            _table(self._symbols, wanted.symbols),
            _table(self._rules, None if wanted.rule is None else (wanted.rule,)),
            _bits(KINDS, wanted.kind),
            _bits(DIRECTIONS, wanted.direction),
            _bits(OUTCOMES, wanted.outcome),
            -1 if wanted.acknowledged is None else int(wanted.acknowledged),
            -1 if wanted.expired is None else int(wanted.expired),
            _micros(now),
            _micros(wanted.since) if wanted.since is not None else -NEVER,
            _micros(wanted.until) if wanted.until is not None else NEVER,
            0.0 if wanted.min_impact is None else wanted.min_impact,
            _UNKNOWN if wanted.min_confidence is None else wanted.min_confidence,
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

    def _row_of(self, alert: Listed) -> tuple[float, ...]:
        """The values of `_COLUMNS`."""
        return (
            alert.number,
            self._symbols.setdefault(alert.symbol, len(self._symbols)),
            self._rules.setdefault(alert.rule, len(self._rules)),
            KINDS.index(alert.kind),
            DIRECTIONS.index(alert.direction),
            _outcome_of(alert),
            alert.acknowledged,
            alert.impact,
            _UNKNOWN if alert.confidence is None else alert.confidence,
            _micros(alert.created_at),
            NEVER if alert.expires_at is None else _micros(alert.expires_at),
        )

    def _make_room(self, more: int) -> None:
        """Grow by doubling, into new arrays: a page may be read from the old ones in another thread."""
        room = len(self._arrays["number"])
        if self._size + more <= room:
            return
        room = max(2 * room, self._size + more)
        grown = {name: np.empty(room, kind) for name, kind in _COLUMNS.items()}
        for name, array in grown.items():
            array[: self._size] = self._arrays[name][: self._size]
        self._arrays = grown


def _outcome_of(alert: Listed) -> int:
    return 0 if alert.outcome is None else OUTCOMES.index(alert.outcome)


def _table(codes: dict[str, int], wanted: Collection[str] | None) -> Any:
    size = len(codes)  # others may be added meanwhile
    if wanted is None:
        return np.ones(size, np.uint8)
    table = np.zeros(size, np.uint8)
    table[[code for name in wanted if (code := codes.get(name, size)) < size]] = 1
    return table


def _bits(names: tuple[str, ...], wanted: str | None) -> int:
    return 2 ** len(names) - 1 if wanted is None else 1 << names.index(wanted)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
