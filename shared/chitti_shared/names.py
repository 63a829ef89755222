"""What was meant by a name that nothing has."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 64


def nearest(name: str, known: Iterable[str], *, alike: float = 0.6) -> str:
    """`; did you mean 'sma'?` for a name close to a known one, else nothing.

    Parameters
    ----------
    name : str
    known : iterable of str
    alike : float
        Share of letters in common from which on names are close, 0...1. Names that all begin alike want more.
    """
    if len(name) > _LONGEST:
        return ""
    by_letters = {one.lower(): one for one in known}
    found = [by_letters[one] for one in get_close_matches(name.lower(), list(by_letters), n=3, cutoff=alike)]
    return f"; did you mean {' or '.join(map(repr, found))}?" if found else ""
