"""The default kernel set: complete, compiled, without the GIL."""

from __future__ import annotations

from mojo_compute.kernels import (
    _arithmetic,
    _bands,
    _chains,
    _counts,
    _directional,
    _distance,
    _filters,
    _levels,
    _momentum,
    _more_statistic,
    _more_trend,
    _more_volatility,
    _more_volume,
    _overlap,
    _pivots,
    _pressure,
    _price,
    _ranges,
    _rates,
    _regressions,
    _sar,
    _strength,
    _swings,
    _transforms,
    _volatility,
    _volume_profile,
    _weighted_windows,
    _window_extremes,
)

_MODULES = (
    _overlap,
    _momentum,
    _volatility,
    _price,
    _arithmetic,
    _transforms,
    _ranges,
    _rates,
    _strength,
    _chains,
    _more_statistic,
    _window_extremes,
    _bands,
    _sar,
    _filters,
    _weighted_windows,
    _more_volatility,
    _more_trend,
    _levels,
    _pivots,
    _directional,
    _distance,
    _pressure,
    _regressions,
    _swings,
    _counts,
    _more_volume,
    _volume_profile,
)

SERIES = {name: kernel for module in _MODULES for name, kernel in module.KERNELS.items()}
STREAMS = {name: kernel for module in _MODULES for name, kernel in module.STREAMS.items()}
FAMILIES = tuple(family for module in _MODULES for family in getattr(module, "FAMILIES", ()))
