"""Dates as feeds write them, to UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_RFC822 = re.compile(
    r"\s*(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})[\s-]([A-Za-z]{3})[a-z]*[\s-](\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*"
    r"(GMT|UTC?|Z|IST|[+-]\d{2}:?\d{2})?\s*\Z"
)
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905 - reads as a calendar
_EARLIEST_YEAR = 1990
_LATEST_YEAR = 2100


def parse_date(text: str | None) -> datetime | None:
    """The moment a feed names, in UTC; None when it names none or an impossible one.

    RFC 822 in its usual spellings, ISO 8601, and what the standard library's mail parser
    reads. A time without a zone is taken as UTC.
    """
    if not text or len(text) > 100:
        return None
    try:
        moment = _rfc822(text) or _iso(text) or parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if _EARLIEST_YEAR <= moment.year <= _LATEST_YEAR else None


def _rfc822(text: str) -> datetime | None:
    found = _RFC822.match(text)
    if found is None or found[2].lower() not in _MONTHS:
        return None
    day, month, year, hour, minute, second, zone = found.groups()
    return datetime(
        int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second or 0), tzinfo=_zone(zone)
    )


def _zone(name: str | None) -> timezone:
    if name == "IST":  # India's, in the feeds read here
        return timezone(timedelta(hours=5, minutes=30))
    if name is None or name[0] not in "+-":
        return UTC
    digits = name[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(offset if name[0] == "+" else -offset)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None
