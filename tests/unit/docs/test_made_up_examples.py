"""What is made up for the pictures of docs/SIGNALS.md does what it is shown for."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from signal_service.rules import SHIPPED

DOCS = Path(__file__).parents[3] / "docs"
SIDES = {side.key: side for document in SHIPPED for side in document.sides}
UNSEEN = (
    "cdl3starsinsouth", "cdlabandonedbaby_up", "cdlabandonedbaby_down", "cdlconcealbabyswall", "cdlkicking_up",
    "cdlkicking_down", "cdlkickingbylength_up", "cdlkickingbylength_down", "cdlmathold",
)  # fmt: skip


@pytest.fixture(scope="module")
def drawing():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(DOCS)
        import made_up_bars
        import pictures
        import rule_cases
        import sample_bars

        yield SimpleNamespace(bars=made_up_bars, pictures=pictures, cases=rule_cases, market=sample_bars.sample_market)
        for name in ("made_up_bars", "pictures", "rule_cases", "sample_bars"):
            sys.modules.pop(name, None)


@pytest.mark.parametrize("name", UNSEEN)
def test_made_up_bars_end_with_their_candlestick(drawing, name):
    stock = drawing.bars.made_up_stock(name)
    found = drawing.pictures.best_examples([stock], [name], after=0)[name]
    assert found.pattern.last == len(stock.dates) - 1
    assert found.pattern.name == name


def test_bars_are_made_up_for_nothing_else(drawing):
    assert set(drawing.bars.TAILS) == set(UNSEEN)


def test_examples_stand_for_sides_that_read_more_than_bars(drawing):
    for key, example in drawing.cases.EXAMPLES.items():
        assert not SIDES[key].needs <= {"series", "patterns"}
        assert bool(example.headlines) == SIDES[key].reads_news
        assert bool(example.figures) == ("fundamentals" in SIDES[key].needs)


@pytest.mark.parametrize(
    "key", [("news_burst", "bearish"), ("regulatory_trouble", "bearish"), ("cheap_growth", "bullish")]
)
def test_an_example_is_put_where_the_side_begins_to_hold(drawing, key):
    cases = drawing.cases
    stocks = [one for one in drawing.market() if one.symbol in ("INFY", "TCS")]
    case = cases.example_case(stocks, SIDES[key], cases.EXAMPLES[key])
    assert case.made_up
    assert cases.begins(case)
    told, figures = case.told, case.figures
    assert len(told) == len(cases.EXAMPLES[key].headlines)
    assert {text for text, _value in cases.readings_of(case)}
    without = cases.Case(case.side, case.stock, case.at, told[1:], {name: figures[name] for name in [*figures][1:]})
    assert not cases.begins(without)


def test_articles_of_the_sample_feed_make_cases_on_the_newest_bar(drawing):
    cases = drawing.cases
    stocks = [one for one in drawing.market() if one.symbol in ("LT", "TRENT")]
    sides = [side for side in SIDES.values() if side.needs <= {"series", "news"}]
    found = cases.feed_cases(stocks, sides)
    assert {key: one.stock.symbol for key, one in found.items()} == {
        ("news_with_trend", "bearish"): "TRENT",
        ("news_with_day_move", "bearish"): "LT",
        ("rating_change", "bearish"): "TRENT",
    }
    assert all(one.at == len(one.stock.dates) - 1 and not one.made_up for one in found.values())
