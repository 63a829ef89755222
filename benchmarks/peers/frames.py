"""The peer of a compute request without its HTTP: Pydantic reads the body, pandas computes, json prints the reply."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
from pydantic import BaseModel, Field


class ComputeRequest(BaseModel):
    symbol: str
    prices: list[float] = Field(min_length=1, max_length=1_000_000)
    period: int = Field(default=20, ge=2, le=500)


def sma(closes: pd.Series[float], period: int) -> dict[str, pd.Series[float]]:
    return {"values": closes.rolling(period).mean()}


def rsi(closes: pd.Series[float], period: int) -> dict[str, pd.Series[float]]:
    change = closes.diff()
    gain = change.clip(lower=0).ewm(alpha=1 / period, adjust=False, min_periods=period).mean()
    loss = (-change).clip(lower=0).ewm(alpha=1 / period, adjust=False, min_periods=period).mean()
    return {"values": 100 - 100 / (1 + gain / loss)}


def macd(closes: pd.Series[float], _period: int) -> dict[str, pd.Series[float]]:
    fast = closes.ewm(span=12, adjust=False, min_periods=12).mean()
    slow = closes.ewm(span=26, adjust=False, min_periods=26).mean()
    line = fast - slow
    signal = line.ewm(span=9, adjust=False, min_periods=9).mean()
    return {"macd": line, "signal": signal, "histogram": line - signal}


def bollinger(closes: pd.Series[float], period: int) -> dict[str, pd.Series[float]]:
    window = closes.rolling(period)
    middle, width = window.mean(), 2 * window.std(ddof=0)
    return {"upper_band": middle + width, "middle_band": middle, "lower_band": middle - width}


FORMULAS: dict[str, Callable[[Any, int], dict[str, Any]]] = {
    "sma": sma, "rsi": rsi, "macd": macd, "bollinger": bollinger,
}  # fmt: skip


def answer(indicator: str, body: bytes) -> bytes:
    """The reply to a request body, missing values as null."""
    request = ComputeRequest.model_validate_json(body)
    series = FORMULAS[indicator](pd.Series(request.prices), request.period)
    reply: dict[str, Any] = {"symbol": request.symbol, "indicator": indicator, "period": request.period}
    reply |= {name: [None if one != one else one for one in values.tolist()] for name, values in series.items()}
    return json.dumps(reply).encode()
