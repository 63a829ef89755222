"""Points of time as a person types them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import typer
from chitti_cli.moments import moment_of
from chitti_shared.market_time import IST

NOW = datetime(2025, 9, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (None, None),
        ("90m", NOW - timedelta(minutes=90)),
        ("6h", NOW - timedelta(hours=6)),
        ("2d", NOW - timedelta(days=2)),
        ("2025-09-30", datetime(2025, 9, 30, tzinfo=IST)),
        ("2025-09-30T10:00", datetime(2025, 9, 30, 10, tzinfo=IST)),
        ("2025-09-30T10:00Z", datetime(2025, 9, 30, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_is_indian_unless_it_says_where(text: str | None, moment: datetime | None):
    assert moment_of(text, NOW, "--since") == moment


@pytest.mark.parametrize("text", ["yesterday", "2025-13-01", "5", "5w"])
def test_what_is_no_moment_is_refused(text: str):
    with pytest.raises(typer.BadParameter, match="a time is YYYY-MM-DD"):
        moment_of(text, NOW, "--since")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90m", NOW + timedelta(minutes=90)),
        ("2D", NOW + timedelta(days=2)),
        ("2025-10-02", datetime(2025, 10, 2, tzinfo=IST)),
    ],
)
def test_a_span_ahead_counts_from_now_on(text: str, moment: datetime):
    assert moment_of(text, NOW, "--until", ahead=True) == moment


def test_the_error_says_which_way_a_span_counts():
    with pytest.raises(typer.BadParameter, match=r"or in 90m, 6h, 2d, found 'soon'"):
        moment_of("soon", NOW, "--until", ahead=True)
