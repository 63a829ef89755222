"""Webhooks of a running daemon, told to a receiver on loopback."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from chitti_shared.contracts import signals
from chitti_shared.contracts.action import Empty
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.testing.waiting import first_true

from tests.support.safe_fetching import serving

pytestmark = pytest.mark.integration

TIMEOUT_S = 20


class Receiver:
    """Takes deliveries; answers what `statuses` says, then 200."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.hold: asyncio.Event | None = None
        self.port = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}/alerts"

    @property
    def numbers(self) -> list[int]:
        """The sequence numbers of the alerts, in the order in which they came."""
        return [
            int(headers["Chitti-Event-Id"].split("-")[1])
            for headers, _ in self.taken
            if headers["Chitti-Event"] == "new_alert"
        ]

    async def handle(self, request: web.Request) -> web.Response:
        self.taken.append((dict(request.headers), await request.read()))
        if self.hold is not None:
            await self.hold.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers=self.headers)

    async def has(self, count: int) -> None:
        async def enough() -> bool:
            return len(self.taken) >= count

        await first_true(enough, TIMEOUT_S)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    async with serving(receiver.handle) as port:
        receiver.port = port
        yield receiver


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


async def put(service, receiver, name="bot", **given) -> signals.PutWebhookReply:
    request = signals.PutWebhookRequest(name=name, url=given.pop("url", receiver and receiver.url), **given)
    return await service.client.call(signals.PUT_WEBHOOK, request)


async def listed(service) -> dict[str, signals.Webhook]:
    reply = await service.client.call(signals.LIST_WEBHOOKS, Empty())
    return {one.name: one for one in reply.webhooks}


async def hook_when(service, passes, name="bot") -> signals.Webhook:
    async def found() -> Any:
        hook = (await listed(service))[name]
        return hook if passes(hook) else None

    return await first_true(found, TIMEOUT_S)


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    parts = dict(part.split("=", 1) for part in headers["Chitti-Signature"].split(","))
    expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(parts["v1"], expected)


async def test_alerts_are_told_in_order_signed_and_as_subscribers_get_them(start_service, open_desk, receiver):
    service = await start_service(chitti_webhook_allow=[receiver.address])
    desk = await open_desk()
    made = await put(service, receiver)
    assert made.created
    assert made.secret is not None
    await desk.raise_alerts(1, 2)
    await desk.raise_alerts(3)
    await receiver.has(3)
    assert receiver.numbers == [1, 2, 3]
    async with service.client.subscribe(
        signals.SUBSCRIBE, signals.SubscribeRequest(after=made.webhook.position)
    ) as stream:
        for headers, body in receiver.taken:
            event = await anext(stream)
            told = json.loads(body)
            assert (told["event"], told["event_id"]) == ("new_alert", event.event_id)
            assert told["data"] == json.loads(event.data)
            assert headers["Chitti-Event-Id"] == event.event_id
            assert (headers["Chitti-Webhook"], headers["Content-Type"]) == ("bot", "application/json")
            assert is_signed(made.secret, headers, body)
            assert not is_signed(made.secret, headers, body + b" ")
    hook = await hook_when(service, lambda hook: hook.delivered == 3)
    assert (hook.state, hook.behind, hook.failures, hook.last_status) == ("delivering", 0, 0, 200)


async def test_a_secret_is_told_once_and_can_be_replaced(start_service, open_desk, receiver):
    service = await start_service(chitti_webhook_allow=[receiver.address])
    desk = await open_desk()
    first = await put(service, receiver)
    again = await put(service, receiver)
    assert (again.created, again.secret) == (False, None)
    assert first.secret not in json.dumps(await service.client.forward("list_webhooks", params={}), default=str)
    fresh = await put(service, receiver, new_secret=True)
    assert fresh.secret is not None
    assert fresh.secret != first.secret
    await desk.raise_alerts(1)
    await receiver.has(1)
    assert is_signed(fresh.secret, *receiver.taken[0])
    assert not is_signed(first.secret, *receiver.taken[0])


async def test_what_is_refused_is_told_again_before_anything_newer(start_service, open_desk, receiver):
    service = await start_service(chitti_webhook_allow=[receiver.address])
    desk = await open_desk()
    await put(service, receiver)
    receiver.statuses = [500, 302, 404]
    await desk.raise_alerts(1, 2)
    await receiver.has(5)
    assert receiver.numbers == [1, 1, 1, 1, 2]
    assert len({body for _, body in receiver.taken[:4]}) == 1
    hook = await hook_when(service, lambda hook: hook.delivered == 2)
    assert (hook.failures, hook.last_error) == (0, None)


