r"""Alerts as e-mail.

    CHITTI_WEBHOOK_SECRET=whsec_... SMTP_HOST=smtp.example.com SMTP_USER=me SMTP_PASSWORD=... \
        MAIL_FROM=chitti@example.com MAIL_TO=me@example.com python docs/examples/email_receiver.py

A message's id is made of the event's, so a mail that comes twice (the receiver was killed
between sending and noting it) is one mail to a program that looks at ids.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from receiver import NotNow, run

TIMEOUT_S = 8.0  # the daemon waits 10 s for an answer


@dataclass(frozen=True)
class Mailer:
    """A mail server, and from whom to whom. `user` is sent over TLS only."""

    host: str
    port: int
    sender: str
    to: str
    user: str = ""
    password: str = ""

    def tell(self, event_id: str, subject: str, text: str) -> None:
        """Send one mail. Raises NotNow."""
        mail = EmailMessage()
        mail["Subject"] = " ".join(subject.split())  # a header holds no line break
        mail["From"], mail["To"] = self.sender, self.to
        mail["Date"] = format_datetime(localtime())
        mail["Message-ID"] = f"<{event_id}@{self.sender.rpartition('@')[2]}>"
        mail.set_content(text)
        is_taken = False
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S) as server:
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=ssl.create_default_context())
                    server.ehlo()
                elif self.user:
                    raise NotNow(f"{self.host} offers no TLS, and the password is not sent without")
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(mail)
                is_taken = True
        except (smtplib.SMTPException, OSError) as error:
            if is_taken:
                return  # and the good-bye went wrong: sending it again would make it two
            raise NotNow(f"{self.host} did not take the mail: {error}") from error


if __name__ == "__main__":
    given = os.environ
    mailer = Mailer(
        given["SMTP_HOST"], int(given.get("SMTP_PORT", "587")), given["MAIL_FROM"], given["MAIL_TO"],
        given.get("SMTP_USER", ""), given.get("SMTP_PASSWORD", ""),
    )  # fmt: skip
    run(mailer.tell, "Alerts as e-mail.")
