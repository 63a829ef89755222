"""Logging in and out over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from chitti_shared.errors import Unauthorized
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel, Field

from core_api.asgi import Exchange
from core_api.security.logins import Logins, Session
from core_api.security.streams import COOKIE, cookie_of

REFRESH_COOKIE = "chitti_refresh"
_STREAM_PATH = "/api/alerts/stream"
_AUTH_PATH = "/api/auth"
_TICKET_LIFE_S = 30
_NO_STORE = {"cache-control": "no-store"}


class Login(BaseModel):
    """A login. `refresh_token` is spent by `POST /api/auth/refresh`, which gives the next one."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105 - RFC 6749's word
    expires_in: int = Field(description="Seconds until the access token ends.")
    refresh_token: str


class Ticket(BaseModel):
    """Opens one stream: `GET /api/alerts/stream?ticket=...`."""

    ticket: str
    expires_in: int = Field(description="Seconds within which the stream must be opened.")


def auth_router(logins: Logins, *, cookie_secure: bool | None) -> APIRouter:
    """The routes under `/api/auth`."""
    router = APIRouter(prefix="/api/auth", tags=["auth"])

    @router.post("/token", response_model=Login, summary="Log in with name and password.")
    async def token(request: Request, form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Response:
        exchange = _exchange(request)
        session = await logins.log_in(form.username, form.password, exchange.address)
        return _answer(request, session)

    @router.post(
        "/refresh", response_model=Login, summary="Continue a login with its refresh token (form field, else cookie)."
    )
    async def refresh(request: Request, refresh_token: Annotated[str | None, Form()] = None) -> Response:
        exchange = _exchange(request)
        spent = refresh_token or _refresh_cookie(exchange)
        if not spent:
            raise Unauthorized("no refresh token was sent", reason="missing")
        return _answer(request, await logins.refresh(spent, exchange.address))

    @router.post("/logout", status_code=204, summary="End this login, its streams and its refresh tokens.")
    async def logout(request: Request, refresh_token: Annotated[str | None, Form()] = None) -> Response:
        exchange = _exchange(request)
        assert exchange.principal is not None
        await logins.log_out(exchange.principal, refresh_token or _refresh_cookie(exchange))
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path=_STREAM_PATH)
        response.delete_cookie(REFRESH_COOKIE, path=_AUTH_PATH)
        return response

    @router.post("/stream-ticket", response_model=Ticket, summary="A single-use ticket for a browser's EventSource.")
    async def stream_ticket(request: Request) -> Response:
        exchange = _exchange(request)
        assert exchange.principal is not None
        ticket = await logins.stream_ticket(exchange.principal)
        return JSONResponse({"ticket": ticket, "expires_in": _TICKET_LIFE_S}, headers=_NO_STORE)

    def _answer(request: Request, session: Session) -> JSONResponse:
        body: dict[str, Any] = {
            "access_token": session.access_token,
            "token_type": "bearer",
            "expires_in": session.expires_in,
            "refresh_token": session.refresh_token,
        }
        response = JSONResponse(body, headers=_NO_STORE)
        secure = request.url.scheme == "https" if cookie_secure is None else cookie_secure
        for name, value, path, life_s in (
            (COOKIE, session.stream_token, _STREAM_PATH, session.expires_in),
            (REFRESH_COOKIE, session.refresh_token, _AUTH_PATH, logins.refresh_life_s),
        ):
            response.set_cookie(name, value, max_age=life_s, path=path, secure=secure, httponly=True, samesite="strict")
        return response

    return router


def _exchange(request: Request) -> Exchange:
    exchange: Exchange = request.scope["exchange"]
    return exchange


def _refresh_cookie(exchange: Exchange) -> str | None:
    return cookie_of(exchange.headers.get(b"cookie", b""), REFRESH_COOKIE)
