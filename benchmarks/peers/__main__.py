"""Serve the peers on a socket that the parent opened: `python -m benchmarks.peers FD`."""

from __future__ import annotations

import socket
import sys

import uvicorn

from benchmarks.peers.apps import app


def main() -> None:
    listening = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(app, loop="uvloop", http="httptools", ws="none", lifespan="off", log_level="warning")
    config.access_log = False
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
