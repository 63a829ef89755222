import json
import math

import numpy as np
import pytest
from chitti_shared.errors import ChittiError, InvalidInput, PayloadTooLarge
from chitti_shared.json import peek, scan
from hypothesis import example, given
from hypothesis import strategies as st

KEYS = frozenset({"prices", "open"})
RESERVED = frozenset({"id", "action"})


def numbers_of(text: bytes) -> np.ndarray:
    """The one array of `{"prices": text}`."""
    scanned = scan(b'{"prices":' + text + b"}", array_keys=KEYS)
    (array,) = scanned.arrays.values()
    return array


def refuse_constant(name: str) -> float:
    raise ValueError(name)


def same_bits(left: np.ndarray, right: np.ndarray) -> bool:
    return left.shape == right.shape and left.tobytes() == right.tobytes()


# number texts as people and programs write them, and texts that look like numbers
NUMBER_TEXTS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda x: f"{x:.17g}"),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda x: f"{x:.25e}"),
    st.integers(-(10**25), 10**25).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12).map(str),
    st.just("null"),
    st.from_regex(r"\A-?[0-9]{1,22}(\.[0-9]{1,22})?([eE][+-]?[0-9]{1,3})?\Z"),
    st.from_regex(r"\A[-+.0-9eE]{1,6}\Z"),
)


@given(st.lists(NUMBER_TEXTS, max_size=20), st.sampled_from([",", " , ", ",\n\t"]))
@example(["0.1", "-0", "-0.0", "1e22", "1e23", "9007199254740993", "2.2250738585072014e-308"], ",")
@example(["5e-324", "1.7976931348623157e308", "123456789012345678901234567890", "0.000001", "1E400"], ",")
@example(["01"], ",")
@example(["1."], ",")
def test_arrays_are_accepted_and_read_as_the_standard_library_reads_them(texts: list[str], comma: str) -> None:
    text = "[" + comma.join(texts) + "]"
    try:
        values = json.loads(text, parse_constant=refuse_constant, parse_int=float)
        expected = np.array([math.nan if v is None else float(v) for v in values])
        expected = None if np.isinf(expected).any() else expected
    except (ValueError, OverflowError):
        expected = None
    if expected is None:
        with pytest.raises(InvalidInput):
            numbers_of(text.encode())
    else:
        assert same_bits(numbers_of(text.encode()), expected)


def halfway_texts() -> list[str]:
    """Decimals on, just above and just below the middle of two neighbouring doubles."""
    texts = []
    for step in range(-2, 3):
        for odd in (2**53 + 1, 2**53 + 3, 3 * 2**52 + 1, 2**54 - 1):
            for places in range(7):
                digits = str(odd * 5**places + step).rjust(places + 1, "0")
                texts.append(f"{digits[:-places]}.{digits[-places:]}" if places else digits)
    return texts


@pytest.mark.parametrize("comma", [",", ", ", " ,\n"])
def test_long_arrays_are_read_as_the_standard_library_reads_them(comma: str) -> None:
    rng = np.random.default_rng(7)
    plain = [
        f"{value:.{places}f}" for value, places in zip(rng.normal(0, 1e5, 3000), rng.integers(0, 16, 3000), strict=True)
    ]
    whole = [str(value) for value in rng.integers(-(2**62), 2**62, 500) >> rng.integers(0, 60, 500)]
    exact = [repr(value) for value in rng.normal(1500, 400, 500).tolist()]
    others = ["0", "-0", "0.0", "-0.0", "1e5", "1E-5", "0.5", "9999999.9999999", "12345678", "123456789012345678.5"]
    texts = plain + whole + exact + others * 10 + halfway_texts()
    rng.shuffle(texts)
    expected = np.array([float(text) for text in texts])
    assert same_bits(numbers_of(f"[{comma.join(texts)}]".encode()), expected)


@pytest.mark.parametrize(
    "wrong", ["", "01.5", "-", "1.", ".5", "00", "1.5.5", "1-1", "1 1", "12345678901.", "1x", "\xff"]
)
@pytest.mark.parametrize("index", [0, 1, 50, 98, 99])
def test_what_is_no_number_is_refused_wherever_it_stands(wrong: str, index: int) -> None:
    texts = ["1234.5"] * 100
    texts[index] = wrong
    with pytest.raises(InvalidInput):
        numbers_of(f"[{','.join(texts)}]".encode("latin-1"))


