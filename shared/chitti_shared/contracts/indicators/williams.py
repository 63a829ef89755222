"""Bill Williams' oscillators and fractals."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import Indicator, period

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="ao",
        group="momentum",
        inputs=("high", "low"),
        parameters=(period(5, name="fast_period"), period(34, name="slow_period")),
        outputs=("values",),
        lookback=lambda p: int(max(p["fast_period"], p["slow_period"])) - 1,
        streams=True,
        cost_ns=0.9,
        summary="Awesome oscillator: a fast less a slow mean of the middles of bars.",
        source="B. Williams, New Trading Dimensions, 1998; TA-Lib AO",
    ),
    Indicator(
        name="ac",
        group="momentum",
        inputs=("high", "low"),
        parameters=(period(5, name="fast_period"), period(34, name="slow_period"), period(5, name="signal_period")),
        outputs=("values",),
        lookback=lambda p: int(max(p["fast_period"], p["slow_period"]) + p["signal_period"]) - 2,
        streams=True,
        cost_ns=1.3,
        summary="Accelerator: the awesome oscillator less its own mean.",
        source="B. Williams, New Trading Dimensions, 1998; TA-Lib AC",
    ),
    Indicator(
        name="fractal",
        group="momentum",
        inputs=("high", "low"),
        parameters=(period(2, 1, name="left_bars"), period(2, 1, name="right_bars")),
        outputs=("swinghigh", "swinglow"),
        integers=("swinghigh", "swinglow"),
        lookback=lambda p: int(p["left_bars"] + p["right_bars"]),
        streams=True,
        cost_ns=0.7,
        summary="100 where the bar `right_bars` ago has the highest high, or the lowest low, of all around it; else 0.",
        source="B. Williams, Trading Chaos, 1995; TA-Lib FRACTAL",
    ),
)
