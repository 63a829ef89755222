"""The series a request is about: its own arrays, or the stored bars of its symbol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy.typing as npt
from chitti_shared.contracts.compute import ARRAY_NAMES
from chitti_shared.errors import InvalidInput, NotFound

from mojo_compute.context import ComputeContext
from mojo_compute.kernels.arrays import Floats
from mojo_compute.market_data.bars import Days
from mojo_compute.storage import Found, Span, find_one
from mojo_compute.storage.prices import COLUMNS
from mojo_compute.storage.shared_results import Stored

_CLOSE = ("close",)
_OTHER_NAMES = {name: meant for name, meant in ARRAY_NAMES.items() if name != meant}


@dataclass(frozen=True, slots=True)
class Inputs:
    """Series by name; `days` and `stored` where they are stored ones, `called` where the caller says it otherwise.

    What a caller gave may be panels instead.
    """

    columns: Mapping[str, Floats]
    days: Days | None = None
    stored: Stored | None = None
    called: Mapping[str, str] = field(default_factory=dict)


def of_arrays(holder: Any, arrays: Mapping[str, Floats]) -> Inputs:
    """A record's own arrays, and what it calls them."""
    called = {meant: name for name, meant in _OTHER_NAMES.items() if getattr(holder, name, None) is not None}
    return Inputs(arrays, called=called)


async def inputs_of(request: Any, names: Sequence[str], ctx: ComputeContext) -> Inputs:
    """What a computation reads.

    Raises
    ------
    InvalidInput
        Neither arrays nor a symbol, some arrays but not all, or a span beside arrays.
    NotFound
        No such symbol, or nothing is stored for it.
    """
    arrays = given_arrays(request)
    if not arrays:
        span = span_of(request)
        if request.symbol is None:
            raise _nothing_given(names)
        check_stored(names)
        found = stored(await find_one(ctx.pool, request.symbol))
        series = (await ctx.prices.load([found], span))[found.instrument_id]
        return Inputs(series.columns, series.days, Stored(found.symbol, found.changed_seq, span))
    check_given(arrays, names)
    if request.start is not None or request.end is not None or request.bars is not None:
        name = next(name for name in ("start", "end", "bars") if getattr(request, name) is not None)
        raise InvalidInput(
            f"{name} chooses among stored bars; arrays are taken whole", field=name, constraint="no arrays given"
        )
    if request.format == "lwc":
        raise InvalidInput("format lwc needs the dates of stored bars", field="format", constraint="no arrays given")
    return of_arrays(request, arrays)


def given_arrays(holder: Any) -> dict[str, Floats]:
    """The arrays among a record's fields, by the names of inputs.

    Raises
    ------
    InvalidInput
        Two names of one input, such as `prices` and `close`.
    """
    found: dict[str, Floats] = {}
    names: dict[str, str] = {}
    for name, meant in ARRAY_NAMES.items():
        if (values := getattr(holder, name, None)) is not None:
            if meant in found:
                first = names[meant]
                raise InvalidInput(
                    f"{name} is another name of {first}: give one", field=name, constraint=f"{first} or {name}"
                )
            found[meant] = values
            names[meant] = name
    return found


def is_panel(values: npt.NDArray[Any]) -> bool:
    """Whether an array holds rows rather than one series."""
    return values.ndim != 1 or values.dtype == object


def check_series(arrays: Mapping[str, npt.NDArray[Any]], called: Mapping[str, str]) -> None:
    """Raise InvalidInput unless each array is one series."""
    for meant, values in arrays.items():
        if is_panel(values):
            name = called.get(meant, meant)
            raise InvalidInput(
                f"{name} is a panel: an item of a batch has one series", field=name, constraint="one series"
            )


def check_given(arrays: Mapping[str, Floats], names: Sequence[str]) -> None:
    """Raise InvalidInput unless every input is among the arrays."""
    for name in names:
        if name not in arrays:
            raise InvalidInput(f"{name} is missing beside the other arrays", field=name, constraint="required")


def check_stored(names: Sequence[str]) -> None:
    """Raise InvalidInput unless every input is a column of stored bars."""
    for name in names:
        if name not in COLUMNS:
            raise InvalidInput(
                f"{name} is not among stored bars: give all of {', '.join(names)} as arrays",
                field=name,
                constraint="arrays",
            )


def span_of(request: Any) -> Span:
    """The request's choice among stored bars. Errors: InvalidInput."""
    start, end = (_day(name, getattr(request, name)) for name in ("start", "end"))
    if start is not None and end is not None and start > end:
        raise InvalidInput(f"start ({start}) is after end ({end})", field="start", constraint="start <= end")
    return Span(start, end, request.bars)


def stored(found: Found) -> Found:
    """`found`, when bars of it are stored. Errors: NotFound."""
    if found.last_bar is None:
        raise NotFound(f"no prices are stored for {found.symbol}", kind="prices", symbol=found.symbol)
    return found


def _day(name: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{name} is no day: {text} ({error})", field=name, constraint="YYYY-MM-DD") from error


def _nothing_given(names: Sequence[str]) -> InvalidInput:
    wanted = "prices" if tuple(names) == _CLOSE else ", ".join(names)
    return InvalidInput(
        f"expected {wanted}, or a symbol whose stored prices are used",
        field="prices" if tuple(names) == _CLOSE else names[0],
        constraint=f"{wanted} or symbol",
    )


def check_apart(current: Mapping[str, str]) -> None:
    """Raise InvalidInput when two symbols are one company; `current` has today's symbol of each."""
    seen: dict[str, str] = {}
    for one, company in current.items():
        other = seen.setdefault(company, one)
        if other != one:
            raise InvalidInput(f"{other} and {one} are one company", field="symbols", constraint="each once")
