"""The request that the current task works for."""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from copy import copy
from itertools import count
from typing import TYPE_CHECKING, Literal, Protocol

from chitti_shared.contracts.action import Reply
from chitti_shared.errors import Cancelled, ChittiError, Timeout

if TYPE_CHECKING:
    import asyncio

ReplyAs = Literal["inline", "section", "binary"]

_process = secrets.token_hex(4)
_numbers = count(1)


class Flag:
    """`threading.Event` without the waiting, which costs a lock for each request."""

    __slots__ = ("_raised",)

    def __init__(self) -> None:
        self._raised = False

    def set(self) -> None:
        self._raised = True

    def is_set(self) -> bool:
        return self._raised


class Teller(Protocol):
    """Where partial replies go."""

    def tell(self, raw_id: bytes, part: int, progress: float, fields: Reply) -> None: ...

    async def tell_at_length(self, raw_id: bytes, part: int, progress: float, fields: Reply) -> None: ...


class Call:
    """One request in flight.

    Attributes
    ----------
    request_id : str
        What logs call it: the caller's `trace`, else one of our own.
    action : str
    deadline : float or None
        Event loop time at which it times out.
    cancelled : Flag
        Set when it is cancelled or out of time; long computations look at it between
        chunks, from any thread.
    reply_as : {"inline", "section", "binary"}
        How the caller wants the result.
    """

    __slots__ = (
        "_raw_id",
        "_request_id",
        "_teller",
        "action",
        "cancelled",
        "deadline",
        "parts",
        "reason",
        "reply_as",
        "task",
    )

    def __init__(
        self,
        action: str,
        *,
        request_id: str | None = None,
        deadline: float | None = None,
        reply_as: ReplyAs = "inline",
        raw_id: bytes | None = None,
        teller: Teller | None = None,
    ) -> None:
        self.action = action
        self.deadline = deadline
        self.reply_as: ReplyAs = reply_as
        self.cancelled = Flag()
        self.reason: ChittiError | None = None
        self.task: asyncio.Task[None] | None = None
        self.parts = 0
        self._request_id = request_id
        self._raw_id = raw_id
        self._teller = teller

    @property
    def request_id(self) -> str:
        if self._request_id is None:
            self._request_id = f"{_process}-{next(_numbers):x}"
        return self._request_id

    def stop(self, reason: ChittiError) -> None:
        """Set the flag and cancel the task; the first reason is the one the caller gets."""
        if self.reason is not None:
            return
        self.reason = reason
        self.cancelled.set()
        if self.task is not None:
            self.task.cancel()

    def expire(self) -> None:
        """Its deadline came."""
        self.stop(Timeout(f"{self.action} did not finish before its deadline"))

    def raise_if_cancelled(self) -> None:
        """Raise what the caller will be told, if the flag is set; for computations between chunks."""
        if self.cancelled.is_set():
            # a copy: `reason` would hold the frames that it went through, and their arrays, and they this call
            raise copy(self.reason) or Cancelled(f"{self.action} was cancelled")

    def send_partial(self, progress: float, fields: Reply) -> None:
        """Send `{"status":"partial","part":k,"progress":...}` ahead of the reply; for small fields.

        Only from the event loop's thread (`Progress` is for others). A no-op where the
        caller gave no id to tell it by, and once the request is answered.
        """
        if self._teller is not None and self._raw_id is not None:
            self.parts += 1
            self._teller.tell(self._raw_id, self.parts, progress, fields)

    async def send_results(self, progress: float, fields: Reply) -> None:
        """`send_partial` for fields of any size: printed off the loop, and no faster than the peer reads."""
        if self._teller is not None and self._raw_id is not None:
            self.parts += 1
            await self._teller.tell_at_length(self._raw_id, self.parts, progress, fields)

    def answered(self) -> None:
        """Nothing may be sent for it any more, and nothing stopped."""
        self._teller = None
        self.task = None  # a cancelled one holds the frames that it left, and their arrays, and these this call


_current: ContextVar[Call | None] = ContextVar("chitti_call", default=None)


def call() -> Call | None:
    """The request that this task (or lane thread) works for; None outside of one."""
    return _current.get()


def raise_if_cancelled() -> None:
    """`Call.raise_if_cancelled` of the present call, where there is one."""
    current = _current.get()
    if current is not None:
        current.raise_if_cancelled()


def bind_call(current: Call) -> None:
    """Make `current` the call of this task."""
    _current.set(current)
