"""Every indicator that TA-Lib has, in process, beside TA-Lib's C; validation is included on both sides.

    python -m benchmarks.indicators [NAME ...]      one line for each function: series and panel

Series: 10,000 bars, `ta.<name>(...)` against `talib.<NAME>(...)` with the same arrays and parameters.
Panel: 1,000 symbols of 2,500 bars, `ta.panel` against a loop over TA-Lib that keeps its results, and against
copying the inputs once and writing the outputs once. The C library keeps freed memory, as in the daemons, for all.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import talib
from chitti_shared.contracts.indicators import BY_NAME, INDICATORS, Indicator
from mojo_compute import indicators as ta
from mojo_compute.indicators import resolve
from mojo_compute.kernels.arrays import dtypes_of

from benchmarks.results import Row, against, interleaved

BARS = 10_000
SYMBOLS, PANEL_BARS = 1_000, 2_500
FAST = ("sma", "ema", "rsi", "macd", "bollinger", "stoch", "cci", "adx")
PANEL_FAST = ("sma", "ema", "rsi", "macd", "bollinger")
SERIES_LEAST, OTHERS_LEAST, OTHERS_TWO_LEAST, COPY_MOST = 0.8, 1.5, 2.8, 3
CALLED = {"bollinger": "BBANDS"}
COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True)
class Compared:
    """Median seconds of one function; `copied` is the time of moving its arrays once."""

    name: str
    ours: float
    talib: float
    copied: float = 0.0
    two_threads: float = 0.0

    @property
    def ratio(self) -> float:
        return self.talib / self.ours

    def with_two_threads(self) -> Compared:
        """The same function, its time that of two threads."""
        return replace(self, ours=self.two_threads)


def talib_of(indicator: Indicator) -> Callable[..., Any] | None:
    """TA-Lib's function of the same inputs and parameters, if it has one."""
    return getattr(talib, CALLED.get(indicator.name, indicator.name.upper()), None)


def shared(names: Sequence[str] = ()) -> list[Indicator]:
    """The indicators that both have."""
    return [one for one in INDICATORS if talib_of(one) is not None and (not names or one.name in names)]


def bars(symbols: int, length: int) -> dict[str, np.ndarray]:
    """Random bars in paise precision, shape (symbols, length)."""
    rng = np.random.default_rng(7)
    shape = (symbols, length)
    close = np.round(1500.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, shape), axis=1)), 2)
    opened = np.round(close * (1.0 + rng.normal(0.0, 0.004, shape)), 2)
    high = np.round(np.maximum(opened, close) * (1.0 + rng.random(shape) * 0.006), 2)
    low = np.round(np.minimum(opened, close) * (1.0 - rng.random(shape) * 0.006), 2)
    volume = np.floor(rng.lognormal(12.0, 1.0, shape))
    return {"open": opened, "high": np.maximum(high, close), "low": low, "close": close, "volume": volume}


def inputs_of(indicator: Indicator, table: dict[str, np.ndarray]) -> list[np.ndarray]:
    """What an indicator reads: columns of bars, for transforms numbers in 0 to 1, else what it calls them."""
    if indicator.group == "math" and not {"high", "low"} & set(indicator.inputs):
        return [table["close"] / (table["close"].max() * (1.0 + at)) for at, _name in enumerate(indicator.inputs)]
    made = {"other": table["open"], "periods": np.full_like(table["close"], 10.0)}
    return [table.get(name, made.get(name, table["volume"])) for name in indicator.inputs]


def compare_series(indicator: Indicator, table: dict[str, np.ndarray]) -> Compared:
    arrays = [np.ascontiguousarray(one[0]) for one in inputs_of(indicator, table)]
    parameters = tuple(resolve(indicator, {}).values())
    theirs = talib_of(indicator)
    assert theirs is not None
    calls = {
        "ours": partial(ta.FUNCTIONS[indicator.name], *arrays, *parameters),
        "talib": partial(theirs, *arrays, *parameters),
    }
    taken = interleaved(calls, rounds=7, calls_per_round=15, warm_up=5)
    return Compared(indicator.name, statistics.median(taken["ours"]), statistics.median(taken["talib"]))


def compare_panel(indicator: Indicator, table: dict[str, np.ndarray]) -> Compared:
    arrays = inputs_of(indicator, table)
    parameters: dict[str, Any] = dict(resolve(indicator, {}))
    theirs = talib_of(indicator)
    assert theirs is not None
    rows = list(zip(*arrays, strict=True))

    def move() -> Any:
        copies = [one.copy() for one in arrays]
        return copies, [np.full(arrays[0].shape, 1, dtype) for dtype in dtypes_of(indicator)]

    calls: dict[str, Callable[[], object]] = {
        "ours": partial(ta.panel, indicator.name, *arrays, **parameters),
        "threads": partial(ta.panel, indicator.name, *arrays, threads=2, **parameters),
        "talib": lambda: [theirs(*row, *parameters.values()) for row in rows],
        "copied": move,
    }
    taken = {name: statistics.median(one) for name, one in interleaved(
        calls, rounds=5, calls_per_round=1, warm_up=1
    ).items()}  # fmt: skip
    return Compared(indicator.name, taken["ours"], taken["talib"], taken["copied"], taken["threads"])


