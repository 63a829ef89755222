"""The readable kernel set: works without a compiler, and is an oracle in the tests.

Its kernels are in `readable/`, one module for each family: `name(*inputs, *parameters, *outputs)`,
under the guarantees of `kernels/_kernel.pxd`. Windowed ones look at every window, recursive ones
step from bar to bar in Python.
"""

from __future__ import annotations

from mojo_compute.engines.readable import (
    averages,
    bands,
    breadth,
    chains,
    cycle,
    differences,
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
    overlap,
    patterns,
    performance,
    pressure,
    price,
    ranges,
    rates,
    statistic,
    stochastics,
    swings,
    volatility,
    volume,
    waves,
    williams,
)
from mojo_compute.engines.whole_numbers import with_integers

_MODULES = (
    overlap,
    averages,
    momentum,
    volatility,
    price,
    mathematics,
    ranges,
    rates,
    chains,
    differences,
    stochastics,
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

SERIES = with_integers({name: kernel for module in _MODULES for name, kernel in module.SERIES.items()})
