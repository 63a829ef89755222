"""A response's body, bounded as it came and as it inflates."""

from __future__ import annotations

import zlib

import aiohttp

from chitti_shared.errors import ChittiError, InvalidInput, PayloadTooLarge

_CHUNK = 64 * 1024
_MAX_MEMBERS = 1000  # of a gzip body; one that has more was made to cost time
_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


async def read_body(response: aiohttp.ClientResponse, raw_limit: int, inflated_limit: int) -> bytes:
    """Read a body whole.

    Raises
    ------
    PayloadTooLarge
        More than `raw_limit` bytes on the wire, or `inflated_limit` behind the compression.
    InvalidInput
        A compression that was not asked for, or a broken one.

    `details.status` of both is the server's.
    """
    try:
        return await _read(response, raw_limit, inflated_limit)
    except ChittiError as error:
        error.details["status"] = response.status
        raise


async def _read(response: aiohttp.ClientResponse, raw_limit: int, inflated_limit: int) -> bytes:
    if response.content_length is not None and response.content_length > raw_limit:
        raise _too_large(raw_limit)
    sink = _Sink(response.headers.get("Content-Encoding", "").strip().lower(), inflated_limit)
    received = 0
    async for chunk in response.content.iter_chunked(_CHUNK):
        received += len(chunk)
        if received > raw_limit:
            raise _too_large(raw_limit)
        sink.write(chunk)
    return sink.finish()


class _Sink:
    """Inflates what it is given, never holding more than its limit."""

    def __init__(self, encoding: str, limit: int) -> None:
        if encoding not in ("", "identity", *_WINDOW_BITS):
            raise _broken(f"the content encoding {encoding[:40]!r} was not asked for")
        self._encoding = encoding if encoding in _WINDOW_BITS else ""
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._members = 1
        self._inflater = zlib.decompressobj(_WINDOW_BITS[self._encoding]) if self._encoding else None

    def write(self, chunk: bytes) -> None:
        if self._inflater is None:
            self._keep(chunk)
            return
        try:
            self._inflate(chunk)
        except zlib.error as error:
            if self._encoding != "deflate" or self._size:
                raise _broken(f"the compressed body is broken: {error}") from None
            # some servers send deflate without its header
            self._inflater = zlib.decompressobj(-15)
            self._encoding = "raw"
            self.write(chunk)

    def _inflate(self, chunk: bytes) -> None:
        assert self._inflater is not None
        while chunk:
            if self._inflater.eof and not self._begins_member(chunk):
                return  # padding, or what else a server puts behind the end
            room = self._limit - self._size + 1
            self._keep(self._inflater.decompress(chunk, min(room, 1024 * 1024)))
            chunk = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail

    def _begins_member(self, chunk: bytes) -> bool:
        """RFC 1952, 2.2: a gzip body is a row of members, each of which inflates by itself."""
        if self._encoding not in ("gzip", "x-gzip") or chunk[0] != 0x1F:
            return False
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise _broken(f"the compressed body has more than {_MAX_MEMBERS} members")
        self._inflater = zlib.decompressobj(_WINDOW_BITS["gzip"])
        return True

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise _too_large(self._limit, " when inflated" if self._inflater else "")
        self._parts.append(data)

    def finish(self) -> bytes:
        if self._inflater is not None and self._size and not self._inflater.eof:
            raise _broken("the compressed body ends early")
        return b"".join(self._parts)


def _too_large(limit: int, when: str = "") -> PayloadTooLarge:
    said = f"the response has more than {limit} bytes{when}"
    return PayloadTooLarge(said, field="url", constraint=f"size <= {limit}")


def _broken(message: str) -> InvalidInput:
    return InvalidInput(message, field="url", constraint="gzip, deflate or no compression")
