import json
from typing import Any

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput, PayloadTooLarge
from chitti_shared.ipc._budget import Budget
from chitti_shared.ipc._frames import frame
from chitti_shared.ipc.limits import Limits
from chitti_shared.ipc.messages import Large, Message, Pause, Reader, Rejected
from hypothesis import given
from hypothesis import strategies as st

SMALL = Limits(frame=10_000, envelope=2_000, elements=100, connection_bytes=15_000)


def reader(limits: Limits = SMALL, budget: Budget | None = None) -> Reader:
    return Reader(limits, budget or Budget(limits.connection_bytes), keys_for=lambda _e: frozenset({"prices"}))


def message(sections: list[tuple[dict[str, Any], bytes]] | None = None, **fields: Any) -> bytes:
    if sections is not None:
        fields["bin"] = [head for head, _ in sections]
    return b"".join([frame(json.dumps(fields).encode()), *(frame(data) for _, data in sections or [])])


def head(name: str, dtype: str, *shape: int) -> dict[str, Any]:
    return {"name": name, "dtype": dtype, "shape": list(shape)}


PRICES = np.arange(3.0)
WITH_SECTION = message([(head("prices", "<f8", 3), PRICES.tobytes())], id=1, action="sma")
PLAIN = message(id=2, action="health")


def only(outcomes: list[Message | Rejected]) -> Message | Rejected:
    (outcome,) = outcomes
    return outcome


def rejected(data: bytes, limits: Limits = SMALL) -> Rejected:
    outcome = reader(limits).feed(data)[0]
    assert isinstance(outcome, Rejected)
    return outcome


@given(st.lists(st.sampled_from([WITH_SECTION, PLAIN]), max_size=5), st.data())
def test_messages_come_out_whole_however_the_stream_is_cut(parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    read = reader()
    found: list[Message | Rejected] = []
    for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += read.feed(stream[start:stop])
    assert len(found) == len(parts)
    for part, outcome in zip(parts, found, strict=True):
        assert isinstance(outcome, Message)
        assert outcome.scanned.reserved["id"] == (b"1" if part is WITH_SECTION else b"2")
        if part is WITH_SECTION:
            np.testing.assert_array_equal(outcome.arrays()["prices"], PRICES)
    assert not read.started


def test_byte_by_byte() -> None:
    read = reader()
    found = [outcome for byte in WITH_SECTION + PLAIN for outcome in read.feed(bytes([byte]))]
    assert len(found) == 2


def test_a_message_cut_mid_frame_is_not_one() -> None:
    for cut in range(1, len(WITH_SECTION)):
        read = reader()
        assert read.feed(WITH_SECTION[:cut]) == []
        assert read.started


@pytest.mark.parametrize("dtype", ["<f8", "<f4", "<i8", "<i4", "|u1"])
def test_every_dtype_is_read(dtype: str) -> None:
    values = np.array([[1, 2, 3], [4, 5, 6]], dtype=dtype)
    outcome = only(reader().feed(message([(head("x", dtype, 2, 3), values.tobytes())], id=1)))
    assert isinstance(outcome, Message)
    found = outcome.arrays()["x"]
    assert found.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(found, values)


def test_an_oversize_prefix_is_refused_before_its_bytes_come() -> None:
    outcome = rejected(b"\xff\xff\xff\xff")
    assert isinstance(outcome.error, PayloadTooLarge)
    assert outcome.fatal
    assert rejected(frame(b" " * 2_001)[:4]).fatal


def test_a_section_prefix_beyond_the_limit_ends_the_stream() -> None:
    data = message([(head("x", "|u1", 5), b"")], id=1)
    outcome = rejected(data[:-4] + b"\x7f\xff\xff\xff")
    assert isinstance(outcome.error, PayloadTooLarge)
    assert outcome.fatal


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"1", b'"x"', b"{", b'{"id":1', b'{"a":"\xff"}', b'{"a":NaN}', b'{"id":1,"id":2}', b'{"a":\x00}'],
)
def test_after_a_bad_envelope_the_next_one_is_read(text: bytes) -> None:
    first, second = reader().feed(frame(text) + PLAIN)
    assert isinstance(first, Rejected)
    assert isinstance(first.error, InvalidInput)
    assert not first.fatal
    assert isinstance(second, Message)


def test_a_bad_envelope_keeps_the_id_it_shows() -> None:
    assert rejected(frame(b'{"id":7,"a":NaN}')).id == b"7"


def test_a_bad_envelope_that_announces_sections_is_fatal() -> None:
    # whether its sections follow cannot be told, and one of them could be taken for a request
    assert rejected(frame(b'{"a":NaN,"bin":[{"name":"x","dtype":"json","shape":[30]}]}')).fatal
    assert rejected(frame(b'{"a":NaN,"\\u0062in":[]}')).fatal