@pytest.mark.parametrize("index", [0, 1, 50, 99])
def test_the_index_of_a_wrong_element_counts_those_before_it(index: int) -> None:
    texts = ["1234.5"] * 100
    texts[index] = '"1"'
    with pytest.raises(InvalidInput) as caught:
        numbers_of(f"[{','.join(texts)}]".encode())
    assert caught.value.details["field"] == f"prices[{index}]"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_comes_back_with_the_same_bits(value: float) -> None:
    assert numbers_of(b"[%b]" % repr(value).encode())[0].tobytes() == np.float64(value).tobytes()


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(st.text(), JSON_VALUES, max_size=5), st.booleans())
def test_objects_without_array_keys_pass_unchanged(value: dict[str, object], ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only).encode()
    scanned = scan(text, array_keys=frozenset())
    assert json.loads(scanned.rest) == value
    assert not scanned.reserved
    assert not scanned.arrays


@given(st.text(alphabet='{}[]",:\\u0aDf1e.-ntrlsfd\x01 ', max_size=30))
def test_whatever_text_is_accepted_the_standard_library_accepts_too(text: str) -> None:
    try:
        scan(text.encode(), array_keys=KEYS, reserved=RESERVED)
    except ChittiError:
        return
    assert isinstance(json.loads(text, parse_constant=refuse_constant), dict)


@given(st.binary(max_size=12))
def test_strings_are_accepted_only_as_utf8(data: bytes) -> None:
    text = b'{"a":"' + data.replace(b'"', b"").replace(b"\\", b"") + b'"}'
    try:
        expected = json.loads(text.decode(), strict=True)
    except ValueError:
        with pytest.raises(InvalidInput):
            scan(text, array_keys=KEYS)
    else:
        assert json.loads(scan(text, array_keys=KEYS).rest) == expected


def test_reserved_members_are_taken_out_as_they_stand() -> None:
    scanned = scan(b'{"id": 7 ,"x":1, "action":"sma","y":{"id":2}}', array_keys=KEYS, reserved=RESERVED)
    assert scanned.reserved == {"id": b"7", "action": b'"sma"'}
    assert json.loads(scanned.rest) == {"x": 1, "y": {"id": 2}}


def test_a_key_written_with_escapes_is_the_same_key() -> None:
    scanned = scan(b'{"\\u0069d":7,"pri\\u0063es":[1]}', array_keys=KEYS, reserved=RESERVED)
    assert scanned.reserved == {"id": b"7"}
    assert [a.tolist() for a in scanned.arrays.values()] == [[1.0]]


def test_arrays_are_found_at_any_depth_and_other_values_left_alone() -> None:
    text = b'{"requests":[{"prices":[1,null]},{"prices":"TCS"},{"prices":{"open":[2]}}],"prices":[]}'
    scanned = scan(text, array_keys=KEYS)
    rest = json.loads(scanned.rest)
    first, second, third = rest["requests"]
    assert scanned.arrays[first["prices"]].tolist()[0] == 1.0
    assert math.isnan(scanned.arrays[first["prices"]][1])
    assert second["prices"] == "TCS"
    assert scanned.arrays[third["prices"]["open"]].tolist() == [2.0]
    assert scanned.arrays[rest["prices"]].shape == (0,)


def test_arrays_inside_reserved_members_stay() -> None:
    scanned = scan(b'{"id":{"prices":[1]}}', array_keys=KEYS, reserved=RESERVED)
    assert scanned.reserved == {"id": b'{"prices":[1]}'}
    assert not scanned.arrays


def test_a_list_of_series_is_a_panel() -> None:
    assert numbers_of(b"[[1,2,3],[4,null,6]]").shape == (2, 3)
    assert numbers_of(b"[[],[]]").shape == (2, 0)


def test_rows_of_different_lengths_are_a_list_of_series() -> None:
    for text, rows in [
        (b"[[1,2,3],[4],[],[null,5]]", [[1.0, 2.0, 3.0], [4.0], [], [np.nan, 5.0]]),
        (b"[[],[1]]", [[], [1.0]]),
        (b"[ [1] ,[2,3] ]", [[1.0], [2.0, 3.0]]),
        (b"[[1,2],[3],[4,5,6]]", [[1.0, 2.0], [3.0], [4.0, 5.0, 6.0]]),  # three times two in all
    ]:
        found = numbers_of(text)
        assert (found.dtype, found.shape) == (np.dtype(object), (len(rows),))
        for values, expected in zip(found, rows, strict=True):
            assert values.dtype == np.float64
            np.testing.assert_array_equal(values, expected)


