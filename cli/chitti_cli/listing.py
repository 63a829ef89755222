"""Alerts for a person or a program: the newest, the stream, the demo."""

from __future__ import annotations

import msgspec
from chitti_shared.contracts import signals
from chitti_shared.contracts.signals import SIGNAL_SERVICE, Alert
from chitti_shared.settings import Settings
from rich.markup import escape

from chitti_cli.demo import Outcome, play
from chitti_cli.follow import AlertStream
from chitti_cli.gateway import open_gateway
from chitti_cli.running import err, out, write_line, write_record
from chitti_cli.show import alert_block
from chitti_cli.sockets import client_of
from chitti_cli.sse import ServerEvent
from chitti_cli.terminal import Terminal


async def newest(settings: Settings, limit: int, *, as_json: bool) -> None:
    """Print the newest alerts, the newest last, as a log does."""
    async with client_of(SIGNAL_SERVICE, settings) as client:
        reply = await client.call(signals.GET_ALERTS, signals.GetAlertsRequest(limit=limit))
    for alert in reversed(reply.alerts):
        if as_json:
            write_record(alert)
        else:
            out.print(alert_block(alert))
    if not reply.alerts and not as_json:
        out.print("no alerts yet; `make demo` makes some", highlight=False)


async def follow(settings: Settings, *, after: str | None, from_start: bool, as_json: bool) -> None:
    """Print alerts until interrupted; a lost line is told on stderr and found again."""
    async with open_gateway(settings.chitti_data_dir) as gateway:
        stream = AlertStream(
            gateway,
            after=after,
            from_start=from_start,
            on_state=lambda state: err.print(f"[yellow]{escape(state)}[/]", highlight=False),
        )
        async for event in stream.events():
            if as_json:
                _write_event(event)
            else:
                _show_event(event)


def _write_event(event: ServerEvent) -> None:
    data = msgspec.Raw(event.data.encode())
    write_line(msgspec.json.encode({"event": event.event, "event_id": event.event_id, "data": data}))


def _show_event(event: ServerEvent) -> None:
    if event.event == "new_alert":
        out.print(alert_block(msgspec.json.decode(event.data, type=Alert)))
    elif event.event == "reset":
        said = f"the log begins anew ({event.data}); earlier alerts: chitti alerts"
        err.print(f"[yellow]{escape(said)}[/]", highlight=False)


async def demo(settings: Settings) -> Outcome:
    """Play the demo against the running stack."""
    async with open_gateway(settings.chitti_data_dir) as gateway:
        return await play(gateway, Terminal(out))
