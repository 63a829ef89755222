"""How a feed fares, in one word: the same one in the list, in the metrics and in `health`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args

FeedState: TypeAlias = Literal["new", "ok", "quiet", "failing", "dead", "paused", "left", "gone"]
STATES: tuple[FeedState, ...] = get_args(FeedState)
DEAD_AFTER = timedelta(days=1)
_QUIET_AFTER = timedelta(days=3)
_OFF: dict[str, FeedState] = {"user": "paused", "setting": "left", "gone": "gone"}
Row: TypeAlias = Mapping[str, Any]  # of news.feeds


def state_of(row: Row, now: datetime) -> FeedState:
    """The state of a feed's row.

    Of one that is not fetched: `gone` (its server said so), `paused` by a user, `left` the
    setting. Else `failing`, `dead` when it has failed for a day; `new` until its first fetch;
    `quiet` when it answers and yet has never brought an article, or none that was new for three
    days; else `ok`.
    """
    if not row["enabled"]:
        return _OFF[row["disabled_by"]]
    if row["failing_since"] is not None:
        return "dead" if now - row["failing_since"] >= DEAD_AFTER else "failing"
    if row["last_success_at"] is None:
        return "new"
    silent = row["last_success_at"] - (row["last_new_at"] or row["added_at"])
    return "quiet" if row["items_seen"] == 0 or silent >= _QUIET_AFTER else "ok"


@dataclass(frozen=True, slots=True)
class Tally:
    """All feeds at a glance: how many are in each state, and, of those that are fetched, two moments.

    `oldest_success` is the longest ago of their last successes (of one that never had any: when it
    was added), `longest_due` the earliest turn; both None where none is fetched.
    """

    states: Mapping[FeedState, int]
    oldest_success: datetime | None
    longest_due: datetime | None

    @property
    def fetched(self) -> int:
        """How many are fetched."""
        return sum(count for state, count in self.states.items() if state not in _OFF.values())


def tally(rows: Iterable[Row], now: datetime) -> Tally:
    """The feeds at a glance."""
    rows = list(rows)
    states = dict.fromkeys(STATES, 0) | Counter(state_of(row, now) for row in rows)
    enabled = [row for row in rows if row["enabled"]]
    return Tally(
        states,
        min((row["last_success_at"] or row["added_at"] for row in enabled), default=None),
        min((row["next_due"] for row in enabled), default=None),
    )
