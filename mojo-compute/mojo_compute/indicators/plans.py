"""The short way to a kernel: parameters that were seen before need no second check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chitti_shared.contracts.indicators import Indicator
from chitti_shared.errors import InvalidInput

from mojo_compute.engines import available
from mojo_compute.indicators.parameters import resolve
from mojo_compute.kernels.arrays import dtypes_of

try:
    from mojo_compute.indicators._shortcuts import Shortcut, Shortcuts
except ImportError:
    Shortcuts = None  # type: ignore[assignment, misc]  # then every way is the long one

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


class Plans:
    """How one indicator is called, by what its caller wrote behind the inputs.

    Parameters
    ----------
    declared : Indicator
    names : sequence of str
        The parameters that can be given by position, in order.
    packed : callable, optional
        Makes one of several outputs.
    """

    def __init__(self, declared: Indicator, names: Sequence[str], packed: Callable[..., Any] | None = None) -> None:
        self._declared = declared
        self._names = names
        self._packed = packed
        self._ways = None if Shortcuts is None else Shortcuts(len(declared.inputs), self._learn)

    @property
    def take(self) -> Callable[[tuple[Any, ...], dict[str, Any]], Any]:
        """What computes series without a gap from arguments by position and by name; None: take the long way."""
        return _nothing if self._ways is None else self._ways.take

    def _learn(self, key: Any, values: tuple[Any, ...], named: Mapping[str, Any]) -> Shortcut | None:
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
        assert self._ways is not None
        if len(self._ways.known) >= _MOST:
            self._ways.known.clear()
        way = self._ways.known[key] = self._shortcut(parameters)
        return way

    def _shortcut(self, parameters: Mapping[str, int | float]) -> Shortcut | None:
        """None: the engine has no such way."""
        declared = self._declared
        _engine, kernel = available().kernel(declared.name)
        try_series = getattr(kernel, "try_series", None)
        if try_series is None:
            return None
        numbers = tuple(map(float, parameters.values()))
        rest = (
            numbers, declared.lookback(parameters), floors_of(declared), *range_of(declared.inputs), declared.sparse
        )  # fmt: skip
        return Shortcut(try_series, rest, dtypes_of(declared), self._packed)


def _nothing(_given: tuple[Any, ...], _named: Mapping[str, Any]) -> None:
    return None
