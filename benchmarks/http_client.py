"""The leanest HTTP/1.1 client there can be: one kept-alive socket, prepared bytes, no parsing beyond the length.

It is the same for every contender, so what differs is the server.
"""

from __future__ import annotations

import re
import socket

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class HttpConnection:
    """A kept-alive connection to a server on loopback, for answers of up to `largest` bytes."""

    def __init__(self, port: int, host: str = "127.0.0.1", largest: int = 1 << 20) -> None:
        self._socket = socket.create_connection((host, port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray(largest)

    def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send prepared bytes; the status and the body of the answer."""
        self._socket.sendall(request)
        view = memoryview(self._buffer)
        received = 0
        while (end := self._buffer.find(b"\r\n\r\n", 0, received)) < 0:
            received += self._receive(view[received:])
        head = bytes(view[:end])
        found = _LENGTH.search(head)
        if found is None:
            raise ValueError(f"no content-length in {head!r}")
        total = end + 4 + int(found[1])
        if total > len(self._buffer):
            raise ValueError(f"an answer of {total:,} bytes is larger than the buffer")
        while received < total:
            received += self._receive(view[received:])
        return int(head[9:12]), bytes(view[end + 4 : total])

    def _receive(self, into: memoryview) -> int:
        count = self._socket.recv_into(into)
        if count == 0:
            raise ConnectionError("the server closed the connection")
        return count

    def close(self) -> None:
        self._socket.close()


def request_bytes(method: str, path: str, body: bytes = b"", token: str | None = None) -> bytes:
    """A whole HTTP/1.1 request; the connection stays open after it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
