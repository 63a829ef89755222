"""A strategy as data, ready to be run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from chitti_shared import expressions
from chitti_shared.contracts.strategies import Execution
from chitti_shared.expressions import Constant, lookback, parse_strategy

from mojo_compute.backtesting.data import Data
from mojo_compute.backtesting.expressions.columns import Columns, columns_of
from mojo_compute.backtesting.expressions.programs import Program
from mojo_compute.backtesting.expressions.values import Kept
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies.parameters import execution_of
from mojo_compute.backtesting.strategies.strategy import Strategy
from mojo_compute.kernels.arrays import Floats

_FIELDS = {"entry": "entries", "exit": "exits", "short_entry": "short_entries", "short_exit": "short_exits"}
_DISTANCES = {"stop_loss": "stop_distance", "take_profit": "target_distance", "trailing_stop": "trail_distance"}
_UNNAMED = "expression"


class CompiledStrategy(Strategy):
    """A strategy as data with its parameters' values, as the backtests take strategies.

    Parameters
    ----------
    strategy : Strategy
        As it was parsed.
    parameters : mapping of str to number, optional
        Values of its parameters; others keep their defaults.

    Attributes
    ----------
    name : str
    parameters : mapping of str to number
        Every parameter's value.
    settings : mapping of str to number or str
        Fields of `Execution` that the strategy itself sets: fractions of its stops, `max_bars`, `direction`. What the
        request says beside the strategy holds before them.
    lookback : int
        Bars at the start on which it cannot decide everything yet.
    definition : dict
        The strategy's JSON, in the one way to write it.
    fingerprint : str
        Hash of the strategy, without its name and its parameters' values.
    description : str
        The strategy in English.

    Raises
    ------
    InvalidInput
        A parameter is unknown or out of bounds.
    """

    def __init__(self, strategy: expressions.Strategy, parameters: Mapping[str, Any] | None = None) -> None:
        bound = strategy.bind(parameters)
        self.source = strategy
        self._bound = bound
        self.name = strategy.name or _UNNAMED
        self.parameters = strategy.values(parameters)
        distances = {key: node for key, node in bound.stops.items() if not isinstance(node, Constant)}
        self.settings = _settings_of(bound)
        self._keys = [*bound.rules, *distances, *bound.prices]
        self._program = Program([*bound.rules.values(), *distances.values(), *bound.prices.values()])

    @cached_property
    def lookback(self) -> int:  # type: ignore[override]
        return lookback(*self._bound.nodes)

    @property
    def needs(self) -> str:
        """What it looks at: "news", articles beside the bars, or "series", bars alone."""
        return self.source.needs

    @property
    def definition(self) -> dict[str, Any]:
        named = {"name": self.source.name} if self.source.name else {}
        return named | self.source.canonical

    @property
    def fingerprint(self) -> str:
        return self.source.fingerprint

    @property
    def description(self) -> str:
        return self.source.describe(self.parameters)

    def execution(self, **settings: Any) -> Execution:
        """How its orders are executed: as it sets itself, with other settings beside or in the place of its own.

        Raises
        ------
        InvalidInput
            No such setting, or a value out of bounds.
        """
        return execution_of({**self.settings, **settings})

    def signals(self, data: Data, kept: Kept | None = None) -> Signals:
        """What it wants after each bar's close.

        A null gives no signal: neither where a condition is not known, nor an entry whose price or whose stop is null
        or not above 0. A symbol's own bars count, the bars that it does not have are left out.

        Parameters
        ----------
        data : Data
        kept : Kept, optional
            Indicators that strategies before this one computed of the same data.

        Raises
        ------
        InvalidInput
            It reads volume or dates that the bars don't have, or an indicator is not defined on a value.
        """
        rows = [self._row(columns_of(data, row), kept) for row in range(len(data.bars.close))]
        if len(rows) == 1:
            return Signals(**{name: values[np.newaxis] for name, values in rows[0].items()})
        return Signals(**{name: np.stack([one[name] for one in rows]) for name in rows[0]})

    def _row(self, columns: Columns, kept: Kept | None) -> dict[str, Any]:
        found = dict(zip(self._keys, self._program.run(columns, kept), strict=True))
        _drop_entries_without_prices(found)
        answer = {field: found[key] for key, field in _FIELDS.items() if key in found}
        prices = {field: found.get(key) for key, field in _DISTANCES.items()}
        prices |= {field: _order_prices(found, field) for field in ("limit", "stop")}
        answer |= {name: np.where(one > 0.0, one, np.nan) for name, one in prices.items() if one is not None}
        if "priority" in found:
            answer["priority"] = found["priority"]
        present = columns.present
        return answer if present is None else {name: _spread(values, present) for name, values in answer.items()}


def compile_strategy(document: Any, parameters: Mapping[str, Any] | None = None, path: str = "") -> CompiledStrategy:
    """A strategy from its JSON.

    Parameters
    ----------
    document : JSON, or a Strategy that was parsed before
        docs/EXPRESSIONS.md has its form.
    parameters : mapping of str to number, optional
        Values of its parameters; others keep their defaults.
    path : str
        Where the document stands in the request; errors begin with it.

    Raises
    ------
    InvalidInput
        `details.field` says which part is wrong.
    """
    strategy = document if isinstance(document, expressions.Strategy) else parse_strategy(document, path)
    return CompiledStrategy(strategy, parameters)


def _settings_of(bound: expressions.Strategy) -> dict[str, Any]:
    settings: dict[str, Any] = {"direction": bound.direction}
    settings.update({key: float(one.value) for key, one in bound.stops.items() if isinstance(one, Constant)})
    if bound.max_bars is not None:
        settings["max_bars"] = bound.max_bars
    return settings


def _drop_entries_without_prices(found: dict[str, Any]) -> None:
    """An entry whose stop or price is not known is no signal."""
    needed = [found[key] for key in _DISTANCES if key in found]
    for side in ("entry", "short_entry"):
        if side not in found:
            continue
        prices = [found[f"{side}_{kind}"] for kind in ("limit", "stop") if f"{side}_{kind}" in found]
        for values in [*needed, *prices]:
            found[side] = found[side] & (values > 0.0)


def _order_prices(found: Mapping[str, Any], kind: str) -> Floats | None:
    """Limits or stops of both sides in one array; where both enter on one bar, neither order is placed."""
    long, short = found.get(f"entry_{kind}"), found.get(f"short_entry_{kind}")
    if short is None or "entry" not in found:
        return long if short is None else short
    return np.where(found["short_entry"], short, np.nan if long is None else long)


def _spread(values: Any, present: Any) -> Any:
    """Values of the bars that a symbol has, on the calendar of all."""
    out = np.zeros(len(present), values.dtype)
    if values.dtype != np.bool_:
        out.fill(np.nan)
    out[present] = values
    return out
