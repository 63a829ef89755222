"""Kernels built by the Mojo compiler, where they are built; they may cover part of the table.

`mojo build --emit shared-lib` of the Mojo sources makes `mojo_compute.kernels._mojo`, a
Python extension module with one `<indicator>_into` for each kernel it has. Without that
module the import of this one fails, which is how the engine counts as missing.
"""

from __future__ import annotations

from importlib import import_module

from chitti_shared.contracts.indicators import INDICATORS

from mojo_compute.engines.whole_numbers import with_integers

_built = import_module("mojo_compute.kernels._mojo")

SERIES = with_integers(
    {
        indicator.name: getattr(_built, f"{indicator.name}_into")
        for indicator in INDICATORS
        if hasattr(_built, f"{indicator.name}_into")
    }
)
