"""What was muted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Silence:
    """Symbols, rules, and rules on a symbol of which no alert is raised.

    Parameters
    ----------
    muted : frozenset of (symbol or None, rule or None)
        None stands for every one.
    """

    muted: frozenset[tuple[str | None, str | None]] = frozenset()

    def covers(self, symbol: str, rule: str) -> bool:
        return not self.muted.isdisjoint(((symbol, None), (None, rule), (symbol, rule)))
