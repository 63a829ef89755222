"""Our indicators beside the fastest other libraries: ta-lib-takt, vector-ta, vectorbt, pandas.

    python -m benchmarks.indicator_peers

`make bench` fetches them; what can't be had is left out, and the page says so.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import talib
from chitti_shared.contracts.indicators import BY_NAME
from mojo_compute import indicators as ta
from mojo_compute.indicators import resolve

from benchmarks.indicators import BARS, CALLED, PANEL_BARS, PANEL_FAST, SYMBOLS, inputs_of, panel_table, series_table
from benchmarks.peers import libraries
from benchmarks.peers.takt import Takt
from benchmarks.results import Row, against, interleaved

NAMES = ("sma", "ema", "rsi", "macd", "bollinger", "stoch", "cci", "adx", "atr", "max", "min", "obv", "mfi")
VECTORBT_LEAST = 15


def measure() -> list[Row]:
    """Rows of single series and of panels."""
    return [*series_rows(), *panel_rows()]


def series_rows() -> list[Row]:
    """Each function beside the best of the other libraries over the same bars."""
    table = {name: np.ascontiguousarray(values[0]) for name, values in series_table().items()}
    rows: list[Row] = []
    with ExitStack() as stack:
        takt = None
        if libraries.has_takt():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            takt = stack.enter_context(Takt(table, folder))
        rows.extend(_one_series(name, table, takt) for name in NAMES)
    return rows


def _one_series(name: str, table: dict[str, np.ndarray], takt: Takt | None) -> Row:
    indicator = BY_NAME[name]
    parameters = list(resolve(indicator, {}).values())
    columns = list(indicator.inputs)
    arrays = [table[column] for column in columns]
    function = CALLED.get(name, name.upper())
    calls: dict[str, Callable[[], object]] = {
        "ours": partial(ta.FUNCTIONS[name], *arrays, *parameters),
        "TA-Lib": partial(getattr(talib, function), *arrays, *parameters),
    }
    if (other := _vector_ta(name, table)) is not None:
        calls["vector-ta"] = other
    rounds, each = 7, 15
    taken: dict[str, list[float]] = {}
    for _ in range(rounds):  # the process of ta-lib-takt takes its turn with the others
        for contender, seconds in interleaved(calls, rounds=1, calls_per_round=each, warm_up=1).items():
            taken.setdefault(contender, []).extend(seconds)
        if takt is not None:
            taken.setdefault("ta-lib-takt", []).extend(takt.seconds(function, columns, parameters, each))
    medians = {contender: statistics.median(seconds) * 1e6 for contender, seconds in taken.items()}
    ours = medians.pop("ours")
    best = min(medians, key=lambda contender: medians[contender])
    return against(
        f"{name}, {BARS:,} bars, best of {len(medians)}", ours, medians[best], best, unit="us", least_ratio=1
    )


def _vector_ta(name: str, t: dict[str, np.ndarray]) -> Callable[[], object] | None:
    v = libraries.load("vector_ta")
    if v is None:
        return None
    typical = (t["high"] + t["low"] + t["close"]) / 3.0
    table: dict[str, Callable[[], object]] = {
        "sma": partial(v.sma, t["close"], 30),
        "ema": partial(v.ema, t["close"], 30),
        "rsi": partial(v.rsi, t["close"], 14),
        "macd": partial(v.macd, t["close"], 12, 26, 9, "ema"),
        "bollinger": partial(v.bollinger_bands, t["close"], 20, 2.0, 2.0),
        "stoch": partial(v.stoch, t["high"], t["low"], t["close"], 5, 3, "sma", 3, "sma"),
        "cci": partial(v.cci, typical, 14),
        "adx": partial(v.adx, t["high"], t["low"], t["close"], 14),
        "atr": partial(v.atr, t["high"], t["low"], t["close"], 14),
        "obv": partial(v.obv, t["close"], t["volume"]),
        "mfi": partial(v.mfi, typical, t["volume"], 14),
    }
    return table.get(name)


def panel_rows() -> list[Row]:
    """The five beside vectorbt and pandas, which take the panel as a frame with a column for each symbol."""
    import pandas as pd

    table = panel_table()
    close = table["close"]
    frame = pd.DataFrame(np.ascontiguousarray(close.T))
    peers: dict[str, dict[str, Callable[[], object]]] = {
        "pandas": {
            "sma": lambda: frame.rolling(30).mean(),
            "ema": lambda: frame.ewm(span=30, adjust=False).mean(),
            "bollinger": lambda: (frame.rolling(20).mean(), frame.rolling(20).std(ddof=0)),
        },
        "vectorbt" if libraries.load("vectorbt_rust") is None else "vectorbt, rust": _vectorbt(frame),
    }
    rows = []
    for peer, calls in peers.items():
        for name in PANEL_FAST:
            if name not in calls:
                continue
            ours = partial(ta.panel, name, *inputs_of(BY_NAME[name], table))
            taken = interleaved({"ours": ours, "peer": calls[name]}, rounds=3, calls_per_round=1, warm_up=1)
            medians = {one: statistics.median(seconds) * 1e3 for one, seconds in taken.items()}
            what = f"{name}, panel {SYMBOLS:,} x {PANEL_BARS:,}"
            rows.append(against(what, medians["ours"], medians["peer"], peer, unit="ms", least_ratio=VECTORBT_LEAST))
    return rows


def _vectorbt(frame: Any) -> dict[str, Callable[[], object]]:
    vbt = libraries.load("vectorbt")
    if vbt is None:
        return {}
    return {
        "sma": lambda: vbt.MA.run(frame, 30).ma,
        "ema": lambda: vbt.MA.run(frame, 30, ewm=True).ma,
        "rsi": lambda: vbt.RSI.run(frame, 14).rsi,
        "macd": lambda: vbt.MACD.run(frame).macd,
        "bollinger": lambda: vbt.BBANDS.run(frame, 20).upper,
    }


if __name__ == "__main__":
    from benchmarks.results import plain

    print(plain(measure()))
