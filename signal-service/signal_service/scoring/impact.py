"""How large a move a rule's case lets one expect, on a scale of 0 to 100."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signal_service.scoring.confidence import Levels
from signal_service.scoring.markets import Floats
from signal_service.scoring.records import Past
from signal_service.scoring.sums import CLASSES, Sums

YEAR = 252
NEWS_SHARE = 0.5  # of the way to 100 that the strongest news lifts the score

# Cases (bars for the classes of volume) whose word weighs as much as the level above
EVERYONE, INDUSTRY, COMPANY, CLASS = 300.0, 300.0, 300.0, 1000.0


@dataclass(frozen=True, slots=True)
class Impact:
    """The score and each of its parts; None where history is too short to know one.

    Parameters
    ----------
    value : float
        0 to 100.
    expected_move : float or None
        Size of the move to expect over the horizon, as a fraction.
    usual_move : float or None
        Mean size of the company's moves over that horizon in the year before.
    rule_factor, volume_factor : float
        How many times the usual the rule's cases moved, and bars with a volume of this class.
    volume_class : int or None
        Fifth of the year's volumes that the bar's lies in, 0 (least) to 4.
    rank : float or None
        Share of the year's moves over that horizon which were no larger than the expected one.
    news : float or None
        Strength of the news that the rule read, 0 to 1.
    """

    value: float
    expected_move: float | None
    usual_move: float | None
    rule_factor: float
    volume_factor: float
    volume_class: int | None
    rank: float | None
    news: float | None


def impact_of(
    levels: Levels, volumes: Floats, past: Past, horizon: int, news: float | None = None, bar: int | None = None
) -> Impact:
    """Score a case on bar `bar` (the newest) of a prepared history.

    The expected move is the company's usual one, times how much more (or less) than usual
    prices moved after bars of this class of volume, times how much more than that they
    moved after the rule's cases, shrunk from company to industry to everyone to 1. Its rank
    among the company's own moves of the year is the score; news lifts it from there, by up to
    half of what is missing to 100.

    Parameters
    ----------
    volumes : ndarray of float64, shape (2, 5)
        Of all companies together, for this horizon: see `Tally.volumes`.
    news : float, optional
        |score| x confidence of the article that the rule read; None: it read none.
    """
    at = len(past.days) - 1 if bar is None else bar
    row = past.horizons.index(horizon)
    factors = volume_factors(volumes)
    volume_class = int(past.classes[at]) if past.classes[at] >= 0 else None
    volume_factor = float(factors[volume_class]) if volume_class is not None else 1.0
    rule_factor = rule_factor_of(levels, factors)
    usual = float(past.usual[row, at])
    if np.isnan(usual):
        return Impact(100.0 * _with_news(0.0, news), None, None, rule_factor, volume_factor, volume_class, None, news)
    expected = usual * rule_factor * volume_factor
    rank = _rank(expected, past.moves[row, max(0, at - YEAR) : max(0, at - horizon)])
    value = 100.0 * _with_news(rank, news)
    return Impact(value, expected, usual, rule_factor, volume_factor, volume_class, rank, news)


def volume_factors(volumes: Floats) -> Floats:
    """Mean size of move / usual size after bars of each class of volume, shrunk to 1; shape (5,)."""
    return (volumes[1] + CLASS) / (volumes[0] + CLASS)


def rule_factor_of(levels: Levels, factors: Floats) -> float:
    """Times the move to expect from the volumes alone that the rule's cases moved."""
    everyone = _factor(levels.everyone, factors, 1.0, EVERYONE)
    industry = _factor(levels.industry, factors, everyone, INDUSTRY)
    return _factor(levels.company, factors, industry, COMPANY)


def _factor(sums: Sums, factors: Floats, above: float, strength: float) -> float:
    expected = sum(sums.by_class[place] * float(factors[place]) for place in range(CLASSES))
    return (sums.relative + strength * above) / (expected + strength)


def _rank(expected: float, moves: Floats) -> float:
    return float((np.abs(moves) <= expected).mean())


def _with_news(rank: float, news: float | None) -> float:
    return rank if news is None else rank + NEWS_SHARE * news * (1.0 - rank)
