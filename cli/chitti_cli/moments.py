"""Points of time as a person types them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import typer

_SPAN = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def moment_of(text: str | None, now: datetime, option: str, *, ahead: bool = False) -> datetime | None:
    """What a person means by `2d`, `2025-09-30` or `2025-09-30T10:00`; a time without a zone is Indian.

    Parameters
    ----------
    text : str, optional
    now : datetime
    option : str
        The one it was given to, for the error.
    ahead : bool
        Whether `2d` is in two days; else two days ago.

    Raises
    ------
    typer.BadParameter
        It is none of these.
    """
    from chitti_shared.market_time import IST

    if text is None:
        return None
    if span := _SPAN.fullmatch(text.strip().lower()):
        length = timedelta(**{_UNITS[span[2]]: int(span[1])})
        return now + length if ahead else now - length
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        spans = "in 90m, 6h, 2d" if ahead else "90m, 6h, 2d ago"
        raise typer.BadParameter(
            f"a time is YYYY-MM-DD, YYYY-MM-DDTHH:MM, or {spans}, found {text!r}", param_hint=option
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=IST)
