"""What a condition looks at, and what that makes it."""

from __future__ import annotations

from typing import Any, get_args

from chitti_shared.expressions import Need
from chitti_shared.expressions.refusals import refusal, told
from chitti_shared.names import nearest

from signal_service.rules.sides import Kind

KINDS: tuple[str, ...] = get_args(Kind)
_LOOKS_AT: dict[Need, str] = {
    "series": "technical",
    "patterns": "technical",
    "news": "news",
    "fundamentals": "fundamental",
}


def kind_of(needs: frozenset[Need], given: Any, path: str) -> Kind:
    """The kind of a rule that reads these.

    One that reads several sorts of facts is `combined`; its author may call it after the one that leads. Any
    other word than what it reads is refused.

    Parameters
    ----------
    needs : frozenset of str
        What its conditions read.
    given : JSON
        What its author calls it; None: nothing.
    path : str
        Where that stands.
    """
    read = {_LOOKS_AT[one] for one in needs} or {"technical"}
    derived: Any = next(iter(read)) if len(read) == 1 else "combined"
    if given is None:
        return derived
    if not isinstance(given, str) or given not in KINDS:
        meant = nearest(given, KINDS) if isinstance(given, str) else ""
        raise refusal(path, f"no kind is called {told(given)}{meant}", f"one of {', '.join(KINDS)}")
    allowed = sorted(read | {derived})
    if given not in allowed:
        what = " and ".join(sorted(needs)) or "nothing"
        raise refusal(path, f"a rule that reads {what} is {derived}, not {given}", f"one of {', '.join(allowed)}")
    kind: Any = given
    return kind
