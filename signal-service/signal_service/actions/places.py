"""The ends of pages as clients hold them: `<number>`, or `<sort>:<key>:<number>`."""

from __future__ import annotations

import re

from chitti_shared.errors import InvalidInput

from signal_service.alerts.listing import Order, Place

_FORM = re.compile(r"(?:(impact|confidence):(-?0x[01]\.[0-9a-f]{1,13}p[+-][0-9]{1,4}):)?([0-9]{1,18})")


def cursor_of(place: Place, order: Order) -> str:
    """The `next_cursor` of a page that ends there; the key is written exactly, in hexadecimal."""
    return str(place.number) if order == "newest" else f"{order}:{place.key.hex()}:{place.number}"


def place_of(cursor: str | None, order: Order) -> Place | None:
    """Where a page begins.

    Raises
    ------
    InvalidInput
        No reply gave such a cursor, or one that was sorted otherwise.
    """
    if cursor is None:
        return None
    found = _FORM.fullmatch(cursor)
    if found is None:
        raise InvalidInput(
            "cursor is not one that get_alerts gave", field="cursor", constraint="next_cursor of a reply"
        )
    given = found[1] or "newest"
    if given != order:
        raise InvalidInput(
            f"cursor is of a list by {given}, sort is {order}", field="cursor", constraint="next_cursor of that sort"
        )
    return Place(int(found[3]), _key_of(found[2]))


def _key_of(text: str | None) -> float:
    try:
        return float.fromhex(text) if text is not None else 0.0
    except OverflowError:
        raise InvalidInput(
            "cursor is not one that get_alerts gave", field="cursor", constraint="next_cursor of a reply"
        ) from None
