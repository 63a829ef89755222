"""Receivers of alerts by HTTP."""

from __future__ import annotations

from time import perf_counter

import msgspec
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.ipc import Router
from chitti_shared.names import nearest
from chitti_shared.positions import Position

from signal_service.actions.names import check_filter
from signal_service.context import SignalContext
from signal_service.storage.webhooks import MOST, Hook
from signal_service.streaming.cursors import resolve
from signal_service.webhooks.signing import new_secret
from signal_service.work.sending import message
from signal_service.work.tail import AlertLog


async def list_webhooks(_request: Empty, ctx: SignalContext) -> signals.ListWebhooksReply:
    """All webhooks with their health, by name; their secrets are not told."""
    hooks = [_told(hook, ctx.events) for hook in await ctx.webhooks.all()]
    return signals.ListWebhooksReply(webhooks=hooks, count=len(hooks))


async def put_webhook(request: signals.PutWebhookRequest, ctx: SignalContext) -> signals.PutWebhookReply:
    """Make or replace a webhook. Errors: invalid_input (address, sector, rule, symbol, position, too many)."""
    await ctx.sender.check(request.url)
    wanted = request.filter or signals.AlertFilter()
    ctx.filters.of(wanted)
    replaced = await ctx.webhooks.one(request.name)
    await check_filter(wanted, ctx, _filter_of(replaced) if replaced is not None else None)
    secret = new_secret()
    stored = await ctx.webhooks.put(
        request.name,
        request.url,
        msgspec.to_builtins(wanted),
        enabled=request.enabled,
        fresh_secret=secret,
        new_secret=request.new_secret,
        start=await _start_of(request.after, ctx.events),
        moved=request.after is not None,
        now=ctx.clock(),
    )
    if stored is None:
        raise InvalidInput(f"there are {MOST} webhooks already", field="name", constraint=f"at most {MOST} webhooks")
    hook, created, is_fresh = stored
    return signals.PutWebhookReply(
        webhook=_told(hook, ctx.events), created=created, secret=secret if is_fresh else None
    )


async def remove_webhook(request: signals.WebhookRequest, ctx: SignalContext) -> signals.RemoveWebhookReply:
    """Tell a receiver no more. Errors: not_found."""
    url = await ctx.webhooks.remove(request.name)
    if url is None:
        raise await _no_such(request.name, ctx)
    return signals.RemoveWebhookReply(name=request.name, url=url)


async def test_webhook(request: signals.WebhookRequest, ctx: SignalContext) -> signals.TestWebhookReply:
    """Send a receiver an event called `test`, enabled or not. Errors: not_found."""
    hook = await ctx.webhooks.one(request.name)
    if hook is None:
        raise await _no_such(request.name, ctx)
    began = perf_counter()
    beat = signals.Heartbeat(top=str(ctx.events.top), ts=ctx.clock())
    answer = await ctx.sender.send(hook, message("test", str(ctx.events.top), msgspec.json.encode(beat)))
    return signals.TestWebhookReply(
        accepted=answer.accepted,
        http_status=answer.status,
        error=None if answer.accepted else answer.why,
        time_ms=round((perf_counter() - began) * 1000.0, 3),
    )


def register(router: Router[SignalContext]) -> None:
    router.handles(signals.LIST_WEBHOOKS)(list_webhooks)
    router.handles(signals.PUT_WEBHOOK)(put_webhook)
    router.handles(signals.REMOVE_WEBHOOK)(remove_webhook)
    router.handles(signals.TEST_WEBHOOK)(test_webhook)


async def _start_of(after: str | None, events: AlertLog) -> Position:
    """Where a webhook begins: now, or after an event that the log still knows."""
    await events.refresh()
    if after is None:
        return events.top
    position = Position.parse(after)
    reason = resolve(position, events.extent)
    if position is None or reason is not None:
        oldest = Position(events.epoch, events.oldest - 1)
        raise InvalidInput(
            f"the log can't go on from {after!r} ({reason}); it holds what follows {oldest}, up to {events.top}",
            field="after",
            constraint="a position of the log",
        )
    return position


def _told(hook: Hook, events: AlertLog) -> signals.Webhook:
    is_known = hook.position.epoch == events.epoch
    state: signals.WebhookState = "delivering" if hook.failing is None else "retrying"
    return signals.Webhook(
        name=hook.name,
        url=hook.url,
        filter=_filter_of(hook),
        state=state if hook.enabled else "disabled",
        disabled_by=hook.disabled_by,
        position=str(hook.position),
        behind=max(events.top.seq - hook.position.seq, 0) if is_known else None,
        delivered=hook.delivered,
        failures=hook.failing.failures if hook.failing else 0,
        failing_since=hook.failing.since if hook.failing else None,
        next_try_at=hook.next_try_at,
        last_status=hook.last_status,
        last_error=hook.last_error,
        last_success_at=hook.last_success_at,
        created_at=hook.created_at,
        updated_at=hook.updated_at,
    )


def _filter_of(hook: Hook) -> signals.AlertFilter:
    return msgspec.convert(hook.filter, signals.AlertFilter)


async def _no_such(name: str, ctx: SignalContext) -> NotFound:
    known = [hook.name for hook in await ctx.webhooks.all()]
    return NotFound(f"there is no webhook {name}{nearest(name, known)}", kind="webhook")
