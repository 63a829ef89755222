"""An indicator over HTTP: the whole round trip of one request on a kept-alive connection, one client."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np
import orjson

from benchmarks.http_client import HttpConnection, request_bytes
from benchmarks.peers import frames
from benchmarks.results import Row, against, below, interleaved, median_ms
from benchmarks.target import Target

POINTS = 10_000
PERIOD = 20
PANDAS_LEAST = 5
ROUNDS = 12
CALLS_PER_ROUND = 25
WARM_UP = 20
CALLS = ROUNDS * CALLS_PER_ROUND + WARM_UP + 1
# the API design's aims for 10,000 points, in ms
AIMS_MS: dict[str, tuple[float, dict[str, Any]]] = {
    "sma": (1.0, {"period": PERIOD}),
    "rsi": (1.5, {"period": 14}),
    "macd": (2.0, {}),
    "bollinger": (1.5, {}),
}


@lru_cache(maxsize=1)
def _walk(points: int, seed: int) -> tuple[float, ...]:
    steps = np.random.default_rng(seed).normal(0.0, 0.01, points)
    return tuple(round(price, 2) for price in (1500.0 * np.exp(np.cumsum(steps))).tolist())


def random_walk(points: int, seed: int = 7) -> list[float]:
    """Prices in paise precision, as an exchange gives them."""
    return list(_walk(points, seed))


class Caller:
    """Sends prepared requests over one connection, each of them once.

    Parameters
    ----------
    connection : HttpConnection
    path : str
    token : str or None
    parameters : dict
        Of the indicator.
    bodies : int
        How many requests are prepared; no two bodies are alike, so that no cache answers.
    """

    def __init__(
        self, connection: HttpConnection, path: str, token: str | None, parameters: dict[str, Any], bodies: int
    ) -> None:
        self._connection = connection
        fresh = (body_of(number, parameters) for number in range(bodies))
        self._requests = iter([request_bytes("POST", path, body, token) for body in fresh])

    def __call__(self) -> tuple[int, bytes]:
        return self._connection.exchange(next(self._requests))


def body_of(number: int, parameters: dict[str, Any]) -> bytes:
    """A request body whose first price, and so the whole of it, is its own."""
    prices = random_walk(POINTS)
    prices[0] = round(1000.0 + number / 100, 2)
    return orjson.dumps({"symbol": "TCS", "prices": prices, **parameters})


def measure(target: Target, peer_port: int) -> list[Row]:
    """Rows of the moving average beside both servers, then of each indicator beside its aim and pandas."""
    ours = HttpConnection(target.port)
    peer = HttpConnection(peer_port)
    contenders = {
        "ours": (ours, "/api/compute/sma", target.token),
        "dict": (peer, "/dict/sma", None),
        "model": (peer, "/model/sma", None),
    }
    parameters = {"period": PERIOD}
    calls = {name: Caller(*where, parameters, CALLS) for name, where in contenders.items()}
    check_same_answer({name: expect_ok(*call()) for name, call in calls.items()})
    seconds = interleaved(calls, rounds=ROUNDS, calls_per_round=CALLS_PER_ROUND, warm_up=WARM_UP)
    medians = {name: median_ms(taken) for name, taken in seconds.items()}
    what = f"POST /api/compute/sma, {POINTS:,} prices, p50"
    rows = [
        against(what, medians["ours"], medians["dict"], "FastAPI, plain dict", unit="ms", least_ratio=10),
        against(what, medians["ours"], medians["model"], "FastAPI, Pydantic reply", unit="ms", least_ratio=4),
        measure_repeated(target, ours),
    ]
    for indicator, aim in AIMS_MS.items():
        rows += measure_aim(target, ours, indicator, *aim)
    ours.close()
    peer.close()
    return rows


def measure_repeated(target: Target, connection: HttpConnection) -> Row:
    """The same request again and again, which the result cache answers."""
    body = body_of(CALLS, {"period": PERIOD})
    request = request_bytes("POST", "/api/compute/sma", body, target.token)
    ask = partial(connection.exchange, request)
    seconds = interleaved({"ours": ask}, rounds=1, calls_per_round=150, warm_up=WARM_UP)
    what = f"POST /api/compute/sma, {POINTS:,} prices, p50, repeated (from the cache)"
    return Row(what, median_ms(seconds["ours"]), "ms")


def measure_aim(
    target: Target, connection: HttpConnection, indicator: str, most_ms: float, parameters: dict[str, Any]
) -> list[Row]:
    """One indicator's p50 beside the API design's aim, and beside Pydantic, pandas and json in process."""
    call = Caller(connection, f"/api/compute/{indicator}", target.token, parameters, CALLS)
    body = body_of(0, parameters)
    check_same_length(expect_ok(*call()), orjson.loads(frames.answer(indicator, body)))
    calls: dict[str, Callable[[], object]] = {"ours": call, "pandas": partial(frames.answer, indicator, body)}
    taken = interleaved(calls, rounds=ROUNDS, calls_per_round=CALLS_PER_ROUND // 2, warm_up=WARM_UP)
    what = f"POST /api/compute/{indicator}, {POINTS:,} prices, p50"
    ours, peer = median_ms(taken["ours"]), median_ms(taken["pandas"])
    name = "Pydantic, pandas, json without HTTP"
    return [
        below(what, ours, most_ms, unit="ms"),
        against(what, ours, peer, name, unit="ms", least_ratio=PANDAS_LEAST),
    ]


def check_same_length(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Both answer as many numbers; pandas begins its averages elsewhere."""
    counts = [sum(len(value) for value in one.values() if isinstance(value, list)) for one in (ours, theirs)]
    if counts[0] != counts[1]:
        raise RuntimeError(f"{counts[0]} numbers beside {counts[1]}")


def expect_ok(status: int, body: bytes) -> Any:
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
