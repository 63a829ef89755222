"""Plain functions over arrays, made from the declarations."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import cache
from inspect import Parameter as Argument
from inspect import Signature
from typing import Any

import numpy.typing as npt
from chitti_shared.contracts.indicators import BY_NAME, Indicator
from chitti_shared.errors import NotFound
from chitti_shared.names import nearest

from mojo_compute.engines import available
from mojo_compute.indicators.compute import compute
from mojo_compute.indicators.panels import compute_panel, panel_arrays
from mojo_compute.indicators.parameters import resolve
from mojo_compute.indicators.plans import Plans


def function_of(name: str, declared: Indicator) -> Callable[..., Any]:
    """A function of the indicator's inputs and parameters, with a signature and a docstring."""
    signature = signature_of(declared)
    needed = set(declared.inputs)
    packed = None if len(declared.outputs) == 1 else result_type(declared)
    pack: Callable[..., Any] = packed or _alone
    ordered = [one.name for one in signature.parameters.values() if one.kind is Argument.POSITIONAL_OR_KEYWORD]
    take = Plans(declared, ordered[len(declared.inputs) :], packed).take

    def indicator(*args: Any, **kwargs: Any) -> Any:
        found = take(args, kwargs)
        if found is not None:
            return found
        given = dict(zip(ordered, args, strict=False))
        if len(args) > len(ordered) or given.keys() & kwargs.keys() or not needed <= given.keys() | kwargs.keys():
            signature.bind(*args, **kwargs)  # says what is wrong, at twenty times the cost
        given |= kwargs
        inputs = {series: given.pop(series) for series in declared.inputs}
        return pack(*compute(declared, inputs, resolve(declared, given), available()).outputs)

    indicator.__name__ = indicator.__qualname__ = name
    indicator.__module__ = "mojo_compute.indicators"
    indicator.__doc__ = _docstring(declared)
    indicator.__signature__ = signature  # type: ignore[attr-defined]
    return indicator


def panel(
    name: str,
    *arrays: npt.ArrayLike,
    lengths: Sequence[int] | None = None,
    threads: int = 1,
    **parameters: float | str,
) -> Any:
    """One indicator of many series: `panel("rsi", close, period=14)`.

    Parameters
    ----------
    name : str
        The indicator.
    arrays : array_like, shape (m, n)
        Its inputs, a row for each series; with `lengths` flat, series behind series.
    lengths : sequence of int
        How many bars each series has, where they differ.
    threads : int
        How many threads share the series.

    Returns
    -------
    ndarray or named tuple of ndarray
        Shaped as the inputs, of int32 for integers. A series that is too short has no values: NaN, or 0.

    Raises
    ------
    NotFound
        No such indicator.
    InvalidInput
        A parameter breaks its bounds, shapes differ, or a series has wrong values (its number is said).
    """
    declared = BY_NAME.get(name)
    if declared is None:
        raise NotFound(f"no indicator is called {name!r}{nearest(name, BY_NAME)}", kind="indicator", type=name)
    inputs, starts, shape = panel_arrays(declared, arrays, lengths)
    done = compute_panel(declared, inputs, starts, resolve(declared, parameters), available(), threads)
    for number, error in done.errors.items():
        if "needed" not in error.details:
            raise type(error)(f"series {number}: {error.message}", **(error.details | {"series": number}))
    pack = _alone if len(declared.outputs) == 1 else result_type(declared)
    return pack(*(values.reshape(shape) for values in done.outputs))


def signature_of(declared: Indicator) -> Signature:
    """Inputs, then parameters with their defaults, then shorthands (None: not given)."""
    arguments = [Argument(name, Argument.POSITIONAL_OR_KEYWORD) for name in declared.inputs]
    for parameter in declared.parameters:
        default = None if parameter.shorthand else parameter.default
        arguments.append(Argument(parameter.name, Argument.POSITIONAL_OR_KEYWORD, default=default))
    shorthands = dict.fromkeys(one.shorthand for one in declared.parameters if one.shorthand)
    arguments += [Argument(name, Argument.KEYWORD_ONLY, default=None) for name in shorthands]
    return Signature(arguments)


def result_name(declared: Indicator) -> str:
    return "".join(part.capitalize() for part in declared.name.split("_")) + "Result"


@cache
def result_type(declared: Indicator) -> Callable[..., Any]:
    """The named tuple of an indicator with several outputs."""
    return namedtuple(result_name(declared), declared.outputs, module="mojo_compute.indicators")  # noqa: PYI024


def _alone(values: Any) -> Any:
    return values


def _docstring(declared: Indicator) -> str:
    lines = [declared.summary, "", "Parameters", "----------"]
    for name in declared.inputs:
        lines += [f"{name} : array_like, shape (n,)", "    Oldest bar first; NaN: missing."]
    for one in declared.parameters:
        shorthand = f"; `{one.shorthand}` sets it too" if one.shorthand else ""
        names = f", or one of {', '.join(one.names)}" if one.names else ""
        lines.append(f"{one.name} : {one.kind.__name__}, default {one.default}, {one.ge} to {one.le}{names}{shorthand}")
    lines += ["", "Returns", "-------"]
    for name in declared.outputs:
        kind = " of int32, 0 in the warm-up" if name in declared.integers else ""
        lines.append(f"{name} : ndarray{kind}, shape (n,)")
    lines += ["", "Raises", "------", "InvalidInput", "    A parameter or series breaks its bounds, or is too short."]
    repaints = " It repaints: later bars change earlier values." if declared.repaints else ""
    lines += ["", "Notes", "-----", f"Source: {declared.source}.{repaints}"]
    return "\n".join(lines)
