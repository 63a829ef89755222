"""Answers that come in steps: one JSON object a line, the result last."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
from chitti_shared.errors import ChittiError

from core_api.asgi import Header, Send, send_bytes

_HEADERS: tuple[Header, ...] = (
    (b"content-type", b"application/x-ndjson"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
_PARTIAL = b'{"status":"partial",'


async def send_steps(send: Send, steps: AsyncIterator[bytes], *, asked: bool) -> None:
    """Send each step when it is there, and no faster than the client reads.

    What fails before the first step is raised and gets its own status. After it the status
    is out: the error is the last line then.

    Parameters
    ----------
    send
    steps : async iterator of bytes
        Partial replies, then the result.
    asked : bool
        Whether the client is known to want lines; else the first step shows it, and a
        result that comes alone is sent as any other.
    """
    first = await anext(steps)
    if not asked and not first.startswith(_PARTIAL):
        await send_bytes(send, 200, first)
        return
    await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
    await _send_line(send, first)
    try:
        async for step in steps:
            await _send_line(send, step)
    except ChittiError as error:
        await _send_line(send, msgspec.json.encode(error.to_dict()))
    await send({"type": "http.response.body", "body": b""})


async def _send_line(send: Send, step: bytes) -> None:
    await send({"type": "http.response.body", "body": step + b"\n", "more_body": True})
