"""The zone that the market lives in; times are stored in UTC and shown in this one."""

from __future__ import annotations

from datetime import timedelta, timezone

IST = timezone(timedelta(hours=5, minutes=30), "IST")
