"""Arrays that come in parts, ahead of the request that names them.

An upload belongs to its connection, is spent by the first request that is accepted with
its token, and is dropped when nothing happened to it for a minute.
"""

from __future__ import annotations

import asyncio
import math
import secrets
from concurrent.futures import Executor
from typing import TYPE_CHECKING

import numpy as np

from chitti_shared.contracts.system import (
    MAX_VALUES,
    UploadBeginReply,
    UploadBeginRequest,
    UploadPartReply,
    UploadPartRequest,
)
from chitti_shared.errors import InvalidInput, Overloaded, PayloadTooLarge
from chitti_shared.ipc._budget import Budget
from chitti_shared.ipc.limits import Limits
from chitti_shared.ipc.timers import Wheel
from chitti_shared.json.codec import UNSPENT_UPLOAD

if TYPE_CHECKING:
    from chitti_shared.ipc.connection import Connection

_VALUE_BYTES = 9  # a float64, and whether it is there yet


class Upload:
    """Room for one array, and what of it is there."""

    __slots__ = ("_flat", "_here", "_owner", "held", "received", "slot", "token", "values")

    def __init__(self, owner: Uploads, token: str, shape: list[int]) -> None:
        self.token = token
        self.values = np.empty(shape, dtype=np.float64)
        self.received = 0
        self.held = self.size * _VALUE_BYTES
        self.slot = 0
        self._owner = owner
        self._flat = self.values.reshape(-1)
        self._here = np.zeros(self.size, dtype=np.bool_)

    @property
    def size(self) -> int:
        return self.values.size

    def reserve(self, offset: int, count: int) -> None:
        """Mark values as on their way. Raises InvalidInput where they don't fit or came before."""
        if not count:
            raise InvalidInput("a part without values", field="values", constraint="length >= 1")
        if offset + count > self.size:
            raise InvalidInput(
                f"values {offset} to {offset + count - 1} of an upload of {self.size}",
                field="values",
                constraint="offset + length <= size",
            )
        here = self._here[offset : offset + count]
        if here.any():
            first = offset + int(here.argmax())
            raise InvalidInput(f"value {first} was sent before", field="offset", constraint="parts do not overlap")
        here[:] = True

    def fill(self, offset: int, values: np.ndarray) -> None:
        """Copy reserved values into their place."""
        self._flat[offset : offset + values.size] = values

    def expire(self) -> None:
        """Nothing happened to it for too long."""
        self._owner.drop(self.token)


class Uploads:
    """The uploads of one connection.

    Parameters
    ----------
    budget : Budget
        The connection's, which they count in like its messages.
    share : Budget
        How much of the budgets uploads may take together, so that they, which wait for
        requests, never keep requests from being read.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        wheel: Wheel,
        pool: Executor,
        limits: Limits,
        budget: Budget,
        share: Budget,
    ) -> None:
        self._loop = loop
        self._wheel = wheel
        self._pool = pool
        self._limits = limits
        self._budget = budget
        self._share = share
        self._open: dict[str, Upload] = {}

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, shape: list[int]) -> str:
        """Make room; returns the token.

        Raises
        ------
        PayloadTooLarge
            More than 1,000,000 values.
        Overloaded
            Too many uploads are open, or the memory for uploads is taken.
        """
        size = math.prod(shape)
        if size > MAX_VALUES:
            raise PayloadTooLarge(f"an upload of {size} values", field="shape", constraint=f"values <= {MAX_VALUES}")
        if len(self._open) >= self._limits.uploads:
            raise Overloaded(f"{self._limits.uploads} uploads are open on this connection", retry_after_ms=1000)
        held = size * _VALUE_BYTES
        if not self._share.take(held):
            raise Overloaded("the memory for uploads is taken", retry_after_ms=1000)
        if not self._budget.take(held):
            self._share.give(held)
            raise Overloaded("the memory for messages is taken", retry_after_ms=1000)
        upload = Upload(self, secrets.token_hex(16), shape)
        self._open[upload.token] = upload
        self._wait_for(upload)
        return upload.token

    async def put(self, token: str, offset: int, values: np.ndarray) -> Upload:
        """Take a part.

        Raises
        ------
        InvalidInput
            The token is unknown here, or the values do not fit or came before.
        """
        upload = self._known(token)
        if values.dtype == object:
            raise InvalidInput("rows of a part have one length", field="values", constraint="rows of one length")
        flat = values.reshape(-1)
        upload.reserve(offset, flat.size)
        if flat.size >= self._limits.offload_values:
            await self._loop.run_in_executor(self._pool, upload.fill, offset, flat)
        else:
            upload.fill(offset, flat)
        upload.received += flat.size
        self._known(token)  # it may have been dropped meanwhile
        self._wheel.discard(upload.slot, upload)
        self._wait_for(upload)
        return upload

    def drop(self, token: str) -> bool:
        """Forget an upload; whether it was there."""
        upload = self._open.pop(token, None)
        if upload is None:
            return False
        self._wheel.discard(upload.slot, upload)
        self._share.give(upload.held)
        self._budget.give(upload.held)
        return True

    def drop_all(self) -> None:
        """The connection is gone."""
        for token in list(self._open):
            self.drop(token)

    def claims(self) -> Claims:
        """For reading one request."""
        return Claims(dict(self._open))

    def spend(self, token: str) -> int:
        """Give an upload to the request that named it; returns the bytes of the budget that go with it."""
        upload = self._open.pop(token, None)
        if upload is None:
            raise _unknown(token)
        self._wheel.discard(upload.slot, upload)
        self._share.give(upload.held)
        return upload.held

    def _known(self, token: str) -> Upload:
        upload = self._open.get(token)
        if upload is None:
            raise _unknown(token)
        return upload

    def _wait_for(self, upload: Upload) -> None:
        upload.slot = self._wheel.add(self._loop.time() + self._limits.upload_idle_s, upload)


class Claims:
    """The uploads that a request names, found while it is read (perhaps in a thread)."""

    def __init__(self, known: dict[str, Upload]) -> None:
        self._known = known
        self.used: dict[str, None] = {}

    def __call__(self, token: str) -> np.ndarray:
        """The array of a token. Raises ValueError in the words of msgspec's own complaints."""
        upload = self._known.get(token)
        if upload is None:
            raise ValueError(f"Expected `{UNSPENT_UPLOAD}`")
        if upload.received < upload.size:
            raise ValueError(f"Expected `a whole upload`, got `{upload.received} of {upload.size} values`")
        self.used[token] = None
        return upload.values


def _unknown(token: str) -> InvalidInput:
    return InvalidInput(f"no upload of this connection is called {token!r}", field="upload", constraint=UNSPENT_UPLOAD)


async def begin(request: UploadBeginRequest, connection: Connection) -> UploadBeginReply:
    """Answer `upload_begin`. Errors: payload_too_large, overloaded."""
    return UploadBeginReply(upload=connection.uploads.begin(request.shape))


async def put(request: UploadPartRequest, connection: Connection) -> UploadPartReply:
    """Answer `upload_part`. Errors: invalid_input."""
    upload = await connection.uploads.put(request.upload, request.offset, request.values)
    return UploadPartReply(upload=upload.token, received=upload.received, size=upload.size)
