"""What never reaches a log: secrets, known by the name of their field or by their look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from structlog.typing import EventDict

REDACTED = "[redacted]"

_MAX_DEPTH = 8
_SECRET_WORDS = frozenset(
    {"password", "passwd", "passphrase", "pwd", "secret", "token", "authorization", "cookie"}
    | {"ticket", "credential", "credentials", "jwt", "apikey"}
)
_SECRET_PAIRS = ("api_key", "private_key", "access_key", "signing_key", "set_cookie")
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")

_SECRET_NAMES = r"password|passwd|passphrase|pwd|secret|token|access_token|refresh_token|ticket|api_?key"  # noqa: S105 - names
# Each repetition that a caller's text could begin at every character is bounded: else time grows with its square
_PATTERN = re.compile(
    r"(?P<url>\b[a-zA-Z][a-zA-Z0-9+.\-]{0,30}://[^\s/:@?#]{0,256}:)[^\s/@]{1,1024}(?=@)"
    r"|(?P<scheme>\b(?:[Bb]earer|[Bb]asic|BEARER|BASIC)\s+)[A-Za-z0-9._~+/=\-]{8,}"
    r"|(?P<jwt>\beyJ[A-Za-z0-9_\-]{4,256}\.[A-Za-z0-9_\-]{4,}\.[A-Za-z0-9_\-]*)"
    r"|(?P<hash>\$argon2(?:id|i|d)\$[^\s\"']+)"
    r"|(?P<pair>(?i:\b(?:" + _SECRET_NAMES + r"))[\"']?\s?[=:]\s?[\"']?)(?!\[redacted\])[^\s&;,\"'()\[\]{}]+"
)
# A text without any of these holds no secret that _PATTERN knows
_HINT = re.compile(r"[=:$ ]|eyJ")


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether a field of this name holds a secret (`db_password`, `accessToken`, `X-Api-Key`)."""
    words = [word.lower() for word in _WORD.findall(name)]
    joined = "_".join(words)
    return not _SECRET_WORDS.isdisjoint(words) or any(pair in joined for pair in _SECRET_PAIRS)


def redact_text(text: str) -> str:
    """`text` without passwords in URLs, bearer tokens, JWTs, password hashes and `name=secret` pairs."""
    return _PATTERN.sub(_cover, text) if _HINT.search(text) else text


def _cover(match: re.Match[str]) -> str:
    kept = match["url"] or match["scheme"] or match["pair"] or ""
    return kept + REDACTED


def redact(value: Any, depth: int = 0) -> Any:
    """`value` with its secrets replaced, down through dicts, lists and tuples."""
    if isinstance(value, str):
        return redact_text(value)
    if value is None or isinstance(value, int | float):
        return value
    if depth >= _MAX_DEPTH:
        return "[too deep]"
    if isinstance(value, Mapping):
        return {
            str(name): REDACTED if is_secret_name(str(name)) and item is not None else redact(item, depth + 1)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item, depth + 1) for item in value]
    # whatever else is logged is printed by its own str or repr, which may quote a URL
    return redact_text(str(value))


def redact_event(_logger: object, _method: str, event_dict: EventDict) -> EventDict:
    """Structlog processor: `redact` over the whole line."""
    return {
        name: REDACTED if is_secret_name(name) and item is not None else redact(item)
        for name, item in event_dict.items()
    }
