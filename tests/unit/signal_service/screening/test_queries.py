"""Screens against pandas' own filters and orders, paging, and what is refused."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from chitti_shared.errors import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_service.screening.fields import PRICE_FIELDS
from signal_service.screening.queries import Criterion, Query, run
from signal_service.screening.snapshot import Company, Parts, PriceRow, assemble

INDUSTRIES = ["Healthcare", "Information Technology", "Financial Services", "Chemicals"]
PLACES = {one.field.name: place for place, one in enumerate(PRICE_FIELDS)}


def market(size, seed=1, missing=0.1):
    """A snapshot of invented symbols, and the same as a frame; few distinct values, so that many are equal."""
    random = np.random.default_rng(seed)
    symbols = sorted(f"S{number:05}" for number in range(size))
    values = random.integers(-3, 4, (size, len(PRICE_FIELDS))) * 0.5
    values[random.random(values.shape) < missing] = np.nan
    industries = [INDUSTRIES[number] if number < 4 else None for number in random.integers(0, 5, size)]
    figures = {
        metric: {one: float(value) for one, value in zip(symbols, random.normal(20, 9, size), strict=True) if value > 9}
        for metric in ("pe", "roe")
    }
    snapshot = assemble(
        Parts(
            companies={one: Company(None, of) for one, of in zip(symbols, industries, strict=True)},
            prices={one: PriceRow(date(2026, 8, 3), row) for one, row in zip(symbols, values, strict=True)},
            figures=figures,
        )
    )
    frame = pd.DataFrame(snapshot.values.T, index=list(symbols), columns=[one.name for one in snapshot.fields])
    frame["industry"] = industries
    return snapshot, frame


SNAPSHOT, FRAME = market(333)
NUMBER_FIELDS = ["close", "rsi_14", "sma_20", "pe", "roe", "change"]
fields = st.sampled_from(NUMBER_FIELDS)
numbers = st.sampled_from([-1.5, -0.5, 0.0, 0.5, 1.0, 12.0, 20.0, 33.3])
criteria = st.one_of(
    st.builds(Criterion, fields, st.sampled_from([">", ">=", "<", "<=", "=", "!="]), st.one_of(numbers, fields)),
    st.builds(Criterion, fields, st.just("between"), st.tuples(numbers, numbers).map(lambda pair: sorted(pair))),
    st.builds(Criterion, fields, st.just("in"), st.lists(numbers, max_size=4)),
    st.builds(Criterion, st.just("industry"), st.just("in"), st.lists(st.sampled_from(INDUSTRIES), max_size=3)),
    st.builds(Criterion, st.just("industry"), st.sampled_from(["=", "!="]), st.sampled_from(INDUSTRIES)),
)


def matching(one, frame, negated=False):
    """The rows that a criterion, or its opposite, matches: pandas' own comparisons, both sides known."""
    left = frame[one.field]
    known = left.notna()
    if isinstance(one.value, str) and one.value in frame.columns:
        right = frame[one.value]
        known &= right.notna()
    else:
        right = one.value
    if one.op == "between":
        found = left.between(*one.value)
    elif one.op == "in":
        found = left.isin(one.value)
    else:
        compare = {">": "gt", ">=": "ge", "<": "lt", "<=": "le", "=": "eq", "!=": "ne"}[one.op]
        found = getattr(left, compare)(right)
    return known & (~found if negated else found)


@settings(max_examples=300, deadline=None)
@given(st.lists(criteria, max_size=4), st.lists(criteria, max_size=3), st.lists(criteria, max_size=3),
       st.sampled_from([*NUMBER_FIELDS, "symbol"]), st.booleans(), st.integers(1, 400))  # fmt: skip
def test_a_screen_is_what_pandas_finds_in_its_order(every, some, none, sort, descending, limit):
    query = Query(tuple(every), tuple(some), tuple(none), sort, descending, limit)
    found = run(query, SNAPSHOT)
    mask = pd.Series(True, index=FRAME.index)
    for one in every:
        mask &= matching(one, FRAME)
    for one in none:
        mask &= matching(one, FRAME, negated=True)
    if some:
        mask &= pd.concat([matching(one, FRAME) for one in some], axis=1).any(axis=1)
    rows = FRAME[mask]
    expected = rows.sort_values(sort, ascending=not descending, kind="stable", na_position="last")
    assert found.matched == len(rows)
    assert [SNAPSHOT.symbols[row] for row in found.rows] == list(expected.index[:limit])
    assert (found.cursor is None) == (len(rows) <= limit)


