"""Batches: 1,000 symbols of 250 bars with three indicators each, over HTTP; and ten such at once, over the socket.

python -m benchmarks.batches
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import orjson
from chitti_shared.contracts import compute
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.ipc import Client
from chitti_shared.testing.stack import LiveStack
from mojo_compute.engines import available
from mojo_compute.indicators import resolve
from mojo_compute.indicators.panels import compute_panels, starts_of

from benchmarks.footprint import peak_mb
from benchmarks.http_client import HttpConnection, request_bytes
from benchmarks.indicators import COLUMNS, bars
from benchmarks.results import Row, against, below, interleaved, plain
from benchmarks.target import Target

SYMBOLS, BARS = 1_000, 250
ROUNDS = 7
STORED_MS, GIVEN_MS, MEMORY_MB = 100, 250, 300
# Fifty at once: TA-Lib's overlap, momentum, volume and volatility functions of bars. Left out are three of the
# fifty-three: mavp, which reads more than bars, and ma and sarext, which by default are sma and sar once more
USUAL = (
    "sma ema wma dema tema trima kama t3 mama bollinger midpoint midprice sar ht_trendline "
    "adx adxr apo aroon aroonosc bop cci cmo dx macd macdext macdfix mfi minus_di minus_dm mom plus_di plus_dm ppo "
    "roc rocp rocr rocr100 rsi stoch stochf stochrsi trix ultosc willr ad adosc obv atr natr trange"
)
# Behind them TA-Lib's cycle, price and statistic functions of bars
MORE = (
    "ht_dcperiod ht_dcphase ht_phasor ht_sine ht_trendmode avgprice medprice typprice wclprice "
    "linearreg linearreg_angle linearreg_intercept linearreg_slope stddev tsf var"
)
WHAT = f"POST /api/compute/batch, {SYMBOLS:,} x {BARS} x (sma, rsi, macd)"
ASKED = [{"type": "sma", "params": {"period": 20}}, {"type": "rsi"}, {"type": "macd"}]


def measure(target: Target, stack: LiveStack) -> list[Row]:
    """Rows of both kinds of batch, and of memory behind ten at once."""
    store(target)
    connection = HttpConnection(target.port, largest=64 << 20)
    try:
        stored, given = _p50s(connection, target, (_stored, _given))
    finally:
        connection.close()
    asyncio.run(_ten(stack.address_of("mojo-compute")))
    memory = peak_mb(stack.pids()["mojo-compute"])
    return [
        below(f"{WHAT}, stored prices, p50", stored, STORED_MS, unit="ms"),
        below(f"{WHAT}, prices in the body, p50", given, GIVEN_MS, unit="ms"),
        below(f"mojo-compute, peak, ten pipelined batches of {SYMBOLS:,} x {BARS}", memory, MEMORY_MB, unit="MB"),
        together_row(USUAL, "TA-Lib's overlap, momentum, volume, volatility"),
        together_row(f"{USUAL} {MORE}", "these and TA-Lib's cycle, price, statistic"),
    ]


def _p50s(connection: HttpConnection, target: Target, bodies: Sequence[Callable[[int], bytes]]) -> list[float]:
    """Median milliseconds of each kind of request, which take turns."""
    taken: list[list[float]] = [[] for _ in bodies]
    for number in range(ROUNDS + 2):
        for body, times in zip(bodies, taken, strict=True):
            request = request_bytes("POST", "/api/compute/batch", body(number), target.token)
            start = time.perf_counter()
            status, answer = connection.exchange(request)
            times.append((time.perf_counter() - start) * 1e3)
            if number == 0:
                _check(status, answer)
    return [statistics.median(times[2:]) for times in taken]


def _check(status: int, answer: bytes) -> None:
    reply = orjson.loads(answer)
    if status != 200 or reply["failed"] or reply["indicators_computed"] != SYMBOLS * len(ASKED):
        raise RuntimeError(f"the batch failed: {answer[:300]!r}")


def symbol_of(number: int) -> str:
    return f"BENCH{number:04}"


def _stored(_number: int) -> bytes:
    return orjson.dumps(
        {"requests": [{"symbol": symbol_of(one), "indicators": ASKED} for one in range(SYMBOLS)], "bars": BARS}
    )


def _given(number: int) -> bytes:
    closes = np.round(bars(SYMBOLS, BARS)["close"] + number, 2)
    return orjson.dumps(
        {
            "requests": [
                {"symbol": symbol_of(one), "prices": row.tolist(), "indicators": ASKED}
                for one, row in enumerate(closes)
            ]
        }
    )


def store(target: Target) -> None:
    """Import the bars of the benchmark's symbols."""
    table = bars(SYMBOLS, BARS)
    days = np.datetime64("2024-01-01") + np.arange(BARS)
    lines = ["symbol,date,open,high,low,close,volume"]
    for one in range(SYMBOLS):
        for day in range(BARS):
            numbers = ",".join(f"{table[name][one, day]:.2f}" for name in COLUMNS)
            lines.append(f"{symbol_of(one)},{days[day]},{numbers}")
    connection = HttpConnection(target.port, largest=1 << 22)
    request = request_bytes("POST", "/api/prices/import", "\n".join(lines).encode(), target.token)
    status, answer = connection.exchange(request.replace(b"application/json\r\nContent-L", b"text/csv\r\nContent-L"))
    connection.close()
    if status != 200:
        raise RuntimeError(f"the import failed: {answer[:300]!r}")


async def _ten(address: str) -> None:
    """Ten batches of other symbols each, sent at once over one connection."""
    client = Client(MOJO_COMPUTE, address)
    table = bars(SYMBOLS, BARS)["close"]
    asked = [compute.IndicatorSpec(**one) for one in ASKED]  # type: ignore[arg-type]
    try:
        await asyncio.gather(
            *(
                client.call(
                    compute.BATCH,
                    compute.ComputeBatchRequest(
                        requests=[compute.BatchItem(prices=row + float(number), indicators=asked) for row in table]
                    ),
                    reply_as="binary",
                    timeout_s=120,
                )
                for number in range(10)
            )
        )
    finally:
        await client.close()


def together_row(names: str, kind: str) -> Row:
    """Indicators, named with a space between, of a panel in one call, beside one call for each."""
    table = bars(SYMBOLS, BARS)
    flat = {name: values.reshape(-1) for name, values in table.items()}
    starts = starts_of([BARS] * SYMBOLS)
    wanted = [(BY_NAME[name], resolve(BY_NAME[name], {})) for name in names.split()]
    engines = available()
    calls: dict[str, Callable[[], object]] = {
        "together": partial(compute_panels, wanted, flat, starts, engines),
        "apart": lambda: [compute_panels([one], flat, starts, engines) for one in wanted],
    }
    taken = interleaved(calls, rounds=5, calls_per_round=1, warm_up=1)
    medians = {name: statistics.median(seconds) * 1e3 for name, seconds in taken.items()}
    what = f"{len(wanted)} indicators ({kind}) of a panel {SYMBOLS:,} x {BARS} in one call"
    return against(what, medians["together"], medians["apart"], "one by one", unit="ms", least_ratio=1.5)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="chitti-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with LiveStack(Path(folder)) as stack:
            target = Target(urlsplit(stack.base_url).port or 80, stack.token())
            print(plain(measure(target, stack)))


if __name__ == "__main__":
    main()
