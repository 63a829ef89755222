"""The declaration of each indicator: inputs, parameters with bounds, outputs, warm-up, source.

Request and reply structs, routes, `list_indicators`, docs and tests are generated from
this table; mojo-compute attaches kernels to each entry.
"""

from chitti_shared.contracts.indicators import (
    averages,
    bands,
    breadth,
    chains,
    cycle,
    directional,
    distance,
    efficiency,
    filters,
    levels,
    mathematics,
    momentum,
    more_statistic,
    more_trend,
    more_volatility,
    more_volume,
    oscillators,
    overlap,
    patterns,
    performance,
    pressure,
    price,
    statistic,
    swings,
    volatility,
    volume,
    waves,
    williams,
)
from chitti_shared.contracts.indicators.declaration import MAX_PERIOD, NEVER, Indicator, Parameter, Parameters

_GROUPS = (
    overlap,
    averages,
    momentum,
    volatility,
    price,
    mathematics,
    oscillators,
    chains,
    more_statistic,
    bands,
    filters,
    more_volatility,
    more_trend,
    levels,
    directional,
    distance,
    pressure,
    statistic,
    swings,
    more_volume,
    cycle,
    efficiency,
    williams,
    volume,
    performance,
    breadth,
    waves,
    patterns,
)

INDICATORS: tuple[Indicator, ...] = tuple(indicator for group in _GROUPS for indicator in group.INDICATORS)

BY_NAME: dict[str, Indicator] = {
    name: indicator for indicator in INDICATORS for name in (indicator.name, *indicator.aliases)
}

__all__ = ["BY_NAME", "INDICATORS", "MAX_PERIOD", "NEVER", "Indicator", "Parameter", "Parameters"]
