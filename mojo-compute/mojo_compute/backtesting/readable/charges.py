"""What a fill costs, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chitti_shared.contracts.strategies import CostLine


class Charges:
    """Cost lines as they hold on each day.

    Parameters
    ----------
    lines : sequence of CostLine
        Sums of other lines name lines that are there, and no line is, by way of others, a part of itself.
    """

    def __init__(self, lines: Sequence[CostLine]) -> None:
        self._versions: dict[str, list[CostLine]] = {}
        for line in lines:
            self._versions.setdefault(line.name, []).append(line)

    def cost(self, day: date | None, buys: bool, quantity: float, price: float) -> float:
        """Rupees that a fill of so many shares costs."""
        holding = self._on(day)
        return sum(self._charge(name, holding, buys, quantity, price) for name in self._versions)

    def rate(self, day: date | None, buys: bool) -> float | None:
        """The cost as a fraction of the value, where it is one whatever the value; else None."""
        lines = [line for line in self._on(day).values() if _takes(line, buys)]
        if any(line.minimum > 0 or line.maximum is not None for line in lines):
            return None
        if any(line.basis in ("quantity", "order") and line.rate > 0 for line in lines):
            return None
        return self.cost(day, buys, 1.0, 1.0)

    def most(self, day: date | None, buys: bool, price: float, power: float, leverage: float) -> float:
        """The greatest quantity q with q * price + leverage * cost(q) <= power, 0 when there is none."""
        rate = self.rate(day, buys)
        if power <= 0:
            return 0.0
        if rate is not None:
            return power / (price * (1 + leverage * rate))
        fits, too_much = 0.0, power / price
        for _halving in range(200):
            middle = (fits + too_much) / 2
            if middle * price + leverage * self.cost(day, buys, middle, price) <= power:
                fits = middle
            else:
                too_much = middle
        return fits

    def _on(self, day: date | None) -> dict[str, CostLine]:
        """Each line's version of a day; days are ISO texts, which sort as they follow one another."""
        today = "9999-12-31" if day is None else day.isoformat()
        holding = {}
        for name, versions in self._versions.items():
            begun = [one for one in versions if (one.effective or "") <= today]
            if begun:
                holding[name] = max(begun, key=lambda one: one.effective or "")
        return holding

    def _charge(self, name: str, holding: dict[str, CostLine], buys: bool, quantity: float, price: float) -> float:
        line = holding.get(name)
        if line is None or not _takes(line, buys):
            return 0.0
        if line.basis == "value":
            basis = quantity * price
        elif line.basis == "quantity":
            basis = quantity
        elif line.basis == "order":
            basis = 1.0
        else:
            basis = sum(self._charge(part, holding, buys, quantity, price) for part in line.basis)
        charge = max(line.rate * basis, line.minimum)
        return charge if line.maximum is None else min(charge, line.maximum)


def _takes(line: CostLine, buys: bool) -> bool:
    return line.side == "both" or line.side == ("buy" if buys else "sell")
