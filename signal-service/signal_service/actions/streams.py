"""Following the alert log, live or page by page."""

from __future__ import annotations

import msgspec
from chitti_shared.contracts import signals
from chitti_shared.ipc import Router, Stream
from chitti_shared.positions import Position

from signal_service.actions.names import check_filter
from signal_service.context import SignalContext
from signal_service.streaming.cursors import ResetReason, resolve
from signal_service.streaming.filters import Verdicts
from signal_service.work.tail import AlertLog

BATCH = 256


async def subscribe(request: signals.SubscribeRequest, ctx: SignalContext, stream: Stream) -> None:
    """Push events after a position until the client goes; without one, live from now. Errors: invalid_input."""
    wanted = await _wanted_of(request, ctx)
    start, reason = await _start_of(request.after, ctx.events)
    await stream.accept(signals.SubscribeReply(at=str(start)))
    with ctx.metrics.readers.track_inprogress():
        await _follow(ctx.events, stream, start, wanted, reason)


async def read_events(request: signals.ReadEventsRequest, ctx: SignalContext) -> signals.ReadEventsReply:
    """A page of the log; a position that can't be continued is answered with `reset`."""
    events, wanted = ctx.events, await _wanted_of(request, ctx)
    await events.catch_up()
    if request.after is None:
        start, reason = Position(events.epoch, events.oldest - 1), None
    else:
        start, reason = await _start_of(request.after, events)
    page = [] if reason else await events.page(start.seq, request.limit)
    if page is None:
        start, reason, page = events.top, "expired", []
    return signals.ReadEventsReply(
        events=[
            signals.Event(event_id=entry.event_id, data=msgspec.Raw(entry.data))
            for entry in page
            if wanted.passes(entry.event_id, entry.subject)
        ],
        at=page[-1].event_id if page else str(start),
        top=str(events.top),
        oldest=_oldest(events),
        reset=_reset(reason, events) if reason else None,
    )


def register(router: Router[SignalContext]) -> None:
    router.streams(signals.SUBSCRIBE)(subscribe)
    router.handles(signals.READ_EVENTS)(read_events)


async def _wanted_of(request: signals.SubscribeRequest | signals.ReadEventsRequest, ctx: SignalContext) -> Verdicts:
    """What decides for a reader. One that comes back is taken as it is: what it names may be removed since."""
    wanted = ctx.filters.of(request.filter)
    comes_back = request.after is not None or (isinstance(request, signals.SubscribeRequest) and request.returning)
    if request.filter is not None and not comes_back:
        await check_filter(request.filter, ctx)
    return wanted


async def _start_of(after: str | None, events: AlertLog) -> tuple[Position, ResetReason | None]:
    """Where a reader goes on, and why not from `after` where it can't."""
    if after is None:
        return events.top, None
    position = Position.parse(after)
    reason = resolve(position, events.extent)
    if reason in {"unknown", "epoch"} and position is not None:
        await events.refresh()  # another instance may have told it what is not known here yet
        reason = resolve(position, events.extent)
    if position is None or reason is not None:
        return events.top, reason
    return position, None


async def _follow(
    events: AlertLog, stream: Stream, start: Position, wanted: Verdicts, reason: ResetReason | None
) -> None:
    """Pull the log from `start` on: one reader, one position, no queue of its own."""
    position, beats = start, events.beats
    if reason is not None:
        await stream.send(_reset_event(reason, position, events))
    while True:
        changed = events.change()
        if position.epoch != events.epoch:
            position = events.top
            await stream.send(_reset_event("epoch", position, events))
        page = await events.page(position.seq, BATCH)
        if page is None:
            if position.epoch == events.epoch:
                position = events.top
                await stream.send(_reset_event("expired", position, events))
            continue
        for entry in page:
            if wanted.passes(entry.event_id, entry.subject):
                await stream.send(entry.tail)
        if page:
            position = Position(position.epoch, page[-1].seq)
            continue
        if beats != events.beats:
            beats = events.beats
            await stream.send(_beat(events, position))
        await changed.wait()


def _beat(events: AlertLog, position: Position) -> bytes:
    """The shared heartbeat; with its position for a reader that has everything up to it."""
    if position != events.top:
        return events.beat
    return b'"event_id":"%s",%s' % (str(position).encode(), events.beat)


def _reset_event(reason: ResetReason, position: Position, events: AlertLog) -> bytes:
    data = msgspec.json.encode(_reset(reason, events))
    return b'"event":"reset","event_id":"%s","data":%s' % (str(position).encode(), data)


def _reset(reason: ResetReason, events: AlertLog) -> signals.Reset:
    return signals.Reset(reason=reason, oldest=_oldest(events), top=str(events.top))


def _oldest(events: AlertLog) -> str:
    return str(Position(events.epoch, events.oldest))