async def test_a_servers_wish_to_wait_is_kept_and_its_failure_is_listed(start_service, open_desk, receiver):
    service = await start_service(chitti_webhook_allow=[receiver.address])
    desk = await open_desk()
    await put(service, receiver)
    receiver.statuses, receiver.headers = [503], {"Retry-After": "3600"}
    await desk.raise_alerts(1)
    hook = await hook_when(service, lambda hook: hook.failures == 1)
    assert hook.state == "retrying"
    assert (hook.last_status, hook.last_error) == (503, "it answered 503, expected 200 to 299")
    assert hook.next_try_at is not None
    assert hook.failing_since is not None
    assert (hook.next_try_at - hook.failing_since).total_seconds() >= 3600
    receiver.headers = {}
    await put(service, receiver)  # a person who repaired it need not wait
    await receiver.has(2)
    assert receiver.numbers == [1, 1]


async def test_a_receiver_that_says_gone_is_stopped_and_goes_on_where_it_was(start_service, open_desk, receiver):
    service = await start_service(chitti_webhook_allow=[receiver.address])
    desk = await open_desk()
    await put(service, receiver)
    receiver.statuses = [410]
    await desk.raise_alerts(1)
    hook = await hook_when(service, lambda hook: hook.state == "disabled")
    assert (hook.disabled_by, hook.last_status) == ("gone", 410)
    await desk.raise_alerts(2)
    await put(service, receiver)
    await receiver.has(3)
    assert receiver.numbers == [1, 1, 2]


async def test_a_day_of_failures_stops_a_webhook_with_its_reason(start_service, open_desk, receiver, pool):
    service = await start_service(chitti_webhook_allow=[receiver.address])
    desk = await open_desk()
    await put(service, receiver, enabled=False)
    await pool.execute(
        "UPDATE signals.webhooks SET enabled = true, disabled_by = NULL, revision = revision + 1, failures = 40,"
        " failing_since = now() - interval '1 day', next_try_at = now()"
    )
    receiver.statuses = [500]
    await desk.raise_alerts(1)
    await pool.execute("SELECT pg_notify('signals_webhooks', '')")
    hook = await hook_when(service, lambda hook: hook.state == "disabled" and hook.failures == 41)
    assert (hook.disabled_by, hook.last_error) == ("failures", "it answered 500, expected 200 to 299")


async def test_a_slow_receiver_holds_nobody_else_up_on_its_host_either(start_service, open_desk, receiver):
    async with receiving() as other:
        service = await start_service(chitti_webhook_allow=[receiver.address, other.address])
        desk = await open_desk()
        receiver.hold = asyncio.Event()
        await put(service, receiver)
        await put(service, other, "other")  # on the same host
        await desk.raise_alerts(1)
        await receiver.has(1)
        await desk.raise_alerts(2, 3)
        await other.has(3)
        assert (receiver.numbers, other.numbers) == ([1], [1, 2, 3])
        receiver.hold.set()


async def test_only_what_its_filter_wants_is_told(start_service, open_desk, receiver):
    service = await start_service(chitti_webhook_allow=[receiver.address])
    desk = await open_desk()
    await put(service, receiver, filter=signals.AlertFilter(watchlist=True))
    await desk.raise_alerts(1)
    await hook_when(service, lambda hook: hook.position.endswith("-1"))
    await service.client.call(signals.ADD_TO_WATCHLIST, signals.WatchlistRequest(symbol="TCS"))
    await desk.raise_alerts(2)
    await receiver.has(1)
    await service.client.call(signals.REMOVE_FROM_WATCHLIST, signals.WatchlistRequest(symbol="TCS"))
    await desk.raise_alerts(3)
    await hook_when(service, lambda hook: hook.position.endswith("-3"))
    assert receiver.numbers == [2]


async def test_a_webhook_can_begin_with_older_events(start_service, open_desk, receiver):
    service = await start_service(chitti_webhook_allow=[receiver.address])
    desk = await open_desk()
    await desk.raise_alerts(1, 2, 3)
    epoch = desk.log.epoch
    await put(service, receiver, after=f"{epoch}-1")
    await receiver.has(2)
    assert receiver.numbers == [2, 3]
    for after in (f"{epoch}-9", "x", "0" * 16 + "-1"):
        with pytest.raises(InvalidInput) as refused:
            await put(service, receiver, after=after)
        assert refused.value.details["field"] == "after"


async def test_a_log_that_began_anew_is_told_as_a_reset(start_service, open_desk, receiver, pool):
    service = await start_service(chitti_webhook_allow=[receiver.address])
    desk = await open_desk()
    made = await put(service, receiver)
    await pool.execute("UPDATE signals.webhooks SET epoch = 'ffffffffffffffff', revision = revision + 1")
    await pool.execute("SELECT pg_notify('signals_webhooks', '')")
    await receiver.has(1)
    headers, body = receiver.taken[0]
    assert headers["Chitti-Event"] == "reset"
    assert is_signed(made.secret, headers, body)
    assert json.loads(body)["data"]["reason"] == "epoch"
    await desk.raise_alerts(1)
    await receiver.has(2)
    assert receiver.numbers == [1]


