"""Streams: what they take, and what they refuse."""

from __future__ import annotations

import math

import pytest
from chitti_shared.errors import InvalidInput, NotFound
from mojo_compute.indicators import Stream


def test_a_stream_gives_a_number_a_bar_and_several_outputs_a_tuple():
    rsi = Stream("rsi", period=2)
    assert [rsi.feed(close) for close in (10.0, 12.0, 11.0)][-1] == pytest.approx(66.6666667)
    macd = Stream("macd", 2, 3, 2)
    assert len([macd.feed(close) for close in (1.0, 2.0, 4.0, 8.0, 9.0)][-1]) == 3


@pytest.mark.parametrize("bad", [(math.inf,), (-math.inf,), (1.0, 2.0), ()])
def test_a_wrong_bar_changes_nothing(bad):
    stream, other = Stream("rsi", 3), Stream("rsi", 3)
    for close in (10.0, 11.0, 10.5, 10.8):
        stream.feed(close)
        other.feed(close)
        with pytest.raises((InvalidInput, TypeError)):
            stream.feed(*bad)
    assert stream.feed(11.2) == other.feed(11.2)
    assert stream.save() == other.save()


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: Stream("rsj"), NotFound),
        (lambda: Stream("rsi", 1), InvalidInput),
        (lambda: Stream("rsi", 14, 15), InvalidInput),
        (lambda: Stream("rsi", length=14), InvalidInput),
        (lambda: Stream("zigzag"), InvalidInput),
        (lambda: Stream.restore(b""), InvalidInput),
        (lambda: Stream.restore(b"x" * 200), InvalidInput),
        (lambda: Stream.restore(Stream("rsi").save()[:-1]), InvalidInput),
        (lambda: Stream.restore(Stream("rsi").save()[:-1] + b"x"), InvalidInput),
    ],
)
def test_a_stream_that_cannot_be_is_refused(make, error):
    with pytest.raises(error):
        make()


def test_what_was_restored_says_what_it_is():
    made = Stream.restore(Stream("macd", 5, 35, 4).save())
    assert made.indicator.name == "macd"
    assert made.parameters == {"fast_period": 5, "slow_period": 35, "signal_period": 4}
