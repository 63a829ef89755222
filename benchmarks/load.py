"""Requests a second under many connections: wrk where it is installed, else a small client of our own.

`python -m benchmarks.load PORT PATH CONNECTIONS SECONDS`, with a token in BENCH_TOKEN, prints the rate of the own
client, a process beside the measured ones that keeps one request in flight on each connection.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import time

import uvloop

from benchmarks.http_client import request_bytes

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")


def client_name() -> str:
    return "wrk" if shutil.which("wrk") else "asyncio client"


def rate_of(port: int, path: str, *, token: str | None, connections: int, seconds: float) -> float:
    """Successful requests a second; raises where the server answers anything but 200."""
    if not shutil.which("wrk"):
        command = [sys.executable, "-m", "benchmarks.load", str(port), path, str(connections), str(seconds)]
        environment = {**os.environ, "BENCH_TOKEN": token or ""}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        return float(done.stdout)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["-H", f"Authorization: Bearer {token}"] if token else []
    done = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
    found = _RATE.search(done.stdout)
    if found is None or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(f"wrk met failures:\n{done.stdout}")
    return float(found[1])


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the answer to the last is whole."""

    def __init__(self, request: bytes) -> None:
        self.answered = 0
        self.failure: str | None = None
        self._request = request
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        found = _LENGTH.search(self._buffer, 0, end) if end >= 0 else None
        if found is None or len(self._buffer) < end + 4 + int(found[1]):
            return
        if not self._buffer.startswith(b"HTTP/1.1 200"):
            self.failure = self._buffer[:300].decode("latin-1")
            return
        self.answered += 1
        self._buffer = b""
        assert self._transport
        self._transport.write(self._request)


async def run(port: int, path: str, connections: int, seconds: float, token: str | None) -> float:
    loop = asyncio.get_running_loop()
    request = request_bytes("GET", path, token=token)
    opened = [await loop.create_connection(lambda: _Connection(request), "127.0.0.1", port) for _ in range(connections)]
    start = time.perf_counter()
    before = sum(protocol.answered for _, protocol in opened)
    await asyncio.sleep(seconds)
    answered = sum(protocol.answered for _, protocol in opened) - before
    taken = time.perf_counter() - start
    for transport, protocol in opened:
        transport.close()
        if protocol.failure:
            raise RuntimeError(protocol.failure)
    return answered / taken


def main() -> None:
    port, path, connections, seconds = sys.argv[1:5]
    token = os.environ.get("BENCH_TOKEN") or None
    print(uvloop.run(run(int(port), path, int(connections), float(seconds), token)))


if __name__ == "__main__":
    main()
