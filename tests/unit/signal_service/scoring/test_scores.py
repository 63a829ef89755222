"""Books and scores: what an alert gets, and that it is the same each time."""

from __future__ import annotations

import numpy as np
import pytest
from signal_service.scoring.books import Book, horizons_of
from signal_service.scoring.markets import Closes, market_of
from signal_service.scoring.records import Measured, past_of
from signal_service.scoring.scales import scale_of
from signal_service.scoring.scores import Score, score_of
from signal_service.scoring.sums import Sums

RULES = (Measured("cross", 1, 5, 3, "a"), Measured("cross", -1, 5, 3, "b"), Measured("slow", 1, 20, 3, "c"))
LENGTH = 400
SYMBOLS = tuple(f"S{number}" for number in range(12))
INDUSTRY = {symbol: "Banks" if number < 6 else "Mines" for number, symbol in enumerate(SYMBOLS)} | {"S11": None}


def bars(symbol: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(SYMBOLS.index(symbol))
    close = 100.0 * np.exp(np.cumsum(random.normal(0.0, 0.02, LENGTH)))
    return np.arange(LENGTH, dtype=np.int64), close, random.uniform(1.0, 9.0, LENGTH)


def book(symbols: tuple[str, ...] = SYMBOLS) -> Book:
    told = {symbol: bars(symbol) for symbol in symbols}
    market = market_of([Closes(days, close) for days, close, _ in told.values()], horizons_of(RULES))
    tallies = {}
    for symbol, (days, close, volume) in told.items():
        holds = (np.random.default_rng(ord(symbol[-1])).random((len(RULES), LENGTH)) < 0.2).astype(np.uint8)
        tallies[symbol] = past_of(days, close, volume, market).tally(holds, RULES)
    moves = [past_of(*bars(symbol), market).by_horizon for symbol in symbols]
    return Book(RULES, market, INDUSTRY, tallies, scale=scale_of(moves, LENGTH - 1))


def score(made: Book, symbol: str = "S3", news: float | None = None) -> Score:
    return score_of(made, ("cross", 1), symbol, *bars(symbol), news=news)


def test_levels_add_up() -> None:
    made = book()
    levels = made.levels(("cross", -1), "S3")
    assert levels.company == Sums.of(made.tallies["S3"].sums[1])
    banks = sum(Sums.of(made.tallies[one].sums[1]).cases for one in SYMBOLS[:6])
    assert levels.industry.cases == banks
    assert levels.everyone.cases == sum(Sums.of(one.sums[1]).cases for one in made.tallies.values())


def test_a_company_of_no_industry_stands_alone() -> None:
    levels = book().levels(("cross", 1), "S11")
    assert levels.industry == levels.company


def test_a_company_without_bars_has_no_case_of_its_own() -> None:
    levels = book().levels(("cross", 1), "NEW")
    assert levels.company.cases == levels.industry.cases == 0
    assert levels.everyone.cases > 0


def test_the_order_of_companies_changes_no_bit() -> None:
    first, second = score(book()), score(book(tuple(reversed(SYMBOLS))))
    assert first == second


def test_a_score_tells_every_number_behind_it() -> None:
    told = score(book(), news=0.5)
    figures = {one.name: one.value for one in told.figures()}
    assert told.confidence.value is not None
    lift = figures["lift_company"]
    assert told.confidence.value == pytest.approx(figures["base_rate"] + lift, abs=2e-4)
    drift = figures["market_rate"] - 0.5
    assert figures["base_rate"] == pytest.approx(0.5 + figures["weight_market"] * drift, abs=2e-4)
    assert figures["market_days"] == LENGTH - 1 - 5
    expected = figures["usual_move"] * figures["recent_factor"] * figures["rule_factor"]
    expected *= figures["volume_factor"] * figures["news_factor"]
    assert figures["expected_move"] == pytest.approx(expected, rel=1e-3)
    rank = figures["move_rank"]
    assert told.impact.value == pytest.approx(100.0 * rank, abs=0.02)
    assert (figures["news_strength"], figures["news_bars"], figures["news_factor"]) == (0.5, 0.0, 1.0)
    assert figures["past_cases"] == told.confidence.cases
    assert all(one.unit and one.source for one in told.figures())


def test_each_rule_is_scored_over_its_own_horizon() -> None:
    made = book()
    told = score_of(made, ("slow", 1), "S3", *bars("S3"))
    assert told.horizon == 20
    assert (told.impact.usual_move or 0.0) > (score(made).impact.usual_move or 1.0)


def test_a_rule_that_is_not_in_the_book_is_no_quiet_zero() -> None:
    with pytest.raises(KeyError):
        score_of(book(), ("cross", 2), "S3", *bars("S3"))
