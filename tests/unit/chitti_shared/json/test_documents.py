import json
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts.action import Reply, schema_of
from chitti_shared.contracts.arrays import Document
from chitti_shared.errors import InvalidInput
from chitti_shared.json import decode, encode
from chitti_shared.json.codec import _parked


class Curve(Reply, frozen=True):
    equity: np.ndarray | None = None
    beside: Document | None = None
    plain: dict[str, Any] | None = None


DEEP = {
    "equity": [1.5, None, 3.0],
    "deep": [{"equity": [2.0]}, {"equity": [[1.0, 2.0], [3.0]]}],
    "word": "equity",
    "n": 1,
}


def test_a_document_keeps_lists_below_the_names_of_arrays():
    found = decode(Curve, encode({"equity": [7.0, 8.0], "beside": DEEP}))
    assert found.equity is not None
    assert found.equity.tolist() == [7.0, 8.0]
    assert found.beside is not None
    assert found.beside.fields == DEEP
    assert not _parked


def test_a_document_comes_back_as_it_was_sent():
    again = decode(Curve, encode(Curve(beside=Document(DEEP))))
    assert again.beside is not None
    assert again.beside.fields == DEEP


def test_a_document_may_hold_arrays_when_it_is_sent():
    sent = Curve(beside=Document({"equity": np.array([1.0, np.nan])}))
    assert json.loads(encode(sent))["beside"] == {"equity": [1.0, None]}


def test_a_plain_object_has_no_room_for_arrays_and_says_so():
    with pytest.raises(InvalidInput, match="where none is expected"):
        decode(Curve, b'{"plain":{"equity":[1,2]}}')
    assert not _parked


@pytest.mark.parametrize("text", [b"5", b'"x"', b"[1,2]"])
def test_what_is_no_object_is_no_document(text):
    with pytest.raises(InvalidInput) as caught:
        decode(Curve, b'{"beside":%s}' % text)
    assert caught.value.details["field"] == "beside"


def test_a_document_is_an_object_in_the_schema():
    assert {"type": "object"} in schema_of(Curve)["$defs"]["Curve"]["properties"]["beside"]["anyOf"]
