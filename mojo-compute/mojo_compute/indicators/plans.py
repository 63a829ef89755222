"""The short way to a kernel: parameters that were seen before need no second check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from chitti_shared.contracts.indicators import Indicator
from chitti_shared.errors import InvalidInput

from mojo_compute.engines import Engines, available
from mojo_compute.indicators.parameters import resolve
from mojo_compute.kernels.arrays import Values, dtypes_of

Plan = Callable[[tuple[Any, ...]], tuple[Values, ...] | None]

_MOST = 256
_NO_PRICES = {"volume": 0, "other": -1}
_PLAIN = frozenset({int, float, str})


def floors_of(declared: Indicator, inputs: Sequence[str] = (), *, prices: bool = False) -> tuple[int, ...]:
    """For each input (or each of `inputs`) the least it may be, as compiled checks take it.

    1: above 0, 0: 0 or more, -1: any finite number, -2: need not be looked at.
    """
    names = inputs or declared.inputs
    if prices and declared.positive:
        return tuple(_NO_PRICES.get(name, 1) for name in names)
    return (-2 if declared.transparent and not declared.sparse else -1,) * len(names)


def range_of(inputs: Sequence[str]) -> tuple[int, int]:
    """Where the high and the low stand among inputs; -1, -1 unless both are there."""
    if "high" in inputs and "low" in inputs:
        return inputs.index("high"), inputs.index("low")
    return -1, -1


def plan_of(declared: Indicator, parameters: Mapping[str, int | float], engines: Engines) -> Plan | None:
    """What computes series without a gap from valid parameters; None: the engine has no such way.

    The plan answers None where a closer look is needed: then `compute` says what is wrong, or does it.
    """
    _engine, kernel = engines.kernel(declared.name)
    try_series = getattr(kernel, "try_series", None)
    if try_series is None:
        return None
    numbers, lookback = tuple(map(float, parameters.values())), declared.lookback(parameters)
    floors, (high, low) = floors_of(declared), range_of(declared.inputs)

    dtypes, sparse = dtypes_of(declared), declared.sparse

    def plan(arrays: tuple[Any, ...]) -> tuple[Values, ...] | None:
        if not arrays or type(arrays[0]) is not np.ndarray:
            return None
        length = len(arrays[0])
        outputs = tuple([np.empty(length, dtype) for dtype in dtypes])
        return outputs if try_series(arrays, outputs, numbers, lookback, floors, high, low, sparse) else None

    return plan


class Plans:
    """The plans of one indicator by what its caller wrote behind the inputs."""

    def __init__(self, declared: Indicator, names: Sequence[str]) -> None:
        self._declared = declared
        self._names = names
        self._known: dict[Any, Plan | None] = {}

    def find(self, values: tuple[Any, ...], named: Mapping[str, Any]) -> Plan | None:
        """A plan for parameters given by position and by name; None: take the long way."""
        key = (values, *named.items()) if named else values
        try:
            return self._known[key]
        except TypeError:  # something that is no number
            return None
        except KeyError:
            return self._learn(key, values, named)

    def _learn(self, key: Any, values: tuple[Any, ...], named: Mapping[str, Any]) -> Plan | None:
        given = dict(zip(self._names, values, strict=False))
        if len(values) > len(self._names) or given.keys() & named.keys():
            return None
        given.update(named)
        if any(type(value) not in _PLAIN for value in given.values()):
            return None
        try:
            parameters = resolve(self._declared, given)
        except InvalidInput:
            return None
        if len(self._known) >= _MOST:
            self._known.clear()
        plan = self._known[key] = plan_of(self._declared, parameters, available())
        return plan
