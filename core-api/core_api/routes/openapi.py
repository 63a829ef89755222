"""The OpenAPI document: the contracts' structs, and the gateway's own routes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chitti_shared.contracts.action import Action, Service, schema_components
from chitti_shared.errors import ChittiError
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from core_api.routes.forward import UPLOADS
from core_api.routes.parameters import Parameters
from core_api.routes.table import path_names
from core_api.streams.endpoint import StreamQuery

_REFS = "#/components/schemas/{name}"
_LOGIN: list[dict[str, list[str]]] = [{"login": []}]
_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error", "message", "details", "timestamp", "retryable"],
    "properties": {
        "error": {"type": "string"},
        "message": {"type": "string", "description": "What was expected and what was found."},
        "details": {"type": "object", "description": "Facts for a program: `field`, `constraint`, `kind`, ..."},
        "timestamp": {"type": "string", "format": "date-time"},
        "retryable": {"type": "boolean"},
    },
}
_DESCRIPTION = (
    "Indicators, backtests, news and live alerts for NSE stocks. Log in at `POST /api/auth/token`; every other"
    " path under `/api` needs the bearer token. Every error has one shape, `Error`."
)


def openapi_document(app: FastAPI, services: Iterable[Service]) -> dict[str, Any]:
    """The whole document; made once."""
    document = get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes)
    routed = [(service, action) for service in services for action in service.actions if action.route]
    kinds = [kind for _, action in routed for kind in (action.request, action.reply)]
    partials = [action.partial for _, action in routed if action.partial is not None]
    schemas, components = schema_components([*kinds, *partials], _REFS)
    _add_errors(document)
    document["components"]["schemas"] |= components
    for at, (service, action) in enumerate(routed):
        assert action.route is not None
        operation = _operation(service, action, schemas[2 * at], schemas[2 * at + 1], components)
        document["paths"].setdefault(action.route.path, {})[action.route.method.lower()] = operation
    document["components"]["securitySchemes"] = {
        "login": {"type": "oauth2", "flows": {"password": {"scopes": {}, "tokenUrl": "/api/auth/token"}}}
    }
    document["tags"] = [{"name": name} for name in ("auth", "system", *(service.name for service in services))]
    return document


def _add_errors(document: dict[str, Any]) -> None:
    """Give the gateway's own routes the error shape they really answer with."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    error = {**_ERROR, "properties": {**_ERROR["properties"], "error": {"type": "string", "enum": _codes()}}}
    schemas["Error"] = error
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _error_response()
            if path.startswith("/api/") and path not in ("/api/auth/token", "/api/auth/refresh"):
                operation["security"] = _LOGIN


def _codes() -> list[str]:
    return sorted(ChittiError.codes())


def _operation(
    service: Service, action: Action, request: dict[str, Any], reply: dict[str, Any], components: dict[str, Any]
) -> dict[str, Any]:
    assert action.route is not None
    in_path = path_names(action.route.path)
    properties = components.get(request.get("$ref", "").rpartition("/")[2], {})
    takes_body = action.route.method not in ("GET", "DELETE")
    operation: dict[str, Any] = {
        "operationId": action.name,
        "summary": action.doc,
        "tags": [service.name],
        "security": _LOGIN,
        "parameters": _parameters(action, in_path, properties, in_query=not takes_body or action.name in UPLOADS),
        "responses": {"200": _reply(action, reply), "default": _error_response()},
    }
    if takes_body:
        operation["requestBody"] = _body(action, request, in_path, properties)
    return operation


def _parameters(
    action: Action, in_path: tuple[str, ...], schema: dict[str, Any], *, in_query: bool
) -> list[dict[str, Any]]:
    properties: dict[str, Any] = schema.get("properties", {})
    listed = [_parameter(name, "path", properties[name], required=True) for name in in_path]
    if action.stream:
        return [*listed, *_stream_parameters()]
    if in_query:
        required = schema.get("required", []) if action.name not in UPLOADS else []
        known = Parameters(action.request, in_path).fields
        listed += [
            _parameter(name, "query", properties[name], required=name in required)
            for name in known
            if name not in in_path
        ]
    return listed


def _stream_parameters() -> list[dict[str, Any]]:
    (schema,), components = schema_components([StreamQuery], _REFS)
    properties = components[schema["$ref"].rpartition("/")[2]]["properties"]
    query = [_parameter(name, "query", one, required=False) for name, one in properties.items()]
    header = _parameter("Last-Event-ID", "header", {"type": "string"}, required=False)
    return [*query, header]


def _parameter(name: str, where: str, schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
    parameter: dict[str, Any] = {"name": name, "in": where, "required": required, "schema": schema}
    if "array" in str(schema.get("type")) or any(one.get("type") == "array" for one in schema.get("anyOf", ())):
        parameter |= {"style": "form", "explode": False}
    return parameter


def _body(action: Action, request: dict[str, Any], in_path: tuple[str, ...], schema: dict[str, Any]) -> dict[str, Any]:
    if in_path:  # what the path gives must not be in the body
        left = {name: one for name, one in schema.get("properties", {}).items() if name not in in_path}
        required = [name for name in schema.get("required", ()) if name not in in_path]
        request = {"type": "object", "properties": left, "required": required, "additionalProperties": False}
    content: dict[str, Any] = {"application/json": {"schema": request}}
    upload = UPLOADS.get(action.name)
    for kind in sorted(upload.content_types) if upload else ():
        content[kind.decode()] = {"schema": {"type": "string", "format": "binary"}}
    needed = bool(schema.get("required")) and not (in_path and not request["required"])
    return {"required": needed, "content": content}


def _reply(action: Action, reply: dict[str, Any]) -> dict[str, Any]:
    if action.stream:
        text = "Events `new_alert` (an alert), `hb` (`top`, `ts`) and `reset` (`reason`, `oldest`, `top`)."
        return {"description": text, "content": {"text/event-stream": {"schema": {"type": "string"}}}}
    content: dict[str, Any] = {"application/json": {"schema": reply}}
    if action.partial is None:
        return {"description": "The result.", "content": content}
    content["application/x-ndjson"] = {"schema": {"type": "string"}}
    (partial,), _ = schema_components([action.partial], _REFS)
    name = partial["$ref"].rpartition("/")[2]
    text = f"The result; with `progress` true lines of `{name}` beside `part` and `progress`, the result last."
    return {"description": text, "content": content}


def _error_response() -> dict[str, Any]:
    reference = {"$ref": _REFS.format(name="Error")}
    return {"description": "Any failure.", "content": {"application/json": {"schema": reference}}}
