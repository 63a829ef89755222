"""What the volume says about the prices."""

from __future__ import annotations

from chitti_shared.contracts.indicators.average_types import EMA, average_lookback, average_settling, ma_type
from chitti_shared.contracts.indicators.declaration import NEVER, Indicator, Parameters, ema_decay, period


def _running(name: str, inputs: tuple[str, ...], summary: str, source: str, *, cost_ns: float) -> Indicator:
    """A total, or a product, from the first bar on."""
    return Indicator(
        name=name,
        group="volume",
        inputs=inputs,
        parameters=(),
        outputs=("values",),
        lookback=lambda p: 0,
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=cost_ns,
        summary=summary,
        source=f"{source}TA-Lib {name.upper()}",
    )


def _slowest(p: Parameters) -> int:
    return int(max(p["fast_period"], p["slow_period"]))


INDICATORS: tuple[Indicator, ...] = (
    _running(
        "obv",
        ("close", "volume"),
        "Volume added up, that of falling bars taken off; begins with the first bar's volume.",
        "J. Granville, New Key to Stock Market Profits, 1963; ",
        cost_ns=0.4,
    ),
    _running(
        "ad",
        ("high", "low", "close", "volume"),
        "Volume added up, weighed from -1 to 1 by where in its range each bar closed.",
        "M. Chaikin, accumulation/distribution line; ",
        cost_ns=0.5,
    ),
    _running(
        "pvt",
        ("close", "volume"),
        "Volume times the relative change of the close, added up from 0.",
        "",
        cost_ns=0.4,
    ),
    _running(
        "nvi",
        ("close", "volume"),
        "Index from 1000 that follows the close on bars of falling volume.",
        "P. Dysart, 1936; N. Fosback, Stock Market Logic, 1976; ",
        cost_ns=0.6,
    ),
    _running(
        "pvi",
        ("close", "volume"),
        "Index from 1000 that follows the close on bars of rising volume.",
        "P. Dysart, 1936; N. Fosback, Stock Market Logic, 1976; ",
        cost_ns=0.6,
    ),
    _running(
        "vwap",
        ("high", "low", "close", "volume"),
        "Mean typical price since the first bar, weighed with volume; 0 before anything was traded.",
        "",
        cost_ns=0.7,
    ),
    Indicator(
        name="adosc",
        group="volume",
        inputs=("high", "low", "close", "volume"),
        parameters=(period(3, name="fast_period"), period(10, name="slow_period")),
        outputs=("values",),
        lookback=lambda p: _slowest(p) - 1,
        fits="slow_period <= len(prices)",
        recursive=True,
        settling=lambda p: ema_decay(_slowest(p)),
        streams=True,
        cost_ns=1.2,
        summary="Difference of a fast and a slow EMA of the accumulation/distribution line.",
        source="M. Chaikin, Chaikin oscillator; TA-Lib ADOSC",
    ),
    Indicator(
        name="cmf",
        group="volume",
        inputs=("high", "low", "close", "volume"),
        parameters=(period(20),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]) - 1,
        fits="period <= len(prices)",
        streams=True,
        cost_ns=1.3,
        summary="Where in their ranges the last `period` bars closed, weighed with volume: -1 to 1, 0 without volume.",
        source="M. Chaikin, Chaikin money flow; TA-Lib CMF",
    ),
    Indicator(
        name="efi",
        group="volume",
        inputs=("close", "volume"),
        parameters=(period(13, 1),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        recursive=True,
        settling=lambda p: ema_decay(p["period"]),
        streams=True,
        cost_ns=0.5,
        summary="EMA of the change of the close times the volume.",
        source="A. Elder, Trading for a Living, 1993; TA-Lib EFI",
    ),
    Indicator(
        name="marketfi",
        group="volume",
        inputs=("high", "low", "volume"),
        parameters=(),
        outputs=("values",),
        lookback=lambda p: 0,
        streams=True,
        cost_ns=0.3,
        summary="Range of the bar for each unit of volume; 0 without volume.",
        source="B. Williams, Trading Chaos, 1995; TA-Lib MARKETFI",
    ),
    Indicator(
        name="pvo",
        group="volume",
        inputs=("volume",),
        parameters=(period(12, name="fast_period"), period(26, name="slow_period"), ma_type(EMA)),
        outputs=("values",),
        lookback=lambda p: average_lookback(p["ma_type"], _slowest(p)),
        fits="slow_period <= len(prices)",
        recursive=True,
        recursive_by=("ma_type",),
        settling=lambda p: average_settling(p["ma_type"], _slowest(p)),
        streams=True,
        cost_ns=0.8,
        summary="How far the fast average of volume is from the slow one, in percent of it; `ma_type` 1 is an EMA.",
        source="TA-Lib PVO",
    ),
    Indicator(
        name="rvol",
        group="volume",
        inputs=("volume",),
        parameters=(period(20, 1),),
        outputs=("values",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        sparse=True,
        streams=True,
        cost_ns=0.8,
        summary="Volume over the mean of the `period` bars before; null where those traded nothing.",
        source="TA-Lib RVOL",
    ),
)
