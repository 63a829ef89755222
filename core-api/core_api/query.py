"""Query strings."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from chitti_shared.errors import InvalidInput

_MAX_QUERY = 16_384


def split_query(query: bytes) -> dict[str, list[str]]:
    """Texts by name, percent-decoded. Errors: invalid_input (over 16 KiB, not UTF-8)."""
    if len(query) > _MAX_QUERY:
        raise InvalidInput("the query is too long", field="query", constraint=f"length <= {_MAX_QUERY}")
    found: dict[str, list[str]] = {}
    for pair in query.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            found.setdefault(_decoded(name), []).append(_decoded(value))
    return found


def _decoded(text: bytes) -> str:
    try:
        return unquote_to_bytes(text.replace(b"+", b" ")).decode()
    except UnicodeDecodeError as error:
        raise InvalidInput("the query is not UTF-8", field="query", constraint="UTF-8") from error