async def test_a_killed_daemon_leaves_no_event_out_and_keeps_their_order(start_service, open_desk, receiver):
    desk = await open_desk()
    service = await start_service(chitti_webhook_allow=[receiver.address])
    await put(service, receiver)
    for round_ in range(4):
        await desk.raise_alerts(*range(5 * round_ + 1, 5 * round_ + 6))
        await receiver.has(len(receiver.taken) + 2)
        await service.kill()
        service = await start_service(f"signal-{round_}", chitti_webhook_allow=[receiver.address])
    await hook_when(service, lambda hook: hook.position.endswith("-20"))
    first_times = list(dict.fromkeys(receiver.numbers))
    assert first_times == list(range(1, 21))
    assert all(later >= earlier for earlier, later in zip(receiver.numbers, receiver.numbers[1:], strict=False))


async def test_two_daemons_tell_each_event_once(start_service, open_desk, receiver):
    one = await start_service(chitti_webhook_allow=[receiver.address])
    two = await start_service("second", chitti_webhook_allow=[receiver.address])
    desk = await open_desk()
    await put(two, receiver)
    await desk.raise_alerts(*range(1, 11))
    await hook_when(one, lambda hook: hook.delivered == 10)
    assert receiver.numbers == list(range(1, 11))


async def test_a_test_event_is_signed_and_moves_nothing(start_service, receiver):
    service = await start_service(chitti_webhook_allow=[receiver.address])
    made = await put(service, receiver, enabled=False)
    assert made.webhook.disabled_by == "user"
    request = signals.WebhookRequest(name="bot")
    reply = await service.client.call(signals.TEST_WEBHOOK, request)
    assert (reply.accepted, reply.http_status, reply.error) == (True, 200, None)
    assert made.secret is not None
    assert is_signed(made.secret, *receiver.taken[0])
    assert receiver.taken[0][0]["Chitti-Event"] == "test"
    receiver.statuses = [500]
    reply = await service.client.call(signals.TEST_WEBHOOK, request)
    assert (reply.accepted, reply.error) == (False, "it answered 500, expected 200 to 299")
    assert (await listed(service))["bot"].position == made.webhook.position


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/hook",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://2130706433/",
    ],
)
async def test_a_private_address_is_refused_with_the_reason(start_service, url):
    service = await start_service()
    with pytest.raises(InvalidInput) as refused:
        await put(service, None, url=url)
    assert (refused.value.details["field"], refused.value.details["constraint"]) == ("url", "public address")
    assert await listed(service) == {}


async def test_a_name_that_leads_inside_later_is_never_connected_to(start_service, open_desk, receiver, pool):
    service = await start_service()
    desk = await open_desk()
    await put(service, receiver, url="https://example.invalid/hook")
    await pool.execute("UPDATE signals.webhooks SET url = 'http://localhost/hook', revision = revision + 1")
    await pool.execute("SELECT pg_notify('signals_webhooks', '')")
    await desk.raise_alerts(1)
    hook = await hook_when(service, lambda hook: hook.failures > 0 and "public" in (hook.last_error or ""))
    assert hook.last_error == "'localhost' is not a public address"


async def test_bad_webhooks_are_refused_and_unknown_ones_not_found(start_service):
    service = await start_service()
    for given in (
        {"name": "Bot", "url": "https://example.invalid/"},
        {"name": "bot", "url": "ftp://example.invalid/"},
        {"name": "bot", "url": "https://user:word@example.invalid/"},
        {"name": "bot", "url": "https://example.invalid:8443/"},
        {"name": "bot", "url": "https://example.invalid/", "filter": {"sectors": ["Bankin"]}},
        {"name": "bot", "url": "https://example.invalid/", "filter": {"sector": "IT"}},
    ):
        with pytest.raises(InvalidInput):
            await service.client.forward("put_webhook", params=given)
    for action in (signals.REMOVE_WEBHOOK, signals.TEST_WEBHOOK):
        with pytest.raises(NotFound):
            await service.client.call(action, signals.WebhookRequest(name="bot"))


async def test_a_removed_webhook_is_told_nothing_more(start_service, open_desk, receiver):
    service = await start_service(chitti_webhook_allow=[receiver.address])
    desk = await open_desk()
    await put(service, receiver)
    await desk.raise_alerts(1)
    await hook_when(service, lambda hook: hook.delivered == 1)
    gone = await service.client.call(signals.REMOVE_WEBHOOK, signals.WebhookRequest(name="bot"))
    assert gone.url == receiver.url
    await put(service, receiver, "second")
    await desk.raise_alerts(2)
    await hook_when(service, lambda hook: hook.delivered == 1, "second")
    assert [headers["Chitti-Webhook"] for headers, _ in receiver.taken] == ["bot", "second"]
