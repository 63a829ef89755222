"""A feed goes in, alerts come out: over HTTP and SSE, by the command line, and by the demo."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import httpx
import pytest
from chitti_shared.testing.stack import LiveStack

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]

# what the sample feed says of these is neutral, or of a company without prices here
SILENT = re.compile(
    r"Reliance Power|two electric SUVs|repo rate|eighth straight session|Nifty Bank|limestone mine|generic skin drug"
    r"|buyback record date|Tata group firms|crude steadies|through bonds|what to expect"
)


@pytest.fixture(scope="module")
def http(stack: LiveStack) -> Iterator[httpx.Client]:
    login = {"Authorization": f"Bearer {stack.token()}"}
    with httpx.Client(base_url=stack.base_url, headers=login, timeout=30, trust_env=False) as client:
        yield client


def ingest(http: httpx.Client) -> dict[str, Any]:
    feed = resources.files("chitti_cli").joinpath("sample", "nifty_sample.xml").read_bytes()
    reply = http.post("/api/news/ingest", content=feed, headers={"Content-Type": "application/xml"})
    assert reply.status_code == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


def alerts_of(lines: Iterator[str], quiet_after: int) -> Iterator[dict[str, Any]]:
    """Alerts of an event stream, until `quiet_after` have come."""
    event = ""
    count = 0
    for line in lines:
        if line.startswith("event:"):
            event = line.removeprefix("event:").strip()
        elif line.startswith("data:") and event == "new_alert":
            yield json.loads(line.removeprefix("data:"))
            count += 1
            if count == quiet_after:
                return


@pytest.fixture(scope="module")
def fed(stack: LiveStack, http: httpx.Client) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The reply to the first ingest, and the alerts that a subscriber saw because of it."""
    with http.stream("GET", "/api/alerts/stream", timeout=60) as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert any(line.startswith("id:") for line in lines)  # the first hb: subscribed
        done = ingest(http)
        seen = list(alerts_of(lines, quiet_after=8))
    return done, seen


def test_the_stack_is_healthy_and_says_how_to_log_in(stack: LiveStack):
    health = httpx.get(f"{stack.base_url}/health", trust_env=False).json()
    assert health["status"] == "healthy"
    assert set(health["services"]) >= {"mojo-compute", "signal-service", "news-nlp"}
    assert f"\nlogin: admin / {stack.admin_password}\n" in stack.output
    assert "61,135 daily bars of 50 symbols" in stack.output


def test_the_sample_feed_raises_alerts_over_sse(fed: tuple[dict[str, Any], list[dict[str, Any]]]):
    done, seen = fed
    assert done["articles"] == 42
    assert done["new"] > 30
    assert len(seen) >= 8
    assert len({alert["alert_id"] for alert in seen}) == len(seen)


def test_each_alert_carries_the_numbers_that_led_to_it(fed: tuple[dict[str, Any], list[dict[str, Any]]]):
    for alert in fed[1]:
        names = {item["name"] for item in alert["evidence"]}
        assert {"close", "change", "rsi_14", "sentiment_score"} <= names, alert
        assert alert["bar_date"] == "2025-09-30"
        assert alert["headline"]
        assert alert["direction"] == alert["sentiment"]


@pytest.mark.usefixtures("fed")
def test_neutral_news_and_companies_without_prices_raise_none(http: httpx.Client):
    alerts = http.get("/api/alerts", params={"limit": 1000}).json()["alerts"]
    assert len(alerts) >= 8
    assert [alert["headline"] for alert in alerts if SILENT.search(alert["headline"] or "")] == []


@pytest.mark.usefixtures("fed")
def test_the_same_feed_again_is_known(http: httpx.Client):
    before = http.get("/api/alerts", params={"limit": 1000}).json()["count"]
    again = ingest(http)
    assert (again["new"], again["duplicates"]) == (0, 42)
    assert http.get("/api/alerts", params={"limit": 1000}).json()["count"] == before


@pytest.mark.usefixtures("fed")
def test_the_demo_replays_what_is_known(chitti: Any):
    done = chitti("demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All items are known" in done.stdout
    assert int(re.search(r"(\d+) alerts replayed from the log", done.stdout)[1]) >= 8
    assert "RPOWER" not in done.stdout


def test_a_wrong_password_is_refused(stack: LiveStack):
    reply = httpx.post(
        f"{stack.base_url}/api/auth/token", data={"username": "admin", "password": "guess"}, trust_env=False
    )
    assert (reply.status_code, reply.json()["error"]) == (401, "unauthorized")


def test_status_and_calls_go_over_the_sockets(chitti: Any):
    status = chitti("status", "--json")
    assert status.returncode == 0, status.stdout + status.stderr
    assert {json.loads(line)["health"] for line in status.stdout.splitlines()} == {"healthy"}
    sma = chitti("call", "mojo-compute", "compute_sma", "--json", '{"prices": [1, 2, 3, 4], "period": 2}')
    assert json.loads(sma.stdout)["values"] == [None, 1.5, 2.5, 3.5]
    wrong = chitti("call", "mojo-compute", "compute_smaa")
    assert wrong.returncode == 1
    assert "compute_sma" in wrong.stderr


def test_users_are_made_at_the_command_line(chitti: Any, stack: LiveStack):
    made = chitti("user", "add", "asha")
    assert made.returncode == 0, made.stderr
    again = chitti("user", "add", "asha")
    assert again.returncode == 1
    assert "asha" in again.stderr
    password = re.search(r"/ (\S+)", chitti("user", "reset-password", "asha").stdout)[1]
    reply = httpx.post(
        f"{stack.base_url}/api/auth/token", data={"username": "asha", "password": password}, trust_env=False
    )
    assert reply.status_code == 200


def test_prices_are_imported_from_files(chitti: Any, tmp_path: Any):
    file = tmp_path / "bars.csv"
    file.write_text(
        "symbol,date,open,high,low,close,volume\nTCS,2019-01-01,10,12,9,11,100\nTCS,2019-01-02,10,9,12,11,1\n"
    )
    done = chitti("import-prices", str(file))
    assert done.returncode == 0, done.stderr
    assert "1 stored" in done.stdout
    assert "1 rejected" in done.stdout
    assert "bars.csv:3" in done.stderr
    missing = chitti("import-prices", str(tmp_path / "none.csv"))
    assert missing.returncode == 1
    assert "can't read" in missing.stderr
