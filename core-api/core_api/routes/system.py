"""`/health`, `/metrics`, `/openapi.json`, `/docs`."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from chitti_shared.contracts.action import Service
from chitti_shared.errors import Forbidden, NotFound
from chitti_shared.metrics import CONTENT_TYPE
from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from fastapi.responses import HTMLResponse, JSONResponse

from core_api.asgi import Exchange
from core_api.health import Health
from core_api.routes.openapi import openapi_document
from core_api.scrape import Scrape
from core_api.security.logins import Logins

_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
_DAY = {"cache-control": "public, max-age=86400"}


def add_system_routes(app: FastAPI, health: Health, scrape: Scrape, logins: Logins) -> None:
    """Declare `/health` (open) and `/metrics` (loopback or an admin)."""

    @app.get("/health", tags=["system"], summary="Whether the gateway and the daemons work.")
    async def get_health() -> JSONResponse:
        report = await health.report()
        status = 503 if report["status"] == "unhealthy" else 200
        return JSONResponse(report, status, headers={"cache-control": "no-store"})

    @app.get("/metrics", tags=["system"], summary="Prometheus text of every service; loopback or an admin.")
    async def get_metrics(request: Request) -> Response:
        exchange: Exchange = request.scope["exchange"]
        if not is_direct_loopback(exchange):
            principal = logins.by_header(exchange.headers.get(b"authorization"))
            if principal.role != "admin":
                raise Forbidden("metrics are for admins", constraint="role admin, or from this machine")
        return Response(await scrape.text(), media_type=CONTENT_TYPE)


def is_direct_loopback(exchange: Exchange) -> bool:
    """Whether the peer is this machine itself, and not a proxy on it that speaks for somebody else."""
    if b"x-forwarded-for" in exchange.headers or b"forwarded" in exchange.headers:
        return False
    try:
        address = ipaddress.ip_address(exchange.address)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def add_docs(app: FastAPI, services: Iterable[Service]) -> None:
    """Declare `/openapi.json` and `/docs`, whose scripts come from the installation, not from the net."""
    served = tuple(services)

    @cache
    def document() -> dict[str, Any]:
        return openapi_document(app, served)

    @cache
    def text() -> bytes:
        return json.dumps(document(), ensure_ascii=False, separators=(",", ":")).encode()

    app.openapi = document  # type: ignore[method-assign]

    @app.get("/openapi.json", include_in_schema=False)
    def get_openapi_json() -> Response:  # in a thread: the first time takes half a second
        return Response(text(), media_type="application/json")

    @app.get("/docs", include_in_schema=False)
    async def get_docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="Trading-Chitti API",
            swagger_js_url="/docs/assets/swagger-ui-bundle.js",
            swagger_css_url="/docs/assets/swagger-ui.css",
            swagger_favicon_url="/docs/assets/favicon.png",
            oauth2_redirect_url="/docs/oauth2-redirect",
        )

    @app.get("/docs/oauth2-redirect", include_in_schema=False)
    async def get_redirect() -> HTMLResponse:
        return get_swagger_ui_oauth2_redirect_html()

    @app.get("/docs/assets/{name}", include_in_schema=False)
    def get_asset(name: str) -> Response:
        if name not in _ASSETS:
            raise NotFound(f"no such file: {name[:80]!r}", kind="file")
        data = files("fastapi_offline").joinpath("static", name).read_bytes()
        return Response(data, media_type=_ASSETS[name], headers=_DAY)
