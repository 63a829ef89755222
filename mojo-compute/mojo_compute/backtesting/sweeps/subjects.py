"""What a sweep varies: a strategy by its name or as data, and the execution of its orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from chitti_shared.contracts.strategies import Execution, StrategyDeclaration
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import Strategy as Written
from chitti_shared.expressions import needs_news, parse_strategy
from chitti_shared.names import nearest

from mojo_compute.backtesting.expressions import CompiledStrategy, compile_strategy
from mojo_compute.backtesting.strategies import Strategy, declaration_of, execution_of, make, own_parameters, split
from mojo_compute.backtesting.strategies.parameters import SETTINGS
from mojo_compute.backtesting.sweeps.grids import Axis, Grid, Value


@dataclass(frozen=True)
class Subject:
    """A strategy that parameters make.

    Parameters
    ----------
    strategy_id : str or None
        One of the named ones, or
    document : mapping or None
        one as data (docs/EXPRESSIONS.md), whose own parameters are those that it names.

    Raises
    ------
    InvalidInput, NotFound
        The document is wrong, or no strategy has that name.
    """

    strategy_id: str | None = None
    document: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if (self.strategy_id is None) == (self.document is None):
            raise InvalidInput(
                "expected strategy_id, or strategy as data", field="strategy_id", constraint="strategy_id or strategy"
            )
        _ = self.written if self.strategy_id is None else self.declared

    def __getstate__(self) -> dict[str, Any]:
        return {"strategy_id": self.strategy_id, "document": self.document}

    @cached_property
    def declared(self) -> StrategyDeclaration | None:
        return None if self.strategy_id is None else declaration_of(self.strategy_id)

    @cached_property
    def written(self) -> Written | None:
        return None if self.document is None else parse_strategy(self.document, "strategy")

    @property
    def name(self) -> str:
        return self.strategy_id or (self.written.name if self.written is not None else "") or "expression"

    @property
    def needs(self) -> str:
        """What the strategy looks at: series, sessions, panel, pair or news."""
        if self.declared is not None:
            return self.declared.needs
        assert self.written is not None
        return "news" if needs_news(*self.written.nodes) else "series"

    def made(self, given: Mapping[str, Any]) -> tuple[Strategy | CompiledStrategy, Execution]:
        """The strategy and the execution that a request with these parameters means. Errors: InvalidInput."""
        own, settings = _parted(given)
        if self.declared is not None:
            parameters, execution = split(self.declared, given)
            return make(self.declared.name, parameters), execution
        strategy = compile_strategy(self.written, own)
        return strategy, execution_of({**strategy.settings, **settings})

    def execution(self, given: Mapping[str, Any]) -> Execution:
        """The execution alone. Errors: InvalidInput."""
        own, settings = _parted(given)
        if self.declared is not None:
            return execution_of({**dict(self.declared.execution), **_told(settings)})
        return execution_of({**compile_strategy(self.written, own).settings, **settings})

    def own(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every parameter of a named strategy. Errors: InvalidInput."""
        assert self.declared is not None
        return own_parameters(self.declared, _parted(given)[0])

    def grid(self, axes: Sequence[Axis], given: Mapping[str, Any]) -> Grid:
        """The combinations of axes, every value of which the strategy or the execution takes.

        Parameters
        ----------
        axes : sequence of Axis
        given : mapping
            Parameters that don't vary.

        Raises
        ------
        InvalidInput
            No axis, one that is given too, a name or a value that is not taken.
        """
        if not axes:
            raise InvalidInput("the grid has no parameters", field="grid", constraint="1 parameter or more")
        for axis in axes:
            if axis.name in given:
                raise InvalidInput(
                    f"{axis.name} stands in parameters and in the grid: give it once",
                    field=f"grid.{axis.name}",
                    constraint="not in parameters",
                )
        checked = tuple(
            replace(axis, values=tuple(self._taken(axis.name, one) for one in axis.values)) for axis in axes
        )
        first = {axis.name: axis.values[0] for axis in checked}
        if self.declared is None:
            self.made({**given, **first})
            return Grid(checked)
        loose = replace(self.declared, ordered=())
        own, _execution = split(loose, {**given, **first})
        fixed = {name: value for name, value in own.items() if name not in first}
        return Grid(checked, self.declared.ordered, fixed)

    def _taken(self, name: str, value: Value) -> Value:
        """A value of an axis as it will be taken, by itself."""
        try:
            if name in SETTINGS:
                execution_of({name: value})
                return value
            if self.declared is not None:
                return self._own_taken(replace(self.declared, ordered=()), name, value)
            return self._written_taken(name, value)
        except InvalidInput as error:
            field = f"grid.{name}"
            raise InvalidInput(f"{field}: {error.message}", **{**error.details, "field": field}) from error

    def _written_taken(self, name: str, value: Value) -> Value:
        assert self.written is not None
        known = self.written.values()
        if name not in known:
            raise InvalidInput(
                f"the strategy names no such parameter{nearest(name, [*known, *SETTINGS])}",
                constraint=f"one of {', '.join(known) or 'none'}, or a setting of execution",
            )
        taken: Value = self.written.values({name: value})[name]
        return taken

    def _own_taken(self, loose: StrategyDeclaration, name: str, value: Value) -> Value:
        if value is None:
            raise InvalidInput("expected a number, found null", constraint="a number")
        weights = {"weights": {"X": 1.0}} if loose.weights else {}
        taken: Value = own_parameters(loose, {**weights, name: value})[name]
        return value if isinstance(value, str) else taken


def _parted(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The strategy's own, and the execution's."""
    own = {name: value for name, value in given.items() if name not in SETTINGS}
    return own, {name: value for name, value in given.items() if name in SETTINGS}


def _told(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}
