from __future__ import annotations

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st
from signal_service.webhooks.signing import new_secret, signature


def test_the_signature_of_known_words_is_the_one_that_openssl_makes():
    # printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test
    mac = "38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789"
    assert signature("whsec_test", 1_700_000_000, b'{"a":1}') == f"t=1700000000,v1={mac}"


@given(st.binary(max_size=200), st.integers(0, 2**40))
def test_time_and_body_are_both_signed(body: bytes, at: int):
    told = signature("whsec_x", at, body)
    assert told == f"t={at},v1=" + hmac.new(b"whsec_x", f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert told.split(",v1=")[1] != signature("whsec_x", at + 1, body).split(",v1=")[1]
    assert told != signature("whsec_x", at, body + b"\0")
    assert told != signature("whsec_y", at, body)


def test_secrets_are_long_and_never_the_same():
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(secret.startswith("whsec_") and len(secret) == 49 for secret in secrets)
