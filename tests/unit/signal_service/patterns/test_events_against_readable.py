"""Each kernel of events against the words that describe it, on walks and on the shipped market."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_service.patterns import catalogue
from signal_service.patterns.bars import Bars
from signal_service.patterns.history import History
from signal_service.patterns.rows import patterns_of

from tests.support import readable_events as readable
from tests.support.pattern_bars import columns_for, sample, walk
from tests.support.readable_events import Finding, Side
from tests.support.readable_levels import events

WAYS = ((1, "up", "bullish"), (-1, "down", "bearish"))


def found(bars: Bars, columns: dict[str, np.ndarray]) -> list[Finding]:
    """What the kernels of events find."""
    history = History(bars)
    rows = [
        one
        for family in catalogue.EVENTS
        for one in patterns_of(family.rows(history, columns), family.forms, family.names)
    ]
    return [
        (
            one.name, one.first, one.last, one.quality, one.target, one.invalidation,
            tuple((point.bar, point.price) for point in one.points),
        )
        for one in rows
    ]  # fmt: skip


def expected(bars: Bars, columns: dict[str, np.ndarray]) -> Iterator[Finding]:
    history = History(bars)
    swings = history.swings
    for sign, way, leaning in WAYS:
        side = Side(bars, sign)
        for window in (20, 55):
            yield from readable.breakouts(side, window, f"breakout_{window}_{way}")
        yield from readable.extremes(side, "high_52_week" if sign > 0 else "low_52_week")
        yield from readable.gaps(side, f"gap_{way}", f"breakaway_gap_{way}", f"gap_{way}_filled")
        yield from crossings_of(side, bars, columns)
        own = [
            (int(bar), int(known))
            for bar, known, which in zip(swings.bars, swings.known, swings.sides, strict=True)
            if which == -sign
        ]
        units = {
            "rsi_14": np.full(len(bars), 10.0),
            "macd_line": 0.5 * np.array(side.atr),
            "obv": 5.0 * np.array([side.usual(t) for t in range(len(bars))]),
        }
        for label, unit in units.items():
            name = f"{leaning}_{label.partition('_')[0]}_divergence"
            yield from readable.divergences(side, own, sign * columns[label], unit, name, f"hidden_{name}")
        turned = [
            (int(bar), int(known), float(sign * price))
            for bar, known, price in zip(swings.bars, swings.known, swings.prices, strict=True)
        ]
        names = {"break": "resistance_breakout", "bounce": "support_bounce", "retest": "resistance_retest"}
        if sign < 0:
            names = {"break": "support_breakdown", "bounce": "resistance_rejection", "retest": "support_retest"}
        yield from events(side, turned, names)
    yield from readable.squeezes(Side(bars, 1), columns["squeeze_on"], columns["squeeze_momentum"])


def crossings_of(side: Side, bars: Bars, columns: dict[str, np.ndarray]) -> Iterator[Finding]:
    up = side.sign > 0
    close, slow = bars.close, columns["sma_200"]
    lines = (
        ("golden_cross" if up else "death_cross", columns["sma_50"], slow, slow, 0.1),
        ("close_above_sma_200" if up else "close_below_sma_200", close, slow, slow, 1.0),
        ("ema_20_above_50" if up else "ema_20_below_50", columns["ema_20"], columns["ema_50"], columns["ema_50"], 0.1),
        ("macd_above_signal" if up else "macd_below_signal", columns["macd_line"], columns["macd_signal"], close, 0.1),
    )
    for name, fast, other, drawn, unit in lines:
        yield from readable.crossings(side, side.sign * fast, side.sign * other, side.sign * drawn, unit, name)


def compare(bars: Bars) -> None:
    columns = columns_for(bars)
    ours, theirs = sorted(found(bars, columns), key=order), sorted(expected(bars, columns), key=order)
    assert [one[:3] for one in ours] == [one[:3] for one in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        assert levels(mine) == pytest.approx(levels(other), rel=1e-9, abs=1e-12, nan_ok=True), mine[:3]
        assert [bar for bar, _ in mine[6]] == [bar for bar, _ in other[6]], mine[:3]
        assert [price for _, price in mine[6]] == pytest.approx([price for _, price in other[6]])


def levels(one: Finding) -> list[float]:
    return [math.nan if value is None else value for value in one[3:6]]


def order(one: Finding) -> tuple[object, ...]:
    return one[:3]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 2, 19, 60, 340]), st.sampled_from([0.005, 0.02, 0.06]))
def test_kernels_find_what_the_words_describe_on_walks(seed, count, volatility):
    compare(walk(seed, count, volatility=volatility))


@pytest.mark.parametrize("symbol", ["TCS", "ITC", "BAJFINANCE"])
def test_kernels_find_what_the_words_describe_on_real_bars(symbol):
    compare(sample()[symbol])


@pytest.mark.exhaustive
@pytest.mark.parametrize("symbol", sorted(sample()))
def test_kernels_find_what_the_words_describe_on_every_shipped_symbol(symbol):
    compare(sample()[symbol])


def test_every_event_is_found_on_the_shipped_market():
    names = {one[0] for bars in list(sample().values())[:12] for one in found(bars, columns_for(bars))}
    assert names == {name for family in catalogue.EVENTS for name in family.names}