def test_a_thousand_series_fit_and_one_more_does_not() -> None:
    assert numbers_of(b"[%b]" % b",".join([b"[1]"] * 1000)).shape == (1000, 1)
    with pytest.raises(PayloadTooLarge, match="prices has more than 1000 rows") as caught:
        numbers_of(b"[%b]" % b",".join([b"[1]"] * 1001))
    assert caught.value.details["constraint"] == "rows <= 1000"


def test_arrays_can_be_written_to() -> None:
    array = numbers_of(b"[1,2]")
    array[0] = 5.0
    assert array.tolist() == [5.0, 2.0]


def test_tokens_of_two_scans_differ() -> None:
    texts = [set(scan(b'{"prices":[1]}', array_keys=KEYS).arrays) for _ in range(100)]
    assert len(set.union(*texts)) == 100


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (b'{"prices":[1,"2"]}', "prices[1]"),
        (b'{"prices":[true]}', "prices[0]"),
        (b'{"requests":[{},{"prices":[1,{}]}]}', "requests[1].prices[1]"),
        (b'{"prices":[[1],2]}', "prices[1]"),
        (b'{"prices":[[1,[2]]]}', "prices[0][1]"),
        (b'{"prices":[1e999]}', "prices[0]"),
        (b'{"a":{"b":1e999}}', "a.b"),
        (b'{"id":1,"id":1}', "id"),
        (b'{"id":1,"\\u0069d":1}', "id"),
    ],
)
def test_a_wrong_element_is_named(text: bytes, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        scan(text, array_keys=KEYS, reserved=RESERVED)
    assert caught.value.details["field"].replace("\\u0069", "i") == field
    assert caught.value.details["constraint"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"[]",
        b"1",
        b"null",
        b'"x"',
        b"{",
        b'{"a"}',
        b'{"a":}',
        b'{"a":1,}',
        b'{"a":1}}',
        b'{"a":1} x',
        b"{'a':1}",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"prices":[NaN]}',
        b'{"prices":[-]}',
        b'{"prices":[1 2]}',
        b'{"prices":[+1]}',
        b'{"prices":[.5]}',
        b'{"prices":[0x1]}',
        b'{"prices":[1,]}',
        b'{"prices":[,1]}',
        b'{"prices":[1',
        b'{"prices":[[1,2],]}',
        b'{"prices":[[1,2]',
        b'{"a":tru}',
        b'{"a":"\n"}',
        b'{"a":"\x00"}',
        b'{"a":"\\x"}',
        b'{"a":"\\u12g4"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\udc00"}',
        b'{"a":"\\ud800\\u0041"}',
        b'{"a":"\xff"}',
        b'{"a":"\xc0\x80"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xf4\x90\x80\x80"}',
        b'{"a":"\xe2\x82"}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_strict_json_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidInput):
        scan(text, array_keys=KEYS, reserved=RESERVED)


def nested(depth: int) -> bytes:
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


def test_sixty_four_levels_are_the_most() -> None:
    scan(nested(64), array_keys=KEYS)
    with pytest.raises(PayloadTooLarge):
        scan(nested(65), array_keys=KEYS)
    with pytest.raises(PayloadTooLarge):
        scan(b'{"a":' + b"[" * 100_000, array_keys=KEYS)
    with pytest.raises(PayloadTooLarge):
        scan(b'{"a":' * 63 + b'{"prices":[1]}' + b"}" * 63, array_keys=KEYS)


def test_a_million_elements_are_the_most() -> None:
    body = b"1," * 999_999
    assert numbers_of(b"[" + body + b"1]").size == 1_000_000
    with pytest.raises(PayloadTooLarge) as caught:
        numbers_of(b"[" + body + b"1,1]")
    assert caught.value.details["field"] == "prices"


def test_scan_reads_any_buffer() -> None:
    for data in (bytearray(b'{"prices":[1]}'), memoryview(b'x{"prices":[1]}y')[1:-1]):
        assert len(scan(data, array_keys=KEYS).arrays) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b'{"action":"sma"}', b'"sma"'),
        (b'{"a":{"action":1},"b":"\\"}","action" : "sma" }', b'"sma"'),
        (b'{"a":[1,[2,{"action":3}]],"action":7}', b"7"),
        (b'{"acti\\u006fn":"sma"}', b'"sma"'),
        (b'{"a":1}', None),
        (b'{"a":"action"}', None),
        (b"[]", None),
        (b"", None),
        (b'{"action":', None),
        (b'{"action"', None),
    ],
)
def test_peek_finds_a_top_level_member(text: bytes, found: bytes | None) -> None:
    assert peek(text, b"action") == found


@given(st.binary(max_size=40))
def test_peek_survives_anything(data: bytes) -> None:
    peek(data, b"action")
    peek(b'{"a":' + data, b"action")
