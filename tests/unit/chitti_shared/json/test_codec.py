import json
import math
from typing import Annotated, Any

import msgspec
import numpy as np
import pytest
from chitti_shared.contracts.action import Blob, Reply, Request, schema_of
from chitti_shared.contracts.arrays import Table
from chitti_shared.errors import ComputationError, InvalidInput, PayloadTooLarge
from chitti_shared.json import array_keys_of, decode, encode, encode_in_pieces, scan
from chitti_shared.json.codec import _parked
from msgspec import UNSET, Meta, UnsetType


class Bars(Request, frozen=True):
    open: np.ndarray
    dates: tuple[str, ...] = ()


class One(Request, frozen=True):
    prices: np.ndarray | None = None
    period: Annotated[int, Meta(ge=2)] = 14
    symbol: str | None = None


class Batch(Request, frozen=True):
    requests: tuple[One, ...] = ()
    bars: Bars | None = None
    columns: dict[str, np.ndarray] = msgspec.field(default_factory=dict)
    extra: np.ndarray | UnsetType = UNSET
    document: Blob | None = None
    anything: Any = None


class Series(Reply, frozen=True):
    values: np.ndarray
    note: str | UnsetType = UNSET


class Many(Reply, frozen=True, kw_only=True):
    note: str | UnsetType = UNSET
    series: list[Series]
    dates: list[str] = msgspec.field(default_factory=list)
    level: float = 0.5


def rejection(kind: type[msgspec.Struct], text: bytes, **sections: np.ndarray) -> dict[str, object]:
    with pytest.raises(InvalidInput) as caught:
        decode(kind, text, sections)
    assert not _parked
    return caught.value.details


def test_number_arrays_are_found_through_lists_structs_and_unions() -> None:
    assert array_keys_of(One) == {"prices"}
    assert array_keys_of(Batch) == {"prices", "open", "extra"}


def test_a_struct_gets_its_arrays_as_float64() -> None:
    one = decode(One, b'{"prices":[1,null,2.5],"period":3}')
    assert one.prices is not None
    assert one.prices.dtype == np.float64
    assert one.prices[2] == 2.5
    assert math.isnan(one.prices[1])
    assert not _parked


def test_nested_arrays_find_their_fields() -> None:
    batch = decode(
        Batch, b'{"requests":[{"prices":[1]},{"symbol":"TCS"},{"prices":[2,3]}],"bars":{"open":[4],"dates":["a"]}}'
    )
    assert [r.prices.tolist() if r.prices is not None else None for r in batch.requests] == [[1.0], None, [2.0, 3.0]]
    assert batch.bars is not None
    assert batch.bars.open.tolist() == [4.0]


def test_a_mapping_of_series_is_read_too() -> None:
    batch = decode(Batch, b'{"columns":{"a":[1,null],"b":[]}}')
    assert batch.columns["a"][0] == 1.0
    assert batch.columns["b"].size == 0
    assert rejection(Batch, b'{"columns":{"a":[1,true]}}')["field"] == "columns[...]"


def test_sections_supply_fields() -> None:
    one = decode(One, b'{"period":5}', {"prices": np.array([1, 2], dtype="<i4")})
    assert one.prices is not None
    assert one.prices.dtype == np.float64
    assert one.prices.tolist() == [1.0, 2.0]
    assert rejection(One, b'{"prices":[1]}', prices=np.ones(2))["field"] == "prices"
    assert rejection(One, b"{}", prises=np.ones(2))["field"] == "prises"
    assert rejection(One, b"{}", period=np.ones(2))["field"] == "period"
    assert rejection(One, b"{}", prices=np.array([math.inf]))["field"] == "prices"


def test_a_blob_is_a_string_or_the_bytes_of_a_section() -> None:
    raw = np.frombuffer(b"\xff\x00<rss>", dtype=np.uint8)
    assert decode(Batch, '{"document":"<é>"}'.encode()).document.data == "<é>".encode()  # type: ignore[union-attr]
    assert decode(Batch, b"{}", {"document": raw}).document.data == b"\xff\x00<rss>"  # type: ignore[union-attr]
    assert rejection(Batch, b'{"document":5}')["field"] == "document"


@pytest.mark.parametrize(
    ("text", "field", "constraint"),
    [
        (b'{"period":1}', "period", "int >= 2"),
        (b'{"period":"x"}', "period", "int"),
        (b'{"period":2.5}', "period", "int"),
        (b'{"perid":2}', "perid", "known parameter"),
        (b'{"prices":"abc"}', "prices", "array of finite numbers or null"),
        (b'{"prices":7}', "prices", "array of finite numbers or null"),
        (b'{"prices":[1,"2"]}', "prices[1]", "array of finite numbers or null"),
    ],
)
def test_a_rejection_names_field_and_constraint(text: bytes, field: str, constraint: str) -> None:
    assert rejection(One, text) == {"field": field, "constraint": constraint}


def test_a_rejection_below_the_top_gives_the_path() -> None:
    assert rejection(Batch, b'{"requests":[{},{"period":1}]}')["field"] == "requests[1].period"
    assert rejection(Batch, b'{"requests":[{"perid":1}]}')["field"] == "requests[0].perid"
    assert rejection(Batch, b'{"bars":{}}') == {"field": "bars.open", "constraint": "required"}


