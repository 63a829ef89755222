"""What a feed holds once it was parsed, whatever its format, and what bounds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chitti_shared.errors import InvalidInput

MAX_BYTES = 10 * 1024 * 1024
MAX_ITEMS = 5_000
MAX_TAGS = 500_000
MAX_TITLE = 1_000
MAX_SUMMARY = 5_000
MAX_URL = 2_048
FORMATS = "RSS, Atom, RDF or JSON Feed"


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item as plain text.

    `published_at` is None when the feed gives no date, or an impossible one. `url` is an
    http(s) address or empty; `source_host` is the publisher's host, in lower case, or empty.
    """

    title: str
    summary: str
    url: str
    source: str
    source_host: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed feed. `skipped` counts items that had no title."""

    title: str
    url: str
    items: tuple[FeedItem, ...]
    skipped: int


def refuse(message: str, constraint: str) -> InvalidInput:
    """The error of a document that is no feed."""
    return InvalidInput(message, field="document", constraint=constraint)
