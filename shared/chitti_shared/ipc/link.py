"""One end of a connection: bytes to messages, back-pressure, time limits."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, ClassVar, cast

from chitti_shared.errors import ChittiError, Overloaded
from chitti_shared.ipc._budget import Budget
from chitti_shared.ipc._frames import Decoder
from chitti_shared.ipc.limits import Limits
from chitti_shared.ipc.messages import Large, Message, Pause, Reader, Rejected
from chitti_shared.ipc.sockets import peer_is_ours
from chitti_shared.ipc.timers import Wheel
from chitti_shared.json import Scanned

_HIGH_WATER = 1 << 20
_SOCKET_BUFFER = 512 * 1024


class Alarm:
    """An entry of the wheel that calls a function."""

    __slots__ = ("expire",)

    def __init__(self, expire: Callable[[], None]) -> None:
        self.expire = expire


class Link(asyncio.BufferedProtocol):
    """What server and client share; subclasses say what a message means."""

    # A server holds the requests of a peer up that doesn't take its replies. A client takes replies while its
    # requests wait: or both would wait for each other.
    holds_up_reading: ClassVar[bool] = True

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        wheel: Wheel,
        limits: Limits,
        budget: Budget,
        reader: Reader,
        pool: Executor,
    ) -> None:
        self.loop = loop
        self.limits = limits
        self._wheel = wheel
        self._budget = budget
        self._reader = reader
        self._pool = pool
        self._read_into(reader.frames)
        self._transport: asyncio.Transport | None = None
        self._pauses: set[str] = set()
        self._arrival: int | None = None
        self._arrival_alarm = Alarm(self._too_slow)
        self._drain_alarm = Alarm(self._not_draining)
        self._drain_slot: int | None = None
        self._drainers: list[asyncio.Future[None]] = []
        self._undrained = 0  # bytes of the write buffer when the drain alarm was set
        self._charged = 0  # bytes of the write buffer counted in the budget
        self.closed = False
        self.closing = False

    def _read_into(self, frames: Decoder) -> None:
        self._frames_updated = frames.buffer_updated
        self.get_buffer = frames.get_buffer  # type: ignore[method-assign]

    # what a subclass does

    def opened(self) -> None:
        """The connection stands and its peer is trusted."""

    def received(self, message: Message) -> None:
        """A whole message; its `held` bytes are the receiver's to give back."""
        raise NotImplementedError

    def rejected(self, rejected: Rejected) -> None:
        """A message that broke a rule."""
        raise NotImplementedError

    def lost(self, error: Exception | None) -> None:
        """The connection is gone."""

    # asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=_HIGH_WATER)
        peer = transport.get_extra_info("socket")
        if peer is not None and peer.family == socket.AF_UNIX and not _prepared(peer):
            self.abort()
            return
        self.opened()

    def buffer_updated(self, nbytes: int) -> None:
        self._frames_updated(nbytes)
        if not self._pauses and not self.closing:
            self._pump()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = self.closing = True
        self._transport = None
        self._stop_arrival()
        self._stop_draining()
        self._reader.end()
        # this connection may wait for the garbage collector; 64 MiB of a message cut off must not
        self._read_into(self._reader.frames)
        self.lost(exc)

    def pause_writing(self) -> None:
        self._charge()
        self._undrained = self._charged
        self._await_drain()
        if self.holds_up_reading:
            self.pause("writing")

    def resume_writing(self) -> None:
        self._stop_draining()
        if self.closing:
            self._watch_the_rest()
        self.resume("writing")

    # reading

    def _pump(self) -> None:
        """Hand on all messages that are whole."""
        outcome = self._reader.next()
        while outcome is not None:
            self._stop_arrival()
            if isinstance(outcome, Message):
                self.received(outcome)
            elif isinstance(outcome, Rejected):
                self.rejected(outcome)
                if outcome.fatal:
                    self.close()
            elif isinstance(outcome, Large):
                self._offload(outcome)
            else:
                self._wait_for_budget(outcome)
                return
            if self._pauses or self.closing:
                return
            outcome = self._reader.next()
        if self._reader.started:
            if self._arrival is None:
                self._start_arrival()
        else:
            self._stop_arrival()

    def _offload(self, large: Large) -> None:
        self.pause("scanning")

        def scanned(done: asyncio.Future[Scanned]) -> None:
            error = None if done.cancelled() else done.exception()
            if self.closed or done.cancelled():
                return
            if error is not None and not isinstance(error, ChittiError):
                raise error
            outcome = self._reader.resume(large, error if isinstance(error, ChittiError) else done.result())
            self._pauses.discard("scanning")
            self._after(outcome)

        self.loop.run_in_executor(self._pool, large.work).add_done_callback(scanned)

    def _after(self, outcome: Any) -> None:
        """Go on after a pause with an outcome that the reader had for us."""
        if isinstance(outcome, Message):
            self.received(outcome)
        elif isinstance(outcome, Rejected):
            self.rejected(outcome)
            if outcome.fatal:
                self.close()
        elif isinstance(outcome, Pause):
            self._wait_for_budget(outcome)
        self._go_on()

    def _wait_for_budget(self, outcome: Pause) -> None:
        self._budget.when_free(self._budget_freed)
        self.pause("budget")
        if outcome is Pause.WITHIN:
            self._start_arrival()  # two half-read messages could wait for each other for ever

    def _budget_freed(self) -> None:
        if "budget" in self._pauses:
            self.loop.call_soon(self.resume, "budget")

    def pause(self, why: str) -> None:
        """Stop reading until every reason has been taken back; a message half-read is not late meanwhile."""
        self._stop_arrival()
        if not self._pauses and self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()
        self._pauses.add(why)

    def resume(self, why: str) -> None:
        """Take one reason back."""
        if why in self._pauses:
            self._pauses.discard(why)
            self._go_on()

    def _go_on(self) -> None:
        transport = self._transport
        if not self._pauses and not self.closing and transport is not None and not transport.is_closing():
            transport.resume_reading()
            self._pump()

    def _start_arrival(self) -> None:
        self._stop_arrival()
        self._arrival = self._wheel.add(self.loop.time() + self.limits.arrival_s, self._arrival_alarm)

    def _stop_arrival(self) -> None:
        if self._arrival is not None:
            self._wheel.discard(self._arrival, self._arrival_alarm)
            self._arrival = None

    def _too_slow(self) -> None:
        self._arrival = None
        if "budget" in self._pauses:
            self.rejected(Rejected(Overloaded("no room for a message of this size now"), None, fatal=True))
        self.close()

    # writing

    @property
    def drained(self) -> bool:
        """Whether the socket has taken all that was written."""
        transport = self._transport
        return transport is not None and not transport.is_closing() and transport.get_write_buffer_size() == 0

    def send(self, message: bytes | list[bytes | memoryview]) -> bool:
        """Write a whole message, in one piece or in parts; False when the connection is gone."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        if isinstance(message, bytes):
            transport.write(message)
        else:
            transport.writelines(message)
        if self._drain_slot is not None:
            self._charge()
        return True

    async def drain(self) -> None:
        """Wait until the peer has taken enough for more to be written; at once when it keeps up."""
        if self._drain_slot is not None:
            waiter = self.loop.create_future()
            self._drainers.append(waiter)
            await waiter

    def _charge(self) -> None:
        """Count what waits to be written in the budget: a peer that does not read holds its own requests up."""
        if self._transport is not None:
            size = self._transport.get_write_buffer_size()
            if self.holds_up_reading:
                self._budget.charge(size - self._charged)
            self._charged = size

    def _stop_draining(self) -> None:
        if self._drain_slot is not None:
            self._wheel.discard(self._drain_slot, self._drain_alarm)
            self._drain_slot = None
        if self._charged and self.holds_up_reading:
            self._budget.give(self._charged)
        self._charged = 0
        for waiter in self._drainers:
            if not waiter.done():
                waiter.set_result(None)
        self._drainers.clear()

    def _await_drain(self) -> None:
        self._drain_slot = self._wheel.add(self.loop.time() + self.limits.drain_s, self._drain_alarm)

    def _not_draining(self) -> None:
        """A peer that took something meanwhile is slow, one that took nothing is gone."""
        self._charge()
        if self._charged < self._undrained:
            self._undrained = self._charged
            self._await_drain()
        else:
            self.abort()

    def close(self) -> None:
        """Flush and close; a peer that does not take the rest is cut off."""
        self.closing = True
        if self._transport is not None:
            self._transport.close()
            self._watch_the_rest()

    def _watch_the_rest(self) -> None:
        if self._drain_slot is None and self._transport is not None and self._transport.get_write_buffer_size():
            self._charge()
            self._undrained = self._charged
            self._await_drain()

    def abort(self) -> None:
        """Close without flushing."""
        self.closing = True
        if self._transport is not None:
            self._transport.abort()


def _prepared(peer: socket.socket) -> bool:
    """Whether a Unix socket's peer is ours; if so, room is made for a reply of 10,000 numbers at once.

    Asyncio and uvloop hand out socket look-alikes; this wants a real one.
    """
    with socket.socket(fileno=os.dup(peer.fileno())) as real:
        if not peer_is_ours(real):
            return False
        real.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SOCKET_BUFFER)
        return True
