"""Numbers as JSON text: our scanner and printer beside orjson and pysimdjson, 10,000 numbers.

python -m benchmarks.number_texts
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import orjson
from chitti_shared.json import scan, write_numbers
from mojo_compute import indicators as ta

from benchmarks.compute_http import POINTS, random_walk
from benchmarks.peers import libraries
from benchmarks.results import Row, interleaved

KEYS = frozenset({"prices"})


def measure() -> list[Row]:
    """Rows of reading a body of prices into float64, and of printing prices and averages."""
    body = orjson.dumps({"symbol": "TCS", "period": 20, "prices": random_walk(POINTS)})
    readers: dict[str, Callable[[], np.ndarray]] = {
        "ours": lambda: next(iter(scan(body, array_keys=KEYS).arrays.values())),
        "orjson, then numpy": lambda: np.array(orjson.loads(body)["prices"], dtype=np.float64),
    }
    if (simdjson := libraries.load("simdjson")) is not None:
        parser = simdjson.Parser()
        readers["pysimdjson as_buffer"] = lambda: np.frombuffer(
            parser.parse(body)["prices"].as_buffer(of_type="d"), dtype=np.float64
        )
    expected = np.array(random_walk(POINTS))
    for name, read in readers.items():
        if not np.array_equal(read(), expected):
            raise RuntimeError(f"{name} reads other numbers")
    rows = _rows(f"read {POINTS:,} prices of a JSON body", readers)
    for what, values in (("prices", expected), ("EMA values", ta.ema(expected, 20))):
        printers: dict[str, Callable[[], bytes]] = {
            "ours": partial(write_numbers, values),
            "orjson": partial(orjson.dumps, values, option=orjson.OPT_SERIALIZE_NUMPY),
        }
        if len({text() for text in printers.values()}) != 1:
            raise RuntimeError(f"{what} are printed differently")
        rows += _rows(f"print {POINTS:,} {what} as JSON", printers)
    return rows


def _rows(what: str, calls: Mapping[str, Callable[[], object]]) -> list[Row]:
    """Ours beside each of the others."""
    taken = interleaved(calls, rounds=12, calls_per_round=25)
    medians = {name: statistics.median(seconds) * 1e6 for name, seconds in taken.items()}
    ours = medians.pop("ours")
    return [Row(what, ours, "us", median, peer) for peer, median in medians.items()]


if __name__ == "__main__":
    from benchmarks.results import plain

    print(plain(measure()))
