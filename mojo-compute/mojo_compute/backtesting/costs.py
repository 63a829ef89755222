"""Cost schedules: lines or a preset's name, checked, ordered and compiled for the engine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from chitti_shared.contracts.strategies import PRESETS, CostLine
from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest

from mojo_compute.backtesting._costs import Compiled
from mojo_compute.backtesting.runs import Table
from mojo_compute.kernels.arrays import Integers

MOST_LINES = 64
MOST_VERSIONS = 1_000
EPOCH = date(1970, 1, 1).toordinal()
ALWAYS = -(2**31)  # before every day

CompiledLine = tuple[int, float, str | tuple[int, ...], str, float, float]


@dataclass(frozen=True, slots=True)
class Schedule:
    """What fills cost, by day and side.

    Parameters
    ----------
    lines : tuple of CostLine
        As they were given; a flat transaction cost is one line named `flat`.
    compiled : Compiled
        The same for the engine.
    names : tuple of str
        The charges, in the order of `lines`.
    days : ndarray of int32, shape (n,), or None
        Of each bar, days since 1970. None: those of the bars or, without any, the newest version of each line holds.
    """

    lines: tuple[CostLine, ...]
    compiled: Compiled
    names: tuple[str, ...]
    days: Integers | None = None

    @classmethod
    def of(
        cls, costs: str | Sequence[CostLine], transaction_cost: float = 0.001, days: Integers | None = None
    ) -> Schedule:
        """The schedule of a preset (`flat`, `none`, `nse_delivery`, `nse_intraday`) or of lines.

        Parameters
        ----------
        costs : str or sequence of CostLine
        transaction_cost : float
            Fraction of the value of each fill, both sides: what `flat` is.
        days : ndarray of int32, shape (n,), or None
            Of the bars, days since 1970.

        Raises
        ------
        InvalidInput
            No such preset; a line that is the sum of unknown lines or, over others, of itself; two versions of one
            line from one day on; more than 64 charges.
        """
        if isinstance(costs, str):
            return cls(*_preset(costs, transaction_cost), days=days)
        lines = tuple(costs)
        return cls(lines, *_compiled(lines), days=days)

    def times(self, factor: float) -> Schedule:
        """The same schedule with every charge multiplied."""
        lines = tuple(_scaled(line, factor) for line in self.lines)
        return Schedule(lines, *_compiled(lines), days=self.days)

    def cost(self, quantity: float, price: float, day: int | None = None) -> float:
        """Rupees that a fill costs; `quantity` above 0: bought. `day`: days since 1970; None: now."""
        return self.compiled.cost(2**31 - 1 if day is None else day, quantity > 0, abs(quantity), price)

    def by_line(self, fills: Table, days: Integers | None = None) -> dict[str, float]:
        """What the fills of a run were charged, by name, rupees; `days` of the bars: where the schedule has none."""
        out = np.zeros(len(self.names))
        bars = fills["bar"]
        known = self.days if days is None else days
        days = np.full(len(bars), 2**31 - 1, np.int32) if known is None else known[bars]
        self.compiled.add_charges(
            np.ascontiguousarray(days, np.int32),
            np.ascontiguousarray(fills["quantity"]),
            np.ascontiguousarray(fills["price"]),
            out,
        )
        return dict(zip(self.names, out.tolist(), strict=True))


@lru_cache(256)
def _preset(name: str, transaction_cost: float) -> tuple[tuple[CostLine, ...], Compiled, tuple[str, ...]]:
    known = ("flat", *PRESETS)
    if name not in known:
        raise InvalidInput(
            f"no cost preset is called {name!r}{nearest(name, known)}",
            field="costs",
            constraint=f"one of {', '.join(known)}, or a list of lines",
        )
    lines = (CostLine(name="flat", rate=float(transaction_cost)),) if name == "flat" else PRESETS[name]
    return lines, *_compiled(lines)


def _scaled(line: CostLine, factor: float) -> CostLine:
    """One line's part of a schedule that charges `factor` times as much: sums of others are scaled by these."""
    return CostLine(
        name=line.name,
        rate=line.rate if isinstance(line.basis, list) else line.rate * factor,
        basis=line.basis,
        side=line.side,
        minimum=line.minimum * factor,
        maximum=None if line.maximum is None else line.maximum * factor,
        effective=line.effective,
    )


