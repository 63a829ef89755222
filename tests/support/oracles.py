"""Holding an indicator against a function of bars, which libraries other than TA-Lib are called by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from support.indicators import check_integers, run
from support.markets import MARKETS, Bars

ORDINARY = ("INFY", "TATAMOTORS", "walk", "wild walk", "in paise", "pennies", "billions", "rising")


def check_against(
    name: str,
    given: Mapping[str, float],
    oracle: Callable[[pd.DataFrame], Any],
    engine: str,
    *,
    markets: Iterable[str | Bars] = ORDINARY,
    behind: int = 0,
    where_ours: bool = False,
    bound: float = 1e-9,
) -> None:
    """An indicator equals `oracle(bars)`, a series or a list of them, to `bound` of the largest value or of 1.

    Parameters
    ----------
    behind : int
        Bars at the start that are not compared, where the oracle starts otherwise.
    where_ours : bool
        Only where ours has a value: several outputs of ours begin together, the oracle's each on its own.
    """
    for market in markets:
        bars = MARKETS[market] if isinstance(market, str) else market
        expected = oracle(pd.DataFrame(bars))
        expected = expected if isinstance(expected, list) else [expected]
        for values, other in zip(run(name, bars, given, engine), expected, strict=True):
            other = np.asarray(other, dtype=float)
            if values.dtype == np.int32:
                check_integers(values[behind:], other[behind:])
                continue
            if where_ours:
                other = np.where(np.isnan(values), np.nan, other)
            assert not np.isnan(other[-1])
            # Prices of a millionth have no 1 to be held against
            scale = max(float(np.nanmax(np.abs(other))), min(float(bars["close"].max()), 1.0))
            np.testing.assert_allclose(
                values[behind:], other[behind:], rtol=0, atol=bound * scale, err_msg=str(market)[:20]
            )