BAD_HEADS = [
    head("x", "<f2", 3),
    head("x", ">f8", 3),
    head("x", "O", 3),
    head("x", "<f8", -1),
    head("x", "<f8"),
    head("x", "<f8", 1, 1, 1, 1),
    head("", "<f8", 3),
    head("x" * 200, "<f8", 3),
    {"name": "x", "dtype": "<f8", "shape": [1.5]},
    {"name": "x", "dtype": "<f8", "shape": "3"},
    {"name": "x", "dtype": "<f8"},
    {"name": "x", "dtype": "<f8", "shape": [3], "order": "F"},
    head("x", "json", 1, 3),
    head("x", "<f8", 101),
    head("x", "<f8", 2**62, 4),
    head("x", "<f8", 2**63, 2**63),
    head("x", "|u1", 10_001),
]


@pytest.mark.parametrize("bad", BAD_HEADS, ids=str)
def test_after_a_bad_section_head_the_next_message_is_read(bad: dict[str, Any]) -> None:
    first, second = reader().feed(message([(bad, b"abc")], id=1) + PLAIN)
    assert isinstance(first, Rejected)
    assert not first.fatal
    assert first.id == b"1"
    assert isinstance(second, Message)


def test_a_section_whose_length_is_not_its_shapes_is_refused_and_skipped() -> None:
    heads = [(head("a", "<f8", 1), bytes(8)), (head("b", "<f8", 3), bytes(23)), (head("c", "<f8", 1), bytes(8))]
    first, second = reader().feed(message(heads, id=1) + PLAIN)
    assert isinstance(first, Rejected)
    assert "23 bytes" in first.error.message
    assert not first.fatal
    assert isinstance(second, Message)


def test_sections_of_one_name_are_refused() -> None:
    assert isinstance(rejected(message([(head("a", "|u1", 1), b"x")] * 2, id=1)).error, InvalidInput)


def test_sixteen_sections_are_the_most() -> None:
    sections = [(head(f"s{i}", "|u1", 1), b"x") for i in range(17)]
    assert isinstance(only(reader().feed(message(sections[:16], id=1))), Message)
    outcome = rejected(message(sections, id=1))
    assert isinstance(outcome.error, PayloadTooLarge)
    assert outcome.fatal


@pytest.mark.parametrize("announced", ["{}", "7", '"x"', "[1]"])
def test_a_bin_that_is_no_list_of_objects_is_fatal(announced: str) -> None:
    assert rejected(frame(b'{"id":1,"bin":%b}' % announced.encode())).fatal


def test_a_message_larger_than_the_connection_may_hold_is_refused() -> None:
    sections = [(head("a", "|u1", 9_000), bytes(9_000)), (head("b", "|u1", 9_000), bytes(9_000))]
    first, second = reader().feed(message(sections, id=1) + PLAIN)
    assert isinstance(first, Rejected)
    assert isinstance(first.error, PayloadTooLarge)
    assert isinstance(second, Message)


def test_bytes_in_flight_are_counted_until_given_back() -> None:
    budget = Budget(300)
    read = reader(SMALL, budget)
    first = only(read.feed(WITH_SECTION))
    assert isinstance(first, Message)
    assert budget.used == first.held == len(WITH_SECTION) - 8
    budget.give(first.held)
    assert budget.used == 0


def test_at_the_budget_the_reader_pauses_and_goes_on_later() -> None:
    budget = Budget(200)
    budget.take(190)
    read = reader(SMALL, budget)
    read.frames.feed(WITH_SECTION)
    assert read.next() is Pause.BEFORE
    budget.give(90)
    assert read.next() is Pause.WITHIN
    budget.give(100)
    assert isinstance(read.next(), Message)


def test_an_abandoned_message_gives_its_bytes_back() -> None:
    budget = Budget(300)
    read = reader(SMALL, budget)
    read.feed(WITH_SECTION[:-1])
    assert budget.used > 0
    read.end()
    assert budget.used == 0
    assert not read.started
    rejecting = reader(SMALL, budget)
    rejecting.feed(frame(b'{"a":NaN}') + message([(head("a", "<f8", 1), b"x")], id=1))
    assert budget.used == 0


def test_a_large_envelope_is_left_to_a_thread() -> None:
    limits = Limits(offload_bytes=100)
    read = Reader(limits, Budget(10_000), keys_for=lambda _e: frozenset({"prices"}), offload=True)
    read.frames.feed(frame(b'{"id":1,"prices":[%b1]}' % (b"1," * 100)) + PLAIN)
    large = read.next()
    assert isinstance(large, Large)
    outcome = read.resume(large, large.work())
    assert isinstance(outcome, Message)
    (array,) = outcome.scanned.arrays.values()
    assert array.size == 101
    assert isinstance(read.next(), Message)
