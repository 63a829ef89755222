"""From what a request calls `parameters` to a strategy's own and the settings of its execution."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from numbers import Real
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np
from chitti_shared.contracts.strategies import STRATEGY_BY_NAME, Execution, StrategyDeclaration
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.names import nearest

from mojo_compute.indicators import resolve

if TYPE_CHECKING:
    from chitti_shared.contracts.indicators import Indicator

_MOST_WEIGHT = 100
SETTINGS = frozenset(Execution.__struct_fields__)
_FIELD = re.compile(r"`\$\.(\w+)")
_WHOLE = frozenset({"volatility_window", "kelly_trades", "max_entries", "max_bars", "order_bars"})


def declaration_of(strategy_id: str) -> StrategyDeclaration:
    """What is declared under that name. Errors: NotFound."""
    declared = STRATEGY_BY_NAME.get(strategy_id)
    if declared is None:
        raise NotFound(
            f"no strategy is called {strategy_id!r}{nearest(strategy_id, STRATEGY_BY_NAME)}",
            kind="strategy",
            strategy_id=strategy_id,
            known=list(STRATEGY_BY_NAME),
        )
    return declared


def split(declared: StrategyDeclaration | None, given: Mapping[str, Any]) -> tuple[dict[str, Any], Execution]:
    """The strategy's own parameters, every one of them, and how its orders are executed.

    Parameters
    ----------
    declared : StrategyDeclaration or None
        None: a strategy that came as data, whose own parameters are not known here: what is no setting is its.
    given : mapping
        Both by name; None: as declared.

    Raises
    ------
    InvalidInput
        A name that is neither, a wrong type, a value out of its bounds or out of order.
    """
    settings = {name: value for name, value in given.items() if name in SETTINGS}
    rest = {name: value for name, value in given.items() if name not in SETTINGS}
    if declared is None:
        return rest, execution_of(settings)
    own = own_parameters(declared, rest)
    for name, value in declared.execution:
        if settings.get(name) is None:
            settings[name] = value
    return own, execution_of(settings)


def own_parameters(declared: StrategyDeclaration, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of the strategy, in declared order, checked. Errors: InvalidInput."""
    known = _known(declared)
    for name in given:
        if name not in known:
            raise _unknown(declared, name, known)
    if not declared.weights:
        return _resolved(declared, given)
    numbers = {name: value for name, value in given.items() if name != "weights"}
    return {"weights": _weights(given.get("weights")), **_resolved(declared, numbers)}


def execution_of(settings: Mapping[str, Any]) -> Execution:
    """Settings by name, None as declared, checked. Errors: InvalidInput."""
    plain = {name: _plain(name, value) for name, value in settings.items() if value is not None}
    if not plain:
        return _as_declared()
    try:
        return msgspec.convert(plain, Execution)
    except msgspec.ValidationError as error:
        raise _told(str(error), plain) from None


@lru_cache(256)
def checked(execution: Execution) -> Execution:
    """The same settings, when they are within their bounds. Errors: InvalidInput."""
    return execution_of(msgspec.structs.asdict(execution))


@cache
def _as_declared() -> Execution:
    return Execution()


@cache
def _known(declared: StrategyDeclaration) -> frozenset[str]:
    return frozenset(one.name for one in declared.parameters) | ({"weights"} if declared.weights else frozenset())


def _resolved(declared: StrategyDeclaration, given: Mapping[str, Any]) -> dict[str, Any]:
    # It reads name, parameters and ordered, which are alike in both kinds of declaration
    return dict(resolve(cast("Indicator", declared), given))


def _unknown(declared: StrategyDeclaration, name: str, known: frozenset[str]) -> InvalidInput:
    own = ", ".join(sorted(known)) or "none"
    return InvalidInput(
        f"{declared.name} has no parameter {name!r}; its own are {own}, beside the settings of execution"
        f"{nearest(name, known | SETTINGS, alike=0.5)}",
        field=name,
        constraint=f"one of {own}, or a setting of execution: {', '.join(sorted(SETTINGS))}",
    )


def _plain(name: str, value: Any) -> Any:
    """Numbers as JSON has them: numpy's become Python's, 3.0 is the integer 3 where one is wanted."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        if not np.isfinite(value):
            raise InvalidInput(f"{name} must be finite, found {value}", field=name, constraint="finite")
        if name in _WHOLE and value.is_integer():
            return int(value)
    return value


def _told(message: str, given: Mapping[str, Any]) -> InvalidInput:
    """The converter's complaint (`Expected ... - at `$.name``) in our words."""
    what, _, where = message.partition(" - at ")
    found = _FIELD.search(where)
    name = found.group(1) if found else next(iter(given))
    expected = what.replace("`", "").removeprefix("Expected ").split(",")[0]
    if expected.startswith("Invalid enum value"):
        kind = next(one.type for one in _fields() if one.name == name)
        expected = "one of " + ", ".join(_words(kind))
        constraint = expected
    else:
        constraint = f"{name}: {expected}"
    return InvalidInput(f"{name} must be {expected}, found {given[name]!r}", field=name, constraint=constraint)


@cache
def _fields() -> tuple[msgspec.inspect.Field, ...]:
    return cast("msgspec.inspect.StructType", msgspec.inspect.type_info(Execution)).fields


def _words(kind: msgspec.inspect.Type) -> list[str]:
    if isinstance(kind, msgspec.inspect.LiteralType):
        return [repr(value) for value in kind.values]
    if isinstance(kind, msgspec.inspect.UnionType):
        return [word for one in kind.types for word in _words(one)]
    return ["a number"]


def _weights(given: Any) -> dict[str, float]:
    expected = "symbols and their shares of equity"
    if not isinstance(given, Mapping) or not given:
        raise InvalidInput(f"weights must be {expected}, found {given!r}", field="weights", constraint=expected)
    shares: dict[str, float] = {}
    for symbol, value in given.items():
        if isinstance(value, bool) or not isinstance(value, Real) or not abs(float(value)) <= _MOST_WEIGHT:
            raise InvalidInput(
                f"the weight of {symbol} must be a number of -{_MOST_WEIGHT} to {_MOST_WEIGHT}, found {value!r}",
                field=f"weights.{symbol}",
                constraint=f"-{_MOST_WEIGHT} <= weight <= {_MOST_WEIGHT}",
            )
        shares[str(symbol)] = float(value)
    return shares
