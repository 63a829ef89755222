"""A backtest over HTTP: SMA 10/20 crossover over a year of daily bars, every figure, trade and proof in the reply.

python -m benchmarks.backtest_http
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import orjson
from chitti_shared.testing.stack import LiveStack

from benchmarks.http_client import HttpConnection, request_bytes
from benchmarks.results import Row, below, median_ms, plain
from benchmarks.target import Target

BARS = 252
CALLS = 200
AIM_MS = 50.0
RUN = "/api/backtest/run"
WHAT = f"POST {RUN}, SMA 10/20 crossover, {BARS} bars"


def body_of(number: int, **fields: Any) -> bytes:
    """A request like the API design's, over a walk of its own."""
    random = np.random.default_rng(number)
    close = np.round(1_500.0 * np.exp(np.cumsum(random.normal(0.0, 0.015, BARS))), 2)
    opened = np.round(close * (1 + random.normal(0.0, 0.004, BARS)), 2)
    days = np.datetime64("2024-01-01") + np.arange(BARS)
    prices = {
        "dates": np.datetime_as_string(days).tolist(),
        "open": opened.tolist(),
        "high": (np.maximum(opened, close) + 5).tolist(),
        "low": (np.minimum(opened, close) - 5).tolist(),
        "close": close.tolist(),
        "volume": [1_000_000.0] * BARS,
    }
    parameters = {"fast_period": 10, "slow_period": 20, "position_size": 0.1, "transaction_cost": 0.001}
    request = {"strategy_id": "sma_crossover", "symbol": "TCS", "prices": prices, "parameters": parameters}
    return orjson.dumps({**request, **fields})


def measure(target: Target) -> list[Row]:
    """Rows of the first call that a new stack answers, of usual ones, and of jobs until they are read as completed."""
    connection = HttpConnection(target.port)
    try:
        first_ms = taken_ms(connection, request_bytes("POST", RUN, body_of(0), target.token))
        kept = [request_bytes("POST", RUN, body_of(1 + n), target.token) for n in range(CALLS)]
        unkept = [request_bytes("POST", RUN, body_of(1 + n, keep=False), target.token) for n in range(CALLS)]
        seconds: dict[str, list[float]] = {"kept": [], "unkept": []}
        for one, other in zip(kept, unkept, strict=True):
            seconds["kept"].append(taken_ms(connection, one) / 1e3)
            seconds["unkept"].append(taken_ms(connection, other) / 1e3)
        jobs = [job_ms(connection, target.token, 1_000 + n) for n in range(20)]
    finally:
        connection.close()
    return [
        below(f"{WHAT}, the first call of a new stack", first_ms, AIM_MS, unit="ms"),
        below(f"{WHAT}, p50, kept in the database", median_ms(seconds["kept"]), AIM_MS, unit="ms"),
        below(f"{WHAT}, p50, not kept", median_ms(seconds["unkept"]), AIM_MS, unit="ms"),
        Row(f"{WHAT}, as a job until it is read as completed, p50", statistics.median(jobs), "ms"),
    ]


def taken_ms(connection: HttpConnection, request: bytes) -> float:
    """How long a backtest takes, whole."""
    start = time.perf_counter()
    status, body = connection.exchange(request)
    taken = (time.perf_counter() - start) * 1e3
    if status != 200 or b'"status":"completed"' not in body:
        raise RuntimeError(f"{status}: {body[:300]!r}")
    return taken


def job_ms(connection: HttpConnection, token: str, number: int) -> float:
    """From handing a run in to reading its result, polling without a pause."""
    start = time.perf_counter()
    status, body = connection.exchange(request_bytes("POST", f"{RUN}?async=true", body_of(number), token))
    if status != 200:
        raise RuntimeError(f"{status}: {body[:300]!r}")
    ask = request_bytes("GET", f"/api/backtest/results/{orjson.loads(body)['run_id']}", token=token)
    while True:
        reply = orjson.loads(connection.exchange(ask)[1])
        if reply["status"] == "completed":
            return (time.perf_counter() - start) * 1e3
        if reply["status"] not in ("pending", "running"):
            raise RuntimeError(f"a job ended as {reply['status']}: {reply}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="chitti-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as an account of its own under root and has to get through
        with LiveStack(Path(folder)) as stack:
            print(plain(measure(Target(urlsplit(stack.base_url).port or 80, stack.token()))))


if __name__ == "__main__":
    main()
