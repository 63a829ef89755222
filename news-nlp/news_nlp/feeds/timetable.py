"""When a feed is fetched next: by a cron expression in Indian time, or after an interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from chitti_shared.errors import InvalidInput
from chitti_shared.market_time import IST

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST_GAP_DAYS = 3_000  # 29 February skips 2100: eight years


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression of five fields: minute, hour, day of month, month, day of week.

    Each is `*`, a number, a name (`jan`, `mon`), a range, or a list of these, with `/step` behind `*`
    or a range; Sunday is 0 and 7. As in every cron, a day matches when both day fields match, or
    either of them where neither begins with `*`.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    @staticmethod
    @lru_cache(256)
    def parse(expression: str) -> Cron:
        """The expression's meaning.

        Raises
        ------
        InvalidInput
            It is none, or it never comes; the message names the field and what it may hold.
        """
        fields = expression.split()
        if len(fields) != 5:
            raise _refused(f"a cron expression has 5 fields, found {len(fields)}")
        minute, hour, day, month, weekday = fields
        cron = Cron(
            tuple(sorted(_numbers("minute", minute, 0, 59))),
            tuple(sorted(_numbers("hour", hour, 0, 23))),
            _numbers("day of month", day, 1, 31),
            _numbers("month", month, 1, 12, _MONTHS, 1),
            frozenset(one % 7 for one in _numbers("day of week", weekday, 0, 7, _WEEKDAYS, 0)),
            either_day=not day.startswith("*") and not weekday.startswith("*"),
        )
        cron.next_after(datetime.now(UTC))
        return cron

    def next_after(self, moment: datetime) -> datetime:
        """The first minute after `moment` that matches, in UTC. Errors: InvalidInput (there is none)."""
        start = moment.astimezone(IST).replace(second=0, microsecond=0) + timedelta(minutes=1)
        for offset in range(_LONGEST_GAP_DAYS):
            day = start.date() + timedelta(days=offset)
            if self._falls_on(day) and (found := self._first_time(start.time() if offset == 0 else time.min)):
                return datetime.combine(day, found, IST).astimezone(UTC)
        raise _refused(f"no such day comes within {_LONGEST_GAP_DAYS // 365} years")

    def _falls_on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_month, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return by_month or by_week if self.either_day else by_month and by_week

    def _first_time(self, earliest: time) -> time | None:
        for hour in self.hours:
            for minute in self.minutes:
                if (hour, minute) >= (earliest.hour, earliest.minute):
                    return time(hour, minute)
        return None


def next_turn(schedule: str | None, interval_s: float, now: datetime) -> datetime:
    """When a feed that was fetched `now` is due again."""
    return Cron.parse(schedule).next_after(now) if schedule else now + timedelta(seconds=interval_s)


def _numbers(
    field: str, text: str, low: int, high: int, names: tuple[str, ...] = (), first_name: int = 0
) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = (str(low), "-", str(high)) if span == "*" else span.partition("-")
        if dash and not (first and last):
            raise _refused(f"the {field} has half a range: {part!r}")
        start = _number(field, first, low, high, names, first_name)
        end = _number(field, last, low, high, names, first_name) if dash else start
        if names is _WEEKDAYS and start > end == 0:
            end = 7  # fri-sun
        if start > end:
            raise _refused(f"the {field}'s range {span!r} runs backwards")
        if slash and not (dash and step.isascii() and step.isdigit() and 0 < int(step[:3]) <= high):
            raise _refused(f"the {field} has {part!r}: a step is */n or a-b/n with n from 1 to {high}")
        found.update(range(start, end + 1, int(step[:3]) if slash else 1))
    return frozenset(found)


def _number(field: str, text: str, low: int, high: int, names: tuple[str, ...], first_name: int) -> int:
    if text.lower() in names:
        return names.index(text.lower()) + first_name
    if text.isascii() and text.isdigit() and len(text) <= 2 and low <= int(text) <= high:
        return int(text)
    called = f", or {names[0]} to {names[-1]}" if names else ""
    raise _refused(f"the {field} is {low} to {high}{called}; found {text!r}")


def _refused(message: str) -> InvalidInput:
    return InvalidInput(
        f"{message}; expected for example '*/5 9-15 * * mon-fri'",
        field="schedule",
        constraint="cron expression of five fields",
    )
