"""Small requests a second through core-api and a daemon, beside a FastAPI greeting that does nothing."""

from __future__ import annotations

import statistics

from benchmarks.load import client_name, rate_of
from benchmarks.results import Row, against
from benchmarks.target import Target

CONNECTIONS = 32
SECONDS = 3
ROUNDS = 3
PATH = "/api/alerts?limit=1"


def measure(target: Target, peer_port: int) -> list[Row]:
    """One row: authenticated reads of the newest alert beside `GET /hello`, taking turns."""
    ours: list[float] = []
    peer: list[float] = []
    rate_of(target.port, PATH, token=target.token, connections=CONNECTIONS, seconds=1)
    rate_of(peer_port, "/hello", token=None, connections=CONNECTIONS, seconds=1)
    for _ in range(ROUNDS):
        ours.append(rate_of(target.port, PATH, token=target.token, connections=CONNECTIONS, seconds=SECONDS))
        peer.append(rate_of(peer_port, "/hello", token=None, connections=CONNECTIONS, seconds=SECONDS))
    return [
        against(
            f"GET {PATH}, login checked, {CONNECTIONS} connections ({client_name()})",
            statistics.median(ours),
            statistics.median(peer),
            "FastAPI hello-world",
            unit="requests/s",
            least_ratio=1,
        )
    ]