def _compiled(lines: tuple[CostLine, ...]) -> tuple[Compiled, tuple[str, ...]]:
    if len(lines) == 1 and isinstance(lines[0].basis, str) and lines[0].effective is None:  # the usual one, at once
        _check_versions(lines)
        return Compiled([(ALWAYS, [_line(lines[0], 0, {})])], 1), (lines[0].name,)
    return _several(lines)


def _most(line: CostLine) -> float:
    return math.inf if line.maximum is None else line.maximum


def _several(lines: tuple[CostLine, ...]) -> tuple[Compiled, tuple[str, ...]]:
    names = tuple(dict.fromkeys(line.name for line in lines))
    if len(names) > MOST_LINES or len(lines) > MOST_VERSIONS:
        raise InvalidInput(
            f"a schedule of {len(names)} charges in {len(lines)} versions",
            field="costs",
            constraint=f"at most {MOST_LINES} charges in {MOST_VERSIONS} versions",
        )
    _check_versions(lines)
    ordered = _in_order(lines, names)
    starts = sorted({ALWAYS, *(_day(line) for line in lines)})
    periods = [(start, _period(lines, names, ordered, start)) for start in starts]
    return Compiled(periods, len(names)), names


def _day(line: CostLine) -> int:
    return ALWAYS if line.effective is None else date.fromisoformat(line.effective).toordinal() - EPOCH


def _check_versions(lines: tuple[CostLine, ...]) -> None:
    seen = set()
    for number, line in enumerate(lines):
        if line.maximum is not None and line.minimum > line.maximum:
            raise InvalidInput(
                f"{line.name}: the minimum {line.minimum} is above the maximum {line.maximum}",
                field=f"costs[{number}].minimum",
                constraint="minimum <= maximum",
            )
        if (line.name, line.effective) in seen:
            when = f"from {line.effective}" if line.effective else "without a date"
            raise InvalidInput(
                f"two versions of {line.name} {when}",
                field=f"costs[{number}].effective",
                constraint="one version of a line from each day",
            )
        seen.add((line.name, line.effective))


def _in_order(lines: tuple[CostLine, ...], names: tuple[str, ...]) -> list[str]:
    """The names, each after those that any of its versions is a sum of."""
    needs: dict[str, dict[str, None]] = {name: {} for name in names}
    for number, line in enumerate(lines):
        for other in line.basis if isinstance(line.basis, list) else ():
            if other not in needs:
                raise InvalidInput(
                    f"{line.name} is taken of {other!r}, and there is no such line{nearest(other, names)}",
                    field=f"costs[{number}].basis",
                    constraint="value, quantity, order, or names of other lines",
                )
            needs[line.name][other] = None
    ordered: list[str] = []
    left = list(names)
    while left:
        ready = [name for name in left if all(other in ordered for other in needs[name])]
        if not ready:
            raise InvalidInput(
                f"each of these cost lines is taken of another one: {', '.join(left)}",
                field="costs",
                constraint="no line is, over others, a sum of itself",
            )
        ordered += ready
        left = [name for name in left if name not in ready]
    return ordered


def _period(lines: tuple[CostLine, ...], names: tuple[str, ...], ordered: list[str], start: int) -> list[CompiledLine]:
    """The lines that hold from a day on."""
    newest: dict[str, CostLine] = {}
    for line in sorted(lines, key=_day):
        if _day(line) <= start:
            newest[line.name] = line
    place = {name: at for at, name in enumerate(name for name in ordered if name in newest)}
    return [_line(newest[name], names.index(name), place) for name in place]


def _line(line: CostLine, number: int, place: dict[str, int]) -> CompiledLine:
    basis = line.basis
    parts = basis if isinstance(basis, str) else tuple(place[other] for other in basis if other in place)
    return number, line.rate, parts, line.side, line.minimum, _most(line)
