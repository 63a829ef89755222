"""Which texts go through the model together."""

from __future__ import annotations

from collections.abc import Sequence


def plan(lengths: Sequence[int], most_tokens: int) -> list[list[int]]:
    """Group texts so that little of a batch is padding and no batch is too large.

    Parameters
    ----------
    lengths : sequence of int
        Tokens of each text.
    most_tokens : int
        Bound of a batch's padded size, texts x tokens of the longest; a text that is longer
        alone is a batch by itself.

    Returns
    -------
    list of list of int
        Places in `lengths`, each once; neighbours in length stand together, the longest first, so
        that a batch that does not fit in memory fails before the others are computed.
    """
    batches: list[list[int]] = []
    longest = 0
    for at in sorted(range(len(lengths)), key=lambda at: (-lengths[at], at)):
        if batches and (len(batches[-1]) + 1) * longest <= most_tokens:
            batches[-1].append(at)
        else:
            batches.append([at])
            longest = lengths[at]
    return batches
