"""Puts the gateway together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chitti_shared.contracts.action import Service
from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.contracts.signals import SUBSCRIBE
from chitti_shared.db import Pool
from chitti_shared.errors import ChittiError, InvalidInput, NotFound, PayloadTooLarge
from chitti_shared.ipc import Client
from chitti_shared.names import nearest
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from core_api import __version__
from core_api.asgi import App, Receive, Scope, Send, error_headers, not_allowed
from core_api.body import Bodies
from core_api.health import Health
from core_api.metrics import HttpMetrics, LoginMetrics, StreamMetrics
from core_api.middleware.compression import Compression
from core_api.middleware.cors import Cors
from core_api.middleware.edge import Edge
from core_api.middleware.errors import Errors, internal
from core_api.middleware.gate import STREAM_PATH, Gate
from core_api.middleware.host import Host
from core_api.routes.auth import auth_router
from core_api.routes.dashboard import add_dashboard, built_dashboard
from core_api.routes.forward import Forward
from core_api.routes.system import add_docs, add_system_routes
from core_api.routes.table import RouteTable
from core_api.scrape import Scrape
from core_api.security.logins import LoginLimits, Logins
from core_api.security.passwords import Passwords
from core_api.security.rates import Rate, RateLimit
from core_api.security.streams import StreamLogin
from core_api.security.tokens import Tokens
from core_api.settings import GatewaySettings
from core_api.storage.accounts import Accounts
from core_api.streams.endpoint import AlertStream
from core_api.streams.hub import Hub


@dataclass(frozen=True, slots=True)
class Gateway:
    """The application and the parts that run beside it.

    `hub.run()` and `logins.follow_revocations()` must run as long as it serves.
    """

    app: App
    logins: Logins
    hub: Hub
    passwords: Passwords


def build_gateway(
    settings: GatewaySettings,
    key: bytes,
    pool: Pool,
    services: Mapping[str, Service],
    clients: Mapping[str, Client],
    registry: CollectorRegistry,
) -> Gateway:
    """Wire the gateway.

    Parameters
    ----------
    settings : GatewaySettings
    key : bytes
        Signs logins.
    pool : Pool
        Logged in as core-api.
    services, clients : mapping
        The daemons' contracts and a client of each, by name.
    registry : CollectorRegistry
    """
    passwords = Passwords()
    accounts = Accounts(pool)
    logins = Logins(
        accounts,
        Tokens(key, settings.chitti_access_token_s),
        passwords,
        LoginLimits(_limit("login", settings.chitti_rate_login), _limit("login", settings.chitti_rate_login_name)),
        LoginMetrics(registry),
        settings.chitti_refresh_token_s,
    )
    http = HttpMetrics(registry)
    http.untimed.add(STREAM_PATH)
    hub = Hub(clients["signal-service"], logins, StreamMetrics(registry), settings.chitti_stream_limit)
    own = _own_routes(settings, logins, Health(clients, pool), Scrape(registry, clients), services)
    limits = {
        "fast": _limit("fast", settings.chitti_rate_fast),
        "bulk": _limit("bulk", settings.chitti_rate_bulk),
        "stream": _limit("stream", settings.chitti_rate_stream),
        "open": _limit("open", settings.chitti_rate_open),
    }
    table = _forwarded(settings, services, clients, hub)
    app: App = Errors(Gate(own, table, logins, StreamLogin(logins), limits))
    app = Compression(app, settings.chitti_gzip_min_bytes)
    if settings.chitti_cors_origins:
        app = Cors(app, settings.chitti_cors_origins)
    return Gateway(Edge(Host(app), http), logins, hub, passwords)


def _limit(name: str, text: str) -> RateLimit:
    return RateLimit(name, Rate.parse(text))


def _forwarded(
    settings: GatewaySettings, services: Mapping[str, Service], clients: Mapping[str, Client], hub: Hub
) -> RouteTable:
    bodies = Bodies(settings.chitti_body_limit_bytes, settings.chitti_body_budget_bytes)
    table = RouteTable()
    for name, service in services.items():
        for action in service.actions:
            if action.route is None:
                continue
            if action.name == SUBSCRIBE.name:
                table.add(action.route.method, action.route.path, AlertStream(hub), "stream")
                continue
            bulk = action.lane == "bulk"
            timeout_s = settings.chitti_bulk_timeout_s if bulk else settings.chitti_request_timeout_s
            handler = Forward(action, clients[name], bodies, timeout_s)
            table.add(action.route.method, action.route.path, handler, action.lane)
    table.add("POST", "/api/compute/{indicator}", _unknown_indicator, "fast")
    return table


async def _unknown_indicator(_scope: Scope, _receive: Receive, _send: Send, values: tuple[str, ...]) -> None:
    meant = nearest(values[0], BY_NAME)
    raise NotFound(
        f"no indicator {values[0][:80]!r}{meant or '; GET /api/compute/indicators lists them'}",
        kind="indicator",
        field="indicator",
    )


def _own_routes(
    settings: GatewaySettings, logins: Logins, health: Health, scrape: Scrape, services: Mapping[str, Service]
) -> App:
    app = FastAPI(
        title="Trading-Chitti",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.add_exception_handler(ChittiError, _answer_expected)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_unexpected)
    app.include_router(auth_router(logins, cookie_secure=settings.chitti_cookie_secure))
    add_system_routes(app, health, scrape, logins)
    add_docs(app, services.values())
    add_dashboard(app, built_dashboard(settings.chitti_dashboard_dir))
    return app


def _response(error: ChittiError, status: int = 0, headers: list[tuple[bytes, bytes]] | None = None) -> JSONResponse:
    response = JSONResponse(error.to_dict(), status or error.http_status)
    response.raw_headers.extend(headers or error_headers(error))
    return response


async def _answer_expected(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ChittiError)
    if error.code == ChittiError.code:
        return _response(internal(request.scope["exchange"]))
    return _response(error)


async def _answer_invalid(_request: Request, error: Exception) -> JSONResponse:
    """FastAPI's 422, as everybody else's `invalid_input`."""
    assert isinstance(error, RequestValidationError)
    errors = [
        {"field": str(one["loc"][-1]) if one["loc"] else "body", "constraint": str(one["msg"])}
        for one in error.errors()
    ]
    first = errors[0] if errors else {"field": "body", "constraint": "the contract"}
    details = first if len(errors) <= 1 else {**first, "errors": errors}
    return _response(InvalidInput(f"{first['field']}: {first['constraint']}", **details))


async def _answer_http(request: Request, error: Exception) -> JSONResponse:
    """Starlette's own 404, 405, 400 and the like."""
    assert isinstance(error, HTTPException)
    path = request.scope["path"][:200]
    if error.status_code == 404:
        return _response(NotFound(f"no such path: {path}", kind="route"))
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "").split(", ")
        return _response(*not_allowed(request.method, allowed))
    if error.status_code == 413:
        return _response(PayloadTooLarge(str(error.detail)))
    return _response(InvalidInput(str(error.detail), field="body"), error.status_code)


async def _answer_unexpected(request: Request, _error: Exception) -> JSONResponse:
    """The exception goes on to `Errors`, which logs it."""
    return _response(internal(request.scope["exchange"]))