def test_an_array_where_none_is_expected_is_refused() -> None:
    rejection(Batch, b'{"anything":{"prices":[1]}}')


def test_a_guessed_token_is_only_a_string() -> None:
    assert rejection(One, b'{"prices":"0123456789abcdef0-aaaaaaaa"}')["field"] == "prices"


def test_an_array_given_twice_counts_once_and_leaves_nothing_behind() -> None:
    one = decode(One, b'{"prices":[1],"prices":[2]}')
    assert one.prices is not None
    assert one.prices.tolist() == [2.0]
    assert not _parked


def test_limits_are_reported_as_such() -> None:
    with pytest.raises(PayloadTooLarge):
        decode(One, b'{"prices":[' + b"1," * 1_000_000 + b"1]}")


def test_replies_are_encoded_with_null_for_missing() -> None:
    assert json.loads(encode(Series(values=np.array([math.nan, 1.5])))) == {"values": [None, 1.5]}
    assert json.loads(encode({"a": {"b": [Series(values=np.arange(2))]}})) == {"a": {"b": [{"values": [0, 1]}]}}
    assert json.loads(encode({"n": np.float64(1.5), "k": np.int64(3), "d": Blob(b"<x>")})) == {
        "n": 1.5,
        "k": 3,
        "d": "<x>",
    }


def test_an_infinite_result_is_a_computation_error() -> None:
    with pytest.raises(ComputationError):
        encode(Series(values=np.array([math.inf])))


@pytest.mark.parametrize("note", [UNSET, "as asked"])
@pytest.mark.parametrize("count", [0, 1, 32, 33, 64, 200])
def test_the_pieces_of_a_reply_are_its_text(count: int, note: str | UnsetType) -> None:
    series = [Series(values=np.array([number / 3, math.nan])) for number in range(count)]
    many = Many(note=note, series=series, dates=["2025-09-30"] * 50)
    pieces = encode_in_pieces(many)
    assert b"".join(pieces) == encode(many)
    assert len(pieces) == 1 or count > 32


def test_an_infinite_result_in_a_piece_is_named_as_in_the_whole() -> None:
    series = [Series(values=np.array([math.nan]))] * 40
    with pytest.raises(ComputationError) as caught:
        encode_in_pieces(Many(series=series, level=math.inf))
    assert caught.value.details == {"field": "level"}
    with pytest.raises(ComputationError):
        encode_in_pieces(Many(series=[*series, Series(values=np.array([math.inf]))]))


class Panel(Request, frozen=True):
    prices: Table | None = None
    note: str = ""


def test_a_table_is_series_by_name_or_rows() -> None:
    named = decode(Panel, b'{"prices":{"TCS":[1,null,3],"M&M":[4,5,6.5]},"note":"x"}').prices
    assert named is not None
    assert list(named.series) == ["TCS", "M&M"]
    np.testing.assert_array_equal(named.series["TCS"], [1, np.nan, 3])
    rows = decode(Panel, b'{"prices":[[1,null,3],[4,5,6.5]]}').prices
    assert rows is not None
    np.testing.assert_array_equal(rows.series, [[1, np.nan, 3], [4, 5, 6.5]])
    section = decode(Panel, b"{}", {"prices": np.arange(6.0).reshape(2, 3)}).prices
    assert section is not None
    np.testing.assert_array_equal(section.series, [[0, 1, 2], [3, 4, 5]])
    for table in (named, rows, section):
        again = decode(Panel, encode(Panel(prices=table))).prices
        assert again is not None
        assert encode(again) == encode(table)


@pytest.mark.parametrize(
    ("prices", "field"),
    [
        (b"5", "prices"),
        (b'"x"', "prices"),
        (b'{"TCS":5}', "prices"),
        (b'{"TCS":{"INFY":[1]}}', "prices"),
        (b'{"TCS":[[1]]}', "prices"),
        (b'{"TCS":["x"]}', "prices.TCS[0]"),
        (b'{"TCS":[1,true]}', "prices.TCS[1]"),
        (b'{"TCS":[1e999]}', "prices.TCS[0]"),
    ],
)
def test_what_is_no_table_is_refused(prices: bytes, field: str) -> None:
    assert rejection(Panel, b'{"prices":%s}' % prices)["field"] == field


def test_only_the_own_arrays_of_a_table_are_series() -> None:
    text = b'{"anything":{"prices":{"TCS":[1,2],"deep":{"x":["y"]}},"other":["z"]}}'

    class Loose(Request, frozen=True):
        prices: Table | None = None
        anything: Any = None

    assert array_keys_of(Loose) == {"prices", "prices.*"}
    scanned = scan(text, array_keys=array_keys_of(Loose))
    assert [array.tolist() for array in scanned.arrays.values()] == [[1, 2]]
    assert b'"deep":{"x":["y"]}},"other":["z"]}' in scanned.rest


def test_a_series_that_is_in_a_table_twice_is_refused() -> None:
    with pytest.raises(InvalidInput):
        decode(Panel, b'{"prices":{"TCS":[1,2],"TCS":[3,4]}}')
    assert not _parked


def test_a_table_has_a_schema_of_both_forms() -> None:
    schema = json.dumps(schema_of(Panel))
    assert '"additionalProperties"' in schema
    assert '"items"' in schema
