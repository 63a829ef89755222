"""What a receiver checks: HMAC-SHA256 over the time and the body."""

from __future__ import annotations

import hashlib
import hmac
import secrets

SIGNATURE_HEADER = "Chitti-Signature"
_SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh secret of 256 bits; the prefix lets scanners of source code recognise a leaked one."""
    return "whsec_" + secrets.token_urlsafe(_SECRET_BYTES)


def signature(secret: str, at: int, body: bytes) -> str:
    """The value of `Chitti-Signature`: `t=<at>,v1=<hex of HMAC-SHA256(secret, "<at>." + body)>`.

    Parameters
    ----------
    secret : str
        As it was told; its UTF-8 bytes are the key.
    at : int
        Seconds since 1970, when this attempt was sent: a receiver refuses what is older than a few minutes.
    body : bytes
        What is sent, byte for byte.
    """
    mac = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"
