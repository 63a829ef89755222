"""Trust in records, against a slow forecast case by case, against time and against order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_service.scoring.forecasts import BLOCK_DAYS, FIRST_JUDGED, Told, told_of, trust_of
from signal_service.scoring.markets import Closes, Market, market_of
from signal_service.scoring.records import Cases, Measured, past_of
from signal_service.scoring.trusts import LEVELS, PRIOR, STRENGTHS, Trust

RULES = (Measured("one", 1, 5, 2, "a"), Measured("one", -1, 5, 2, "b"), Measured("two", 1, 10, 2, "c"))
SYMBOLS = tuple(f"S{number:02}" for number in range(12))
INDUSTRIES = {symbol: ("Banks", "Mines", None)[place % 3] for place, symbol in enumerate(SYMBOLS)}
LENGTH = FIRST_JUDGED + 90


def stored(seed: int, length: int = LENGTH, often: float = 0.04) -> tuple[Market, dict[str, Cases]]:
    random = np.random.default_rng(seed)
    days = np.arange(length, dtype=np.int64)
    together = random.normal(0.001, 0.01, length)
    closes = {symbol: 100.0 * np.exp(np.cumsum(together + random.normal(0.0, 0.01, length))) for symbol in SYMBOLS}
    market = market_of([Closes(days, close) for close in closes.values()], (5, 10))
    cases = {}
    for symbol, close in closes.items():
        holds = (random.random((len(RULES), length)) < often).astype(np.uint8)
        cases[symbol] = past_of(days, close, np.ones(length), market).cases(holds, RULES)
    return market, cases


def told(cases: dict[str, Cases]) -> Told:
    return told_of(RULES, cases, INDUSTRIES)


def slowly(cases: dict[str, Cases], market: Market) -> Trust:
    """What `trust_of` should find: each case foretold by itself, each sum made anew."""
    rows = [
        (int(day), int(ended), RULES[rule], symbol, hit, share)
        for symbol, one in cases.items()
        for day, ended, rule, hit, share in zip(one.days, one.ended, one.rules, one.hits, one.shares, strict=True)
    ]
    judged = [row for row in rows if row[0] >= market.days[FIRST_JUDGED]]
    strengths = (*STRENGTHS, np.inf)

    def share_of_record(count: float) -> np.ndarray:
        return np.array([count / (count + strength) for strength in strengths])

    def drift(row: tuple) -> np.ndarray:
        mine = market.shares[market.horizons.index(row[2].horizon), int(row[2].direction > 0)]
        known = [
            share
            for place, share in enumerate(mine)
            if place + row[2].horizon < len(mine)
            and market.days[place + row[2].horizon] < row[0]
            and not np.isnan(share)
        ]
        return 0.5 + (np.mean(known) - 0.5) * share_of_record(len(known)) if known else np.full(10, 0.5)

    def worth(values: list[float]) -> float:
        blocks: dict[int, float] = {}
        for row, value in zip(judged, values, strict=True):
            blocks[row[0] // BLOCK_DAYS] = blocks.get(row[0] // BLOCK_DAYS, 0.0) + value
        return min(1.0, sum(value**2 for value in values) / sum(value**2 for value in blocks.values()))

    def weights(prior: Sequence[float], said: np.ndarray, times: float) -> np.ndarray:
        odds = np.array(prior) * np.exp(times * (said - said.max()))
        return odds / odds.sum()

    likely = sum(np.log(drift(row) if row[4] else 1.0 - drift(row)) for row in judged)
    found = [weights(PRIOR.market, likely, worth([row[2].direction * (row[4] - 0.5) for row in judged]))]
    excess = {id(row): row[4] - (float(drift(row) @ found[0]) if np.isnan(row[5]) else row[5]) for row in rows}
    spread = np.mean([excess[id(row)] ** 2 for row in judged])
    above = {id(row): 0.0 for row in rows}
    pools = (
        lambda row: (row[2],),
        lambda row: (row[2], INDUSTRIES[row[3]] or row[3]),
        lambda row: (row[2], row[3]),
    )
    for level, pool in zip(LEVELS[1:], pools, strict=True):
        lifts = {}
        for row in rows:
            before = [excess[id(one)] for one in rows if pool(one) == pool(row) and one[1] < row[0]]
            mean = np.mean(before) if before else 0.0
            lifts[id(row)] = above[id(row)] + (mean - above[id(row)]) * share_of_record(len(before))
        errors = sum((excess[id(row)] - lifts[id(row)]) ** 2 for row in judged)
        found.append(weights(getattr(PRIOR, level), -errors / (2 * spread), worth([excess[id(row)] for row in judged])))
        above = {key: float(lift @ found[-1]) for key, lift in lifts.items()}
    return Trust(*(tuple(one.tolist()) for one in found))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_trust_is_what_foretelling_case_by_case_gives(seed: int) -> None:
    market, cases = stored(seed)
    found, wanted = trust_of(told(cases), RULES, market), slowly(cases, market)
    for level in LEVELS:
        assert getattr(found, level) == pytest.approx(getattr(wanted, level), rel=1e-6)
        assert sum(getattr(found, level)) == pytest.approx(1.0)


def test_the_order_of_companies_changes_no_bit() -> None:
    market, cases = stored(1)
    assert trust_of(told(cases), RULES, market) == trust_of(told(dict(reversed(cases.items()))), RULES, market)


def test_a_young_market_is_judged_by_what_is_believed_before() -> None:
    market, cases = stored(3, length=FIRST_JUDGED - 1)
    assert trust_of(told(cases), RULES, market) == PRIOR
    assert trust_of(told({}), RULES, market_of([], (5, 10))) == PRIOR


def biased(times: float) -> Trust:
    """Trust in rules of which one was right so much more often than the market, in every month."""
    market, cases = stored(4, length=FIRST_JUDGED + 500, often=0.2)
    random = np.random.default_rng(5)
    made = {
        symbol: replace(
            one,
            hits=(random.random(len(one.hits)) < np.clip(one.shares + times * (one.rules == 0), 0.0, 1.0)).astype(
                float
            ),
        )
        for symbol, one in cases.items()
    }
    return trust_of(told(made), RULES, market)


def test_records_that_foretold_are_believed_and_others_are_doubted() -> None:
    nothing, much = biased(0.0), biased(0.4)
    assert nothing.everyone[-1] > PRIOR.everyone[-1]
    assert much.everyone[-1] < 0.01
    assert sum(much.everyone[:3]) > 0.9


def test_an_empty_choice_of_cases_is_none() -> None:
    market, cases = stored(6)
    one = told(cases)
    assert trust_of(one.some(np.zeros(len(one.cases.days), np.bool_)), RULES, market) == PRIOR
