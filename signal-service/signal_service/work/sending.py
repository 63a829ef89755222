"""One signed request to a receiver of alerts."""

from __future__ import annotations

from dataclasses import dataclass

from chitti_shared.errors import InvalidInput, ServiceUnavailable, Timeout
from chitti_shared.http import Limits, SafeClient

from signal_service.storage.webhooks import Hook
from signal_service.webhooks.retries import Answer
from signal_service.webhooks.signing import SIGNATURE_HEADER, signature
from signal_service.work.tail import Clock

# A receiver answers first and works then. One that hangs holds a connection and its own turn only.
LIMITS = Limits(connect_s=5.0, total_s=10.0, attempts=1, connections=100)
USER_AGENT = "trading-chitti/0.1 (+webhooks)"


@dataclass(frozen=True, slots=True)
class Message:
    """What a receiver is told. `body` is the JSON object {event, event_id, data}."""

    event: str
    event_id: str
    body: bytes


def message(event: str, event_id: str, data: bytes) -> Message:
    """Put an event's JSON into the envelope that subscribers of the socket get too."""
    head = b'{"event":"%s","event_id":"%s","data":' % (event.encode(), event_id.encode())
    return Message(event, event_id, head + data + b"}")


class Sender:
    """Signs and posts. Whatever goes wrong on the way is an answer, not an error."""

    def __init__(self, client: SafeClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def check(self, url: str) -> None:
        """Refuse an address that can't be sent to. Errors: invalid_input."""
        await self._client.check(url)

    async def send(self, hook: Hook, told: Message) -> Answer:
        """One attempt; the signature carries its time."""
        headers = {
            "Content-Type": "application/json",
            "Chitti-Webhook": hook.name,
            "Chitti-Event": told.event,
            "Chitti-Event-Id": told.event_id,
            SIGNATURE_HEADER: signature(hook.secret, int(self._clock().timestamp()), told.body),
        }
        try:
            posted = await self._client.post(hook.url, told.body, headers)
        except (InvalidInput, ServiceUnavailable, Timeout) as failure:
            return Answer(error=failure.message)
        return Answer(posted.status, wait_s=posted.wait_s)
