"""Alerts for a person or a program: the stored ones, the stream, the demo."""

from __future__ import annotations

from typing import Any

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
from chitti_cli.sockets import asked
from chitti_cli.sse import ServerEvent
from chitti_cli.terminal import Terminal

# of a stored alert's conditions, those that the stream knows under the name of a list
_LISTS = {"sector": "sectors", "kind": "kinds", "rule": "rules", "direction": "directions"}


async def stored(settings: Settings, wanted: dict[str, Any], limit: int, *, as_json: bool) -> None:
    """Print the stored alerts that meet what is wanted: the newest last, as a log does, else the greatest first.

    Errors: Problem (it can't be asked for).
    """
    given = wanted | {"limit": limit}
    reply = await asked(settings, SIGNAL_SERVICE, signals.GET_ALERTS, given, command="chitti alerts")
    for alert in reply.alerts if "sort" in wanted else reversed(reply.alerts):
        if as_json:
            write_record(alert)
        else:
            out.print(alert_block(alert))
    if not reply.alerts and not as_json:
        said = "no stored alert meets all of that" if wanted else "no alerts yet; `make demo` makes some"
        out.print(said, highlight=False)


async def follow(
    settings: Settings, wanted: dict[str, Any], *, after: str | None, from_start: bool, as_json: bool
) -> None:
    """Print alerts that meet what is wanted until interrupted; a lost line is told on stderr and found again."""
    async with open_gateway(settings.chitti_data_dir) as gateway:
        stream = AlertStream(
            gateway,
            query={_LISTS.get(name, name): value for name, value in wanted.items()},
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
