"""The default kernel set: complete, compiled, without the GIL."""

from __future__ import annotations

from mojo_compute.kernels import _momentum, _overlap

SERIES = {
    "sma": _overlap.sma_into,
    "rsi": _momentum.rsi_into,
    "macd": _momentum.macd_into,
    "bollinger": _overlap.bollinger_into,
}