def measure() -> tuple[list[Row], list[Compared], list[Compared]]:
    """Rows of the named functions and of the means, and every function's figures: series, panel."""
    narrow, wide = series_table(), panel_table()
    series = [compare_series(one, narrow) for one in shared()]
    panel = [compare_panel(one, wide) for one in shared()]
    return [*series_rows(series), *panel_rows(panel)], series, panel


def series_table() -> dict[str, np.ndarray]:
    return bars(1, BARS)


def panel_table() -> dict[str, np.ndarray]:
    return bars(SYMBOLS, PANEL_BARS)


def series_rows(series: Sequence[Compared]) -> list[Row]:
    by_name = {one.name: one for one in series}
    rows = [
        against(
            f"{name}, {BARS:,} bars", by_name[name].ours * 1e6, by_name[name].talib * 1e6, "TA-Lib",
            unit="us", least_ratio=2,
        )
        for name in FAST
    ]  # fmt: skip
    slowest = min(series, key=lambda one: one.ratio)
    return [
        *rows,
        ratio_row(f"geometric mean of {len(series)} functions, {BARS:,} bars", mean_ratio(series), "TA-Lib", 1.5),
        ratio_row(f"slowest of them ({slowest.name})", slowest.ratio, "TA-Lib", SERIES_LEAST),
    ]


def panel_rows(panel: Sequence[Compared]) -> list[Row]:
    by_name = {one.name: one for one in panel}
    size = f"{SYMBOLS:,} x {PANEL_BARS:,}"
    chosen = [by_name[name] for name in PANEL_FAST]
    rows = [
        against(f"{one.name}, panel {size}", one.ours * 1e3, one.talib * 1e3, "TA-Lib's loop", unit="ms", least_ratio=4)
        for one in chosen
    ]
    others = [one for one in panel if one.name not in PANEL_FAST]
    good = [one for one in others if copied_or(one, OTHERS_LEAST)]
    threaded = [one for one in others if copied_or(one.with_two_threads(), OTHERS_TWO_LEAST)]
    two = statistics.geometric_mean([one.talib / one.two_threads for one in chosen])
    return [
        *rows,
        ratio_row(f"geometric mean of these {len(chosen)}", mean_ratio(chosen), "TA-Lib's loop", 5),
        ratio_row("the same with two threads", two, "TA-Lib's loop", 9),
        share_row(
            f"other functions >= {OTHERS_LEAST}x, or within {COPY_MOST}x of a copy, panel {size}",
            len(good),
            len(others),
        ),
        share_row(
            f"the same with two threads: >= {OTHERS_TWO_LEAST}x, or within {COPY_MOST}x of a copy",
            len(threaded),
            len(others),
        ),
    ]


def copied_or(one: Compared, least: float) -> bool:
    """Whether a panel is so many times faster, or near what moving its arrays costs."""
    return one.ratio >= least or one.ours <= COPY_MOST * one.copied


def mean_ratio(compared: Sequence[Compared]) -> float:
    return statistics.geometric_mean([one.ratio for one in compared])


def ratio_row(what: str, ratio: float, peer: str, least: float) -> Row:
    """A row that has a ratio and no time of its own."""
    return Row(what, ratio, f"x {peer}", target=f">= {least:g}x", met=ratio >= least)


def share_row(what: str, good: int, of: int) -> Row:
    return Row(what, good, f"of {of}", target="all", met=good == of)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.indicators", description=__doc__)
    parser.add_argument("names", nargs="*", help="indicators; all when none is named")
    parser.add_argument("--panel", action="store_true", help="measure the panel form too")
    options = parser.parse_args()
    table = series_table()
    series = [compare_series(one, table) for one in shared(options.names)]
    for one in sorted(series, key=lambda one: one.ratio):
        print(f"{one.name:22} {one.ours * 1e6:9.1f} us  TA-Lib {one.talib * 1e6:9.1f} us  {one.ratio:6.2f}x")
    print(f"geometric mean {mean_ratio(series):.2f}x of {len(series)}")
    if options.panel:
        wide = panel_table()
        for one in [compare_panel(BY_NAME[one.name], wide) for one in series]:
            print(
                f"{one.name:22} {one.ours * 1e3:8.2f} ms  two threads {one.two_threads * 1e3:8.2f}  TA-Lib "
                f"{one.talib * 1e3:8.2f} ms {one.ratio:6.2f}x  copy {one.copied * 1e3:6.2f} ms"
            )


if __name__ == "__main__":
    main()
