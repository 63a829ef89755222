"""Fetching a document from an address that somebody gave us, and posting one to it."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from chitti_shared.errors import ChittiError, InvalidInput, ServiceUnavailable, Timeout
from chitti_shared.http.addresses import MAX_URL, allowed, checked_url, is_literal, is_public, not_public
from chitti_shared.http.answers import Fetched, Posted, fetched, host_of, posted, refusal
from chitti_shared.http.body import read_body
from chitti_shared.http.resolver import PublicResolver, Resolve, system_resolve
from chitti_shared.http.turns import HostTurns

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_DROPPED, _DROPPED_S = 16 * 1024, 1.0  # of an answer to a post


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch. `total_s` holds redirects and repeated attempts, but not the wait for a host's turn.

    An attempt that failed for a reason that may pass is repeated after a random part of `backoff_s`,
    of twice that the next time ("full jitter"): clients that failed together don't come back together.
    `connections` are open at once, over all hosts; who waits for one spends `connect_s`.
    """

    connect_s: float = 5.0
    total_s: float = 15.0
    redirects: int = 3
    raw_bytes: int = 5 * 1024 * 1024
    inflated_bytes: int = 10 * 1024 * 1024
    attempts: int = 3
    backoff_s: float = 0.5
    connections: int = 16


class SafeClient:
    """GETs documents from the public internet, and POSTs to it.

    Every address, literal or resolved, is checked, and the connection goes to the address
    that was checked; redirects are followed by hand and checked again. Proxies of the
    environment, cookies and `.netrc` are not used. A host is asked for one document at a time,
    and posted to one at a time at each of its addresses: a receiver that hangs holds no other up.

    Parameters
    ----------
    allow : collection of str
        Exact `host:port` pairs that may be fetched though they are not public.
    resolve : Resolve
        Names to addresses.
    user_agent : str
    limits : Limits
    pause_s : float
        Least time between two requests that take turns.
    """

    def __init__(
        self,
        *,
        allow: Collection[str] = (),
        resolve: Resolve = system_resolve,
        user_agent: str = "trading-chitti/0.1 (+feed reader)",
        limits: Limits | None = None,
        pause_s: float = 0.0,
    ) -> None:
        self._allow = frozenset(allow)
        self._resolve = resolve
        self._limits = limits or Limits()
        self._turns = HostTurns(pause_s)
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml, */*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        }
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        resolver = PublicResolver(self._resolve, self._allow)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=resolver, socket_factory=resolver.socket, use_dns_cache=False, limit=self._limits.connections
            ),
            # `connect` is the whole way: the name, every address it has, and TLS
            timeout=aiohttp.ClientTimeout(total=None, connect=self._limits.connect_s),
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
        given = {name: value for name, value in validators.items() if value}
        budget = _Budget(self._limits.total_s)
        attempt = 1
        while True:
            try:
                return await self._attempt(url, given, budget)
            except (ServiceUnavailable, Timeout) as error:
                pause_s = random.uniform(0.0, self._limits.backoff_s * 2 ** (attempt - 1))  # noqa: S311 - no secret
                if attempt >= self._limits.attempts or pause_s >= budget.left_s or not _may_pass(error):
                    raise
            await asyncio.sleep(pause_s)
            budget.left_s -= pause_s
            attempt += 1

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """Post a document once; whatever its server answers is no error, and redirects are not followed.

        Raises
        ------
        InvalidInput
            A URL that is not fetched (`details.constraint` is "public address" for a refused one).
        ServiceUnavailable
            No connection, or one that broke.
        Timeout
            Not answered within `limits.total_s`.
        """
        assert self._session is not None, "use the client as an asynchronous context manager"
        host, budget = host_of(url), _Budget(self._limits.total_s)
        sent = {"User-Agent": self._headers["User-Agent"], "Accept": "*/*", **headers}
        with _told(host, budget):
            target = checked_url(url, self._allow)
            async with (
                self._turns.take(str(target)),
                budget.spending(),
                self._session.post(target, data=body, headers=sent, allow_redirects=False) as response,
            ):
                await _drop(response)
                return posted(response)

    async def check(self, url: str) -> None:
        """Refuse an address that `get` and `post` would refuse now. A name that nobody knows yet passes.

        Raises
        ------
        InvalidInput
            As `get`.
        """
        target = checked_url(url, self._allow)
        host, port = str(target.raw_host), target.port or 0
        if is_literal(host) or allowed(host, port, self._allow):
            return
        try:
            async with asyncio.timeout(self._limits.connect_s):
                addresses = await self._resolve(host, port)
        except OSError:  # TimeoutError too
            return
        if not all(map(is_public, addresses)):
            raise not_public(host)

    async def _attempt(self, url: str, validators: dict[str, str], budget: _Budget) -> Fetched:
        with _told(host_of(url), budget):
            return await self._follow(url, validators, budget)

    async def _follow(self, url: str, validators: dict[str, str], budget: _Budget) -> Fetched:
        assert self._session is not None, "use the client as an asynchronous context manager"
        headers = self._headers | validators
        moved_to, lasting = None, True
        for hop in range(self._limits.redirects + 1):
            target = checked_url(url, self._allow)
            budget.answering = False
            if hop and lasting:
                moved_to = str(target) if len(str(target)) <= MAX_URL else None
            async with (
                self._turns.take(str(target.raw_host).rstrip(".")),
                budget.spending(),
                self._session.get(target, headers=headers, allow_redirects=False) as response,
            ):
                budget.answering = True
                location = response.headers.get("Location")
                if response.status not in _REDIRECTS or location is None:
                    found = await self._read(url, response, conditional=bool(validators))
                    return replace(found, moved_to=moved_to)
                url = _next(target, location)
                lasting = lasting and response.status in _PERMANENT
        raise InvalidInput(
            f"more than {self._limits.redirects} redirects",
            field="url",
            constraint=f"redirects <= {self._limits.redirects}",
        )

    async def _read(self, url: str, response: aiohttp.ClientResponse, *, conditional: bool) -> Fetched:
        if response.status == 304 and conditional:
            return fetched(url, response, b"")
        if response.status != 200:
            raise refusal(url, response)
        return fetched(url, response, await read_body(response, self._limits.raw_bytes, self._limits.inflated_bytes))


