"""Technical indicators over arrays: `from mojo_compute import indicators as ta; ta.rsi(close, 14)`.

One function for each declared indicator, made from its declaration: the input series
first, then the parameters, by position or by name. A function with one output returns an
array, one with several a named tuple of arrays, each as long as the inputs, NaN where
there is no value; states, counts and bar numbers are int32, 0 there. `panel` computes one
indicator of many series at once, `Stream` bar by bar; `breadth` counts over many symbols what
the indicators of breadth read.
The signatures for type checkers are in `__init__.pyi`, written by
`python -m mojo_compute.indicators.signatures`.
"""

from __future__ import annotations

from typing import Any

from chitti_shared.contracts.indicators import BY_NAME

from mojo_compute.indicators.breadth import Breadth, breadth
from mojo_compute.indicators.compute import Computed, compute
from mojo_compute.indicators.functions import function_of, panel
from mojo_compute.indicators.panels import PanelComputed, compute_panel, compute_panels, starts_of
from mojo_compute.indicators.parameters import resolve
from mojo_compute.indicators.streams import Stream

FUNCTIONS: dict[str, Any] = {name: function_of(name, declared) for name, declared in BY_NAME.items()}
globals().update(FUNCTIONS)

__all__ = [
    "BY_NAME", "Breadth", "Computed", "PanelComputed", "Stream", "breadth", "compute", "compute_panel",
    "compute_panels", "panel", "resolve", "starts_of", *FUNCTIONS,
]  # fmt: skip
