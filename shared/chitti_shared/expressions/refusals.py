"""How the language says what is wrong, and where."""

from __future__ import annotations

from collections.abc import Iterable
from reprlib import Repr
from typing import Any

from chitti_shared.errors import InvalidInput

_MOST = 16  # names that an error lists
_LONGEST = 80  # letters of a key in a path
_SHORT = Repr()
_SHORT.maxother = 40
_SHORT.maxlong = 40


def refusal(path: str, message: str, constraint: str, **facts: Any) -> InvalidInput:
    """The error of the value at `path`, such as `entry.all[1].<[0]`."""
    return InvalidInput(f"{path or 'the expression'}: {message}", field=path, constraint=constraint, **facts)


def told(value: object) -> str:
    """A value as an error shows it: short, whatever it is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "an object of " + (", ".join(_SHORT.repr(key) for key in list(value)[:4]) or "nothing")
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python writes no integer of so many digits
        return "more digits than can be written"


def listed(names: Iterable[str]) -> str:
    """Names as an error lists them, the first of many."""
    known = list(names)
    more = f" and {len(known) - _MOST} more" if len(known) > _MOST else ""
    return ", ".join(known[:_MOST]) + more if known else "none"


def joined(path: str, *steps: str | int) -> str:
    """`path` and what is inside: a key, or a place in a list."""
    for step in steps:
        if isinstance(step, int):
            inside = f"[{step}]"
        else:
            inside = f".{step if len(step) <= _LONGEST else step[:_LONGEST] + '...'}"
        path = path + inside if path else inside.removeprefix(".")
    return path
