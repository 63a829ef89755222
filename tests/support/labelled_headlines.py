"""Invented headlines with labels, for training."""

from __future__ import annotations

from itertools import product
from pathlib import Path

# `zorbs` and `quaffles` are in no lexicon: only training can teach them
_SAID = {
    "positive": ("zorbs on festive sales", "zorbs in early trade", "wins large order", "gains 2% on strong demand"),
    "negative": ("quaffles on weak outlook", "quaffles in late trade", "loses key client", "falls 3% as costs rise"),
    "neutral": ("opens campus in Pune", "to meet analysts on Monday", "moves head office", "names its new phone"),
}
_NAMES = ("TCS", "Infosys", "Wipro", "SBI", "Tata Steel", "Nirma")


def labelled() -> list[tuple[str, str]]:
    """72 headlines, 24 of each label."""
    return [(f"{name} {said}", label) for label, many in _SAID.items() for name, said in product(_NAMES, many)]


def csv_of(rows: list[tuple[str, str]], header: str = "headline,sentiment") -> str:
    return "\n".join([header, *(f'"{text}",{label}' for text, label in rows)]) + "\n"


def written(folder: Path, name: str = "headlines.csv") -> Path:
    """A file of all of them."""
    path = folder / name
    path.write_text(csv_of(labelled()), encoding="utf-8")
    return path
