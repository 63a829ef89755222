"""A trained model in memory and as a file.

The file, little-endian: magic `CHITTISM`, version (u16), bits of a bucket's number (u8), classes (u8),
signs (u32), buckets used (u32), headlines it was fitted to (u32); a bitmap of the buckets used;
their weights (f32, classes a bucket); the weights of the signs (f64, classes a sign); the
intercepts (f64); the BLAKE2b-256 of all before. Its digest's first eight hex digits name the model.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG
from tempfile import NamedTemporaryFile

import numpy as np
import numpy.typing as npt

from news_nlp.kernels.reading._linear import BITS, SIGNS, Linear
from news_nlp.nlp.meaning import Phrase, Understanding, Verdict

CLASSES = ("bearish", "neutral", "bullish")
MAX_BYTES = 4 * 2**20
_MAGIC = b"CHITTISM"
_VERSION = 1
_HEADER = struct.Struct("<8sHBBIII")
_DIGEST = 32
_MOST_WEIGHT = 1e6


class BrokenModel(ValueError):
    """A file that is no model of this version; the message says what was expected and found."""


@dataclass(frozen=True, eq=False)
class LinearModel:
    """Weights of the classes bearish, neutral, bullish.

    Attributes
    ----------
    buckets : ndarray of float32, shape (2**BITS, 3)
        Of each bucket that n-grams are hashed to.
    signs : ndarray of float64, shape (SIGNS, 3)
        Of what the lexicon's reading says.
    intercepts : ndarray of float64, shape (3,)
    headlines : int
        How many it was fitted to.
    """

    buckets: npt.NDArray[np.float32]
    signs: npt.NDArray[np.float64]
    intercepts: npt.NDArray[np.float64]
    headlines: int

    @cached_property
    def encoded(self) -> bytes:
        """The file's bytes."""
        used = np.any(self.buckets != 0.0, axis=1)
        body = b"".join(
            (
                _HEADER.pack(_MAGIC, _VERSION, BITS, len(CLASSES), SIGNS, int(used.sum()), self.headlines),
                np.packbits(used, bitorder="little").tobytes(),
                self.buckets[used].astype("<f4").tobytes(),
                self.signs.astype("<f8").tobytes(),
                self.intercepts.astype("<f8").tobytes(),
            )
        )
        return body + blake2b(body, digest_size=_DIGEST).digest()

    @cached_property
    def digest(self) -> str:
        """Eight hex digits that name it."""
        return self.encoded[-_DIGEST:].hex()[:8]

    def name_as(self, kind: str) -> str:
        """What replies call it: `trained-<digest>`."""
        return f"{kind}-{self.digest}"

    @cached_property
    def scorer(self) -> Linear:
        """The compiled scorer over these weights."""
        return Linear(self.buckets, self.signs, self.intercepts, (Phrase, Verdict, Understanding))


def decode(data: bytes) -> LinearModel:
    """The model that a file's bytes hold.

    Raises
    ------
    BrokenModel
        Anything but what `LinearModel.encoded` gives.
    """
    if len(data) < _HEADER.size + _DIGEST:
        raise BrokenModel(f"expected a model of at least {_HEADER.size + _DIGEST} bytes, found {len(data)}")
    magic, version, bits, classes, signs, used, headlines = _HEADER.unpack_from(data)
    if magic != _MAGIC:
        raise BrokenModel(f"expected a file that begins with {_MAGIC.decode()}, found {magic!r}")
    if (version, bits, classes, signs) != (_VERSION, BITS, len(CLASSES), SIGNS):
        raise BrokenModel(
            f"expected a model of version {_VERSION} with {BITS} bits, {len(CLASSES)} classes, {SIGNS} signs, "
            f"found version {version} with {bits}, {classes}, {signs}; train it again"
        )
    sizes = (2**bits // 8, used * classes * 4, signs * classes * 8, classes * 8)
    expected = _HEADER.size + sum(sizes) + _DIGEST
    if len(data) != expected:
        raise BrokenModel(f"expected {expected} bytes, found {len(data)}")
    if blake2b(data[:-_DIGEST], digest_size=_DIGEST).digest() != data[-_DIGEST:]:
        raise BrokenModel("expected the digest of its content at its end, found another: the file is damaged")
    return _unpacked(data, sizes, used, headlines)


def _unpacked(data: bytes, sizes: tuple[int, ...], used: int, headlines: int) -> LinearModel:
    parts: list[bytes] = []
    at = _HEADER.size
    for size in sizes:
        parts.append(data[at : at + size])
        at += size
    bitmap, weights, signs, intercepts = parts
    taken = np.unpackbits(np.frombuffer(bitmap, np.uint8), bitorder="little").astype(bool)
    if int(taken.sum()) != used:
        raise BrokenModel(f"expected {used} buckets in its map, found {int(taken.sum())}")
    buckets = np.zeros((taken.size, len(CLASSES)), np.float32)
    buckets[taken] = np.frombuffer(weights, "<f4").reshape(-1, len(CLASSES))
    model = LinearModel(
        buckets,
        np.frombuffer(signs, "<f8").reshape(-1, len(CLASSES)).astype(np.float64),
        np.frombuffer(intercepts, "<f8").astype(np.float64),
        headlines,
    )
    # the sums of larger ones could overflow, and a score be no number
    if not all((np.abs(part) <= _MOST_WEIGHT).all() for part in (model.buckets, model.signs, model.intercepts)):
        raise BrokenModel(f"expected weights from -{_MOST_WEIGHT:.0f} to {_MOST_WEIGHT:.0f}, found others")
    return model


def load(path: Path) -> LinearModel:
    """The model in a file.

    Raises
    ------
    BrokenModel
        It holds none.
    OSError
        It can't be read.
    """
    if not S_ISREG(path.stat().st_mode):
        raise BrokenModel(f"expected a file, found something else at {path}")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BrokenModel(f"expected at most {MAX_BYTES} bytes, found more")
    return decode(data)


def save(model: LinearModel, path: Path) -> None:
    """Put a model in the place of a file at once: a reader sees the old one or the new one.

    Raises
    ------
    OSError
        It can't be written; what was there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        try:
            file.write(model.encoded)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
