"""What a server's answer means: a document, nothing new, or an error that says when to come back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from yarl import URL

from chitti_shared.errors import InvalidInput, ServiceUnavailable

_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9_.:+-]{1,40})", re.IGNORECASE)
_MAX_VALIDATOR = 1024
_MAX_DATE = 128
_MAX_RETRY_AFTER_S = 86_400


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document, where it was found at last, and the validators for asking again; 304: the body is empty.

    `moved_to` is where the address asked for says that the document lives from now on: as far as
    its redirects were permanent ones (301, 308) from the first on; None without such.
    """

    url: str
    body: bytes
    content_type: str
    etag: str | None
    last_modified: str | None
    not_modified: bool = False
    status: int = 200
    moved_to: str | None = None

    @property
    def charset(self) -> str | None:
        """Of `content_type`; a hint, servers are often wrong."""
        found = _CHARSET.search(self.content_type)
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Posted:
    """What a server answered to a post; `wait_s` when it said how long to stay away."""

    status: int
    wait_s: int | None = None


def posted(response: aiohttp.ClientResponse) -> Posted:
    """The answer to a post, without its body."""
    headers = response.headers
    return Posted(response.status, _retry_after(headers.get("Retry-After", ""), headers.get("Date", "")))


def fetched(url: str, response: aiohttp.ClientResponse, body: bytes) -> Fetched:
    """A document, or with status 304 the news that there is none."""
    return Fetched(
        url,
        body,
        response.headers.get("Content-Type", ""),
        _validator(response.headers.get("ETag"), _MAX_VALIDATOR),
        _validator(response.headers.get("Last-Modified"), _MAX_DATE),
        not_modified=response.status == 304,
        status=response.status,
    )


def refusal(url: str, response: aiohttp.ClientResponse) -> InvalidInput | ServiceUnavailable:
    """The error of an answer that is no document; `details.status` is the server's.

    429 and 5xx are the server's trouble and may pass, with `details.retry_after_ms` when it said
    when; the rest is a matter of the address.
    """
    said = f"{host_of(url)} answered {response.status}"
    if response.status != 429 and response.status < 500:
        return InvalidInput(said, field="url", constraint="HTTP 200", status=response.status)
    wait_s = _retry_after(response.headers.get("Retry-After", ""), response.headers.get("Date", ""))
    if wait_s is None:
        return ServiceUnavailable(said, status=response.status)
    return ServiceUnavailable(said, status=response.status, retry_after_ms=wait_s * 1000)


def host_of(url: str) -> str:
    """The host, for messages: the whole address is the caller's and may be long."""
    try:
        return URL(url).host or url[:100]
    except (ValueError, IndexError):
        return url[:100]


def _validator(value: str | None, limit: int) -> str | None:
    """A header worth keeping for the next request; an oversized one would not pass the server again."""
    return value if value and len(value) <= limit and value.isprintable() else None


def _retry_after(value: str, date: str) -> int | None:
    """Seconds to wait by RFC 9110, 10.2.3: a number, or a date, which is held against the server's own clock."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:18]), _MAX_RETRY_AFTER_S)
    until = _moment(value)
    if until is None:
        return None
    wait_s = (until - (_moment(date) or datetime.now(UTC))).total_seconds()
    return int(min(max(wait_s, 0.0), _MAX_RETRY_AFTER_S))


def _moment(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value[:_MAX_DATE])
    except (ValueError, TypeError, OverflowError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
