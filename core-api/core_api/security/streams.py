"""Who an event stream acts for: EventSource can set no headers, so it has two more ways."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from chitti_shared.errors import Unauthorized

from core_api.asgi import Exchange, Scope
from core_api.query import split_query
from core_api.security.logins import Logins
from core_api.security.tokens import Principal

COOKIE = "chitti_stream"
TICKET = "ticket"


class StreamLogin:
    """A stream's login: the bearer token, else `?ticket=`, else the cookie that logging in set."""

    def __init__(self, logins: Logins) -> None:
        self._logins = logins

    async def principal_of(self, scope: Scope) -> Principal:
        """Errors: unauthorized. A ticket is spent by asking."""
        exchange: Exchange = scope["exchange"]
        authorization = exchange.headers.get(b"authorization")
        if authorization is not None:
            return self._logins.by_header(authorization)
        tickets = split_query(scope["query_string"]).get(TICKET)
        if tickets:
            return await self._logins.by_ticket(tickets[0])
        cookie = cookie_of(exchange.headers.get(b"cookie", b""), COOKIE)
        if cookie:
            return self._logins.by_cookie(cookie)
        raise Unauthorized("a stream needs a login: a bearer token, a ticket or the login's cookie", reason="missing")


def cookie_of(header: bytes, name: str) -> str | None:
    """The value of a cookie in a `Cookie` header."""
    try:
        morsel = SimpleCookie(header.decode("latin-1")).get(name)
    except CookieError:
        return None
    return morsel.value if morsel else None