async def _drop(response: aiohttp.ClientResponse) -> None:
    """Read what an answer says beside its status, if it does: the connection can then be used again."""
    with suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(_DROPPED_S):
            await response.content.read(_DROPPED)


class _Budget:
    """The time that a fetch may take, over its requests; `answering`: whether the last one got more than silence."""

    def __init__(self, seconds: float) -> None:
        self.left_s = seconds
        self.answering = False

    @asynccontextmanager
    async def spending(self) -> AsyncIterator[None]:
        """TimeoutError once the time is up."""
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            async with asyncio.timeout(self.left_s):
                yield
        finally:
            self.left_s -= clock() - started


@contextmanager
def _told(host: str, budget: _Budget) -> Iterator[None]:
    """What can happen on the line, as errors of ours."""
    try:
        yield
    except TimeoutError:
        said = "did not finish its answer in time" if budget.answering else "did not answer in time"
        raise Timeout(f"{host} {said}", url=host) from None
    except aiohttp.InvalidURL:
        raise InvalidInput(f"{host} is malformed", field="url", constraint="a URL") from None
    except aiohttp.ClientConnectorCertificateError as error:
        said = f"{host} has no valid certificate: {error.certificate_error}"
        raise ServiceUnavailable(said[:300], url=host, reason="certificate") from None
    except (aiohttp.ClientError, OSError) as error:
        raise ServiceUnavailable(f"{host} cannot be fetched: {_why(error)}"[:300], url=host) from None


def _next(target: URL, location: str) -> str:
    """Where a redirect leads; not from a protected line to an open one."""
    try:
        url = urljoin(str(target), location)
    except ValueError as error:
        raise InvalidInput(f"the redirect is malformed: {error}", field="url", constraint="a URL") from None
    if target.scheme == "https" and url[:5].lower() == "http:":
        raise InvalidInput(
            f"{target.host} redirects from https to http", field="url", constraint="no redirect from https to http"
        )
    return url


def _why(error: aiohttp.ClientError | OSError) -> str:
    """What happened to the line, in words."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "its name is not known"
        case aiohttp.ClientConnectorError():
            code = error.os_error.errno
            return f"no connection ({os.strerror(code)})" if code else "no connection"
        case aiohttp.ClientPayloadError():
            return "its answer ends early"
        case aiohttp.ServerDisconnectedError():
            return "it closed the connection"
        case aiohttp.ClientResponseError():
            return "its answer is no proper HTTP"
    return str(error) or type(error).__name__


def _may_pass(error: ChittiError) -> bool:
    """Whether asking again within seconds makes sense: not when the server named a time, nor for a bad certificate."""
    told = error.details
    return told.get("status") != 429 and "retry_after_ms" not in told and told.get("reason") != "certificate"
