"""What a snapshot is made of: columns by field, categories in their order, nothing where nothing is known."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from chitti_shared.expressions.parsing import Parser
from signal_service.screening import fields
from signal_service.screening.fields import PRICE_FIELDS
from signal_service.screening.snapshot import Company, NewsRow, Parts, PriceRow, assemble

DAY = date(2026, 8, 3)


def row(value: float) -> PriceRow:
    return PriceRow(DAY, np.full(len(PRICE_FIELDS), value))


@pytest.mark.parametrize("one", PRICE_FIELDS, ids=lambda one: one.field.name)
def test_every_price_field_is_an_expression_of_prices_and_volume(one):
    assert Parser({}).parse(one.expression, one.field.name, "number").needs == {"series"}


def test_names_of_fields_are_told_apart():
    names = [one.field.name for one in PRICE_FIELDS] + [one.name for one in fields.NEWS_FIELDS] + ["symbol", "industry"]
    assert len(names) == len(set(names))
    assert set(fields.SYNONYMS.values()) <= set(names)
    assert not set(fields.SYNONYMS) & set(names)


def test_columns_have_each_symbols_values_and_gaps_where_nothing_is_known():
    snapshot = assemble(
        Parts(
            companies={"B": Company("Bee", "Chemicals"), "A": Company(None, None), "C": Company("Cee", "Automobile")},
            prices={"B": row(2.0), "A": row(1.0)},
            figures={"pe": {"C": 12.0, "B": 9.0}},
            units={"pe": "number"},
            news={"B": NewsRow(2, -0.5)},
            rules={"golden_cross": {"B": -1.0}},
            judged=frozenset({"A", "B"}),
            patterns={"double_bottom": {"A": 0.7}},
        )
    )
    assert snapshot.symbols == ("A", "B", "C")
    assert snapshot.categories["industry"] == ("Automobile", "Chemicals")
    assert (snapshot.days, snapshot.newest_day) == ((DAY, DAY, None), DAY)
    expected = {
        "close": [1.0, 2.0, math.nan],
        "pe": [math.nan, 9.0, 12.0],
        "pe_sector_rank": [math.nan] * 3,
        "industry": [math.nan, 1.0, 0.0],
        "symbol": [0.0, 1.0, 2.0],
        "news_3": [0.0, 2.0, 0.0],
        "news_sentiment_3": [math.nan, -0.5, math.nan],
        "rule.golden_cross": [0.0, -1.0, math.nan],
        "pattern.double_bottom": [0.7, 0.0, math.nan],
    }
    for name, values in expected.items():
        np.testing.assert_array_equal(snapshot.column(name), values, err_msg=name)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.values[0, 0] = 1.0


def test_a_figure_that_is_called_like_a_field_of_prices_is_set_apart():
    figures = {"close": {"A": 1.0}, "rsi": {"A": 2.0}, "roe": {"A": 3.0}}
    snapshot = assemble(Parts(companies={}, prices={"A": row(5.0)}, figures=figures))
    assert snapshot.column("close").tolist() == [5.0]
    assert [snapshot.column(name)[0] for name in ("figure_close", "figure_rsi", "roe")] == [1.0, 2.0, 3.0]


def test_nothing_stored_is_a_snapshot_without_symbols():
    snapshot = assemble(Parts(companies={"A": Company("Aye", "Chemicals")}, prices={}))
    assert (len(snapshot), snapshot.newest_day) == (0, None)
    assert snapshot.values.shape == (len(snapshot.fields), 0)
