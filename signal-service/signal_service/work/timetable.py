"""At which hours every symbol is judged, whatever came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from chitti_shared.market_time import IST
from chitti_shared.sessions import latest_session


@dataclass(frozen=True, slots=True)
class Appointment:
    """A time of each session of the exchange, in India."""

    name: str
    at: time


TIMETABLE = (
    Appointment("market_open", time(9, 15)),
    Appointment("market_close", time(15, 30)),
)


def due_of(kept: Mapping[str, datetime], now: datetime) -> dict[str, bool]:
    """The appointments that wait to be kept, and whether each is its first: then nothing was missed.

    Parameters
    ----------
    kept : mapping of str to datetime
        When each was last kept.
    now : datetime
        With its zone.
    """
    return {
        one.name: one.name not in kept for one in TIMETABLE if one.name not in kept or kept[one.name] < latest(one, now)
    }


def latest(appointment: Appointment, now: datetime) -> datetime:
    """The newest hour of an appointment that is not after `now`."""
    here = now.astimezone(IST)
    day = here.date() if here.time() >= appointment.at else here.date() - timedelta(days=1)
    return datetime.combine(latest_session(day), appointment.at, tzinfo=IST)
