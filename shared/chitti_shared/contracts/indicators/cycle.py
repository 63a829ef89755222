"""Ehlers' dominant cycle: its length and phase, and prices without it."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import NEVER, Group, Indicator

_SOURCE = "J. F. Ehlers, Rocket Science for Traders, 2001; TA-Lib"


def _transform(
    name: str,
    outputs: tuple[str, ...],
    lookback: int,
    summary: str,
    cost_ns: float,
    group: Group = "cycle",
    integers: tuple[str, ...] = (),
) -> Indicator:
    return Indicator(
        name=name,
        group=group,
        inputs=("close",),
        parameters=(),
        outputs=outputs,
        integers=integers,
        lookback=lambda p: lookback,
        recursive=True,
        settling=lambda p: NEVER,
        streams=True,
        cost_ns=cost_ns,
        summary=summary,
        source=f"{_SOURCE} {name.upper()}",
    )


INDICATORS: tuple[Indicator, ...] = (
    _transform(
        "ht_trendline",
        ("values",),
        63,
        "Instantaneous trendline: prices averaged over one dominant cycle, so that the cycle drops out.",
        31.0,
        group="overlap",
    ),
    _transform("ht_dcperiod", ("values",), 32, "Length of the dominant cycle in bars, 6 to 50.", 29.0),
    _transform("ht_dcphase", ("values",), 63, "Phase of the dominant cycle in degrees, -45 to 315.", 72.0),
    _transform(
        "ht_phasor",
        ("inphase", "quadrature"),
        32,
        "The cycle's two parts a quarter of a cycle apart, from the Hilbert transform.",
        29.0,
    ),
    _transform(
        "ht_sine",
        ("sine", "leadsine"),
        63,
        "Sine of the dominant cycle's phase, and of the phase an eighth of a cycle on.",
        98.0,
    ),
    _transform(
        "ht_trendmode",
        ("values",),
        63,
        "1 while prices follow a trend, 0 while they cycle.",
        112.0,
        integers=("values",),
    ),
)
