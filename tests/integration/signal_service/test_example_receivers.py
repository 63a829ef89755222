"""The receivers of docs/examples, between a running daemon and a Telegram or a mail server of these tests."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aiohttp import web
from chitti_shared.contracts import signals
from chitti_shared.testing.waiting import until
from signal_service.webhooks.signing import signature

from tests.support.safe_fetching import serving

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"
NAMES = ("receiver", "telegram_receiver", "email_receiver")
SECRET = "whsec_test"
ALERT = {
    "symbol": "TCS", "direction": "bullish", "rule": "golden_cross", "summary": "the mean of 50 rose above that of 200",
    "price": 3450.5, "bar_date": "2025-09-30", "impact": 71.3, "confidence": None,
    "confidence_basis": "12 earlier cases; at least 30 are needed", "headline": None, "url": "https://example.com/a",
}  # fmt: skip


@pytest.fixture
def examples(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The modules, imported as a script beside them imports them."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    yield {name: importlib.import_module(name) for name in NAMES}
    for name in NAMES:
        sys.modules.pop(name, None)


@contextmanager
def receiving(examples: Any, last: Path, tell: Callable[[str, str, str], None], secret: str) -> Iterator[int]:
    """The port of a receiver at work."""
    module = examples["receiver"]
    with module.Receiver(("127.0.0.1", 0), secret, module.Told(last), tell) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def event(number: int, epoch: str = "00000000000000aa", name: str = "new_alert", **changed: Any) -> bytes:
    data = {"reason": "epoch"} if name == "reset" else ALERT | changed
    return json.dumps({"event": name, "event_id": f"{epoch}-{number}", "data": data}).encode()


def send(port: int, body: bytes, signed: str | None = None, **headers: str) -> tuple[int, str | None]:
    """The status, and how long to stay away."""
    given = {"Chitti-Signature": signature(SECRET, int(time.time()), body) if signed is None else signed, **headers}
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("POST", "/", body, {name.replace("_", "-"): value for name, value in given.items()})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers["Retry-After"]
    finally:
        connection.close()


class Telegram:
    """Bots' messages; `answers` come before those of a server that takes everything."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.answers: list[web.Response] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        assert request.path == "/bot123:abc/sendMessage"
        if self.answers:
            return self.answers.pop(0)
        self.messages.append(await request.json())
        return web.json_response({"ok": True})


@asynccontextmanager
async def telegram() -> AsyncIterator[Telegram]:
    one = Telegram()
    async with serving(one.handle) as port:
        one.url = f"http://127.0.0.1:{port}"
        yield one


