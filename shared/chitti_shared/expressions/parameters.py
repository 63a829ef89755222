"""Named numbers of a rule or strategy, which a sweep may vary."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from chitti_shared.errors import InvalidInput
from chitti_shared.expressions.refusals import joined, listed, refusal, told
from chitti_shared.names import nearest

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_KEYS = ("default", "min", "max")


@dataclass(frozen=True, slots=True)
class Variable:
    """A named number: its default, and the closed interval it must lie in (None: no bound)."""

    name: str
    default: int | float
    least: int | float | None = None
    most: int | float | None = None

    def check(self, value: Any, path: str) -> int | float:
        """The value as the expression takes it. Errors: InvalidInput."""
        number = number_at(value, path)
        low, high = self.least, self.most
        if (low is not None and number < low) or (high is not None and number > high):
            bounds = f"{'-inf' if low is None else low} to {'inf' if high is None else high}"
            raise refusal(path, f"{self.name} ({number}) must lie in {bounds}", f"{bounds}")
        return number


def number_at(value: Any, path: str) -> int | float:
    """A finite number, numpy's among them, as Python has it. Errors: InvalidInput."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise refusal(path, f"expected a number, found {told(value)}", "a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise refusal(path, f"expected a finite number, found {told(value)}", "a finite 64-bit number")
    return int(value) if isinstance(value, Integral) else number


def parse_variables(document: Any, path: str, settings: Container[str] = ()) -> dict[str, Variable]:
    """The declared parameters: `{"fast": 10}`, or with bounds `{"fast": {"default": 10, "min": 2, "max": 50}}`.

    Parameters
    ----------
    document : JSON
    path : str
        Where it stands.
    settings : container of str
        Names that mean something else where values are given.

    Raises
    ------
    InvalidInput
        A name or number is none, or a default lies outside of its own bounds.
    """
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise refusal(path, f"expected an object of names and numbers, found {told(document)}", "an object")
    for name in document:
        if name in settings:
            raise refusal(joined(path, name), f"{name} is a setting of every backtest", "a name of its own")
    return {name: _variable(name, given, joined(path, name)) for name, given in document.items()}


def _variable(name: Any, given: Any, path: str) -> Variable:
    check_name(name, path)
    if not isinstance(given, dict):
        return Variable(name, number_at(given, path))
    if unknown := [key for key in given if key not in _KEYS]:
        raise refusal(
            path,
            f"a parameter has no {told(unknown[0])}; it has {', '.join(_KEYS)}{nearest(str(unknown[0]), _KEYS)}",
            f"of {', '.join(_KEYS)}",
        )
    if "default" not in given:
        raise refusal(path, "a parameter needs a default", "a default")
    default, least, most = (
        None if given.get(key) is None else number_at(given[key], joined(path, key)) for key in _KEYS
    )
    if default is None:
        raise refusal(joined(path, "default"), "expected a number, found null", "a number")
    if least is not None and most is not None and least > most:
        raise refusal(path, f"min ({least}) is above max ({most})", "min <= max")
    variable = Variable(name, default, least, most)
    variable.check(default, joined(path, "default"))
    return variable


def check_name(name: Any, path: str) -> None:
    """Refuse what is no name: lower-case letters, digits, `_`, a letter first, at most 64."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise refusal(path, f"{told(name)} is no name", "lower-case letters, digits and _, a letter first, at most 64")


def values_of(
    variables: Mapping[str, Variable], given: Mapping[str, Any] | None, settings: Collection[str] = ()
) -> dict[str, int | float]:
    """What each declared parameter is: as given, else its default.

    Parameters
    ----------
    variables : mapping of str to Variable
    given : mapping of str to number, or None
    settings : collection of str
        Names that stand beside them in a request: one of these may have been meant.

    Raises
    ------
    InvalidInput
        A name that is not declared, or a value that is no number or out of bounds.
    """
    given = given or {}
    for name in given:
        if name not in variables:
            known = listed(variables)
            beside = ", beside the settings of execution" if settings else ""
            meant = nearest(str(name), [*variables, *settings])
            raise InvalidInput(
                f"the expression has no parameter {told(name)}; it has {known}{beside}{meant}",
                field=joined("parameters", str(name)),
                constraint=f"one of {known}{beside}",
            )
    return {
        name: one.check(given[name], joined("parameters", name)) if name in given else one.default
        for name, one in variables.items()
    }
