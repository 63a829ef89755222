"""Dates as feeds write them, to UTC."""

from __future__ import annotations

from datetime import datetime

from news_nlp.kernels.markup import _dates


def parse_date(text: str | None) -> datetime | None:
    """The moment a feed names, in UTC; None when it names none, or one outside of 1990 to 2100.

    RFC 822 in its usual spellings and ISO 8601 in its basic, ordinal and week forms, `Sep 30, 2025
    6:21 PM IST`, `30/09/2025 18:21` (the day first where either could be meant), and seconds or
    milliseconds since 1970. IST is India's; a time without a zone is taken as UTC.
    """
    return _dates.parse_date(text) if text else None
