r"""Alerts as messages of a Telegram bot.

    CHITTI_WEBHOOK_SECRET=whsec_... TELEGRAM_TOKEN=123:abc TELEGRAM_CHAT=-100123 \
        python docs/examples/telegram_receiver.py

The token comes from @BotFather, the chat is one that the bot is a member of.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from receiver import NotNow, run

LONGEST = 4096  # characters of a message, by the Bot API
TIMEOUT_S = 8.0  # the daemon waits 10 s for an answer


@dataclass(frozen=True)
class Bot:
    """A bot, and the chat that it writes to."""

    token: str
    chat: str
    api: str = "https://api.telegram.org"

    def tell(self, _event_id: str, subject: str, text: str) -> None:
        """Send one message, as plain text: nothing in an alert is taken for markup. Raises NotNow."""
        message = {"chat_id": self.chat, "text": f"{subject}\n{text}"[:LONGEST], "disable_web_page_preview": True}
        request = Request(  # noqa: S310 - https, unless a test says otherwise
            f"{self.api}/bot{self.token}/sendMessage",
            json.dumps(message).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                answer.read()
        except HTTPError as error:
            with error:
                raise self._refusal(error.code, error.read()) from None
        except OSError as error:  # its text may hold the address, and that the token
            raise NotNow(f"Telegram can't be reached ({type(error).__name__})") from None

    @staticmethod
    def _refusal(status: int, body: bytes) -> NotNow:
        """What the Bot API says: `description`, and with 429 `parameters.retry_after`."""
        try:
            told: dict[str, Any] = json.loads(body)
            wait_s = told.get("parameters", {}).get("retry_after")
            return NotNow(f"Telegram answered {status}: {told['description']}", wait_s)
        except (ValueError, LookupError, AttributeError):  # something between it and us has answered
            return NotNow(f"Telegram answered {status}")


if __name__ == "__main__":
    run(Bot(os.environ["TELEGRAM_TOKEN"], os.environ["TELEGRAM_CHAT"]).tell, "Alerts as messages of a Telegram bot.")
