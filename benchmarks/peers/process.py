"""The peers' server as a child process."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.http_client import HttpConnection, request_bytes


@contextmanager
def running_peers() -> Iterator[int]:
    """The port of the peers' server, which runs for the length of the `with` block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        command = [sys.executable, "-m", "benchmarks.peers", str(listening.fileno())]
        child = subprocess.Popen(command, pass_fds=[listening.fileno()])
    try:
        # the socket already listens: this waits until the child accepts
        connection = HttpConnection(port)
        connection.exchange(request_bytes("GET", "/hello"))
        connection.close()
        yield port
    finally:
        child.terminate()
        child.wait(10)
