"""All track records together: of every rule, on every company, at every level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from signal_service.scoring.confidence import Levels
from signal_service.scoring.impact import Factors, factors_of
from signal_service.scoring.markets import Floats, Market, market_of
from signal_service.scoring.records import Measured, Tally
from signal_service.scoring.scales import Scale
from signal_service.scoring.sums import CLASSES, WIDTH, Sums
from signal_service.scoring.trusts import PRIOR, Trust, believed

RecordKey = tuple[str, int]  # rule, direction (1 bullish, -1 bearish)
NO_SCALE = Scale()


@dataclass(frozen=True, slots=True)
class Book:
    """The records that confidences and impacts are read from.

    Parameters
    ----------
    rules : sequence of Measured
    market : Market
        Of the same companies.
    industries : mapping of str to str or None
        Companies by symbol, each with its industry.
    tallies : mapping of str to Tally
        By symbol; a company without one has no case.
    trust : Trust
        How far the records are believed.
    scale : Scale
        What impacts are read from.
    """

    rules: tuple[Measured, ...]
    market: Market
    industries: Mapping[str, str | None]
    tallies: Mapping[str, Tally]
    trust: Trust = PRIOR
    scale: Scale = NO_SCALE
    _rows: dict[RecordKey, int] = field(init=False, repr=False)
    _everyone: Floats = field(init=False, repr=False)
    _by_industry: dict[str, Floats] = field(init=False, repr=False)
    _factors: dict[int, Factors] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        everyone = np.zeros((len(self.rules), WIDTH))
        moves = np.zeros((len(self.market.horizons), 2, CLASSES))
        by_industry: dict[str, Floats] = {}
        for symbol in sorted(self.tallies):  # floats add up differently in another order
            tally = self.tallies[symbol]
            everyone += tally.sums
            moves += tally.moves
            industry = self.industries.get(symbol)
            if industry is not None:
                by_industry[industry] = by_industry.get(industry, 0.0) + tally.sums
        object.__setattr__(self, "_rows", {(one.rule, one.direction): row for row, one in enumerate(self.rules)})
        object.__setattr__(self, "_everyone", everyone)
        object.__setattr__(self, "_by_industry", by_industry)
        factors = {horizon: factors_of(moves[row]) for row, horizon in enumerate(self.market.horizons)}
        object.__setattr__(self, "_factors", factors)

    def rule(self, key: RecordKey) -> Measured:
        """Raises KeyError where the book has no such rule."""
        return self.rules[self._rows[key]]

    def everyone(self, key: RecordKey) -> Sums:
        """A rule's record on all companies."""
        return Sums.of(self._everyone[self._rows[key]])

    def base_rate(self, key: RecordKey, judged: int | None = None) -> float:
        """What the market did in the rule's direction before the day `judged`; None: on all days that it knows."""
        rule = self.rule(key)
        return self.market.base_rate(rule.horizon, rule.direction, judged, self.trust.market)

    def levels(self, key: RecordKey, symbol: str, judged: int | None = None) -> Levels:
        """A rule's record on a company and above it, and the base rate as of the day `judged`."""
        row = self._rows[key]
        tally = self.tallies.get(symbol)
        company = Sums.of(tally.sums[row]) if tally is not None else Sums()
        industry = self.industries.get(symbol)
        group = self._by_industry.get(industry) if industry is not None else None
        rule = self.rules[row]
        total, days = self.market.drift(rule.horizon, rule.direction, judged)
        return Levels(
            company=company,
            industry=Sums.of(group[row]) if group is not None else company,
            everyone=Sums.of(self._everyone[row]),
            base=believed(total, days, 0.5, self.trust.market),
            trust=self.trust,
            drift=total / days if days else 0.5,
            days=days,
        )

    def factors(self, horizon: int) -> Factors:
        """How many times the usual all companies moved after bars of each class."""
        return self._factors[horizon]


def empty_book(rules: Sequence[Measured]) -> Book:
    """The book before anything was measured: no case, no market."""
    return Book(tuple(rules), market_of((), horizons_of(rules)), {}, {})


def horizons_of(rules: Sequence[Measured]) -> tuple[int, ...]:
    """The horizons that some rules are measured over, each once, rising."""
    return tuple(sorted({rule.horizon for rule in rules}))
