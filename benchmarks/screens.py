"""Screens: five criteria and an order over 750 and over 100,000 invented symbols, beside pandas' query.

pandas gets a frame of the columns that the question reads and no other; both answer the first 50 symbols in order.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from signal_service.screening.fields import PRICE_FIELDS
from signal_service.screening.queries import Criterion, Query, run
from signal_service.screening.snapshot import Company, Parts, PriceRow, Snapshot, assemble

from benchmarks.results import Row, against, below, interleaved, median_ms, plain

UNIVERSE, MANY = 750, 100_000
MOST_MS = {UNIVERSE: 1.0, MANY: 10.0}
LEAST_RATIO = 20.0
QUERY = Query(
    every=(
        Criterion("rsi_14", "<", 60.0),
        Criterion("close", ">", "sma_200"),
        Criterion("pe", "between", [5.0, 40.0]),
        Criterion("roe", ">", 10.0),
        Criterion("industry", "!=", "Industry 3"),
    ),
    sort="return_1y",
    descending=True,
    limit=50,
)
AS_PANDAS = "rsi_14 < 60 and close > sma_200 and 5 <= pe <= 40 and roe > 10 and industry != 3"
COLUMNS = ["rsi_14", "close", "sma_200", "pe", "roe", "industry", "return_1y"]


def market(size: int) -> Snapshot:
    """A snapshot of invented symbols in 21 industries; of every hundred figures five are missing."""
    random = np.random.default_rng(7)
    symbols = [f"S{number:06}" for number in range(size)]
    values = random.normal(50.0, 20.0, (size, len(PRICE_FIELDS)))
    industries = random.integers(0, 21, size)
    figures = {metric: random.normal(20.0, 12.0, size) for metric in ("pe", "roe", "debt_to_equity", "profit_growth")}
    known = {metric: random.random(size) >= 0.05 for metric in figures}
    day = date(2026, 8, 3)
    return assemble(
        Parts(
            companies={
                one: Company(None, f"Industry {code}") for one, code in zip(symbols, industries.tolist(), strict=True)
            },
            prices={one: PriceRow(day, row) for one, row in zip(symbols, values, strict=True)},
            figures={
                metric: {symbols[place]: float(column[place]) for place in np.flatnonzero(known[metric]).tolist()}
                for metric, column in figures.items()
            },
        )
    )


def measure(rounds: int = 15) -> list[Row]:
    """Ours and pandas' medians, taking turns."""
    rows: list[Row] = []
    for size in (UNIVERSE, MANY):
        snapshot = market(size)
        frame = pd.DataFrame({name: snapshot.column(name) for name in COLUMNS}, index=list(snapshot.symbols))
        # industries by number, as the frame of somebody who cares for speed has them; names sort as numbers
        excluded = snapshot.categories["industry"].index("Industry 3")
        asked = AS_PANDAS.replace("!= 3", f"!= {excluded}")
        contenders = {
            "ours": lambda s=snapshot: run(QUERY, s),
            "pandas": lambda f=frame, q=asked: f.query(q).sort_values("return_1y", ascending=False).head(50),
        }
        ours = [snapshot.symbols[row] for row in contenders["ours"]().rows]
        assert ours == list(contenders["pandas"]().index), "both must find the same"
        seconds = interleaved(contenders, rounds=rounds, calls_per_round=20, warm_up=10)
        took, peer = (median_ms(seconds[name]) for name in ("ours", "pandas"))
        what = f"a screen, 5 criteria over {size:,} symbols, first 50 in order"
        rows.append(against(what, took, peer, "pandas query", unit="ms", least_ratio=LEAST_RATIO))
        rows.append(below(what, took, MOST_MS[size], unit="ms"))
    return rows


if __name__ == "__main__":
    print(plain(measure()))
