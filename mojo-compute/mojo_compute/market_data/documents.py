"""What an uploaded document holds: one file, or the members of a zip or gzip."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, cast

from chitti_shared.errors import InvalidInput, PayloadTooLarge

UNNAMED = "document"

_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what an upload may grow to; sizes in bytes, after inflating."""

    members: int = 1_000
    member_bytes: int = 64 << 20
    total_bytes: int = 256 << 20
    rows: int = 2_000_000
    identities: int = 100_000  # different (symbol, ISIN, series)
    reported: int = 1_000  # rejected rows that are listed; all are counted


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the upload: its name without folders, its bytes, and where in the upload it stands.

    `start` is the fraction of the upload before it, `share` its own.
    """

    name: str
    data: bytes
    start: float = 0.0
    share: float = 1.0


def members(document: bytes, filename: str | None, limits: Limits) -> Iterator[Member]:
    """The files of an upload, one at a time, inflated within the limits.

    Raises
    ------
    InvalidInput
        A broken or encrypted archive, or one without files.
    PayloadTooLarge
        More members or bytes than the limits allow.
    """
    name = PurePosixPath((filename or UNNAMED).replace("\\", "/")).name
    if document.startswith(_ZIP):
        yield from _of_zip(document, limits)
    elif document.startswith(_GZIP):
        inflated = cast("IO[bytes]", gzip.GzipFile(fileobj=io.BytesIO(document)))
        data = _bounded(inflated, name, limits.member_bytes)
        yield Member(name.removesuffix(".gz"), data)
    else:
        yield Member(name, document)


def _of_zip(document: bytes, limits: Limits) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(document))
    except _BROKEN as error:
        raise _broken("document", error) from error
    with archive:
        files = [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
        if not files:
            raise InvalidInput("the zip holds no files", field="document", constraint="at least one file")
        if len(files) > limits.members:
            raise PayloadTooLarge(
                f"the zip holds {len(files)} files, at most {limits.members} are read",
                field="document",
                constraint=f"files <= {limits.members}",
            )
        left = limits.total_bytes
        claimed = max(1, sum(info.file_size for info in files))
        start = 0.0
        for info in files:
            name = PurePosixPath(info.filename).name
            try:
                opened = archive.open(info)
            except _BROKEN as error:
                raise _broken(name, error) from error
            # The sizes in the archive's directory are claims: only what comes out counts
            data = _bounded(opened, name, min(limits.member_bytes, left))
            left -= len(data)
            share = info.file_size / claimed
            yield Member(name, data, start, share)
            start += share


def _bounded(source: IO[bytes], name: str, limit: int) -> bytes:
    try:
        with source:
            data = source.read(limit + 1)
    except _BROKEN as error:
        raise _broken(name, error) from error
    if len(data) > limit:
        raise PayloadTooLarge(
            f"{name} inflates to more than {limit} bytes", field="document", constraint=f"inflated size <= {limit}"
        )
    return data


def _broken(name: str, error: Exception) -> InvalidInput:
    return InvalidInput(
        f"{name} cannot be unpacked: {error}", field="document", constraint="a readable zip or gzip, not encrypted"
    )
