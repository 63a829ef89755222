"""Screens against pandas' own filters and orders, paging, and what is refused."""

from __future__ import annotations

import base64
import itertools
import json
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


def every_page(snapshots, **query):
    """The symbols of page behind page, each asked of the next snapshot, of the last one over and over."""
    told, cursor = [], None
    for snapshot in itertools.chain(snapshots, itertools.repeat(snapshots[-1])):
        page = run(Query(cursor=cursor, **query), snapshot)
        told += [snapshot.symbols[row] for row in page.rows]
        cursor = page.cursor
        if cursor is None:
            break
    return told


def listed(industry_of, values=None):
    """A snapshot of symbols with an industry each, and a close each."""
    rows = {one: np.full(len(PRICE_FIELDS), np.nan) for one in industry_of}
    for one, value in (values or {}).items():
        rows[one][PLACES["close"]] = value
    return assemble(
        Parts(
            companies={one: Company(None, of) for one, of in industry_of.items()},
            prices={one: PriceRow(date(2026, 8, 3), row) for one, row in rows.items()},
        )
    )


def test_a_list_from_the_last_symbol_on_goes_on_though_the_symbol_it_ended_with_has_gone():
    before, after = (listed(dict.fromkeys(names)) for names in ("ABCDEF", "ABCEF"))
    assert every_page([before, after], descending=True, limit=3) == list("FEDCBA")
    assert every_page([before, after], descending=False, limit=4) == list("ABCDEF")


@pytest.mark.parametrize("descending", [False, True])
def test_pages_by_industry_repeat_and_skip_nothing_though_an_industry_came_or_went(descending):
    of = {"A": "Chemicals", "B": "Chemicals", "C": "Healthcare", "D": "Healthcare", "E": "Textiles", "F": "Textiles"}
    before, more = listed(of), listed(of | {"G": "Automobile"})
    fewer = listed({one: of[one] for one in "CDEF"})
    expected = list("EFCDAB") if descending else list("ABCDEF")
    grown = every_page([before, more], sort="industry", descending=descending, limit=3)
    assert [one for one in grown if one != "G"] == expected
    assert every_page([before, fewer], sort="industry", descending=descending, limit=2)[:4] == expected[:4]


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from("ABCDEFGHIJKLMNOP"), st.sampled_from([math.nan, -0.0, 0.0, 1.0, 2.5]), min_size=1),
    st.sets(st.sampled_from("ABCDEFGHIJKLMNOP")),
    st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from([math.nan, 0.0, 1.0, 2.5])),
    st.sampled_from(["symbol", "close", "industry"]),
    st.booleans(),
    st.integers(1, 5),
)
def test_symbols_that_come_and_go_between_pages_cost_the_others_nothing(values, gone, come, sort, descending, limit):
    """Whatever stays is told once, and in its order, whether the symbol that a page ended with stays or not."""
    industries = dict(zip("ABCDEFGHIJKLMNOPabcdefgh", itertools.cycle([*INDUSTRIES, None]), strict=False))
    before = listed({one: industries[one] for one in values}, values)
    kept = {one: value for one, value in values.items() if one not in gone} | come
    after = listed({one: industries[one] for one in kept}, kept)
    stays = set(values) - gone
    told = [one for one in every_page([before, after], sort=sort, descending=descending, limit=limit) if one in stays]
    whole = [one for one in every_page([before], sort=sort, descending=descending, limit=99) if one in stays]
    assert told == whole


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
        (Criterion("roce", ">", 9.0), "criteria[0].field", "no company has the figure 'roce' yet"),
        (Criterion("opm_sector_rank", ">", 9.0), "criteria[0].field", "no company has the figure 'opm' yet"),
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


@pytest.mark.parametrize(("sort", "key"), [("industry", 1.0), ("pe", "Chemicals"), ("symbol", 3.0)])
def test_a_cursor_whose_end_is_of_another_kind_is_refused(sort, key):
    cursor = base64.urlsafe_b64encode(json.dumps([sort, False, key, "S00001"]).encode()).decode()
    with pytest.raises(InvalidInput, match="not one that screen gave"):
        run(Query(sort=sort, cursor=cursor), SNAPSHOT)


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
