"""What averages that rise or fall say, and the fading of signals."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import NEVER, Indicator, Parameters, ema_decay, period


def _impulse_lookback(p: Parameters) -> int:
    return max(int(p["period"]), int(p["slow_period"] + p["signal_period"]) - 1)


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        name="amat",
        group="overlap",
        inputs=("close",),
        parameters=(period(8, name="fast_period"), period(21, name="slow_period"), period(2, 1, name="run")),
        outputs=("long_run", "short_run"),
        integers=("long_run", "short_run"),
        lookback=lambda p: int(p["slow_period"] + p["run"]) - 1,
        fits="slow_period + run <= len(prices)",
        ordered=(("fast_period", "slow_period"),),
        recursive=True,
        settling=lambda p: ema_decay(p["slow_period"]),
        streams=True,
        cost_ns=3.7,
        summary="1 where the fast EMA rose, or fell, over `run` bars and the slow one moved, as it does in trends.",
        source="Archer moving averages trends: K. Johnson, pandas-ta amat, 2019",
    ),
    Indicator(
        name="elder_impulse",
        group="momentum",
        inputs=("close",),
        parameters=(
            period(13),
            period(12, name="fast_period"),
            period(26, name="slow_period"),
            period(9, 1, name="signal_period"),
        ),
        outputs=("values",),
        integers=("values",),
        lookback=_impulse_lookback,
        fits="slow_period + signal_period <= len(prices)",
        ordered=(("fast_period", "slow_period"),),
        recursive=True,
        settling=lambda p: max(ema_decay(p["period"]), ema_decay(p["slow_period"]) + ema_decay(p["signal_period"])),
        streams=True,
        cost_ns=7.2,
        summary="1 where the EMA and the MACD histogram both rose, -1 where both fell, else 0.",
        source="A. Elder, Come Into My Trading Room, 2002 (impulse system)",
    ),
    Indicator(
        name="decay",
        group="overlap",
        inputs=("close",),
        parameters=(period(5, 1),),
        outputs=("values",),
        lookback=lambda p: 0,
        positive=False,
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=1.4,
        summary="The input, or where it is higher the value before less 1 / period: signals that fade.",
        source="Tulip Indicators decay, 2016 (pandas-ta subtracts from the input before, not from the value)",
    ),
)
