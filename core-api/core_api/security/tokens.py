"""Access tokens: signed, checked, remembered, revoked."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jwt
from chitti_shared.errors import Unauthorized

ISSUER = "trading-chitti"
API = "trading-chitti"  # audience of an access token
STREAM = "trading-chitti/stream"  # audience of the cookie that may only open streams
_ALGORITHM = "HS256"
_REQUIRED = ("iss", "aud", "exp", "iat", "jti", "sub")
_REMEMBERED = 4096
_MAX_TOKEN = 4096
_LAST_TIME = 253_402_300_800.0  # the year 10000: nothing later fits a date

Role = Literal["user", "admin"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a request acts for.

    `issued_at` and `expires_at` are Unix seconds of the token; `token_id` is its `jti`.
    """

    user_id: int
    name: str
    role: Role
    token_id: str
    issued_at: float
    expires_at: float


class Tokens:
    """Signs and checks access tokens (JWT, HS256).

    A token that passed once is remembered, so that a hot request pays a dictionary look-up and
    not a signature; expiry and revocation are looked at every time.

    Parameters
    ----------
    key : bytes
        The signing key, 32 bytes or more.
    life_s : int
        Life of a token.
    clock : callable
        Unix seconds.
    """

    def __init__(self, key: bytes, life_s: int, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], Principal] = OrderedDict()
        self._revoked: frozenset[str] = frozenset()
        self._revoked_here: dict[str, float] = {}
        self._valid_from: Mapping[int, float] = {}
        self.life_s = life_s

    def issue(self, user_id: int, name: str, role: Role, audience: str = API) -> tuple[str, Principal]:
        """A new token and what it says."""
        now = self._clock()
        principal = Principal(user_id, name, role, secrets.token_urlsafe(16), now, now + self.life_s)
        return self._sign(principal, audience), principal

    def issue_stream(self, principal: Principal) -> str:
        """The token of the stream cookie: it ends, and is revoked, with the access token."""
        return self._sign(principal, STREAM)

    def verify(self, token: str, audience: str = API) -> Principal:
        """What a token says. Errors: unauthorized (malformed, forged, expired, revoked)."""
        known = self._known.get((audience, token))
        principal = known or self._decode(token, audience)
        if principal.expires_at <= self._clock():
            raise Unauthorized("the login has expired", reason="expired")
        if principal.token_id in self._revoked or principal.issued_at < self._valid_from.get(principal.user_id, 0.0):
            raise Unauthorized("the login was ended", reason="revoked")
        if known is None:
            self._known[audience, token] = principal
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return principal

    def apply_revocations(self, token_ids: frozenset[str], valid_from: Mapping[int, float]) -> None:
        """Refuse from now on these tokens, and each user's tokens issued before its time.

        Tokens that were revoked here stay so until they expire: what is applied may have been read
        before their revocation was committed.
        """
        now = self._clock()
        self._revoked_here = {one: until for one, until in self._revoked_here.items() if until > now}
        self._revoked = token_ids | self._revoked_here.keys()
        self._valid_from = valid_from

    def revoke(self, principal: Principal) -> None:
        """Refuse one token in this process at once; the others learn it from the database."""
        self._revoked_here[principal.token_id] = principal.expires_at
        self._revoked |= {principal.token_id}

    def is_revoked(self, principal: Principal) -> bool:
        return principal.token_id in self._revoked or principal.issued_at < self._valid_from.get(principal.user_id, 0.0)

    def _sign(self, principal: Principal, audience: str) -> str:
        claims = {
            "iss": ISSUER,
            "aud": audience,
            "sub": str(principal.user_id),
            "name": principal.name,
            "role": principal.role,
            "jti": principal.token_id,
            "iat": principal.issued_at,
            "exp": principal.expires_at,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def _decode(self, token: str, audience: str) -> Principal:
        if len(token) > _MAX_TOKEN:
            raise Unauthorized("the login is not valid", reason="malformed")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                issuer=ISSUER,
                audience=audience,
                # our clock decides on time, below and on every use
                options={"require": list(_REQUIRED), "verify_exp": False, "verify_iat": False},
            )
            return Principal(
                int(claims["sub"]),
                str(claims["name"]),
                "admin" if claims["role"] == "admin" else "user",
                str(claims["jti"]),
                _time(claims["iat"]),
                _time(claims["exp"]),
            )
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise Unauthorized("the login is not valid", reason="malformed") from error


def _time(claim: Any) -> float:
    """Unix seconds that a date can hold. Raises TypeError, ValueError, OverflowError."""
    seconds = float(claim)
    if not 0 <= seconds < _LAST_TIME:
        raise ValueError(f"no time: {seconds!r}")
    return seconds
