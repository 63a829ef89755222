"""Names inside SQL text. Values never go there: they are parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")


def quoted(name: str) -> str:
    """`name`, or `schema.name`, quoted for SQL.

    Raises
    ------
    ValueError
        A part is not a plain lower-case name of at most 63 characters.
    """
    parts = name.split(".")
    if len(parts) > 2 or not all(_NAME.match(part) for part in parts):
        raise ValueError(f"expected a lower-case name or schema.name, found {name!r}")
    return ".".join(f'"{part}"' for part in parts)


def quoted_list(names: Iterable[str], *, prefix: str = "") -> str:
    """`names` quoted and joined by commas, each after `prefix` (a fixed text such as `excluded.`)."""
    return ", ".join(prefix + quoted(name) for name in names)


def compose(template: str, /, **names: str) -> str:
    """`template` with each `{key}` replaced by the quoted name given for it."""
    return template.format_map({key: quoted(name) for key, name in names.items()})
