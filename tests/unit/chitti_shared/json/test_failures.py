"""What is wrong with a request, field by field."""

from typing import Annotated, Literal

import msgspec
import numpy as np
import pytest
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Request
from chitti_shared.errors import InvalidInput
from chitti_shared.json import decode


class Item(msgspec.Struct, forbid_unknown_fields=True):
    size: Annotated[int, msgspec.Meta(ge=1)] = 1
    kind: Literal["plain", "fancy"] | None = msgspec.field(name="type", default=None)


class Wanted(Request, frozen=True):
    symbol: str
    period: Annotated[int, msgspec.Meta(ge=2)] = 14
    format: Literal["arrays", "lwc"] = "arrays"
    prices: np.ndarray | None = None
    items: list[Item] = msgspec.field(default_factory=list)
    best: Item | None = None
    by_name: dict[str, tuple[Item, ...]] = msgspec.field(default_factory=dict)
    moods: Annotated[list[Literal["bull", "bear"]], msgspec.Meta(max_length=3)] = msgspec.field(default_factory=list)


def refused(text: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        decode(Wanted, text)
    return caught.value


def test_a_single_failure_has_no_list():
    assert refused(b'{"symbol":"TCS","period":1}').details == {"field": "period", "constraint": "int >= 2"}


def test_several_failures_are_all_named_in_the_order_they_stand():
    error = refused(b'{"foo":3,"period":"x","prices":[1.0,2.0],"bar":0}')
    assert error.details["field"] == "foo"
    assert error.details["errors"] == [
        {"field": "foo", "constraint": "known parameter"},
        {"field": "period", "constraint": "int"},
        {"field": "bar", "constraint": "known parameter"},
        {"field": "symbol", "constraint": "required"},
    ]
    assert "unknown parameter 'bar'" in error.message


def test_a_failure_inside_a_list_has_its_whole_path():
    error = refused(b'{"symbol":"TCS","items":[{"size":1},{"size":0}],"period":0}')
    assert [one["field"] for one in error.details["errors"]] == ["items[1].size", "period"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"symbol":"TCS","perod":3}', "unknown parameter 'perod'; did you mean 'period'?"),
        (b'{"symbol":"TCS","items":[{"sise":1}]}', "unknown parameter 'items[0].sise'; did you mean 'size'?"),
        (b'{"symbol":"TCS","colour":3}', "unknown parameter 'colour'"),
    ],
)
def test_an_unknown_name_close_to_a_known_one_says_which(text, message):
    assert refused(text).message == message


def test_a_choice_says_what_it_allows():
    error = refused(b'{"symbol":"TCS","format":"x"}')
    assert error.details == {"field": "format", "constraint": "one of arrays, lwc"}
    assert error.message == "format: expected one of arrays, lwc, found 'x'"


@pytest.mark.parametrize(
    ("member", "field", "constraint"),
    [
        (b'"items":[{},{"type":"x"}]', "items[1].type", "one of fancy, plain"),
        (b'"best":{"type":"x"}', "best.type", "one of fancy, plain"),
        (b'"by_name":{"a":[{"type":"x"}]}', "by_name[...][0].type", "one of fancy, plain"),
        (b'"moods":["bull","x"]', "moods[1]", "one of bear, bull"),
    ],
)
def test_a_choice_inside_a_field_says_what_it_allows(member, field, constraint):
    error = refused(b'{"symbol":"TCS",' + member + b"}")
    assert error.details == {"field": field, "constraint": constraint}
    assert error.message == f"{field}: expected {constraint}, found 'x'"


def test_a_nested_choice_of_a_contract_says_what_it_allows():
    with pytest.raises(InvalidInput) as caught:
        decode(signals.SubscribeRequest, b'{"filter":{"directions":["sideways"]}}')
    assert caught.value.details == {"field": "filter.directions[0]", "constraint": "one of bearish, bullish"}


def test_no_more_than_twenty_are_named():
    error = refused(b"{" + b",".join(b'"a%d":1' % i for i in range(100)) + b"}")
    assert len(error.details["errors"]) == 20


def test_what_was_refused_leaves_no_array_behind():
    from chitti_shared.json import codec

    before = len(codec._parked)
    refused(b'{"prices":[1,2,3],"period":1,"foo":1}')
    assert len(codec._parked) == before
