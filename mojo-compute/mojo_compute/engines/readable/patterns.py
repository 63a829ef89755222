"""Candlestick patterns, readable."""

from __future__ import annotations

from mojo_compute.engines.readable import candles_more, candles_one, candles_three, candles_two
from mojo_compute.engines.readable.candles import SERIES

__all__ = ["SERIES", "candles_more", "candles_one", "candles_three", "candles_two"]
