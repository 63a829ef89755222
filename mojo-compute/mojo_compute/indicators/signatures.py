"""Writes `__init__.pyi`, the types of the functions that are made from the declarations."""

from __future__ import annotations

from pathlib import Path

from chitti_shared.contracts.indicators import BY_NAME, Indicator

from mojo_compute.indicators.functions import result_name

TARGET = Path(__file__).with_name("__init__.pyi")

_HEAD = """\
# Written by `python -m mojo_compute.indicators.signatures`: change the declarations instead.
from collections.abc import Callable
from typing import Any, NamedTuple

from chitti_shared.contracts.indicators import BY_NAME as BY_NAME
from numpy.typing import ArrayLike

from mojo_compute.indicators.breadth import Breadth as Breadth
from mojo_compute.indicators.breadth import breadth as breadth
from mojo_compute.indicators.compute import Computed as Computed
from mojo_compute.indicators.compute import compute as compute
from mojo_compute.indicators.functions import panel as panel
from mojo_compute.indicators.panels import PanelComputed as PanelComputed
from mojo_compute.indicators.panels import compute_panel as compute_panel
from mojo_compute.indicators.parameters import resolve as resolve
from mojo_compute.indicators.streams import Stream as Stream
from mojo_compute.kernels.arrays import Floats, Integers

FUNCTIONS: dict[str, Callable[..., Any]]
"""


def render() -> str:
    """The text of `__init__.pyi`."""
    parts = [_HEAD, "\n"]
    seen: set[str] = set()
    for name, declared in BY_NAME.items():
        if len(declared.outputs) > 1 and declared.name not in seen:
            fields = "".join(f"    {output}: {_array_of(declared, output)}\n" for output in declared.outputs)
            parts.append(f"\nclass {result_name(declared)}(NamedTuple):\n{fields}\n")
        seen.add(declared.name)
        parts.append(_function(name, declared))
    return "".join(parts)


def _function(name: str, declared: Indicator) -> str:
    arguments = [f"{series}: ArrayLike" for series in declared.inputs]
    for one in declared.parameters:
        kind = f"{one.kind.__name__} | str" if one.names else one.kind.__name__
        if one.shorthand:
            arguments.append(f"{one.name}: {kind} | None = None")
        else:
            default = repr(one.default)
            arguments.append(f"{one.name}: {kind} = {default if len(default) <= 10 else '...'}")
    shorthands = {one.shorthand: one.kind.__name__ for one in declared.parameters if one.shorthand}
    arguments += ["*"] if shorthands else []
    arguments += [f"{shorthand}: {kind} | None = None" for shorthand, kind in shorthands.items()]
    alone = len(declared.outputs) == 1
    returned = _array_of(declared, declared.outputs[0]) if alone else result_name(declared)
    line = f"def {name}({', '.join(arguments)}) -> {returned}: ...\n"
    if len(line) <= 121:
        return line
    return f"def {name}(\n" + "".join(f"    {argument},\n" for argument in arguments) + f") -> {returned}: ...\n"


def _array_of(declared: Indicator, output: str) -> str:
    return "Integers" if output in declared.integers else "Floats"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
