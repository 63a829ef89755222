"""How large a move a rule's case lets one expect, on a scale of 0 to 100."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signal_service.scoring.confidence import Levels
from signal_service.scoring.markets import Floats
from signal_service.scoring.sums import CLASSES, Sums

YEAR = 252
LEAST_RANKED = 20  # earlier windows that a rank needs to mean anything
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


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a bar stands in the company's year before it.

    Parameters
    ----------
    sizes : ndarray of float64, shape (m,)
        Sizes of the moves over the horizon which ended before the bar, those that began within the year.
    usual_move : float or None
        Their mean; None with fewer than 20 of them.
    volume_class : int or None
        Fifth of the year's volumes that the bar's lies in, 0 (least) to 4; None with fewer than 20.
    """

    sizes: Floats
    usual_move: float | None
    volume_class: int | None


def standing_of(close: Floats, volume: Floats, horizon: int, bar: int | None = None) -> Standing:
    """The standing of bar `bar` (the newest) of a history; later bars are not read."""
    at = len(close) - 1 if bar is None else bar
    first = max(0, at - YEAR)
    last = max(first, at - horizon)  # the window that begins here ends on the bar itself
    sizes = np.abs(close[first + horizon : last + horizon] / close[first:last] - 1.0)
    before = volume[first:at]
    below = int((before <= volume[at]).sum())
    return Standing(
        sizes,
        float(sizes.mean()) if len(sizes) >= LEAST_RANKED else None,
        min(CLASSES * below // len(before), CLASSES - 1) if len(before) >= LEAST_RANKED else None,
    )


def impact_of(levels: Levels, volumes: Floats, standing: Standing, news: float | None = None) -> Impact:
    """Score a rule's case on a bar.

    The expected move is the company's usual one, times how much more (or less) than usual
    prices moved after bars of this class of volume, times how much more than that they
    moved after the rule's cases, shrunk from company to industry to everyone to 1. Its rank
    among the company's own moves of the year is the score; news lifts it from there, by up to
    half of what is missing to 100.

    Parameters
    ----------
    volumes : ndarray of float64, shape (2, 5)
        Of all companies together, for the rule's horizon: see `Tally.volumes`.
    news : float, optional
        |score| x confidence of the article that the rule read; None: it read none.
    """
    factors = volume_factors(volumes)
    usual, volume_class = standing.usual_move, standing.volume_class
    volume_factor = float(factors[volume_class]) if volume_class is not None else 1.0
    rule_factor = rule_factor_of(levels, factors)
    expected = usual * rule_factor * volume_factor if usual is not None else None
    rank = float((standing.sizes <= expected).mean()) if expected is not None else None
    return Impact(
        value=100.0 * _with_news(rank or 0.0, news),
        expected_move=expected,
        usual_move=usual,
        rule_factor=rule_factor,
        volume_factor=volume_factor,
        volume_class=volume_class,
        rank=rank,
        news=news,
    )


def volume_factors(volumes: Floats) -> Floats:
    """Mean size of move / usual size after bars of each class of volume, shrunk to 1; shape (5,)."""
    factors: Floats = (volumes[1] + CLASS) / (volumes[0] + CLASS)
    return factors


def rule_factor_of(levels: Levels, factors: Floats) -> float:
    """Times the move to expect from the volumes alone that the rule's cases moved."""
    everyone = _factor(levels.everyone, factors, 1.0, EVERYONE)
    industry = _factor(levels.industry, factors, everyone, INDUSTRY)
    return _factor(levels.company, factors, industry, COMPANY)


def _factor(sums: Sums, factors: Floats, above: float, strength: float) -> float:
    expected = sum(sums.by_class[place] * float(factors[place]) for place in range(CLASSES))
    return (sums.relative + strength * above) / (expected + strength)


def _with_news(rank: float, news: float | None) -> float:
    return rank if news is None else rank + NEWS_SHARE * news * (1.0 - rank)
