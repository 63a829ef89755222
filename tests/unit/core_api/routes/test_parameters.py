"""Query and path parameters, typed by request structs."""

import json
from typing import Annotated, Literal
from urllib.parse import quote

import numpy as np
import pytest
from chitti_shared.contracts import market, signals
from chitti_shared.contracts.action import Request, Symbol
from chitti_shared.contracts.services import SERVICES
from chitti_shared.errors import InvalidInput
from chitti_shared.json import decode
from core_api.routes.parameters import Parameters
from core_api.routes.table import path_names
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct


class Nested(Struct):
    x: int


class Wanted(Request, frozen=True):
    symbol: Symbol | None = None
    limit: Annotated[int, Meta(ge=1, le=10)] = 3
    ratio: float | None = None
    flag: bool = False
    kind: Literal["a", "b"] | None = None
    names: list[str] | None = None
    prices: np.ndarray | None = None
    nested: Nested | None = None
    text: str = ""


PARAMETERS = Parameters(Wanted)


def test_each_value_gets_its_fields_type():
    query = b"symbol=M%26M&limit=7&ratio=0.5&flag=true&kind=b&names=x,y&names=z&text=a+b%2Cc"
    assert PARAMETERS.typed(query) == {
        "symbol": "M&M",
        "limit": 7,
        "ratio": 0.5,
        "flag": True,
        "kind": "b",
        "names": ["x", "y", "z"],
        "text": "a b,c",
    }


@pytest.mark.parametrize(
    ("kind", "query", "field", "constraint"),
    [
        (signals.GetAlertsRequest, b"direction=up", "direction", "one of bearish, bullish"),
        (signals.AlertFilter, b"directions=bullish,up", "directions[1]", "one of bearish, bullish"),
    ],
)
def test_a_choice_says_what_it_allows(kind, query, field, constraint):
    with pytest.raises(InvalidInput) as refused:
        Parameters(kind).typed(query)
    assert refused.value.details == {"field": field, "constraint": constraint}


def test_no_query_gives_no_parameters():
    assert PARAMETERS.encoded(b"") == b"{}"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (b"limit=0", "limit"),
        (b"limit=11", "limit"),
        (b"limit=x", "limit"),
        (b"limit=", "limit"),
        (b"limit=1.5", "limit"),
        (b"limit=1&limit=2", "limit"),
        (b"symbol=tcs", "symbol"),
        (b"symbol=TCS%0A", "symbol"),
        (b"flag=perhaps", "flag"),
        (b"kind=c", "kind"),
        (b"color=red", "color"),
        (b"prices=1,2", "prices"),
        (b"nested=1", "nested"),
        (b"text=%ff", "query"),
        (b"text=" + b"x" * 20_000, "query"),
    ],
)
def test_a_bad_value_is_named(query, field):
    with pytest.raises(InvalidInput) as caught:
        PARAMETERS.typed(query)
    assert caught.value.details["field"] == field
    assert caught.value.details["constraint"]


@pytest.mark.parametrize(
    ("request_", "query", "body"),
    [
        (signals.GetAlertsRequest, b"limit=0", b'{"limit":0}'),
        (signals.GetAlertsRequest, b"limit=x", b'{"limit":"x"}'),
        (signals.GetAlertsRequest, b"symbol=lower", b'{"symbol":"lower"}'),
        (signals.AlertFilter, b"min_impact=101", b'{"min_impact":101}'),
        (signals.AlertFilter, b"symbols=TCS,lower", b'{"symbols":["TCS","lower"]}'),
    ],
)
def test_a_bad_value_has_the_words_that_the_daemon_has_for_it(request_, query, body):
    with pytest.raises(InvalidInput) as at_gateway:
        Parameters(request_).typed(query)
    with pytest.raises(InvalidInput) as at_daemon:
        decode(request_, body)
    assert at_gateway.value.details == at_daemon.value.details
    assert str(at_gateway.value) == str(at_daemon.value)


def test_several_bad_values_are_all_named():
    with pytest.raises(InvalidInput) as caught:
        PARAMETERS.typed(b"limit=0&color=red&flag=true&kind=c")
    details = caught.value.details
    assert details["field"] == "limit"
    assert [one["field"] for one in details["errors"]] == ["limit", "color", "kind"]


def test_path_values_are_typed_and_may_not_be_given_again():
    parameters = Parameters(market.GET_PRICES.request, ("symbol",))
    assert json.loads(parameters.encoded(b"bars=5", ("TCS",))) == {"symbol": "TCS", "bars": 5}
    with pytest.raises(InvalidInput, match="symbol"):
        parameters.typed(b"", ("tcs lower",))
    with pytest.raises(InvalidInput, match="unknown parameter 'symbol'"):
        parameters.typed(b"symbol=INFY", ("TCS",))


def test_an_error_is_not_kept_in_place_of_a_result():
    for _ in range(2):
        with pytest.raises(InvalidInput):
            PARAMETERS.encoded(b"limit=0")


@given(st.text(max_size=40))
def test_any_text_comes_back_as_it_was_sent(text):
    assert PARAMETERS.typed(f"text={quote(text, safe='')}".encode()) == {"text": text}


def test_every_declared_route_has_its_path_parameters_in_its_struct():
    for service in SERVICES.values():
        for action in service.actions:
            if action.route is not None:
                Parameters(action.request, path_names(action.route.path))


def test_filters_of_alerts_can_be_given_by_query():
    assert set(Parameters(signals.AlertFilter).fields) == {
        "symbols", "sectors", "watchlist", "kinds", "rules", "directions", "min_impact", "min_confidence",
    }  # fmt: skip
