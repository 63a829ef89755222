"""Logging in and out, and who a request acts for."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from chitti_shared.errors import Overloaded, RateLimited, ServiceUnavailable, Timeout, Unauthorized
from chitti_shared.logs import get_logger

from core_api.metrics import LoginMetrics
from core_api.security.passwords import Passwords
from core_api.security.rates import RateLimit
from core_api.security.tokens import STREAM, Principal, Tokens
from core_api.storage.accounts import Accounts, User

_log = get_logger(__name__)
_REVOCATIONS_EVERY_S = 1.0
_SWEEP_EVERY = 600  # rounds of the above
_MAX_NAME = 64
_MAX_TICKET = 128


@dataclass(frozen=True, slots=True)
class Session:
    """What a login gives: an access token, a stream token for the cookie, a refresh token."""

    access_token: str
    stream_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class LoginLimits:
    """Attempts by address and by name; the second stops a guess spread over many addresses."""

    by_address: RateLimit
    by_name: RateLimit


class Logins:
    """Answers who somebody is.

    Parameters
    ----------
    accounts : Accounts
    tokens : Tokens
    passwords : Passwords
    limits : LoginLimits
    metrics : LoginMetrics
    refresh_life_s : int
        Life of an unused refresh token.
    """

    def __init__(
        self,
        accounts: Accounts,
        tokens: Tokens,
        passwords: Passwords,
        limits: LoginLimits,
        metrics: LoginMetrics,
        refresh_life_s: int,
    ) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._passwords = passwords
        self._limits = limits
        self._metrics = metrics
        self.refresh_life_s = refresh_life_s

    async def log_in(self, name: str, password: str, address: str) -> Session:
        """A session for name and password. Errors: unauthorized, rate_limited, overloaded.

        An unknown name takes as long as a wrong password.
        """
        try:
            self._limits.by_address.take(address)
            self._limits.by_name.take(name[:_MAX_NAME].lower())
        except RateLimited:
            self._metrics.attempts.labels("rate_limited").inc()
            raise
        user = await self._accounts.find(name) if len(name) <= _MAX_NAME and "\0" not in name else None
        if not await self._passwords.verify(user.password_hash if user else None, password) or user is None:
            self._metrics.attempts.labels("refused").inc()
            _log.warning("login refused", user=name[:_MAX_NAME], address=address)
            raise Unauthorized("wrong name or password", reason="credentials")
        if self._passwords.outdated(user.password_hash):
            await self._accounts.set_hash(user, await self._passwords.hash(password))
        self._metrics.attempts.labels("ok").inc()
        _log.info("login", user=user.name, address=address)
        refresh = secrets.token_urlsafe(32)
        await self._accounts.store_refresh(refresh, user.user_id, self.refresh_life_s)
        return self._session(user, refresh)

    async def refresh(self, token: str, address: str) -> Session:
        """A new session for a refresh token, which is spent by it. Errors: unauthorized, rate_limited."""
        self._limits.by_address.take(("refresh", address))
        fresh = secrets.token_urlsafe(32)
        user = await self._accounts.rotate_refresh(token, fresh, self.refresh_life_s)
        if user is None:
            raise Unauthorized("the refresh token is not valid", reason="refresh_token")
        return self._session(user, fresh)

    async def log_out(self, principal: Principal, refresh_token: str | None) -> None:
        """End the access token, its stream cookie and tickets, and the login's refresh tokens."""
        await self._accounts.end_login(principal, refresh_token)
        self._tokens.revoke(principal)
        _log.info("logout", user=principal.name)

    async def stream_ticket(self, principal: Principal) -> str:
        """A ticket that opens one stream within 30 s, as long as the access token is good."""
        ticket = secrets.token_urlsafe(32)
        await self._accounts.store_ticket(ticket, principal)
        return ticket

    def by_header(self, authorization: bytes | None) -> Principal:
        """Who an `Authorization: Bearer` header stands for. Errors: unauthorized."""
        if authorization is None:
            raise Unauthorized("a login is needed: POST /api/auth/token", reason="missing")
        scheme, _, token = authorization.partition(b" ")
        if scheme.lower() != b"bearer" or not token.isascii():
            raise Unauthorized("the login must be a bearer token", reason="malformed")
        return self._tokens.verify(token.strip().decode("ascii"))

    def by_cookie(self, token: str) -> Principal:
        """Who the stream cookie stands for. Errors: unauthorized."""
        return self._tokens.verify(token, STREAM)

    async def by_ticket(self, ticket: str) -> Principal:
        """Who a stream ticket stands for, spending it. Errors: unauthorized."""
        principal = await self._accounts.spend_ticket(ticket) if 0 < len(ticket) <= _MAX_TICKET else None
        if principal is None or self._tokens.is_revoked(principal):
            raise Unauthorized("the stream ticket is unknown, spent or expired", reason="ticket")
        return principal

    def ended(self, principal: Principal) -> bool:
        """Whether a login was ended before its time."""
        return self._tokens.is_revoked(principal)

    async def follow_revocations(self) -> None:
        """Learn, once a second and until cancelled, which logins were ended in any process."""
        rounds = 0
        failing = False
        while True:
            try:
                found = await self._accounts.revocations()
                self._tokens.apply_revocations(found.token_ids, found.valid_from)
                if rounds % _SWEEP_EVERY == 0:
                    await self._accounts.sweep()
                rounds += 1
                failing = False
            except (ServiceUnavailable, Timeout, Overloaded) as error:
                if not failing:
                    _log.warning("revocations can't be read", reason=error.message)
                failing = True
            await asyncio.sleep(_REVOCATIONS_EVERY_S)

    def _session(self, user: User, refresh: str) -> Session:
        access, principal = self._tokens.issue(user.user_id, user.name, user.role)
        return Session(access, self._tokens.issue_stream(principal), refresh, self._tokens.life_s)
