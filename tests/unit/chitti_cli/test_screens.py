"""Criteria as a person writes them, and how a screen looks in a terminal."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from chitti_cli.criteria import criterion_of
from chitti_cli.problem import Problem
from chitti_cli.screens import request_of, table_of, table_of_fields
from chitti_shared.contracts.signals import ListScreenFieldsReply, ScreenField, ScreenReply, ScreenRow
from chitti_shared.contracts.signals.screening import Criterion
from rich.console import Console


@pytest.mark.parametrize(
    ("text", "field", "op", "value"),
    [
        ("rsi_14 < 30", "rsi_14", "<", 30.0),
        ("rsi_14<30", "rsi_14", "<", 30.0),
        ("RSI_14 <= 30.5", "rsi_14", "<=", 30.5),
        ("close > sma_200", "close", ">", "sma_200"),
        ("roe >= 15 %", "roe", ">=", 15.0),
        ("market_cap > 1,00,000", "market_cap", ">", 100000.0),
        ("rule.golden_cross = 1", "rule.golden_cross", "=", 1.0),
        ("change != -1.5", "change", "!=", -1.5),
        ("sector == IT", "sector", "=", "IT"),
        ("industry = 'Oil, Gas & Fuels'", "industry", "=", "Oil, Gas & Fuels"),
        ("pe between 5 and 20", "pe", "between", [5.0, 20.0]),
        ("pe between -5..20", "pe", "between", [-5.0, 20.0]),
        ("sector in IT, Pharma", "sector", "in", ["IT", "Pharma"]),
        ("symbol in [TCS, M&M]", "symbol", "in", ["TCS", "M&M"]),
    ],
)
def test_a_criterion_is_read_as_it_is_written(text, field, op, value):
    assert criterion_of(text) == (Criterion(field=field, op=op, value=value), False)


@pytest.mark.parametrize("text", ["", "rsi_14", "rsi_14 <", "< 30", "rsi_14 ~ 3", "pe between 5", "pe between a and b"])
def test_what_is_no_criterion_is_told_with_an_example(text):
    with pytest.raises(Problem) as problem:
        criterion_of(text)
    assert text in problem.value.message
    assert "chitti screen" in (problem.value.hint or "")


def test_options_become_one_request():
    request = request_of(
        ["pe < 20", "sector not in IT"], ["rsi_14 < 30", "rsi_14 > 70"], ["debt_to_equity > 1"], "roe", True, 5, None,
        "close, pe",
    )  # fmt: skip
    assert [one.field for one in request.criteria] == ["pe"]
    assert [one.field for one in request.any] == ["rsi_14", "rsi_14"]
    assert [(one.field, one.op, one.value) for one in request.none] == [
        ("sector", "in", ["IT"]),
        ("debt_to_equity", ">", 1.0),
    ]
    assert (request.sort, request.descending, request.limit, request.fields) == ("roe", True, 5, ["close", "pe"])


def test_not_in_behind_any_is_refused():
    with pytest.raises(Problem, match="not in"):
        request_of([], ["sector not in IT"], [], "symbol", False, 5, None, None)


def printed(table) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(table)
    return console.file.getvalue()


def test_rows_show_their_values_and_dashes_where_none_is_known():
    row = ScreenRow(symbol="TCS", name="TCS", industry="IT", bar_date=None, values={"close": 2888.4, "pe": None})
    reply = ScreenReply(
        rows=[row], fields=["close", "pe"], matched=1, symbols=50, next_cursor=None, as_of=None,
        built_at=datetime(2026, 1, 1, tzinfo=UTC), time_ms=0.1,
    )  # fmt: skip
    assert printed(table_of(reply)).split() == ["symbol", "close", "pe", "industry", "TCS", "2,888.40", "-", "IT"]


def test_fields_are_listed_with_what_they_are():
    field = ScreenField(name="pe", title="Price / earnings", unit="number", group="fundamental", known=7)
    text = printed(table_of_fields(ListScreenFieldsReply(fields=[field], count=1, symbols=50, as_of=None)))
    assert text.split("\n")[1].split() == ["pe", "number", "7", "Price", "/", "earnings"]
