"""The main job in a terminal: a feed goes in, alerts come out, live."""

from __future__ import annotations

import asyncio
import io
import time
import xml.etree.ElementTree as ET
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import msgspec
from chitti_shared.contracts.signals import Alert
from rich.console import Console

from chitti_cli.follow import AlertStream
from chitti_cli.gateway import Gateway
from chitti_cli.problem import Problem
from chitti_cli.show import alert_block
from chitti_cli.sse import ServerEvent
from chitti_cli.terminal import Terminal

FEED = "nifty_sample.xml"
EXPECTED_ALERTS = 8
# Alerts follow their articles within a second; this long without one means there are no more
QUIET_S = 4.0
FIRST_WITHIN_S = 30.0


@dataclass(slots=True)
class Outcome:
    """What a run of the demo showed."""

    items: int
    new: int
    replayed: bool
    alerts: list[Alert] = field(default_factory=list)
    others: int = 0


def sample_feed() -> bytes:
    """The packaged feed's document."""
    return resources.files("chitti_cli").joinpath("sample", FEED).read_bytes()


def headlines(document: bytes) -> frozenset[str]:
    """The feed's headlines, without the publisher's name that Google News puts behind them."""
    found = set()
    # our own packaged file: nothing in it is hostile
    for item in ET.fromstring(document).iter("item"):  # noqa: S314
        title, source = item.findtext("title", ""), item.findtext("source", "")
        found.add(title.removesuffix(f" - {source}"))
    return frozenset(found)


async def play(gateway: Gateway, terminal: Terminal) -> Outcome:
    """Send the sample feed, show the alerts it causes as they arrive; replay them when it was known already.

    Raises
    ------
    Problem
        Fewer alerts than the sample is known to cause.
    """
    document = sample_feed()
    live = AlertStream(gateway, on_state=lambda state: terminal.report("WARNING", "stream", state))
    events = live.events()
    try:
        async with asyncio.timeout(15.0):
            await _until_connected(events)
        terminal.line("[green]✓[/] subscribed to the alert stream")
        with terminal.console.status(f"sending {FEED} ..."):
            done = await _ingest(gateway, document)
        outcome = Outcome(items=done["articles"], new=done["new"], replayed=done["new"] == 0)
        terminal.line(_sent_line(outcome))
        if outcome.replayed:
            await events.aclose()
            terminal.line("All items are known: replaying their alerts from the log.")
            events = AlertStream(gateway, from_start=True).events()
        await _show(events, headlines(document), outcome, terminal)
    finally:
        await events.aclose()
    _conclude(outcome, terminal)
    return outcome


async def _until_connected(events: AsyncGenerator[ServerEvent]) -> None:
    async for _first in events:
        return


async def _ingest(gateway: Gateway, document: bytes) -> dict[str, Any]:
    return await gateway.request(
        "POST", "/api/news/ingest", content=document, headers={"Content-Type": "application/xml"}
    )


async def _show(
    events: AsyncGenerator[ServerEvent], titles: frozenset[str], outcome: Outcome, terminal: Terminal
) -> None:
    """Show the feed's alerts until none has come for a while."""
    quiet_at = time.monotonic() + FIRST_WITHIN_S
    with terminal.console.status("waiting for alerts ...") as status:
        while (left_s := quiet_at - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left_s):
                    event = await anext(events)
            except TimeoutError:
                return
            if event.event != "new_alert":
                continue
            alert = msgspec.json.decode(event.data, type=Alert)
            if alert.headline not in titles:
                outcome.others += 1
                continue
            outcome.alerts.append(alert)
            terminal.line("")
            terminal.console.print(alert_block(alert))
            status.update(f"{len(outcome.alerts)} alerts, waiting for more ...")
            quiet_at = time.monotonic() + QUIET_S


def picture_of(outcome: Outcome, alerts: int = 7) -> str:
    """An SVG of a run: its first alerts, how many more there were, and the closing line."""
    console = Console(record=True, width=96, file=io.StringIO())
    terminal = Terminal(console)
    terminal.line(_sent_line(outcome))
    for alert in outcome.alerts[:alerts]:
        terminal.line("")
        console.print(alert_block(alert))
    terminal.line(f"\n[dim]... {max(len(outcome.alerts) - alerts, 0)} more ...[/]")
    terminal.line(_closing_line(outcome))
    return console.export_svg(title="make demo")


def _sent_line(outcome: Outcome) -> str:
    known = outcome.items - outcome.new
    return f"[green]✓[/] {FEED} sent to POST /api/news/ingest: {outcome.items} items, {outcome.new} new, {known} known"


def _closing_line(outcome: Outcome) -> str:
    symbols = {alert.symbol for alert in outcome.alerts}
    verb = "replayed from the log" if outcome.replayed else "arrived live"
    return f"\n[bold]{len(outcome.alerts)} alerts {verb}[/] from {outcome.items} items, for {len(symbols)} symbols"


def _conclude(outcome: Outcome, terminal: Terminal) -> None:
    terminal.line(_closing_line(outcome))
    if outcome.others:
        terminal.line(f"[dim]({outcome.others} alerts on prices alone came beside them)[/]")
    if len(outcome.alerts) < EXPECTED_ALERTS:
        raise Problem(
            f"{len(outcome.alerts)} alerts, expected at least {EXPECTED_ALERTS}",
            "see `chitti status`, and logs/signal-service.log in the data folder",
        )
