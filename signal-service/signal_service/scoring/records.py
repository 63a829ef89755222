"""Track records: what followed the bars on which rules began to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signal_service.kernels import _outcomes
from signal_service.rules import RuleSide
from signal_service.scoring.markets import FELL, ROSE, Days, Floats, Market
from signal_service.scoring.sums import CLASSES, VOLUMES, WIDTH, news_class_of

Bytes = NDArray[np.uint8]

SIGN = {"bullish": 1, "bearish": -1}


@dataclass(frozen=True, slots=True)
class Measured:
    """What of a rule its record depends on.

    Parameters
    ----------
    rule : str
    direction : int
        1 bullish, -1 bearish.
    horizon : int
        Bars after which a case is right or wrong.
    cooldown : int
        Bars in which a rule that raised an alert stays silent.
    fingerprint : str
        Of its condition: another one makes another record.
    """

    rule: str
    direction: int
    horizon: int
    cooldown: int
    fingerprint: str

    @property
    def mark(self) -> str:
        """The same as long as the record means the same."""
        return f"{self.fingerprint}:{self.horizon}:{self.cooldown}"


def measured(side: RuleSide) -> Measured:
    """What a rule's record depends on."""
    return Measured(side.name, SIGN[side.direction], side.horizon, side.cooldown, side.fingerprint)


@dataclass(frozen=True, slots=True)
class Tally:
    """One company's part in all records, by what was known before its bar `judged`.

    Parameters
    ----------
    sums : ndarray of float64, shape (rules, 27)
        Rows for `Sums.of`, in the order of the rules.
    moves : ndarray of float64, shape (horizons, 2, 20)
        By class of bar (`Sums.by_class`): bars, and sums of size of the move / usual size.
    """

    sums: Floats
    moves: Floats


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases with a known outcome, one by one, in columns of one length.

    Parameters
    ----------
    days, ended : ndarray of int64, shape (m,)
        On which they began, and on which their outcome was known; days since 1970.
    rules : ndarray of int64, shape (m,)
        Row of the rule.
    hits : ndarray of float64, shape (m,)
        1 where the close lay in the rule's direction, else 0.
    shares : ndarray of float64, shape (m,)
        Of all companies over the same days, 0 to 1; NaN where too few are known.
    """

    days: Days
    ended: Days
    rules: NDArray[np.int64]
    hits: Floats
    shares: Floats

    @classmethod
    def together(cls, parts: Sequence[Cases]) -> Cases:
        """Those of all parts, one after the other."""
        if not parts:
            nothing = np.empty(0, np.int64)
            return cls(nothing, nothing, nothing, np.empty(0), np.empty(0))
        return cls(
            np.concatenate([part.days for part in parts]),
            np.concatenate([part.ended for part in parts]),
            np.concatenate([part.rules for part in parts]),
            np.concatenate([part.hits for part in parts]),
            np.concatenate([part.shares for part in parts]),
        )

    def some(self, chosen: NDArray[np.bool_]) -> Cases:
        """Those of the cases."""
        return Cases(self.days[chosen], self.ended[chosen], self.rules[chosen], self.hits[chosen], self.shares[chosen])


@dataclass(frozen=True, slots=True)
class Past:
    """One history prepared for tallies: moves, usual moves and shares by horizon, classes of bars."""

    days: Days
    horizons: tuple[int, ...]
    moves: Floats
    usual: Floats
    shares: Floats
    classes: NDArray[np.int8]

    def tally(self, holds: Bytes, rules: Sequence[Measured], judged: int | None = None) -> Tally:
        """Sum up the cases of each rule with outcomes known before bar `judged` (the newest).

        Parameters
        ----------
        holds : ndarray of uint8, shape (len(rules), n)
            Where each rule holds, 0 or 1.
        rules : sequence of Measured
        judged : int, optional
            Bar; what happened on it and later is not read.
        """
        bar = len(self.days) - 1 if judged is None else judged
        sums = np.empty((len(rules), WIDTH))
        _outcomes.tally_into(
            np.ascontiguousarray(holds, dtype=np.uint8),
            np.array([float(rule.direction) for rule in rules]),
            np.array([rule.cooldown for rule in rules], np.int64),
            np.array([rule.horizon for rule in rules], np.int64),
            np.array([self.horizons.index(rule.horizon) for rule in rules], np.int64),
            self.moves,
            self.usual,
            self.shares,
            self.classes,
            bar,
            sums,
        )
        moves = np.zeros((len(self.horizons), 2 * CLASSES))
        for row, horizon in enumerate(self.horizons):
            until = max(0, bar - horizon)
            _outcomes.sizes_into(self.moves[row], self.usual[row], self.classes, until, moves[row])
        return Tally(sums, moves.reshape(len(self.horizons), 2, CLASSES))

    @property
    def by_horizon(self) -> tuple[Days, dict[int, Floats]]:
        """The days, and the moves from each over each horizon: see `scale_of`."""
        return self.days, dict(zip(self.horizons, self.moves, strict=True))

    def cases(self, holds: Bytes, rules: Sequence[Measured], judged: int | None = None) -> Cases:
        """The cases that `tally` sums up with the same arguments, rule by rule, oldest first."""
        bar = len(self.days) - 1 if judged is None else judged
        states = np.ascontiguousarray(holds, dtype=np.uint8)
        bars = np.empty(len(self.days), np.int64)
        parts = []
        for row, rule in enumerate(rules):
            began = bars[: _outcomes.cases_into(states, row, rule.cooldown, bars)]
            began = began[began + rule.horizon < bar]
            place = self.horizons.index(rule.horizon)
            parts.append(
                Cases(
                    self.days[began],
                    self.days[began + rule.horizon],
                    np.full(len(began), row, np.int64),
                    (rule.direction * self.moves[place, began] > 0.0).astype(np.float64),
                    self.shares[place, ROSE if rule.direction > 0 else FELL, began],
                )
            )
        return Cases.together(parts)


def past_of(days: Days, close: Floats, volume: Floats, market: Market, news: Floats | None = None) -> Past:
    """Prepare one company's history (arrays of one length, oldest first) against its market.

    `news` is the strength of the strongest article that is fresh on each bar, NaN where there is none; None: on no bar.
    """
    horizons = market.horizons
    moves = np.empty((len(horizons), len(days)))
    usual = np.empty_like(moves)
    classes = np.empty(len(days), np.int8)
    for row, horizon in enumerate(horizons):
        _outcomes.moves_into(close, horizon, moves[row])
        _outcomes.usual_into(moves[row], horizon, usual[row])
    _outcomes.classes_into(volume, classes)
    if news is not None:
        told = np.flatnonzero((classes >= 0) & ~np.isnan(news))
        of_news = [news_class_of(strength) for strength in news[told].tolist()]
        classes[told] += np.array(of_news, np.int8) * np.int8(VOLUMES)
    return Past(days, horizons, moves, usual, market.on(days), classes)