class MailServer:
    """Takes mail by SMTP, without TLS; refuses recipients for as long as `refuses` says."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.commands: list[str] = []
        self.refuses = 0
        self.farewell = b"221 bye\r\n"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.split()[0].upper()
            self.commands.append(verb)
            if verb == "QUIT":
                writer.write(self.farewell)
                break
            writer.write(await self._answer(verb, reader, writer))
        writer.close()

    async def _answer(self, verb: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        if verb == "RCPT" and self.refuses:
            self.refuses -= 1
            return b"451 later\r\n"
        if verb == "DATA":
            writer.write(b"354 go on\r\n")
            self.mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
        return b"250 ok\r\n"


@asynccontextmanager
async def mail_server() -> AsyncIterator[tuple[MailServer, int]]:
    one = MailServer()
    server = await asyncio.start_server(one.talk, "127.0.0.1", 0)
    async with server:
        yield one, server.sockets[0].getsockname()[1]


@asynccontextmanager
async def hooked(start_service: Any, examples: Any, folder: Path, tell: Any) -> AsyncIterator[Any]:
    """A daemon that tells its alerts to a receiver."""
    free = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = free.sockets[0].getsockname()[1]
    free.close()
    await free.wait_closed()
    service = await start_service(chitti_webhook_allow=[f"127.0.0.1:{port}"])
    request = signals.PutWebhookRequest(name="phone", url=f"http://127.0.0.1:{port}/")
    made = await service.client.call(signals.PUT_WEBHOOK, request)
    module = examples["receiver"]
    with module.Receiver(("127.0.0.1", port), made.secret, module.Told(folder / "last"), tell) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield service
        finally:
            await asyncio.to_thread(server.shutdown)
            thread.join()


async def test_alerts_of_a_daemon_become_messages_once_each_in_order(start_service, open_desk, folder, examples):
    desk = await open_desk()
    async with telegram() as served:
        bot = examples["telegram_receiver"].Bot("123:abc", "-100", served.url)
        too_many = {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
        served.answers = [web.json_response(too_many, status=429)]
        async with hooked(start_service, examples, folder, bot.tell) as service:
            await desk.raise_alerts(1, 2, 3)
            await until(lambda: len(served.messages) == 3, 20)
            tested = await service.client.call(signals.TEST_WEBHOOK, signals.WebhookRequest(name="phone"))
            assert tested.http_status == 204
    texts = [message["text"] for message in served.messages]
    assert [text.splitlines()[:2] for text in texts[:3]] == [
        ["TCS bullish: sma crossover", f"finding {number}"] for number in (1, 2, 3)
    ]
    assert texts[3].startswith("Test of trading-chitti")
    assert {message["chat_id"] for message in served.messages} == {"-100"}


async def test_alerts_of_a_daemon_become_mails_named_after_their_events(start_service, open_desk, folder, examples):
    desk = await open_desk()
    async with mail_server() as (served, port):
        mailer = examples["email_receiver"].Mailer("127.0.0.1", port, "chitti@example.com", "me@example.com")
        served.refuses = 1
        served.farewell = b"421 in a hurry\r\n"
        async with hooked(start_service, examples, folder, mailer.tell):
            await desk.raise_alerts(1, 2)
            await until(lambda: len(served.mails) == 2, 20)
            await desk.log.refresh()
    ids = [f"Message-ID: <{desk.log.epoch}-{number}@example.com>" for number in (1, 2)]
    assert all(one in mail for one, mail in zip(ids, served.mails, strict=True))
    assert all("To: me@example.com" in mail for mail in served.mails)


async def test_an_event_that_comes_again_is_told_once_across_restarts_and_epochs(folder, examples):
    told: list[str] = []

    def tell(event_id: str, _subject: str, _text: str) -> None:
        told.append(event_id[-4:])

    def one_life(*bodies: bytes) -> list[int]:
        with receiving(examples, folder / "last", tell, SECRET) as port:
            return [send(port, body)[0] for body in bodies]

    beginning = (event(1), event(1), event(2), event(1), event(2, name="test"), event(3))
    assert await asyncio.to_thread(one_life, *beginning) == [204] * 6
    again = (event(3), event(4), event(1, "00000000000000bb", "reset"), event(2, "00000000000000bb"))
    assert await asyncio.to_thread(one_life, *again) == [204] * 4
    assert told == ["aa-1", "aa-2", "aa-2", "aa-3", "aa-4", "bb-1", "bb-2"]  # the second aa-2 is the test


async def test_what_could_not_be_told_comes_again_and_the_wait_is_passed_on(folder, examples):
    refusals = [examples["receiver"].NotNow("busy", 7), examples["receiver"].NotNow("down")]
    told: list[str] = []

    def tell(event_id: str, subject: str, text: str) -> None:
        if refusals:
            raise refusals.pop(0)
        told.append(f"{subject}|{text}")

    def attempts() -> list[tuple[int, str | None]]:
        with receiving(examples, folder / "last", tell, SECRET) as port:
            return [send(port, event(1, confidence=0.543)) for _ in range(4)]

    assert await asyncio.to_thread(attempts) == [(503, "7"), (503, None), (204, None), (204, None)]
    assert told == [
        "TCS bullish: golden cross|the mean of 50 rose above that of 200\n"
        "price 3,450.50 on 2025-09-30, impact 71 of 100\n"
        "confidence 54%: 12 earlier cases; at least 30 are needed\nhttps://example.com/a"
    ]


async def test_what_is_not_signed_or_too_large_is_refused_and_told_to_nobody(folder, examples):
    told: list[str] = []

    def attempts() -> list[int]:
        with receiving(examples, folder / "last", lambda *event: told.append(event[0]), SECRET) as port:
            body, now = event(1), int(time.time())
            forged = ["", "t=1,v1=00", signature("whsec_other", now, body), signature(SECRET, now - 3600, body)]
            forged += [f"t={now},v1=\xe9", f"t={'9' * 5000},v1=00"]
            lengths = ["1048577", "-1", "1e3", "9" * 30]
            return [
                *(send(port, body, header)[0] for header in forged),
                *(send(port, body, Content_Length=length)[0] for length in lengths),
                send(port, body)[0],
            ]

    assert await asyncio.to_thread(attempts) == 6 * [401] + 4 * [413] + [204]
    assert told == [f"{'00000000000000aa'}-1"]


async def test_a_bot_says_what_telegram_said_and_never_its_token(examples):
    telling = examples["telegram_receiver"]
    async with telegram() as served:
        bot = telling.Bot("123:abc", "-100", served.url)
        chat = {"ok": False, "description": "Bad Request: chat not found"}
        served.answers = [web.json_response(chat, status=400), web.Response(status=502, text="<html>")]
        for words in ("Telegram answered 400: Bad Request: chat not found", "Telegram answered 502"):
            with pytest.raises(examples["receiver"].NotNow) as refused:
                await asyncio.to_thread(bot.tell, "e-1", "subject", "text")
            assert str(refused.value) == words
        await asyncio.to_thread(bot.tell, "e-1", "subject", "x" * 9000)
    assert len(served.messages[0]["text"]) == 4096
    with pytest.raises(examples["receiver"].NotNow, match=r"^Telegram can't be reached \(URLError\)$"):
        await asyncio.to_thread(telling.Bot("123:abc", "-100", "http://127.0.0.1:9").tell, "e-1", "subject", "text")


async def test_a_password_is_not_sent_without_tls_and_no_header_can_be_smuggled_in(examples):
    mailing = examples["email_receiver"]
    async with mail_server() as (served, port):
        guarded = mailing.Mailer("127.0.0.1", port, "a@example.com", "b@example.com", "me", "secret")
        with pytest.raises(examples["receiver"].NotNow, match="offers no TLS"):
            await asyncio.to_thread(guarded.tell, "e-1", "subject", "text")
        assert "AUTH" not in served.commands
        assert "MAIL" not in served.commands
        open_one = mailing.Mailer("127.0.0.1", port, "a@example.com", "b@example.com")
        await asyncio.to_thread(open_one.tell, "e-1", "one\r\nBcc: c@example.com", "text")
    head = served.mails[0].split("\r\n\r\n")[0]
    assert "Subject: one Bcc: c@example.com" in head
    assert "\r\nBcc:" not in head
