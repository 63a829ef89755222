"""Arithmetic over whole series, readable."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mojo_compute.kernels.arrays import Floats


def _of_one(function: Callable[[Floats], Floats]) -> Callable[[Floats, Floats], None]:
    def transform(values: Floats, out: Floats) -> None:
        with np.errstate(all="ignore"):  # outside its domain a function is NaN
            out[:] = function(values)

    return transform


def _of_two(function: Callable[[Floats, Floats], Floats]) -> Callable[[Floats, Floats, Floats], None]:
    def operator(one: Floats, other: Floats, out: Floats) -> None:
        with np.errstate(all="ignore"):
            out[:] = function(one, other)

    return operator


def cumsum(values: Floats, out: Floats) -> None:
    out[:] = np.cumsum(values)


SERIES: dict[str, Callable[..., None]] = {
    "acos": _of_one(np.arccos),
    "asin": _of_one(np.arcsin),
    "atan": _of_one(np.arctan),
    "ceil": _of_one(np.ceil),
    "cos": _of_one(np.cos),
    "cosh": _of_one(np.cosh),
    "exp": _of_one(np.exp),
    "floor": _of_one(np.floor),
    "ln": _of_one(np.log),
    "log10": _of_one(np.log10),
    "sin": _of_one(np.sin),
    "sinh": _of_one(np.sinh),
    "sqrt": _of_one(np.sqrt),
    "tan": _of_one(np.tan),
    "tanh": _of_one(np.tanh),
    "add": _of_two(np.add),
    "div": _of_two(np.divide),
    "mult": _of_two(np.multiply),
    "sub": _of_two(np.subtract),
    "cumsum": cumsum,
}
