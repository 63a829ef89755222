"""Bands, channels and stops around the prices."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import (
    NEVER,
    Indicator,
    Parameter,
    ema_decay,
    period,
    wilder_decay,
)

_BAR = ("high", "low", "close")
_BANDS = ("upper_band", "middle_band", "lower_band")
_MOST = 3e37  # TA-Lib's largest number


def _share(name: str, default: float) -> Parameter:
    return Parameter(name, float, default, 0.0, _MOST)


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="accbands",
        group="overlap",
        inputs=_BAR,
        parameters=(period(20),),
        outputs=_BANDS,
        lookback=lambda p: int(p["period"]) - 1,
        fits="period <= len(prices)",
        streams=True,
        cost_ns=2.3,
        summary="Acceleration bands: means of highs and lows, each pushed out by four times the bar's relative range.",
        source="P. Headley, Big Trends in Trading, 2002; TA-Lib ACCBANDS",
    ),
    Indicator(
        name="donchian",
        group="overlap",
        inputs=("high", "low"),
        parameters=(period(20),),
        outputs=_BANDS,
        lookback=lambda p: int(p["period"]) - 1,
        fits="period <= len(prices)",
        streams=True,
        cost_ns=1.1,
        summary="Highest high and lowest low of the last `period` bars, and their middle.",
        source="R. Donchian; TA-Lib DONCHIAN",
    ),
    Indicator(
        name="kc",
        group="overlap",
        inputs=_BAR,
        parameters=(
            period(20),
            period(10, 1, name="atr_period"),
            Parameter("std_dev", float, 2.0, -_MOST, _MOST),
        ),
        outputs=_BANDS,
        lookback=lambda p: max(int(p["period"]) - 1, int(p["atr_period"])),
        recursive=True,
        settling=lambda p: max(ema_decay(p["period"]), wilder_decay(p["atr_period"])),
        streams=True,
        cost_ns=1.2,
        summary="Keltner channels: EMA of the typical price with bands `std_dev` average true ranges away.",
        source="C. Keltner, 1960; L. B. Raschke's form with true ranges; TA-Lib KC",
    ),
    Indicator(
        name="sar",
        group="overlap",
        inputs=("high", "low"),
        parameters=(_share("acceleration", 0.02), _share("maximum", 0.2)),
        outputs=("values",),
        lookback=lambda p: 1,
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=1.5,
        summary="Wilder's parabolic stop and reverse.",
        source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib SAR",
    ),
    Indicator(
        name="sarext",
        group="overlap",
        inputs=("high", "low"),
        parameters=(
            Parameter("start_value", float, 0.0, -_MOST, _MOST),
            _share("offset_on_reverse", 0.0),
            _share("acceleration_init_long", 0.02),
            _share("acceleration_long", 0.02),
            _share("acceleration_max_long", 0.2),
            _share("acceleration_init_short", 0.02),
            _share("acceleration_short", 0.02),
            _share("acceleration_max_short", 0.2),
        ),
        outputs=("values",),
        lookback=lambda p: 1,
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=1.6,
        summary="Parabolic stop with a start, an offset and an acceleration for each side; negative while short.",
        source="J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib SAREXT",
    ),
    Indicator(
        name="supertrend",
        group="overlap",
        inputs=_BAR,
        parameters=(period(10), _share("multiplier", 3.0)),
        outputs=("supertrend", "trend"),
        integers=("trend",),
        lookback=lambda p: int(p["period"]),
        fits="period < len(prices)",
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=1.6,
        summary="A band of `multiplier` ATRs that follows the trend (1 up, -1 down) until a close breaks it.",
        source="O. Seban; TA-Lib SUPERTREND",
    ),
)
