"""Gists taken apart as `kernels/_similar_gist.pyx` documents them."""

from __future__ import annotations

import struct
from typing import NamedTuple


class Gist(NamedTuple):
    """Hashes of words, figures by kind."""

    words: tuple[int, ...]
    names: tuple[int, ...]
    proper: tuple[int, ...]
    rupees: tuple[float, ...]
    dollars: tuple[float, ...]
    percents: tuple[float, ...]
    numbers: tuple[float, ...]
    periods: tuple[float, ...]

    @property
    def figures(self) -> tuple[tuple[float, ...], ...]:
        return self[3:]


def opened(raw: bytes) -> Gist:
    counts = raw[:8]
    assert len(raw) == 8 + 4 * sum(counts)
    at, columns = 8, []
    for kind, count in enumerate(counts):
        columns.append(struct.unpack_from(f"={count}{'I' if kind < 3 else 'f'}", raw, at))
        at += 4 * count
    return Gist(*columns)
