"""How large a move a rule's case lets one expect, on a scale of 0 to 100."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signal_service.scoring.confidence import Levels
from signal_service.scoring.markets import Floats
from signal_service.scoring.scales import Scale
from signal_service.scoring.sums import NEWS, VOLUMES, Sums, news_class_of

YEAR = 252
LEAST_MOVES = 20  # earlier windows that a company's usual move needs to mean anything
RECENT = (60, 20)  # sessions whose moves are held against the year's

# Cases (bars for the classes of volume and of news) whose word weighs as much as the level above
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
        Mean size of the company's moves over that horizon in the year before; of a young company,
        the size that half of all companies' moves do not exceed.
    own : bool
        Whether the usual move is the company's own.
    recent_factor : float
        How many times the year's its moves from session to session are of late: see `Standing`.
    rule_factor, volume_factor, news_factor : float
        How many times the usual the rule's cases moved, bars with a volume of this class, bars with
        news of this class.
    volume_class : int or None
        Fifth of the year's volumes that the bar's lies in, 0 (least) to 4.
    rank : float or None
        Share of all companies' moves over that horizon in the year before which were no larger than the expected one.
    news : float or None
        Strength of the strongest fresh article, 0 to 1.
    news_bars : int
        Bars that the factor of such news rests on.
    """

    value: float
    expected_move: float | None
    usual_move: float | None
    own: bool
    recent_factor: float
    rule_factor: float
    volume_factor: float
    news_factor: float
    volume_class: int | None
    rank: float | None
    news: float | None
    news_bars: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a bar stands in the company's year before it.

    Parameters
    ----------
    usual_move : float or None
        Mean size of the moves over the horizon which ended before the bar, of those that began within
        the year; None with fewer than 20 of them.
    recent_factor : float
        Mean of 1 and of the mean sizes of the last 60 and of the last 20 moves from session to session over that of
        the year's: a price that moved much of late goes on so, for a while (Corsi, 2009). 1 with fewer than 60 of them.
    volume_class : int or None
        Fifth of the year's volumes that the bar's lies in, 0 (least) to 4; None with fewer than 20.
    """

    usual_move: float | None
    recent_factor: float
    volume_class: int | None


@dataclass(frozen=True, slots=True)
class Factors:
    """How many times the usual prices moved after bars of each class, all companies together.

    Parameters
    ----------
    volume : ndarray of float64, shape (5,)
        By fifth of the year's volumes.
    news : ndarray of float64, shape (4,)
        By class of news, over bars without and beyond what the volumes explain; the first is 1.
    bars : ndarray of float64, shape (4,)
        Bars by class of news.
    together : tuple of float, length 20
        Products by class of bar (`Sums.by_class`).
    """

    volume: Floats
    news: Floats
    bars: Floats
    together: tuple[float, ...]


def standing_of(close: Floats, volume: Floats, horizon: int, bar: int | None = None) -> Standing:
    """The standing of bar `bar` (the newest) of a history; later bars are not read."""
    at = len(close) - 1 if bar is None else bar
    first = max(0, at - YEAR)
    last = max(first, at - horizon)  # the window that begins here ends on the bar itself
    sizes = np.abs(close[first + horizon : last + horizon] / close[first:last] - 1.0)
    before = volume[first:at]
    below = int((before <= volume[at]).sum())
    return Standing(
        float(sizes.mean()) if len(sizes) >= LEAST_MOVES else None,
        _recent_factor(close[first : at + 1]),
        min(VOLUMES * below // len(before), VOLUMES - 1) if len(before) >= LEAST_MOVES else None,
    )


def factors_of(moves: Floats) -> Factors:
    """Factors from the bars and sums of size / usual size of each class of bar, shape (2, 20); see `Tally.moves`.

    Each is a ratio of what moved to what was to be expected, shrunk to 1 by 1,000 bars: for the volumes the usual
    move, for the news what the volumes explain, both as it was after bars without news.
    """
    bars, sizes = moves.reshape(2, NEWS, VOLUMES)
    volume = (sizes.sum(axis=0) + CLASS) / (bars.sum(axis=0) + CLASS)
    expected, moved = (bars * volume).sum(axis=1), sizes.sum(axis=1)
    without = moved[0] / expected[0] if expected[0] > 0.0 else 1.0
    news = (moved + CLASS) / (without * expected + CLASS)
    return Factors(volume, news, bars.sum(axis=1), tuple(np.outer(news, volume).ravel().tolist()))


def impact_of(
    levels: Levels, factors: Factors, standing: Standing, scale: Scale, horizon: int, news: float | None = None
) -> Impact:
    """Score a rule's case on a bar.

    The expected move is the company's usual one, times how much more (or less) than in the year
    it moved of late, times how much more than usual prices moved after bars of this class of
    volume and with news of this class, times how much more than that they moved after the rule's
    cases, shrunk from company to industry to everyone to 1. Its rank among all companies' moves
    of the year is the score.

    Parameters
    ----------
    news : float, optional
        |score| x confidence of the strongest fresh article; None: there is none.
    """
    volume_class, news_class = standing.volume_class, news_class_of(news)
    usual = standing.usual_move if standing.usual_move is not None else scale.median(horizon)
    volume_factor = float(factors.volume[volume_class]) if volume_class is not None else 1.0
    news_factor = float(factors.news[news_class])
    rule_factor = rule_factor_of(levels, factors)
    expected = usual * standing.recent_factor * rule_factor * volume_factor * news_factor if usual is not None else None
    rank = scale.rank(horizon, expected) if expected is not None else None
    return Impact(
        value=100.0 * (rank or 0.0),
        expected_move=expected,
        usual_move=usual,
        own=standing.usual_move is not None,
        recent_factor=standing.recent_factor,
        rule_factor=rule_factor,
        volume_factor=volume_factor,
        news_factor=news_factor,
        volume_class=volume_class,
        rank=rank,
        news=news,
        news_bars=int(factors.bars[news_class]) if news_class else 0,
    )


def rule_factor_of(levels: Levels, factors: Factors) -> float:
    """Times the move to expect from volumes and news alone that the rule's cases moved."""
    everyone = _factor(levels.everyone, factors.together, 1.0, EVERYONE)
    industry = _factor(levels.industry, factors.together, everyone, INDUSTRY)
    return _factor(levels.company, factors.together, industry, COMPANY)


def _recent_factor(close: Floats) -> float:
    sizes = np.abs(close[1:] / close[:-1] - 1.0)
    year = float(sizes.mean()) if len(sizes) >= max(RECENT) else 0.0
    if year == 0.0:
        return 1.0
    return (1.0 + sum(float(sizes[-sessions:].mean()) / year for sessions in RECENT)) / (1 + len(RECENT))


def _factor(sums: Sums, by_class: tuple[float, ...], above: float, strength: float) -> float:
    expected = sum(count * factor for count, factor in zip(sums.by_class, by_class, strict=True))
    return (sums.relative + strength * above) / (expected + strength)
