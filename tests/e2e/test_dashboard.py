"""The dashboard in a real browser, before a real stack."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from chitti_shared.testing.stack import LiveStack

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack"), pytest.mark.timeout(240)]

DASHBOARD = Path(__file__).parents[2] / "dashboard-app"


def browser() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def missing() -> list[str]:
    """What the walk needs and this machine has not."""
    there = {
        "node": shutil.which("node"),
        "chromium": browser(),
        "the built dashboard (make dashboard)": (DASHBOARD / "dist" / "index.html").exists(),
        "playwright-core (make dashboard)": (DASHBOARD / "node_modules" / "playwright-core").exists(),
    }
    return [name for name, found in there.items() if not found]


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What a user saw who logged in, got alerts, lost the gateway, got it back and came again."""
    if lacking := missing():
        pytest.skip(f"not here: {', '.join(lacking)}")
    feed = resources.files("chitti_cli").joinpath("sample", "nifty_sample.xml")
    # a stack of its own: the feed must be news to it
    with LiveStack() as stack, resources.as_file(feed) as path:
        walk = subprocess.run(
            ["node", "e2e/walk.js"],
            cwd=DASHBOARD,
            env={
                **os.environ,
                "CHITTI_URL": stack.base_url,
                "CHITTI_PASSWORD": stack.admin_password,
                "CHITTI_FEED": str(path),
                "CHITTI_GATEWAY_PID": str(stack.pids()["core-api"]),
                "CHROMIUM": browser() or "",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    assert walk.returncode == 0, walk.stderr
    report: dict[str, Any] = json.loads(walk.stdout)
    return report


def test_a_wrong_password_is_answered_with_what_to_do(seen: dict[str, Any]):
    assert "wrong name or password" in seen["refused"]
    assert "chitti user reset-password" in seen["refused"]


def test_alerts_appear_live_as_they_are_stored(seen: dict[str, Any]):
    assert seen["first"] >= seen["before"] + 4


def test_every_number_of_an_alert_is_shown(seen: dict[str, Any]):
    assert seen["evidence"]["shown"] == seen["evidence"]["stored"] > 10


def test_acknowledging_and_watching_reach_the_server(seen: dict[str, Any]):
    assert seen["acknowledged"]
    assert seen["watched"] == [seen["symbol"]]


def test_the_chart_tells_every_pattern_found_and_opens_the_alert_under_the_pointer(seen: dict[str, Any]):
    assert seen["patterns"]["found"] > 0
    assert seen["patterns"]["corners"] == seen["patterns"]["stored"] > 0
    assert seen["opened"] == seen["symbol"]


def test_the_news_are_searched_by_words_and_by_direction(seen: dict[str, Any]):
    assert 0 < seen["search"]["bearish"] < seen["search"]["words"] < seen["search"]["all"]


def test_symbols_are_screened_and_lead_to_their_charts(seen: dict[str, Any]):
    assert 0 < seen["screen"]["first"] < seen["screen"]["second"]


def test_alerts_missed_while_the_gateway_was_away_arrive(seen: dict[str, Any]):
    assert seen["second"] > seen["first"]


def test_a_reload_keeps_the_login_and_shows_the_same(seen: dict[str, Any]):
    assert seen["reloaded"] >= seen["second"]
    assert "M&M" in seen["title"]


def test_the_browser_has_nothing_to_complain_about(seen: dict[str, Any]):
    assert seen["errors"] == []
