from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from chitti_cli.follow import AlertStream
from chitti_shared.errors import ChittiError, Forbidden, ServiceUnavailable, Unauthorized


@dataclass
class Script:
    """A gateway that plays connections one after the other: bytes to send, an error to end with, or a refusal."""

    connections: list[list[bytes | Exception]]
    asked_after: list[str | None] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    forgotten: int = 0

    @asynccontextmanager
    async def stream(self, path: str, headers: dict[str, str]) -> AsyncIterator[Script]:
        self.paths.add(path)
        self.asked_after.append(headers.get("Last-Event-ID"))
        if not self.connections:
            raise Forbidden("the script is over")
        self._playing = self.connections.pop(0)
        if isinstance(self._playing[0], ChittiError):
            raise self._playing[0]
        yield self

    async def aiter_bytes(self) -> AsyncIterator[bytes]:
        for piece in self._playing:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    def forget_token(self) -> None:
        self.forgotten += 1


def alert(seq: int, epoch: str = "7777777777777777") -> bytes:
    return f"id: {epoch}-{seq}\nevent: new_alert\ndata: {{}}\n\n".encode()


def beat(position: str) -> bytes:
    return f'retry: 1\n\nid: {position}\nevent: hb\ndata: {{"top":"{position}"}}\n\n'.encode()


async def followed(script: Script, **options: object) -> list[str]:
    """The ids of the alerts given out until the script is over."""
    stream = AlertStream(script, rng=random.Random(1), **options)  # type: ignore[arg-type]
    ids: list[str] = []
    try:
        async for event in stream.events():
            ids += [event.event_id or ""] if event.event == "new_alert" else []
    except Forbidden:
        return ids
    raise AssertionError("the stream ended by itself")


async def test_a_lost_line_goes_on_after_the_last_alert():
    script = Script(
        [
            [beat("7777777777777777-3"), alert(4), alert(5), httpx.ReadError("cut")],
            [beat("7777777777777777-5"), alert(6)],
        ]
    )
    assert await followed(script) == ["7777777777777777-4", "7777777777777777-5", "7777777777777777-6"]
    assert script.asked_after == [None, "7777777777777777-5", "7777777777777777-6"]


async def test_half_an_alert_does_not_move_the_position():
    script = Script([[beat("7777777777777777-3"), alert(4), alert(5)[:-1], httpx.ReadError("cut")], [alert(5)]])
    assert await followed(script) == ["7777777777777777-4", "7777777777777777-5"]
    assert script.asked_after[1] == "7777777777777777-4"


async def test_an_alert_sent_twice_is_given_out_once():
    script = Script([[alert(4), alert(5)], [alert(4), alert(5), alert(6)]])
    assert await followed(script) == ["7777777777777777-4", "7777777777777777-5", "7777777777777777-6"]


async def test_another_epoch_starts_its_own_count():
    reset = b'id: 8-0\nevent: reset\ndata: {"reason":"epoch","oldest":"8888888888888888-1","top":"8-0"}\n\n'
    assert await followed(Script([[alert(40), reset, alert(1, "8888888888888888")]])) == [
        "7777777777777777-40",
        "8888888888888888-1",
    ]


async def test_from_the_start_begins_at_the_oldest_alert_kept():
    said = b'{"reason":"unknown","oldest":"7777777777777777-11","top":"7777777777777777-90"}'
    reset = b"id: 7777777777777777-90\nevent: reset\ndata: " + said + b"\n\n"
    script = Script([[reset], [beat("7777777777777777-10"), alert(11)]])
    assert await followed(script, from_start=True) == ["7777777777777777-11"]
    assert script.asked_after[1:] == ["7777777777777777-10", "7777777777777777-11"]


async def test_an_outage_is_waited_out_and_told_once():
    told: list[str] = []
    down = ServiceUnavailable("signal-service is down")
    script = Script([[alert(1)], [down], [down], [alert(2)]])
    assert await followed(script, on_state=told.append) == ["7777777777777777-1", "7777777777777777-2"]
    assert told == ["the line is lost (signal-service is down); reconnecting", "the line is back"]


async def test_a_refused_token_is_replaced_once():
    script = Script([[alert(1)], [Unauthorized("expired")], [alert(2)]])
    assert await followed(script) == ["7777777777777777-1", "7777777777777777-2"]
    assert script.forgotten == 1


async def test_a_token_that_ended_during_an_outage_is_replaced():
    script = Script([[alert(1), httpx.ReadError("cut")], [Unauthorized("expired")], [alert(2)]])
    assert await followed(script) == ["7777777777777777-1", "7777777777777777-2"]
    assert script.forgotten == 1


async def test_a_login_refused_twice_ends_the_stream():
    script = Script([[Unauthorized("no")], [Unauthorized("no")]])
    with pytest.raises(Unauthorized):
        async for _event in AlertStream(script, rng=random.Random(1)).events():  # type: ignore[arg-type]
            pass


async def test_conditions_are_asked_for_again_with_every_connection():
    script = Script([[alert(4), httpx.ReadError("cut")], [alert(5)]])
    query = {"symbols": ["TCS", "M&M"], "sectors": "Oil Gas & Consumable Fuels", "min_impact": 60.0, "watchlist": True}
    await followed(script, query=query)
    assert script.paths == {
        "/api/alerts/stream?symbols=TCS%2CM%26M&sectors=Oil+Gas+%26+Consumable+Fuels&min_impact=60.0&watchlist=true"
    }
