"""Which kernel runs fill what was asked for: members of one family share a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chitti_shared.contracts.indicators import Indicator, Parameters

from mojo_compute.engines import Engines
from mojo_compute.kernels.families import Family, Member

Wanted = tuple[Indicator, Parameters]
Slot = tuple[int, int] | None
_Found = tuple[int, Member, Indicator, Parameters]


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
    members = _alike([(*one, *wanted[one[0]]) for one in found.values()])
    read = {name for _number, _member, indicator, _parameters in members for name in indicator.inputs}
    if len(members) < 2 or not read.issuperset(family.inputs):
        return None
    slots = {
        slot: ((number, output), indicator.lookback(parameters))
        for number, member, indicator, parameters in members
        for output, slot in enumerate(member.outputs)
    }
    order = sorted(slots)
    given = [numbers.get(at, 0.0) for at in range(family.kernels[0].parameters - 1)]
    return Task(
        kernel=family.kernels[len(order) - 1],
        inputs=family.inputs,
        numbers=(*given, float(sum(1 << slot for slot in order))),
        lookbacks=tuple(slots[slot][1] for slot in order),
        slots=tuple(slots[slot][0] for slot in order),
        members=tuple(number for number, *_rest in members),
    )


def _members(family: Family, wanted: Sequence[Wanted], left: dict[int, None]) -> Iterator[tuple[int, Member]]:
    """What is wanted of a family, those with the most parameters first: they say what the others must agree with."""
    for member in sorted(family.members, key=lambda one: -len(one.parameters)):
        for number in left:
            if wanted[number][0].name == member.name:
                yield number, member


def _alike(members: list[_Found]) -> list[_Found]:
    """Those whose inputs are checked as the first one's are, the one that is checked most closely in front."""
    fit = [one for one in members if one[2].positive == members[0][2].positive]
    return sorted(fit, key=lambda one: one[2].transparent)
