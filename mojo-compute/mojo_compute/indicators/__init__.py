"""Technical indicators over arrays: `from mojo_compute import indicators as ta; ta.rsi(close, 14)`.

One function for each declared indicator, made from its declaration: the input series
first, then the parameters, by position or by name. A function with one output returns an
array, one with several a named tuple of arrays, each as long as the inputs, NaN where
there is no value. The signatures for type checkers are in `__init__.pyi`, written by
`python -m mojo_compute.indicators.signatures`.
"""

from __future__ import annotations

from typing import Any

from mojo_compute.indicators.compute import Computed, compute
from mojo_compute.indicators.functions import function_of
from mojo_compute.indicators.parameters import resolve
from mojo_compute.indicators.registry import ENTRIES, Entry

FUNCTIONS: dict[str, Any] = {name: function_of(name, entry) for name, entry in ENTRIES.items()}
globals().update(FUNCTIONS)

__all__ = ["ENTRIES", "Computed", "Entry", "compute", "resolve", *FUNCTIONS]
