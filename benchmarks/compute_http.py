"""An indicator over HTTP: the whole round trip of one request on a kept-alive connection, one client."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import orjson

from benchmarks.http_client import HttpConnection, request_bytes
from benchmarks.results import Row, against, below, interleaved, median_ms
from benchmarks.target import Target

POINTS = 10_000
PERIOD = 20
# the API design's aims for 10,000 points, in ms
AIMS_MS: dict[str, tuple[float, dict[str, Any]]] = {
    "rsi": (1.5, {"period": 14}),
    "macd": (2.0, {}),
    "bollinger": (1.5, {}),
}


def random_walk(points: int, seed: int = 7) -> list[float]:
    """Prices in paise precision, as an exchange gives them."""
    steps = np.random.default_rng(seed).normal(0.0, 0.01, points)
    return [round(price, 2) for price in (1500.0 * np.exp(np.cumsum(steps))).tolist()]


def measure(target: Target, peer_port: int) -> list[Row]:
    """Rows of the moving average beside both peers, then of the other indicators beside their aims."""
    body = orjson.dumps({"symbol": "TCS", "prices": random_walk(POINTS), "period": PERIOD})
    ours = HttpConnection(target.port)
    peer = HttpConnection(peer_port)
    requests = {
        "ours": (ours, request_bytes("POST", "/api/compute/sma", body, target.token)),
        "dict": (peer, request_bytes("POST", "/dict/sma", body)),
        "model": (peer, request_bytes("POST", "/model/sma", body)),
    }
    check_same_answer({name: expect_ok(*request) for name, request in requests.items()})
    seconds = interleaved(
        {name: partial(connection.exchange, request) for name, (connection, request) in requests.items()},
        rounds=12,
        calls_per_round=25,
    )
    medians = {name: median_ms(taken) for name, taken in seconds.items()}
    what = f"POST /api/compute/sma, {POINTS:,} prices, p50"
    rows = [
        below(what, medians["ours"], 1.0, unit="ms"),
        against(what, medians["ours"], medians["dict"], "FastAPI, plain dict", unit="ms", least_ratio=10),
        against(what, medians["ours"], medians["model"], "FastAPI, Pydantic reply", unit="ms", least_ratio=4),
    ]
    rows += [measure_aim(target, ours, indicator, *aim) for indicator, aim in AIMS_MS.items()]
    ours.close()
    peer.close()
    return rows


def measure_aim(
    target: Target, connection: HttpConnection, indicator: str, most_ms: float, more: dict[str, Any]
) -> Row:
    """One indicator's p50 beside the API design's aim."""
    body = orjson.dumps({"symbol": "TCS", "prices": random_walk(POINTS), **more})
    request = request_bytes("POST", f"/api/compute/{indicator}", body, target.token)
    expect_ok(connection, request)
    seconds = interleaved({indicator: partial(connection.exchange, request)}, rounds=6, calls_per_round=25)
    what = f"POST /api/compute/{indicator}, {POINTS:,} prices, p50"
    return below(what, median_ms(seconds[indicator]), most_ms, unit="ms")


def expect_ok(connection: HttpConnection, request: bytes) -> Any:
    status, body = connection.exchange(request)
    if status != 200:
        raise RuntimeError(f"status {status}: {body[:300]!r}")
    return orjson.loads(body)


def check_same_answer(answers: dict[str, Any]) -> None:
    """All contenders must have done the same work."""
    expected = answers["model"]["values"]
    for name, answer in answers.items():
        values = answer["values"]
        same = len(values) == len(expected) and all(
            (a is None and b is None) or (a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9))
            for a, b in zip(values, expected, strict=True)
        )
        if not same:
            raise RuntimeError(f"{name} answers something else")
