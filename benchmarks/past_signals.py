"""The shipped rules on stored histories, computed in this process."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from chitti_shared.universe import by_symbol, current_symbol
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.expressions import Program, columns_of
from numpy.typing import NDArray
from signal_service.rules import SHIPPED, RuleSide
from signal_service.scoring.markets import Closes

SAMPLE = Path(__file__).resolve().parents[1] / "cli" / "chitti_cli" / "sample" / "nifty50_eod.csv.zip"


@dataclass(frozen=True, slots=True)
class History:
    """One company's daily bars, oldest first."""

    symbol: str
    industry: str | None
    days: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]

    @property
    def closes(self) -> Closes:
        return Closes(self.days, self.close)


def histories(folder: Path | None = None) -> list[History]:
    """Of a folder with one CSV a company (date,open,high,low,close,volume), or of the sample market."""
    rows = _of_folder(folder) if folder is not None else _of_sample()
    return [_history(symbol, told) for symbol, told in sorted(rows.items())]


def price_rules() -> list[RuleSide]:
    """The shipped rules that read nothing but bars."""
    return [side for document in SHIPPED for side in document.sides if side.needs <= {"series"}]


def holds_of(history: History, sides: Iterable[RuleSide]) -> NDArray[np.uint8]:
    """Where each rule holds, shape (rules, n)."""
    times = history.days.astype("datetime64[D]").astype("datetime64[s]")
    columns = (history.open, history.high, history.low, history.close)
    bars = Bars(
        *(column[None, :] for column in columns), volume=history.volume[None, :], times=times, symbols=(history.symbol,)
    )
    truths = Program([side.when for side in sides]).run(columns_of(Data(bars), 0))
    return np.array([np.broadcast_to(truth, len(times)) for truth in truths], dtype=np.uint8)


def _of_folder(folder: Path) -> dict[str, list[dict[str, str]]]:
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    if not found:
        raise FileNotFoundError(f"{folder} holds no .csv file; expected one a company: date,open,high,low,close,volume")
    return found


def _of_sample() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with zipfile.ZipFile(SAMPLE) as archive, archive.open(archive.namelist()[0]) as file:
        for row in _rows(io.TextIOWrapper(file, encoding="utf-8", newline="")):
            found[row["symbol"]].append(row)
    return found


def _rows(text: io.TextIOWrapper) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(text)


def _history(symbol: str, rows: list[dict[str, str]]) -> History:
    company = by_symbol(current_symbol(symbol))
    days = np.array([row["date"] for row in rows], "datetime64[D]").astype(np.int64)
    columns = {
        name: np.array([float(row[name]) for row in rows]) for name in ("open", "high", "low", "close", "volume")
    }
    return History(symbol, company.industry if company is not None else None, days, **columns)
