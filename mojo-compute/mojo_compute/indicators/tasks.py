"""Which kernel runs fill what was asked for: members of one family share a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chitti_shared.contracts.indicators import BY_NAME, Indicator, Parameters

from mojo_compute.engines import Engines
from mojo_compute.kernels.families import Family, Member

Wanted = tuple[Indicator, Parameters]
Slot = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Task:
    """One run of a kernel over a panel.

    Parameters
    ----------
    kernel : Kernel or None
        None: the engine has none for panels, series are computed one by one.
    inputs : tuple of str
        What it reads.
    numbers : tuple of float
        Its parameters.
    lookbacks : tuple of int
        Of each of its outputs.
    slots : tuple of (int, int) or None
        For each of its outputs the number of what is wanted, and which output of that; None: nobody wants it.
    members : tuple of int
        The numbers of what is wanted that it fills.
    sparse : bool
    """

    kernel: Any
    inputs: tuple[str, ...]
    numbers: tuple[float, ...]
    lookbacks: tuple[int, ...]
    slots: tuple[Slot, ...]
    members: tuple[int, ...]
    sparse: bool = False


def tasks_of(wanted: Sequence[Wanted], engines: Engines) -> list[Task]:
    """The runs that fill everything that is wanted."""
    tasks: list[Task] = []
    left = dict.fromkeys(range(len(wanted)))
    for number in range(len(wanted)):
        if number not in left:
            continue
        indicator, parameters = wanted[number]
        family = engines.family(indicator.name)
        task = _shared(family, wanted, left) if family is not None else None
        if task is None or number not in task.members:
            task = _single(number, indicator, parameters, engines)
        tasks.append(task)
        for member in task.members:
            del left[member]
    return tasks


def _single(number: int, indicator: Indicator, parameters: Parameters, engines: Engines) -> Task:
    _engine, kernel = engines.kernel(indicator.name)
    return Task(
        kernel=kernel if hasattr(kernel, "run_panel") else None,
        inputs=indicator.inputs,
        numbers=tuple(map(float, parameters.values())),
        lookbacks=(indicator.lookback(parameters),) * len(indicator.outputs),
        slots=tuple((number, output) for output in range(len(indicator.outputs))),
        members=(number,),
        sparse=indicator.sparse,
    )


def _shared(family: Family, wanted: Sequence[Wanted], left: dict[int, None]) -> Task | None:
    """One run for the members of a family that are left and agree about its parameters; None: fewer than two do."""
    numbers: dict[int, float] = {}
    found: dict[str, tuple[int, Member]] = {}
    for number, member in _members(family, wanted, left):
        own = dict(zip(member.parameters, map(float, wanted[number][1].values()), strict=True))
        if member.name not in found and all(numbers.get(at, value) == value for at, value in own.items()):
            numbers |= own
            found[member.name] = number, member
    needed = family.members[0].parameters
    if len(found) < 2 or len(numbers) < len(needed):
        return None
    slots: list[Slot] = [None] * (1 + max(max(member.outputs) for member in family.members))
    for number, member in found.values():
        for output, slot in enumerate(member.outputs):
            slots[slot] = number, output
    return Task(
        kernel=family.kernel,
        inputs=family.inputs,
        numbers=tuple(numbers[at] for at in sorted(needed)),
        lookbacks=tuple(_lookbacks(family, numbers, len(slots))),
        slots=tuple(slots),
        members=tuple(number for number, _member in found.values()),
    )


def _members(family: Family, wanted: Sequence[Wanted], left: dict[int, None]) -> Iterator[tuple[int, Member]]:
    """What is wanted of a family, those with the most parameters first: they say what the others must agree with."""
    for member in sorted(family.members, key=lambda one: -len(one.parameters)):
        for number in left:
            if wanted[number][0].name == member.name:
                yield number, member


def _lookbacks(family: Family, numbers: dict[int, float], outputs: int) -> list[int]:
    lookbacks = [0] * outputs
    for member in family.members:
        indicator = BY_NAME[member.name]
        named = dict(zip((one.name for one in indicator.parameters), member.parameters, strict=True))
        parameters = {name: type(_default(indicator, name))(numbers[at]) for name, at in named.items()}
        for slot in member.outputs:
            lookbacks[slot] = indicator.lookback(parameters)
    return lookbacks


def _default(indicator: Indicator, name: str) -> int | float:
    return next(one.default for one in indicator.parameters if one.name == name)
