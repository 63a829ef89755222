"""From what a caller gave to the numbers a kernel takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from reprlib import repr as short
from typing import Any

from chitti_shared.contracts.indicators.declaration import Indicator, Parameter
from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest

_MANY = 8  # unknown names that an error lists


def resolve(indicator: Indicator, given: Mapping[str, Any]) -> dict[str, int | float]:
    """Every parameter of `indicator`, in declared order.

    A parameter that is not given, or None, takes its shorthand's value, else its default. One
    whose values have names may be given by name, in capitals or not: the number is the same.

    Raises
    ------
    InvalidInput
        A name that is not a parameter, a wrong type, out of bounds, or out of order.
    """
    known = {name for one in indicator.parameters for name in (one.name, one.shorthand) if name}
    if unknown := [name for name in given if name not in known]:
        raise _unknown(indicator, unknown, sorted(known))
    resolved = {one.name: _value_of(one, given) for one in indicator.parameters}
    for less, more in indicator.ordered:
        if not resolved[less] < resolved[more]:
            raise InvalidInput(
                f"{more} ({resolved[more]}) must be greater than {less} ({resolved[less]})",
                field=more,
                constraint=f"{more} > {less}",
            )
    return resolved


def _unknown(indicator: Indicator, unknown: list[str], known: list[str]) -> InvalidInput:
    listed = ", ".join(known) or "none"
    meant = nearest(unknown[0], known)
    return InvalidInput(
        f"{indicator.name} has no parameter {', '.join(map(short, unknown[:_MANY]))}; it has {listed}{meant}",
        field=unknown[0],
        constraint=f"one of {listed}" if known else "no parameters",
    )


def _value_of(parameter: Parameter, given: Mapping[str, Any]) -> int | float:
    for name in (parameter.name, parameter.shorthand):
        if name is not None and given.get(name) is not None:
            value = given[name]
            if parameter.names and isinstance(value, str):
                return _named(parameter, value)
            return _checked(parameter, name, value)
    return parameter.default


def _named(parameter: Parameter, word: str) -> int:
    if word.lower() in parameter.names:
        return parameter.names.index(word.lower())
    listed = ", ".join(parameter.names)
    raise InvalidInput(
        f"{parameter.name} is no {short(word)}; it is one of {listed}{nearest(word, parameter.names)}",
        field=parameter.name,
        constraint=f"{parameter.ge} to {parameter.le}, or one of {listed}",
    )


def _checked(parameter: Parameter, name: str, value: Any) -> int | float:
    if not _is_number(value) or (parameter.kind is int and value != int(value)):
        kind = "an integer" if parameter.kind is int else "a number"
        raise InvalidInput(f"{name} must be {kind}, found {_told(value)}", field=name, constraint=f"{name} is {kind}")
    if not parameter.ge <= value <= parameter.le:
        raise InvalidInput(
            f"{name} ({value}) must lie in {parameter.ge} to {parameter.le}",
            field=name,
            constraint=f"{parameter.ge} <= {name} <= {parameter.le}",
        )
    return parameter.kind(value)


def _told(value: Any) -> str:
    try:
        return short(value)
    except ValueError:  # Python writes no integer of so many digits
        return "more digits than can be written"


def _is_number(value: Any) -> bool:
    """Whether it is a finite number, numpy's among them, that a float can hold."""
    try:
        return type(value) is not bool and isinstance(value, Real) and math.isfinite(value)
    except OverflowError:
        return False
