"""The peers: a moving average and a greeting, written as a FastAPI tutorial would."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel, Field, field_validator


class SmaRequest(BaseModel):
    symbol: str = Field(min_length=1, max_length=20)
    prices: list[float] = Field(min_length=1, max_length=1_000_000)
    period: int = Field(ge=2, le=500)

    @field_validator("prices")
    @classmethod
    def prices_are_positive(cls, prices: list[float]) -> list[float]:
        if any(price <= 0 for price in prices):
            raise ValueError("All prices must be positive")
        return prices


class SmaReply(BaseModel):
    symbol: str
    indicator: str = "sma"
    period: int
    values: list[float | None]
    computation_time_ms: float
    mojo_used: bool


def moving_average(prices: list[float], period: int) -> list[float | None]:
    sums = np.cumsum(np.asarray(prices, dtype=np.float64))
    sums[period:] = sums[period:] - sums[:-period]
    means: list[float | None] = (sums[period - 1 :] / period).tolist()
    return [None] * (period - 1) + means


def answer(request: SmaRequest) -> dict[str, Any]:
    start = time.perf_counter()
    values = moving_average(request.prices, request.period)
    return {
        "symbol": request.symbol,
        "indicator": "sma",
        "period": request.period,
        "values": values,
        "computation_time_ms": (time.perf_counter() - start) * 1e3,
        "mojo_used": False,
    }


app = FastAPI()


# `response_model=None` is what a route without a return type is: FastAPI walks the dict and prints it
@app.get("/hello", response_model=None)
async def hello() -> dict[str, str]:
    return {"message": "hello"}


@app.post("/dict/sma", response_model=None)
async def sma_as_dict(request: SmaRequest) -> dict[str, Any]:
    return answer(request)


@app.post("/model/sma")
async def sma_as_model(request: SmaRequest) -> SmaReply:
    return SmaReply(**answer(request))
