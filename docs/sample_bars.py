"""The bars of the sample market (`cli/chitti_cli/sample`), which the pictures are drawn of."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE = Path(__file__).resolve().parents[1] / "cli" / "chitti_cli" / "sample" / "nifty50_eod.csv.zip"
COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True)
class Stock:
    """One symbol's bars, oldest first."""

    symbol: str
    dates: tuple[date, ...]
    columns: dict[str, NDArray[np.float64]]


def sample_market() -> list[Stock]:
    """The stocks of the sample market."""
    rows: dict[str, list[dict[str, str]]] = {}
    with zipfile.ZipFile(SAMPLE) as archive, archive.open(archive.namelist()[0]) as file:
        for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")):
            rows.setdefault(row["symbol"], []).append(row)
    return [
        Stock(
            symbol,
            tuple(date.fromisoformat(row["date"]) for row in of_symbol),
            {name: np.array([float(row[name]) for row in of_symbol]) for name in COLUMNS},
        )
        for symbol, of_symbol in rows.items()
    ]
