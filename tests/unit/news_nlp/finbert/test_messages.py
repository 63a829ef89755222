from __future__ import annotations

import struct

import pytest
from chitti_shared.ipc import Decoder, frame
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.finbert.messages import MOST_BYTES, OversizeMessage, next_message


@given(st.lists(st.binary(max_size=300), max_size=6), st.integers(1, 64))
def test_messages_come_out_whole_however_the_stream_is_cut(messages: list[bytes], step: int):
    stream = b"".join(map(frame, messages))
    decoder = Decoder()
    found = []
    for start in range(0, len(stream), step):
        decoder.feed(stream[start : start + step])
        while (message := next_message(decoder)) is not None:
            found.append(message)
    assert found == messages


def test_a_large_message_is_bytes_too():
    decoder = Decoder()
    stream = memoryview(frame(b"x" * 300_000))
    message = None
    while message is None:
        stream = stream[decoder.feed(stream) :]
        message = next_message(decoder)
    assert message == b"x" * 300_000


def test_an_announced_size_above_the_bound_is_refused_before_it_is_taken():
    decoder = Decoder()
    decoder.feed(struct.pack(">I", MOST_BYTES + 1))
    with pytest.raises(OversizeMessage, match=f"a message of {MOST_BYTES + 1} bytes"):
        next_message(decoder)
