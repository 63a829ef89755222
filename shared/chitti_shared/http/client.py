"""Fetching a document from an address that somebody gave us."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from chitti_shared.errors import InvalidInput, ServiceUnavailable, Timeout
from chitti_shared.http.addresses import checked_url
from chitti_shared.http.body import read_body
from chitti_shared.http.resolver import PublicResolver, Resolve, system_resolve

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_VALIDATOR = 1024
_MAX_RETRY_AFTER_S = 86_400


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch, redirects included."""

    connect_s: float = 5.0
    total_s: float = 15.0
    redirects: int = 3
    raw_bytes: int = 5 * 1024 * 1024
    inflated_bytes: int = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document and the validators for asking again. `not_modified`: 304, the body is empty."""

    url: str
    body: bytes
    content_type: str
    etag: str | None
    last_modified: str | None
    not_modified: bool = False


class SafeClient:
    """GETs documents from the public internet.

    Every address, literal or resolved, is checked, and the connection goes to the address
    that was checked; redirects are followed by hand and checked again. Proxies of the
    environment, cookies and `.netrc` are not used.

    Parameters
    ----------
    allow : collection of str
        Exact `host:port` pairs that may be fetched though they are not public.
    resolve : Resolve
        Names to addresses.
    user_agent : str
    limits : Limits
    """

    def __init__(
        self,
        *,
        allow: Collection[str] = (),
        resolve: Resolve = system_resolve,
        user_agent: str = "trading-chitti/0.1 (+feed reader)",
        limits: Limits | None = None,
    ) -> None:
        self._allow = frozenset(allow)
        self._resolve = resolve
        self._limits = limits or Limits()
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml, */*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        }
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=PublicResolver(self._resolve, self._allow),
                use_dns_cache=False,
                limit=16,
                limit_per_host=2,
            ),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Fetch a document, or learn that it has not changed since `etag` or `last_modified`.

        Raises
        ------
        InvalidInput
            A URL that is not fetched (`details.constraint` is "public address" for a refused
            one), too many redirects, or an answer of 4xx.
        PayloadTooLarge
            Beyond `limits`.
        ServiceUnavailable
            No connection, or an answer of 429 or 5xx (`details.retry_after_ms` when it said so).
        Timeout
            Not done within `limits.total_s`.
        """
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = self._headers | {name: value for name, value in validators.items() if value}
        try:
            async with asyncio.timeout(self._limits.total_s):
                return await self._follow(url, headers)
        except TimeoutError:
            raise Timeout(f"{_brief(url)} did not answer in time", url=_brief(url)) from None
        except aiohttp.InvalidURL:
            raise InvalidInput(f"{_brief(url)} is malformed", field="url", constraint="a URL") from None
        except (aiohttp.ClientError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise ServiceUnavailable(f"{_brief(url)} cannot be fetched: {reason}"[:300], url=_brief(url)) from None

    async def _follow(self, url: str, headers: dict[str, str]) -> Fetched:
        assert self._session is not None, "use the client as an asynchronous context manager"
        for _ in range(self._limits.redirects + 1):
            target = checked_url(url, self._allow)
            async with self._session.get(target, headers=headers, allow_redirects=False) as response:
                location = response.headers.get("Location")
                if response.status not in _REDIRECTS or location is None:
                    return await self._read(url, response)
                url = urljoin(str(target), location)
        raise InvalidInput(
            f"more than {self._limits.redirects} redirects",
            field="url",
            constraint=f"redirects <= {self._limits.redirects}",
        )

    async def _read(self, url: str, response: aiohttp.ClientResponse) -> Fetched:
        etag = _validator(response.headers.get("ETag"))
        last_modified = _validator(response.headers.get("Last-Modified"), 128)
        content_type = response.headers.get("Content-Type", "")
        if response.status == 304:
            return Fetched(url, b"", content_type, etag, last_modified, not_modified=True)
        if response.status != 200:
            raise _refusal(url, response)
        body = await read_body(response, self._limits.raw_bytes, self._limits.inflated_bytes)
        return Fetched(url, body, content_type, etag, last_modified)


def _refusal(url: str, response: aiohttp.ClientResponse) -> InvalidInput | ServiceUnavailable:
    said = f"{_brief(url)} answered {response.status}"
    if response.status != 429 and response.status < 500:
        return InvalidInput(said, field="url", constraint="HTTP 200", status=response.status)
    after = response.headers.get("Retry-After", "")
    if after.isascii() and after.isdigit() and len(after) < 7:
        wait_ms = min(int(after), _MAX_RETRY_AFTER_S) * 1000
        return ServiceUnavailable(said, status=response.status, retry_after_ms=wait_ms)
    return ServiceUnavailable(said, status=response.status)


def _validator(value: str | None, limit: int = _MAX_VALIDATOR) -> str | None:
    """A header worth keeping for the next request; an oversized one would not pass the server again."""
    return value if value and len(value) <= limit and value.isprintable() else None


def _brief(url: str) -> str:
    """The host, for messages: the whole address is the caller's and may be long."""
    try:
        return URL(url).host or url[:100]
    except ValueError:
        return url[:100]
