"""Access tokens: what passes, and everything that must not."""

import jwt
import pytest
from chitti_shared.errors import Unauthorized
from core_api.security.tokens import API, ISSUER, STREAM, Tokens

KEY = b"k" * 48
OTHER = b"o" * 48


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.25

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock) -> Tokens:
    return Tokens(KEY, 3600, clock)


def claims(**changed):
    kept = {
        "iss": ISSUER,
        "aud": API,
        "sub": "1",
        "name": "asha",
        "role": "user",
        "jti": "j",
        "iat": 1_700_000_000,
        "exp": 1_700_003_600,
    } | changed
    return {name: value for name, value in kept.items() if value is not None}


def test_a_token_says_who_its_owner_is(tokens):
    token, principal = tokens.issue(7, "asha", "admin")
    assert tokens.verify(token) == principal
    assert tokens.verify(token) is tokens.verify(token)  # remembered
    assert (principal.user_id, principal.name, principal.role) == (7, "asha", "admin")
    assert principal.expires_at == 1_700_003_600.25


def test_a_remembered_token_still_expires(tokens, clock):
    token, _ = tokens.issue(7, "asha", "user")
    tokens.verify(token)
    clock.now += 3600
    with pytest.raises(Unauthorized, match="expired"):
        tokens.verify(token)


def test_a_stream_token_opens_no_api_and_an_api_token_no_stream_cookie(tokens):
    access, principal = tokens.issue(7, "asha", "user")
    stream = tokens.issue_stream(principal)
    assert tokens.verify(stream, STREAM) == principal
    for token, audience in ((stream, API), (access, STREAM)):
        with pytest.raises(Unauthorized):
            tokens.verify(token, audience)


def test_a_revoked_token_is_refused_though_remembered(tokens):
    token, principal = tokens.issue(7, "asha", "user")
    tokens.verify(token)
    tokens.revoke(principal)
    with pytest.raises(Unauthorized, match="ended"):
        tokens.verify(token)


def test_a_revocation_outlives_a_look_at_the_database_from_before_it(tokens, clock):
    token, principal = tokens.issue(7, "asha", "user")
    tokens.revoke(principal)
    tokens.apply_revocations(frozenset(), {})
    with pytest.raises(Unauthorized, match="ended"):
        tokens.verify(token)
    assert tokens.is_revoked(principal)
    clock.now += tokens.life_s + 1
    tokens.apply_revocations(frozenset(), {})
    assert not tokens.is_revoked(principal)  # forgotten with its token


def test_a_users_older_tokens_are_refused_and_newer_ones_pass(tokens, clock):
    old, _ = tokens.issue(7, "asha", "user")
    other, _ = tokens.issue(8, "ravi", "user")
    clock.now += 0.5
    tokens.apply_revocations(frozenset(), {7: clock.now})
    clock.now += 0.5
    new, _ = tokens.issue(7, "asha", "user")
    with pytest.raises(Unauthorized, match="ended"):
        tokens.verify(old)
    tokens.verify(new)
    tokens.verify(other)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x.y.z",
        "a" * 5000,
        jwt.encode(claims(), OTHER, algorithm="HS256"),
        jwt.encode(claims(), KEY, algorithm="HS384"),
        jwt.encode(claims(), None, algorithm="none"),
        jwt.encode(claims(iss="somebody"), KEY, algorithm="HS256"),
        jwt.encode(claims(aud="other"), KEY, algorithm="HS256"),
        jwt.encode(claims(sub="x"), KEY, algorithm="HS256"),
        jwt.encode(claims(jti=None), KEY, algorithm="HS256"),
        jwt.encode(claims(exp=None), KEY, algorithm="HS256"),
        jwt.encode(claims(iat=None), KEY, algorithm="HS256"),
        jwt.encode(claims(name=None), KEY, algorithm="HS256"),
        jwt.encode(claims(exp="soon"), KEY, algorithm="HS256"),
        jwt.encode(claims(exp=10**400), KEY, algorithm="HS256"),
        jwt.encode(claims(exp=1e300), KEY, algorithm="HS256"),
        jwt.encode(claims(exp=float("nan")), KEY, algorithm="HS256"),
        jwt.encode(claims(iat=-1), KEY, algorithm="HS256"),
        jwt.encode(claims(nbf="x"), KEY, algorithm="HS256"),
    ],
)
def test_forged_foreign_and_incomplete_tokens_are_refused(tokens, token):
    with pytest.raises(Unauthorized, match="not valid"):
        tokens.verify(token)


def test_the_tokens_remembered_are_bounded(tokens):
    for _ in range(4200):
        tokens.verify(tokens.issue(7, "asha", "user")[0])
    assert len(tokens._known) == 4096
