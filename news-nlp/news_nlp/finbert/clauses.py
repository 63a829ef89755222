"""Which part of a text speaks of which name, for a model that judges whole texts.

Between two names that stand apart the text is cut once, at the strongest break there: the end
of a sentence, else a word of contrast, else a comma or dash, else a joining word. Names that
only an "and" or a comma separates, and names without a break between them, share a part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from news_nlp.nlp import Entity

MOST_PARTS = 32  # of one text that are judged on their own; the names beyond have the text's verdict

_LIST_GLUE = re.compile(r"(?:\s|[,&/+]|'s?|\u2019s?|\band\b|\bor\b|\bas well as\b|\balong with\b)*", re.IGNORECASE)
# the strongest first
_BREAKS = (
    re.compile(r"(?<!\brs)(?<!\bno)[.!?](?=\s)|[;|\n]|:(?=\s)", re.IGNORECASE),
    re.compile(r"\b(?:while|whereas|but|even as|despite|though|although|however|yet)\b", re.IGNORECASE),
    re.compile(r",(?=\s)|\s[-\u2013\u2014]\s|\u2014"),
    re.compile(r"\b(?:and|as|after|amid|on)\b", re.IGNORECASE),
)


def parts_by_symbol(text: str, entities: Sequence[Entity]) -> dict[str, str]:
    """The part of a text that speaks of each listed company, where that is not the whole text.

    Parameters
    ----------
    text : str
    entities : sequence of Entity
        Of this text, in order of place; companies and indices are names that parts belong to.

    Returns
    -------
    dict
        Symbol to its parts, joined by "; " where it stands in several. Empty when all names
        share one part.
    """
    names = [entity for entity in entities if entity.kind in ("company", "index")]
    cuts = [cut for before, after in pairwise(names) if (cut := _cut(text, before, after))]
    if not cuts:
        return {}
    starts = [0, *(end for _start, end in cuts)]
    ends = [*(start for start, _end in cuts), len(text)]
    found: dict[str, list[str]] = {}
    for start, end in list(zip(starts, ends, strict=True))[:MOST_PARTS]:
        for name in names:
            if start <= name.start < end and name.kind == "company" and name.symbol is not None:
                parts = found.setdefault(name.symbol, [])
                part = text[start:end].strip()
                if part not in parts:
                    parts.append(part)
    return {symbol: "; ".join(parts) for symbol, parts in found.items()}


def _cut(text: str, before: Entity, after: Entity) -> tuple[int, int] | None:
    """Where the strongest break between two names stands, the last of its kind; None when they share a part."""
    if _is_same(before, after) or _LIST_GLUE.fullmatch(text, before.end, after.start):
        return None
    for kind in _BREAKS:
        breaks = list(kind.finditer(text, before.end, after.start))
        if breaks:
            return breaks[-1].span()
    return None


def _is_same(one: Entity, other: Entity) -> bool:
    return (one.symbol or one.text) == (other.symbol or other.text)
