"""Markup to plain text, written to be read: what the compiled cleaning must agree with on ordinary markup."""

from __future__ import annotations

import html
import re

_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(?:!--.*?(?:-->|\Z)|[/!?]?[A-Za-z][^<>]*(?:>|\Z)|[/!?][^<>]*>)", re.DOTALL)
# controls, zero-width signs, direction marks, soft hyphen, byte order mark, lone surrogates
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_ELLIPSIS = "\u2026"
_MAX_ROUNDS = 6  # a tag may be hidden in entities, and those in entities again


def plain_text(markup: str, limit: int) -> str:
    """Text without tags, entities, invisible characters and doubled spaces, cut at `limit` characters.

    No markup survives, however often it was escaped: what looks like a tag after the
    entities are decoded is removed as well.
    """
    text = markup[: limit * 8]  # a long enough start: tags and entities shrink
    for _ in range(_MAX_ROUNDS):
        before = text
        if "&" in text:
            text = html.unescape(text)
        if not text.isascii() or not text.isprintable():
            text = _INVISIBLE.sub("", text)
        if "<" in text:
            text = _TAG.sub(" ", _SCRIPT.sub(" ", text))
        if text == before:
            break
    else:
        text = text.replace("<", " ")
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + _ELLIPSIS
