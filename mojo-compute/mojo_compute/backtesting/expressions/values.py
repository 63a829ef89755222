"""Indicators inside of expressions: computed by the indicators' own functions, kept where several strategies share."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
from chitti_shared.contracts.indicators import Indicator
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import Call, describe_node

from mojo_compute import indicators
from mojo_compute.backtesting.expressions.arrays import Number, as_numbers, known_bars
from mojo_compute.backtesting.expressions.columns import Columns
from mojo_compute.kernels.arrays import INTEGER, Floats

Outputs = tuple[Floats, ...]
Key = tuple[Any, ...]  # row, indicator, parameters, what it is computed of


class Kept:
    """Indicators of the same bars, for many strategies in turn; the least recently used goes first.

    It must not outlive the bars, and threads don't share it.

    Parameters
    ----------
    limit : int
        Bytes.
    """

    def __init__(self, limit: int = 64 << 20) -> None:
        self.limit = limit
        self.used = 0
        self._kept: OrderedDict[Key, Outputs] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Key) -> Outputs | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: Key, outputs: Outputs) -> None:
        self._kept[key] = outputs
        self.used += _size_of(outputs)
        while self.used > self.limit:
            _key, oldest = self._kept.popitem(last=False)
            self.used -= _size_of(oldest)


def outputs_of(call: Call, operands: Sequence[Number], columns: Columns, kept: Kept | None) -> Outputs:
    """Every output of an indicator, NaN where it has no value: in its warm-up, on missing bars, on too few bars.

    Raises
    ------
    InvalidInput
        It is not defined on a value.
    """
    if kept is None:
        return _compute(call, operands, len(columns))
    key = (columns.row, call.name, call.parameters, call.operands)
    found = kept.find(key)
    if found is None:
        found = _compute(call, operands, len(columns))
        kept.keep(key, found)
    return found


def _compute(call: Call, operands: Sequence[Number], length: int) -> Outputs:
    declared = call.indicator
    parameters: dict[str, Any] = dict(call.parameters)
    inputs = [as_numbers(one, length) for one in operands]
    lookback = declared.lookback(parameters)
    if length <= lookback:
        return _nothing(declared, length)
    try:
        found = indicators.FUNCTIONS[declared.name](*inputs, *parameters.values())
    except InvalidInput as error:
        if "needed" in error.details:  # gaps leave too few bars
            return _nothing(declared, length)
        raise InvalidInput(f"{describe_node(call)}: {error.message}", **error.details) from error
    outputs = found if isinstance(found, tuple) else (found,)
    if not declared.integers:
        return outputs
    known = known_bars(inputs, lookback, recursive=declared.is_recursive(parameters))
    return tuple(np.where(known, one, np.nan) if one.dtype == INTEGER else one for one in outputs)


def _nothing(declared: Indicator, length: int) -> Outputs:
    return tuple(np.full(length, np.nan) for _output in declared.outputs)


def _size_of(outputs: Outputs) -> int:
    return sum(one.nbytes for one in outputs)