@given(st.sampled_from([*NUMBER_FIELDS, "symbol", "industry"]), st.booleans(), st.integers(1, 90))
def test_pages_behind_each_other_are_the_whole_without_repeats(sort, descending, limit):
    criterion = (Criterion("close", ">", -1.0),)
    whole = run(Query(criterion, sort=sort, descending=descending, limit=1000), SNAPSHOT).rows
    pages, cursor = [], None
    while True:
        page = run(Query(criterion, sort=sort, descending=descending, limit=limit, cursor=cursor), SNAPSHOT)
        pages += page.rows
        cursor = page.cursor
        if cursor is None:
            break
    assert pages == whole


def test_a_page_goes_on_where_the_last_ended_though_symbols_came_and_went():
    before, _ = market(50, seed=3)
    first = run(Query(sort="symbol", limit=10), before)
    last = before.symbols[first.rows[-1]]
    prices = {one: PriceRow(date(2026, 8, 3), before.values[2:42, place]) for place, one in enumerate(before.symbols)}
    prices["A0"] = prices[last]
    del prices[last]
    after = assemble(Parts(companies={}, prices=prices))
    second = run(Query(sort="symbol", limit=10, cursor=first.cursor), after)
    assert [after.symbols[row] for row in second.rows] == [one for one in before.symbols if one > last][:10]


@pytest.mark.parametrize("size", [0, 1, 5, 63, 64, 65, 128, 1000])
def test_markets_of_any_size_are_counted_whole(size):
    snapshot, frame = market(size, seed=size)
    assert run(Query((Criterion("close", ">=", -9.0),)), snapshot).matched == int(frame["close"].notna().sum())
    assert run(Query(limit=1000), snapshot).matched == size


def test_sectors_are_called_as_people_call_them():
    wanted = run(Query((Criterion("sector", "=", "IT"),), limit=1000), SNAPSHOT)
    assert {FRAME["industry"].iloc[row] for row in wanted.rows} == {"Information Technology"}


@pytest.mark.parametrize(
    ("criterion", "field", "said"),
    [
        (Criterion("rsi_15", "<", 30.0), "criteria[0].field", "did you mean 'rsi_14'"),
        (Criterion("close", ">", "sma_21"), "criteria[0].value", "sma_20"),
        (Criterion("close", ">", "industry"), "criteria[0].value", "industry is a category"),
        (Criterion("industry", ">", 3.0), "criteria[0].op", "compares numbers"),
        (Criterion("industry", "=", "Helthcare"), "criteria[0].value", "did you mean 'Healthcare'"),
        (Criterion("sector", "in", ["Farma"]), "criteria[0].value", "did you mean 'Pharma'"),
        (Criterion("close", "between", [3.0, 1.0]), "criteria[0].value", "two numbers that rise"),
        (Criterion("close", "between", [3.0]), "criteria[0].value", "two numbers that rise"),
        (Criterion("close", "in", 3.0), "criteria[0].value", "expected a list of numbers"),
        (Criterion("close", "in", ["x"]), "criteria[0].value", "found 'x' in it"),
        (Criterion("close", "<", [1.0]), "criteria[0].value", "takes one value"),
    ],
)
def test_what_does_not_fit_is_refused_by_field_with_the_nearest_name(criterion, field, said):
    with pytest.raises(InvalidInput) as refused:
        run(Query((criterion,)), SNAPSHOT)
    assert refused.value.details["field"] == field
    assert said in refused.value.message


@pytest.mark.parametrize("cursor", ["", "x", "e30=", "\u20ac", "A" * 9999, "WzEsMl0=", "bm90IGpzb24="])
def test_a_cursor_of_nobody_is_refused(cursor):
    with pytest.raises(InvalidInput) as refused:
        run(Query(cursor=cursor), SNAPSHOT)
    assert refused.value.details["field"] == "cursor"


def test_a_cursor_of_another_order_is_refused():
    cursor = run(Query(sort="pe", limit=3), SNAPSHOT).cursor
    with pytest.raises(InvalidInput, match="ordered by 'pe'"):
        run(Query(sort="roe", limit=3, cursor=cursor), SNAPSHOT)
    with pytest.raises(InvalidInput, match="ordered by 'pe'"):
        run(Query(sort="pe", descending=True, limit=3, cursor=cursor), SNAPSHOT)


def test_an_unknown_order_is_refused():
    with pytest.raises(InvalidInput) as refused:
        run(Query(sort="pee"), SNAPSHOT)
    assert refused.value.details["field"] == "sort"
    assert "'pe'" in refused.value.message


def test_values_that_are_not_known_match_neither_a_criterion_nor_its_opposite():
    unknown = {one for one, value in FRAME["pe"].items() if math.isnan(value)}
    assert unknown
    for query in (
        Query((Criterion("pe", ">", 10.0),), limit=1000),
        Query(none=(Criterion("pe", ">", 10.0),), limit=1000),
    ):
        assert not unknown & {SNAPSHOT.symbols[row] for row in run(query, SNAPSHOT).rows}
