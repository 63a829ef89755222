"""What a receiver of webhooks does with every request, whatever it does with the alert.

It checks the signature, leaves out what it told already, hands the rest to a function in the
log's order, and says by its status what came of it. Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TOLERANCE_S = 300  # a request that somebody recorded is no good later
MOST_BYTES = 1024 * 1024
PATIENCE_S = 10.0  # for a request to arrive


class NotNow(Exception):
    """The alert could not be passed on; `wait_s` when it is known how long there is no point in trying."""

    def __init__(self, why: str, wait_s: int | None = None) -> None:
        super().__init__(why)
        self.wait_s = wait_s


def is_genuine(secret: bytes, header: str, body: bytes) -> bool:
    """Whether `Chitti-Signature` is this body's, and of these minutes."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    at = parts.get("t", "")
    if not (at.isdecimal() and len(at) <= 12) or abs(time.time() - int(at)) > TOLERANCE_S:
        return False
    expected = hmac.new(secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(parts.get("v1", "").encode(), expected.encode())


class Told:
    """The last event that was passed on, kept on disk: what is not beyond it comes a second time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.last = path.read_text(encoding="ascii") if path.exists() else ""

    def holds(self, event_id: str) -> bool:
        """Whether an event was passed on already. Only ids of one epoch have an order."""
        epoch, _, number = event_id.rpartition("-")
        last_epoch, _, last_number = self.last.rpartition("-")
        return epoch == last_epoch and int(number) <= int(last_number)

    def note(self, event_id: str) -> None:
        """Remember it; when this returns a restart knows it."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="ascii") as file:
            file.write(event_id)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self.last = event_id


def text_of(event: dict[str, Any]) -> tuple[str, str]:
    """A subject of one line, and the text under it."""
    data = event["data"]
    if event["event"] == "test":
        return "Test of trading-chitti", "This webhook is set up: alerts will arrive here."
    if event["event"] == "reset":
        return "Alerts were missed", f"The log can't go on from here ({data['reason']}): see `chitti alerts`."
    confidence = data["confidence"]
    is_known = "unknown" if confidence is None else f"{confidence:.0%}"
    lines = [
        data["summary"],
        f"price {data['price']:,.2f} on {data['bar_date']}, impact {data['impact']:.0f} of 100",
        f"confidence {is_known}: {data['confidence_basis']}",
        *(str(data[name]) for name in ("headline", "url") if data.get(name)),
    ]
    return f"{data['symbol']} {data['direction']}: {data['rule'].replace('_', ' ')}", "\n".join(lines)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    timeout = PATIENCE_S

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isdecimal() and len(length) <= 9 and int(length) <= MOST_BYTES):
            self._answer(413)
            return
        body = self.rfile.read(int(length))
        if not is_genuine(self.server.secret, self.headers.get("Chitti-Signature", ""), body):
            self._answer(401)
            return
        try:
            self.server.take(json.loads(body))
        except NotNow as failure:
            sys.stderr.write(f"not told: {failure}\n")
            self._answer(503, failure.wait_s)
            return
        self._answer(204)

    def _answer(self, status: int, wait_s: int | None = None) -> None:
        self.send_response(status)
        if wait_s is not None:
            self.send_header("Retry-After", str(wait_s))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base's own name
        """Nothing for each request: the daemon says how a webhook fares."""


class Receiver(ThreadingHTTPServer):
    """Passes events on, one after the other.

    Parameters
    ----------
    address : (str, int)
        Where it listens.
    secret : str
        The webhook's.
    told : Told
    tell : callable
        Gets (event id, subject, text); raises `NotNow` where the event should come again.
    """

    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], secret: str, told: Told, tell: Callable[[str, str, str], None]
    ) -> None:
        super().__init__(address, _Handler)
        self.secret = secret.encode()
        self._told = told
        self._tell = tell
        self._turn = threading.Lock()

    def take(self, event: dict[str, Any]) -> None:
        """Pass one event on, unless that was done before. Raises NotNow."""
        event_id = event["event_id"]
        is_test = event["event"] == "test"
        with self._turn:
            if not is_test and self._told.holds(event_id):
                return
            self._tell(event_id, *text_of(event))
            if not is_test:  # a test bears the id of the log's last event, which it does not tell
                self._told.note(event_id)


def run(tell: Callable[[str, str, str], None], description: str) -> None:
    """Serve until interrupted, as the command line and `CHITTI_WEBHOOK_SECRET` say."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--last", type=Path, default=Path("last_event"), help="file that keeps the last event's id")
    options = parser.parse_args()
    secret = os.environ.get("CHITTI_WEBHOOK_SECRET")
    if not secret:
        parser.error("set CHITTI_WEBHOOK_SECRET to what `chitti webhooks put` told")
    with Receiver((options.host, options.port), secret, Told(options.last), tell) as receiver:
        receiver.serve_forever()
