import json
from typing import Any

import numpy as np
import pytest
from chitti_shared.contracts.action import RESERVED_KEYS, Request
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc.messages import Message, SectionHead
from chitti_shared.ipc.requests import EnvelopeError, read_envelope, read_parameters
from chitti_shared.json import array_keys_of, scan
from chitti_shared.json._block import Block


class Sma(Request, frozen=True):
    prices: np.ndarray
    period: int = 20
    label: str | None = None


def raw(**fields: Any) -> dict[str, bytes]:
    return {name: json.dumps(value).encode() for name, value in fields.items()}


def message(envelope: bytes, **texts: bytes) -> Message:
    scanned = scan(envelope, array_keys=array_keys_of(Sma), reserved=RESERVED_KEYS)
    heads = [SectionHead("*" if name == "all" else name, "json", [len(text)]) for name, text in texts.items()]
    sections: list[bytes | Block] = list(texts.values())
    return Message(scanned, 0, heads, sections)


@pytest.mark.parametrize("id_", [0, 7, -3, 2**62, "a", "req-1", "é"])
def test_an_id_is_an_integer_or_a_short_string(id_: int | str) -> None:
    assert read_envelope(raw(id=id_, action="sma")).id == id_


@pytest.mark.parametrize("id_", [1.5, None, True, [], {}, "", "x" * 65, "a\n", 2**70])
def test_other_ids_are_refused_and_not_repeated(id_: object) -> None:
    with pytest.raises(EnvelopeError) as caught:
        read_envelope(raw(id=id_, action="sma"))
    assert caught.value.raw_id is None
    assert caught.value.error.details["field"] == "id"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("action", 5),
        ("action", ""),
        ("action", "x" * 200),
        ("action", "a\nb"),
        ("deadline_ms", -1),
        ("deadline_ms", 1.5),
        ("deadline_ms", "100"),
        ("deadline_ms", 10**12),
        ("reply_as", "xml"),
        ("reply_as", 1),
        ("trace", 5),
        ("trace", "x" * 500),
        ("api_version", 2),
        ("api_version", "1"),
    ],
)
def test_a_bad_reserved_key_is_named(field: str, value: object) -> None:
    with pytest.raises(EnvelopeError) as caught:
        read_envelope(raw(**{"id": 1, "action": "sma", field: value}))
    assert caught.value.error.details["field"] == field
    assert caught.value.raw_id == b"1"


def test_an_envelope_needs_an_action() -> None:
    with pytest.raises(EnvelopeError) as caught:
        read_envelope(raw(id=1))
    assert caught.value.error.details == {"field": "action", "constraint": "required"}


def test_reserved_keys_are_read() -> None:
    envelope = read_envelope(raw(action="sma", deadline_ms=0, reply_as="binary", trace="abc", api_version=1))
    assert (envelope.id, envelope.deadline_ms, envelope.reply_as, envelope.trace) == (None, 0, "binary", "abc")


def test_parameters_come_from_envelope_and_section_together() -> None:
    request = read_parameters(Sma, message(b'{"action":"sma","period":5}', all=b'{"prices":[1,2]}', label=b'"x"'))
    assert request.period == 5
    assert request.label == "x"
    assert request.prices.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("envelope", "texts", "field"),
    [
        (b'{"period":5}', {"all": b'{"period":5}'}, "period"),
        (b"{}", {"all": b'{"prices":[1]}', "prices": b"[2]"}, "prices"),
        (b'{"prices":[1]}', {"prices": b"[2]"}, "prices"),
        (b"{}", {"all": b'{"prices":[1],"perid":5}'}, "perid"),
        (b"{}", {"all": b'{"prices":[1,"x"]}'}, "prices[1]"),
    ],
)
def test_what_is_wrong_in_a_section_is_named(envelope: bytes, texts: dict[str, bytes], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_parameters(Sma, message(envelope, **texts))
    assert caught.value.details["field"] == field


@pytest.mark.parametrize("text", [b"[1]", b"", b'{"a":NaN}', b'{"prices":[1]} {}'])
def test_a_section_that_is_no_object_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_parameters(Sma, message(b"{}", all=text))


def test_a_section_cannot_break_out_of_its_member() -> None:
    with pytest.raises(InvalidInput):
        read_parameters(Sma, message(b'{"prices":[1]}', label=b'"x","period":7'))
