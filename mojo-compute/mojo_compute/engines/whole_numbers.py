"""Kernels that know float64 alone, made to fill int32 where the declaration has integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from chitti_shared.contracts.indicators import BY_NAME

from mojo_compute.kernels.arrays import INTEGER, dtypes_of

Kernel = Callable[..., None]


def with_integers(kernels: Mapping[str, Kernel]) -> dict[str, Kernel]:
    """Kernels by the indicator's name that fill arrays of the declared types."""
    return {name: _converting(name, kernel) if BY_NAME[name].integers else kernel for name, kernel in kernels.items()}


def _converting(name: str, kernel: Kernel) -> Kernel:
    dtypes = dtypes_of(BY_NAME[name])

    def converting(*arguments: Any) -> None:
        given, outputs = arguments[: -len(dtypes)], arguments[-len(dtypes) :]
        filled = [
            np.empty(len(output)) if dtype == INTEGER else output for output, dtype in zip(outputs, dtypes, strict=True)
        ]
        kernel(*given, *filled)
        for output, values in zip(outputs, filled, strict=True):
            if values is not output:
                output[:] = np.where(np.isnan(values), 0.0, values)

    return converting
