"""The model's file."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.kernels.reading._linear import BITS, SIGNS
from news_nlp.nlp import linear
from news_nlp.nlp.linear import BrokenModel, LinearModel, decode, load, save

RNG = np.random.default_rng(5)


def model(used: int = 500) -> LinearModel:
    buckets = np.zeros((2**BITS, 3), np.float32)
    buckets[RNG.choice(2**BITS, used, replace=False)] = RNG.normal(size=(used, 3))
    return LinearModel(buckets, RNG.normal(size=(SIGNS, 3)), RNG.normal(size=3), 42)


MODEL = model()
DATA = MODEL.encoded


def sealed(body: bytes) -> bytes:
    return body + linear.blake2b(body, digest_size=32).digest()


def test_a_file_gives_back_the_model():
    found = decode(DATA)
    np.testing.assert_array_equal(found.buckets, MODEL.buckets)
    np.testing.assert_array_equal(found.signs, MODEL.signs)
    np.testing.assert_array_equal(found.intercepts, MODEL.intercepts)
    assert (found.headlines, found.digest) == (42, MODEL.digest)
    assert DATA[-32:].hex().startswith(MODEL.digest)


def test_the_largest_model_has_less_than_four_mebibytes():
    full = LinearModel(np.ones((2**BITS, 3), np.float32), MODEL.signs, MODEL.intercepts, 1)
    assert len(full.encoded) <= linear.MAX_BYTES
    assert decode(full.encoded).digest == full.digest


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(at: int, change: int):
    with pytest.raises(BrokenModel):
        decode(DATA[:at] + bytes([DATA[at] ^ change]) + DATA[at + 1 :])


@given(st.integers(0, len(DATA) - 1))
def test_no_cut_file_is_taken(length: int):
    with pytest.raises(BrokenModel):
        decode(DATA[:length])


@given(st.binary(max_size=300))
def test_no_other_bytes_are_taken(data: bytes):
    with pytest.raises(BrokenModel):
        decode(data)
    with pytest.raises(BrokenModel):
        decode(DATA + data + b"x")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected a model of at least 56 bytes, found 0"),
        (b"PK\x03\x04" + DATA[4:], "expected a file that begins with CHITTISM"),
        (sealed(DATA[:8] + b"\x02\x00" + DATA[10:-32]), "found version 2 with .*; train it again"),
        (sealed(DATA[:-33]), f"expected {len(DATA)} bytes, found {len(DATA) - 1}"),
        (DATA[:-1] + b"\x00" if DATA[-1] else DATA[:-1] + b"\x01", "the file is damaged"),
        (sealed(DATA[:24] + b"\xff" * 8 + DATA[32:-32]), "expected 500 buckets in its map"),
        (sealed(DATA[:-40] + np.float64(np.nan).tobytes()), "expected weights from -1000000 to 1000000"),
        (sealed(DATA[:-40] + np.float64(1.7e308).tobytes()), "expected weights from -1000000 to 1000000"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(data: bytes, message: str):
    with pytest.raises(BrokenModel, match=message):
        decode(data)


def test_a_stored_model_replaces_the_one_before_or_leaves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "models" / "sentiment.bin"
    save(MODEL, path)
    assert load(path).digest == MODEL.digest
    other = model()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        save(other, path)
    assert load(path).digest == MODEL.digest
    assert [file.name for file in path.parent.iterdir()] == ["sentiment.bin"]


def test_what_is_no_file_or_too_long_a_one_is_not_read(tmp_path: Path):
    with pytest.raises(BrokenModel, match="expected a file"):
        load(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BrokenModel, match="expected a file"):
        load(tmp_path / "pipe")
    huge = tmp_path / "huge.bin"
    huge.touch()
    os.truncate(huge, 2 * 2**30)
    with pytest.raises(BrokenModel, match="at most 4194304 bytes"):
        load(huge)
