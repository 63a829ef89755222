"""Webhooks: alerts told by HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from chitti_shared.contracts.action import Action, Empty, Reply, Request, Route
from chitti_shared.contracts.signals.streams import AlertFilter

WebhookName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_-]{0,63}\Z", examples=["telegram-bot"])]
WebhookUrl = Annotated[str, Meta(min_length=1, max_length=2048, examples=["https://example.com/alerts"])]
WebhookState = Literal["delivering", "retrying", "disabled"]


class Webhook(Reply, frozen=True, kw_only=True):
    """A receiver of alerts and how it fares.

    `position` is the last event that needs no telling any more, `behind` how many newer ones there
    are (null where the log began a new life since). `failures` counts since the last success.
    `disabled_by` says who stopped it: the user, a day of failures, or its server's 410 Gone.
    """

    name: WebhookName
    url: str
    filter: AlertFilter
    state: WebhookState
    disabled_by: Literal["user", "failures", "gone"] | None = None
    position: str
    behind: int | None
    delivered: int
    failures: int
    failing_since: datetime | None = None
    next_try_at: datetime | None = None
    last_status: int | None = None
    last_error: str | None = None
    last_success_at: datetime | None = None
    created_at: datetime
    updated_at: datetime


class ListWebhooksReply(Reply, frozen=True, kw_only=True):
    webhooks: list[Webhook]
    count: int


class PutWebhookRequest(Request, frozen=True, kw_only=True):
    """Make a webhook, or replace what it is.

    A new one is told of events from now on, or after the stream position `after`; an existing one
    keeps its place unless `after` is given. Putting a disabled one enables it.
    """

    name: WebhookName
    url: WebhookUrl
    filter: AlertFilter | None = None
    enabled: bool = True
    new_secret: bool = False
    after: Annotated[str, Meta(max_length=64)] | None = None


class PutWebhookReply(Reply, frozen=True, kw_only=True):
    """`secret` is told once, when it is made: for a new webhook, or with `new_secret`."""

    webhook: Webhook
    created: bool
    secret: str | None = None


class WebhookRequest(Request, frozen=True, kw_only=True):
    name: WebhookName


class RemoveWebhookReply(Reply, frozen=True, kw_only=True):
    name: WebhookName
    url: str


class TestWebhookReply(Reply, frozen=True, kw_only=True):
    """What the receiver made of a signed event called `test`; its place in the log does not move."""

    __test__ = False  # no test of pytest's

    accepted: bool
    http_status: int | None
    error: str | None
    time_ms: float


LIST_WEBHOOKS = Action(
    "list_webhooks",
    Empty,
    ListWebhooksReply,
    route=Route("GET", "/api/webhooks"),
    doc="Receivers of alerts by HTTP, and how they fare.",
)
PUT_WEBHOOK = Action(
    "put_webhook",
    PutWebhookRequest,
    PutWebhookReply,
    idempotent=False,  # a repeat would not tell the secret
    route=Route("PUT", "/api/webhooks/{name}"),
    doc="Tell a receiver of alerts by signed HTTP requests.",
)
REMOVE_WEBHOOK = Action(
    "remove_webhook",
    WebhookRequest,
    RemoveWebhookReply,
    idempotent=False,
    route=Route("DELETE", "/api/webhooks/{name}"),
    doc="Tell a receiver no more.",
)
TEST_WEBHOOK = Action(
    "test_webhook",
    WebhookRequest,
    TestWebhookReply,
    idempotent=False,
    route=Route("POST", "/api/webhooks/{name}/test"),
    doc="Send a receiver a test event now.",
)
