"""The rules that come with the service."""

from __future__ import annotations

import json
from importlib.resources import files

from signal_service.rules.documents import RuleDocument, parse_document


def _read() -> tuple[RuleDocument, ...]:
    text = files(__package__).joinpath("shipped.json").read_text(encoding="utf-8")
    return tuple(parse_document(one, one["name"]) for one in json.loads(text))


SHIPPED: tuple[RuleDocument, ...] = _read()
SHIPPED_BY_NAME: dict[str, RuleDocument] = {one.name: one for one in SHIPPED}
