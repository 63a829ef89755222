"""What strategies decide by: bars of the markets as `Data`, with dates and articles."""

from __future__ import annotations

import numpy as np
from mojo_compute.backtesting.data import Bars, Data, News

from support.markets import Bars as Columns
from support.markets import sample_market

MONDAY = np.datetime64("2023-01-02")


def days_from(first: np.datetime64, count: int) -> np.ndarray:
    """Weekdays, from a Monday on."""
    numbers = np.arange(count)
    return (first + numbers // 5 * 7 + numbers % 5).astype("datetime64[s]")


def history(*symbols: Columns, names: tuple[str, ...] = (), times: np.ndarray | None = None) -> Data:
    """Symbols on one calendar of weekdays."""
    table = {name: np.ascontiguousarray(np.stack([one[name] for one in symbols])) for name in symbols[0]}
    count = table["close"].shape[1]
    dates = days_from(MONDAY, count) if times is None else times
    return Data(Bars(**table, times=dates, symbols=names or tuple(f"S{n}" for n in range(len(symbols)))))


def closes(*rows: list[float] | np.ndarray, times: np.ndarray | None = None) -> Data:
    """Bars that are one price each."""
    table = np.ascontiguousarray(np.array(rows, dtype=np.float64))
    dates = days_from(MONDAY, table.shape[1]) if times is None else times
    names = tuple(f"S{n}" for n in range(len(table)))
    return Data(Bars(table, table.copy(), table.copy(), table.copy(), times=dates, symbols=names))


def stocks(count: int, newest: int = 700) -> Data:
    """Stocks of the sample market that were traded on all of its last days."""
    market = sample_market()
    longest = max(len(bars["close"]) for bars in market.values())
    whole = [name for name, bars in market.items() if len(bars["close"]) == longest][:count]
    cut = [{column: values[-newest:] for column, values in market[name].items()} for name in whole]
    return history(*cut, names=tuple(whole))


def with_gaps(data: Data, row: int, missing: np.ndarray) -> Data:
    """The same, without some bars of one symbol."""
    bars = data.bars
    columns = [bars.open.copy(), bars.high.copy(), bars.low.copy(), bars.close.copy()]
    for values in columns:
        values[row, missing] = np.nan
    return Data(Bars(*columns, volume=bars.volume, times=bars.times, symbols=bars.symbols), data.news)


def with_news(data: Data, count: int, seed: int = 0) -> Data:
    """Articles at any time of the days, first seen up to three days after they were published."""
    rng = np.random.default_rng(seed)
    times = data.bars.times
    assert times is not None
    published = times[rng.integers(0, len(times), count)] + rng.integers(0, 86_400, count).astype("timedelta64[s]")
    seen = published + rng.integers(0, 3 * 86_400, count).astype("timedelta64[s]")
    order = np.argsort(seen)
    rows = rng.integers(0, len(data.bars.close), count).astype(np.int32)
    return Data(data.bars, News(seen[order], published[order], rows, rng.uniform(-1, 1, count)))


def within_days(days: int, minutes: int = 5, seed: int = 0) -> Data:
    """Bars of so many minutes, 9:15 to 15:30, of one symbol."""
    rng = np.random.default_rng(seed)
    per_day = 375 // minutes
    opens = days_from(MONDAY, days) + np.timedelta64(9 * 60 + 15, "m")
    times = (opens[:, None] + (np.arange(per_day) * minutes).astype("timedelta64[m]")[None]).reshape(-1)
    close = 1000.0 * np.exp(np.cumsum(rng.normal(0.0, 0.002, len(times))))
    spread = 1.0 + 0.001 * rng.random((2, len(times)))
    opened = np.concatenate([close[:1], close[:-1]])
    high, low = np.maximum(opened, close) * spread[0], np.minimum(opened, close) / spread[1]
    columns = [np.ascontiguousarray(values[None]) for values in (opened, high, low, close)]
    return Data(Bars(*columns, times=times.astype("datetime64[s]"), symbols=("TCS",)))
